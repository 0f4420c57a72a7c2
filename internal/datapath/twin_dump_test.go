// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/trace"
	"github.com/longshore-io/connect/converters/javatext"
	jsonconv "github.com/longshore-io/connect/converters/json"
)

// dumpSink writes each record that it gets to a file of its partition, as a line of JSON.
type dumpSink struct{ planned }

func (*dumpSink) NewTask() connect.SinkTask { return &dumpTask{} }
func (*dumpSink) TaskClass() string         { return dumpClass + "Task" }

type dumpTask struct {
	json     connect.Converter
	errant   func() connect.ErrantRecordReporter
	dir      string
	failAt   int64
	trouble  *trouble
	reportAt []string
}

func (t *dumpTask) Start(_ context.Context, tc connect.SinkTaskContext, props map[string]string) error {
	t.json, t.errant = jsonconv.New(), tc.Errant
	if err := t.json.Configure(map[string]string{"schemas.enable": "true", "replace.null.with.default": "false"}, false); err != nil {
		return err
	}
	var err error
	t.dir, t.reportAt = props["dump.dir"], strings.Split(props["report.at"], ",")
	if t.failAt, err = strconv.ParseInt(or(props["fail.at"], "-1"), 10, 64); err != nil {
		return err
	}
	t.trouble, err = newTrouble(props)
	return err
}

func (t *dumpTask) Put(ctx context.Context, records []connect.SinkRecord) error {
	if t.trouble.retriable {
		for i := range records {
			if err := t.maybeFail(&records[i]); err != nil {
				return err
			}
		}
	}
	for i := range records {
		if err := t.put(ctx, &records[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *dumpTask) put(ctx context.Context, r *connect.SinkRecord) error {
	if err := t.maybeFail(r); err != nil {
		return err
	}
	if !slices.Contains(t.reportAt, strconv.FormatInt(r.Offset, 10)) {
		return t.write(r, t.line(ctx, r))
	}
	reporter := t.errant()
	if reporter == nil {
		return t.write(r, "there is no reporter")
	}
	return reporter.Report(ctx, *r, &connect.DataError{Reason: fmt.Sprintf("reported at %d", r.Offset)})
}

func (t *dumpTask) maybeFail(r *connect.SinkRecord) error {
	if r.Offset != t.failAt {
		return nil
	}
	return t.trouble.maybe(fmt.Sprintf("dump fails at %d", t.failAt))
}

func (t *dumpTask) write(r *connect.SinkRecord, line string) error {
	name := fmt.Sprintf("dump-%s-%d.jsonl", r.Original.Topic, r.Original.Partition)
	file, err := os.OpenFile(filepath.Join(t.dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(line + "\n")
	return errors.Join(err, file.Close())
}

func (t *dumpTask) line(ctx context.Context, r *connect.SinkRecord) string {
	var b strings.Builder
	offset, _ := r.KafkaOffset()
	partition, timestamp := "null", "null"
	if r.Partition != nil {
		partition = strconv.Itoa(int(*r.Partition))
	}
	if !r.Timestamp.IsZero() {
		timestamp = strconv.FormatInt(r.Timestamp.UnixMilli(), 10)
	}
	fmt.Fprintf(&b, `{"topic":%s,"partition":%s,"offset":%d,"timestamp":%s,"key":`, quoted(r.Topic), partition, offset, timestamp)
	t.value(ctx, &b, r.KeySchema, r.Key)
	b.WriteString(`,"value":`)
	t.value(ctx, &b, r.ValueSchema, r.Value)
	b.WriteString(`,"headers":[`)
	for i, h := range r.Headers {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"key":%s,"value":`, quoted(h.Key))
		t.value(ctx, &b, h.Schema, h.Value)
		b.WriteByte('}')
	}
	b.WriteString("]}")
	return b.String()
}

func (t *dumpTask) value(ctx context.Context, b *strings.Builder, schema *connect.Schema, value any) {
	envelope, err := t.json.FromConnectData(ctx, "", nil, schema, value)
	switch {
	case err != nil:
		b.WriteString(quoted(trace.ExceptionOf(err).Message))
	case envelope == nil:
		b.WriteString("null")
	default:
		b.Write(envelope)
	}
	b.WriteString(`,"is":` + quoted(shape(value)))
}

func (*dumpTask) Stop(context.Context) error { return nil }

func quoted(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // a string always has a form in JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// shape names the classes of a value and its parts, as the Java twin does: JSON does not show whether a number without schema has
// 32 or 64 bits.
func shape(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case []byte:
		return "bytes"
	case connect.Decimal:
		return fmt.Sprintf("BigDecimal(%d)", v.Scale())
	case time.Time:
		return "Date"
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = shape(e)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case *connect.Map:
		var parts []string
		for key, value := range v.All() {
			parts = append(parts, javatext.String(key)+":"+shape(key)+"="+shape(value))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	case *connect.Struct:
		var parts []string
		for _, f := range v.Schema().Fields() {
			parts = append(parts, f.Name+" "+shape(v.At(f.Index)))
		}
		return "(" + strings.Join(parts, ",") + ")"
	}
	class := javatext.ClassName(value)
	return class[strings.LastIndexByte(class, '.')+1:]
}
