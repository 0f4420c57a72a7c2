// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Partition names one source partition (a file, a table, a shard): a JSON object with string keys and primitive values,
// or the null partition. It is immutable, so that a connector makes it once and hands the same pointer to all its
// records; two partitions are the same when their Keys are.
type Partition struct {
	fields map[string]any
	key    string
}

// NewPartition makes a partition from its fields; nil makes the null partition. Values are nil, bool, string or numbers,
// as Kafka Connect's offset storage demands.
func NewPartition(fields map[string]any) (*Partition, error) {
	if err := checkOffsetFields(fields); err != nil {
		return nil, fmt.Errorf("source partition: %w", err)
	}
	key, err := canonicalJSON(fields)
	if err != nil {
		return nil, fmt.Errorf("source partition: %w", err)
	}
	return &Partition{fields: cloneFields(fields), key: key}, nil
}

// MustPartition is NewPartition for fields that are known to be valid; it panics where NewPartition returns an error.
func MustPartition(fields map[string]any) *Partition {
	p, err := NewPartition(fields)
	if err != nil {
		panic(err)
	}
	return p
}

// Fields returns a copy of the partition's fields, nil for the null partition.
func (p *Partition) Fields() map[string]any { return cloneFields(p.fields) }

// Key returns the canonical text of the partition: compact JSON with sorted keys, "null" for the null partition.
func (p *Partition) Key() string { return p.key }

// String returns Key, for messages.
func (p *Partition) String() string { return p.key }

// Offset is where a source partition goes on after a record. It is handed over with every record and Fields is called
// only for those that are stored, so a connector with a hot path can make it a small value type of its own.
type Offset interface {
	// Fields returns what is stored: string keys and nil, bool, string or numeric values.
	Fields() map[string]any
}

// OffsetMap is the plain Offset: a map that is stored as it is. It must not be changed after it was handed over.
type OffsetMap map[string]any

// Fields returns the map itself.
func (m OffsetMap) Fields() map[string]any { return m }

func cloneFields(fields map[string]any) map[string]any {
	if fields == nil {
		return nil
	}
	clone := make(map[string]any, len(fields))
	for k, v := range fields {
		clone[k] = v
	}
	return clone
}

// checkOffsetFields holds Kafka Connect's rule for offset storage: primitive values only.
func checkOffsetFields(fields map[string]any) error {
	for name, v := range fields {
		switch v.(type) {
		case nil, bool, string, int, int8, int16, int32, int64, float32, float64:
		default:
			return &DataError{Reason: fmt.Sprintf("Offsets may only contain primitive types as values, but field %s contains %T", name, v)}
		}
	}
	return nil
}

// canonicalJSON prints sorted keys without HTML escapes: the text is compared and stored, not shown in a page. A whole
// float keeps its point, since to Java 1.0 and 1 name different partitions.
func canonicalJSON(fields map[string]any) (string, error) {
	printed := cloneFields(fields)
	for name, v := range printed {
		if f, ok := v.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1e15 {
			printed[name] = json.RawMessage(strconv.FormatFloat(f, 'f', 1, 64))
		}
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(printed); err != nil {
		return "", err
	}
	return strings.TrimSuffix(buf.String(), "\n"), nil
}
