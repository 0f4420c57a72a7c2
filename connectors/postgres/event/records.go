// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"

	"github.com/longshore-io/connect"
)

// Headers of the two halves of an update that changes the key.
const (
	newKeyHeader = "__debezium.newkey"
	oldKeyHeader = "__debezium.oldkey"
)

// Read appends the record of a row of a snapshot.
func (t *Table) Read(dst []connect.SourceRecord, row [][]byte, at *Position) []connect.SourceRecord {
	if t.builder.skipped[opRead] {
		return dst
	}
	after := t.rowOf(row, nil)
	if after == nil {
		return dst
	}
	return append(dst, t.record(opRead, t.keyOf(row, nil, after), nil, after, at))
}

// Insert appends the record of a row that was inserted.
func (t *Table) Insert(dst []connect.SourceRecord, row [][]byte, at *Position) []connect.SourceRecord {
	if t.builder.skipped[opCreate] {
		return dst
	}
	after := t.rowOf(row, nil)
	if after == nil {
		return dst
	}
	return append(dst, t.record(opCreate, t.keyOf(row, nil, after), nil, after, at))
}

// Update appends the records of an update. old is the row before, nil where the server did not send it; what its replica identity leaves out
// is null in it. Where the key is another than before, a delete of the old one, its tombstone and a create of the new one are appended.
func (t *Table) Update(dst []connect.SourceRecord, old, row [][]byte, at *Position) []connect.SourceRecord {
	var before *connect.Struct
	if old != nil {
		before = t.rowOf(old, nil)
	}
	after := t.rowOf(row, old)
	if after == nil || old != nil && before == nil || t.builder.skipSame && before != nil && before.Equal(after) {
		return dst
	}
	key := t.keyOf(row, old, after)
	if old != nil && t.key != nil && !t.sameKey(old, row) {
		if oldKey := t.keyOf(old, nil, before); !oldKey.Equal(key) {
			return t.move(dst, oldKey, key, before, after, at)
		}
	}
	if t.builder.skipped[opUpdate] {
		return dst
	}
	return append(dst, t.record(opUpdate, key, before, after, at))
}

// move is an update that changes the key: a delete and a create, each of which can be skipped by itself.
func (t *Table) move(dst []connect.SourceRecord, oldKey, key, before, after *connect.Struct, at *Position) []connect.SourceRecord {
	if !t.builder.skipped[opDelete] {
		r := t.record(opDelete, oldKey, before, nil, at)
		r.Headers = t.headersWith(newKeyHeader, key)
		dst = t.withTombstone(append(dst, r))
	}
	if !t.builder.skipped[opCreate] {
		r := t.record(opCreate, key, nil, after, at)
		r.Headers = t.headersWith(oldKeyHeader, oldKey)
		dst = append(dst, r)
	}
	return dst
}

// Delete appends the record of a row that was deleted, and its tombstone. What the replica identity leaves out is null in the row; without
// one there is nothing to tell.
func (t *Table) Delete(dst []connect.SourceRecord, old [][]byte, at *Position) []connect.SourceRecord {
	if t.builder.skipped[opDelete] || len(old) == 0 {
		return dst
	}
	before := t.rowOf(old, nil)
	if before == nil {
		return dst
	}
	return t.withTombstone(append(dst, t.record(opDelete, t.keyOf(old, nil, before), before, nil, at)))
}

// Truncate appends the record of a table that was emptied. It has no key.
func (t *Table) Truncate(dst []connect.SourceRecord, at *Position) []connect.SourceRecord {
	if t.builder.skipped[opTruncate] {
		return dst
	}
	return append(dst, t.record(opTruncate, nil, nil, nil, at))
}

// withTombstone appends the tombstone of the last record: the same key and headers, and no value.
func (t *Table) withTombstone(dst []connect.SourceRecord) []connect.SourceRecord {
	if !t.builder.tombstones {
		return dst
	}
	r := dst[len(dst)-1]
	r.ValueSchema, r.Value = nil, nil
	return append(dst, r)
}

// headersWith are the headers of one half of an update that changes the key.
func (t *Table) headersWith(name string, key *connect.Struct) connect.Headers {
	headers := make(connect.Headers, 0, len(t.builder.headers)+1)
	return append(append(headers, connect.Header{Key: name, Schema: t.key, Value: key}), t.builder.headers...)
}

// record makes the record of an operation. Structs that are not there are nil.
func (t *Table) record(op operation, key, before, after *connect.Struct, at *Position) connect.SourceRecord {
	b := t.builder
	value := connect.NewStruct(t.envelope)
	if before != nil {
		value.SetAt(envelopeBefore, before)
	}
	if after != nil {
		value.SetAt(envelopeAfter, after)
	}
	value.SetAt(envelopeSource, at.source(&t.source))
	offset := at.Offset
	if at.Transaction != nil {
		value.SetAt(envelopeTransaction, b.schemas.transactionBlock(at.Transaction, t.name, at.LSN))
		offset = at.Transaction.offset(offset)
	}
	value.SetAt(envelopeOperation, operations[op])
	now := at.boxNow()
	value.SetAt(envelopeTimeMS, now.nowMS)
	value.SetAt(envelopeTimeUS, now.nowUS)
	value.SetAt(envelopeTimeNS, now.nowNS)
	r := connect.SourceRecord{SourcePartition: b.partition, SourceOffset: offset,
		Record: connect.Record{Topic: t.topic, ValueSchema: t.envelope, Value: value, Headers: b.headers}}
	if key != nil {
		r.KeySchema, r.Key = t.key, key
	}
	return r
}

// rowOf makes the struct of a row. It is nil where a field that has to have a value has none, and such rows are left out.
func (t *Table) rowOf(row, old [][]byte) *connect.Struct {
	s := connect.NewStruct(t.row)
	for i := range t.columns {
		c := &t.columns[i]
		v := t.value(c, sent(row, old, c.at))
		if v == nil && c.required && t.builder.leaveOut {
			return nil
		}
		s.SetAt(c.field, v)
	}
	return s
}

// sent is the text of a column. What an update did not send is taken from the row before, where it is there.
func sent(row, old [][]byte, at int) []byte {
	text := textAt(row, at)
	if old != nil && IsUnchanged(text) {
		if before := textAt(old, at); before != nil {
			return before
		}
	}
	return text
}

// keyOf makes the key of a row, nil where the table has none. Values that are in the struct of the row, too, are taken from there.
func (t *Table) keyOf(row, old [][]byte, of *connect.Struct) *connect.Struct {
	if t.key == nil {
		return nil
	}
	s := connect.NewStruct(t.key)
	for i := range t.keys {
		c := &t.keys[i]
		if c.shared >= 0 {
			s.SetAt(c.field, of.At(c.shared))
		} else {
			s.SetAt(c.field, t.value(&c.column, sent(row, old, c.at)))
		}
	}
	if t.identifier != nil {
		s.SetAt(len(t.keys), t.identifier)
	}
	return s
}

// sameKey says whether two rows have the same texts in their keys; rows with other texts may still have equal keys.
func (t *Table) sameKey(old, row [][]byte) bool {
	for i := range t.keys {
		a, b := textAt(old, t.keys[i].at), sent(row, old, t.keys[i].at)
		if (a == nil) != (b == nil) || !bytes.Equal(a, b) {
			return false
		}
	}
	return true
}

func textAt(row [][]byte, at int) []byte {
	if at < len(row) {
		return row[at]
	}
	return nil
}

// value converts the value of a column. One that cannot be converted is reported, and null.
func (t *Table) value(c *column, text []byte) any {
	if text == nil {
		return c.null
	}
	if IsUnchanged(text) {
		return c.unchanged
	}
	v, err := c.convert(text)
	if err != nil {
		t.builder.report(t.id, c.name, err)
		return nil
	}
	return v
}
