// SPDX-License-Identifier: Apache-2.0

package position

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// Load reads a stored offset, Debezium's or our own. Numbers may be of any type; keys that are not known are passed over. What is
// returned is as it was stored; Resumed says what a connector makes of it.
func Load(stored map[string]any) (Offset, error) {
	var o Offset
	r := fieldReader{stored: stored}
	o.LSN, o.Processed, o.Committed = LSN(r.long(lsnKey)), LSN(r.long(processedKey)), LSN(r.long(committedKey))
	o.MessageType, o.TxID, o.Xmin = r.text(messageKey), r.long(txKey), r.long(xminKey)
	o.Time, o.AtLSN = r.long(timeKey), r.long(sameLSNKey)
	o.Timed = stored[timeKey] != nil
	o.Snapshot, o.LastRow, o.Completed = r.snapshot(), r.truth(lastRowKey), r.truth(completedKey)
	o.Progress, o.Transaction = r.text(progressKey), r.text(transactionKey)
	for key, value := range stored {
		if strings.HasPrefix(key, incremental) && value != nil {
			if o.Incremental == nil {
				o.Incremental = map[string]any{}
			}
			o.Incremental[key] = value
		}
	}
	if r.wrong != nil {
		return Offset{}, r.wrong
	}
	return o, nil
}

// Resumed is what a connector goes on with: where no commit is known the last change stands for it, and a snapshot that was read is over.
func (o Offset) Resumed() Offset {
	if o.Committed == 0 {
		o.Committed = o.Processed
	}
	if !o.Interrupted() {
		o.Snapshot, o.LastRow, o.Completed, o.Progress = "", false, false, ""
	}
	o.Timed = true
	return o
}

// fieldReader takes fields of a stored offset and keeps the first that is of a wrong type.
type fieldReader struct {
	stored map[string]any
	wrong  error
}

func (r *fieldReader) fail(key, want string) {
	if r.wrong == nil {
		r.wrong = fmt.Errorf("read the stored offset: %s is %v, and should be %s", key, r.stored[key], want)
	}
}

func (r *fieldReader) long(key string) int64 {
	switch v := r.stored[key].(type) {
	case nil:
		return 0
	case int64:
		return v
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case int16:
		return int64(v)
	case int8:
		return int64(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<63 {
			return int64(v)
		}
	case float32:
		if f := float64(v); f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return int64(f)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
	}
	r.fail(key, "a whole number")
	return 0
}

func (r *fieldReader) text(key string) string {
	switch v := r.stored[key].(type) {
	case nil:
		return ""
	case string:
		return v
	}
	r.fail(key, "a text")
	return ""
}

func (r *fieldReader) truth(key string) bool {
	switch v := r.stored[key].(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true")
	}
	r.fail(key, "true or false")
	return false
}

// snapshot also reads the truth value that old versions of Debezium wrote. A row of an incremental snapshot is one of the stream.
func (r *fieldReader) snapshot() string {
	switch v := r.stored[snapshotKey].(type) {
	case nil:
		return ""
	case bool:
		if v {
			return InitialSnapshot
		}
		return ""
	case string:
		switch kind := strings.ToUpper(strings.TrimSpace(v)); kind {
		case InitialSnapshot, BlockingSnapshot:
			return kind
		case "TRUE":
			return InitialSnapshot
		case "INCREMENTAL", "FALSE", "":
			return ""
		}
	}
	r.fail(snapshotKey, "INITIAL, BLOCKING or INCREMENTAL")
	return ""
}
