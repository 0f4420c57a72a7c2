// SPDX-License-Identifier: Apache-2.0

package event

import (
	"maps"
	"strconv"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javadate"
)

// Transaction counts the events of a transaction of the database for provide.transaction.metadata. It is not safe for concurrent use.
type Transaction struct {
	id     string
	total  int64
	tables []tableCount
}

type tableCount struct {
	name  string
	count int64
}

// Keys of an offset that has counts of a transaction.
const (
	transactionIDKey    = "transaction_id"
	transactionOrderKey = "transaction_data_collection_order_"
)

// Begin starts the count of the transaction with an id.
func (t *Transaction) Begin(xid int64) {
	t.id, t.total, t.tables = strconv.FormatInt(xid, 10), 0, nil
}

// Restore starts where an offset was stored in the middle of a transaction; an offset without counts restores none.
func (t *Transaction) Restore(offset map[string]any) {
	t.id, t.total, t.tables = "", 0, nil
	t.id, _ = offset[transactionIDKey].(string)
	for key, value := range offset {
		if len(key) <= len(transactionOrderKey) || key[:len(transactionOrderKey)] != transactionOrderKey {
			continue
		}
		if count, ok := wholeNumber(value); ok {
			t.total += count
			t.tables = append(t.tables, tableCount{key[len(transactionOrderKey):], count})
		}
	}
}

func wholeNumber(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int32:
		return int64(n), true
	case int:
		return int64(n), true
	case float64:
		return int64(n), true
	}
	return 0, false
}

// End forgets the transaction.
func (t *Transaction) End() { t.id, t.total, t.tables = "", 0, nil }

// ID returns the id of the transaction, "" outside of one.
func (t *Transaction) ID() string { return t.id }

// count counts an event of a table and returns its place among those of the table.
func (t *Transaction) count(name string) int64 {
	t.total++
	for i := range t.tables {
		if t.tables[i].name == name {
			t.tables[i].count++
			return t.tables[i].count
		}
	}
	t.tables = append(t.tables, tableCount{name, 1})
	return 1
}

// offset adds what was counted to an offset.
func (t *Transaction) offset(o connect.Offset) connect.Offset {
	if o == nil || t.id == "" {
		return o
	}
	counted := countedOffset{Offset: o, id: t.id, tables: make([]tableCount, len(t.tables))}
	copy(counted.tables, t.tables)
	return counted
}

// countedOffset is an offset with the counts of a transaction at one event.
type countedOffset struct {
	connect.Offset
	id     string
	tables []tableCount
}

// Fields returns the offset's own fields and the counts.
func (o countedOffset) Fields() map[string]any {
	fields := maps.Clone(o.Offset.Fields())
	fields[transactionIDKey] = o.id
	for _, t := range o.tables {
		fields[transactionOrderKey+t.name] = t.count
	}
	return fields
}

// messageCollection is the name that logical decoding messages are counted under.
const messageCollection = "LOGICAL_DECODING_MESSAGE"

// transactionBlock makes the transaction block of an event, and counts the event.
func (s *schemas) transactionBlock(t *Transaction, collection string, lsn uint64) *connect.Struct {
	order := t.count(collection)
	block := connect.NewStruct(s.block)
	block.SetAt(0, t.at(lsn))
	block.SetAt(1, t.total)
	block.SetAt(2, order)
	return block
}

// at is the id that records have: that of the transaction and the position of the record, which differ from each other in the latter.
func (t *Transaction) at(lsn uint64) string {
	return t.id + ":" + strconv.FormatInt(int64(lsn), 10)
}

// Begin appends the record that tells of the beginning of a transaction. The count in at must have begun.
func (b *Builder) Begin(dst []connect.SourceRecord, at *Position) []connect.SourceRecord {
	return append(dst, b.transactionRecord("BEGIN", nil, nil, at))
}

// End appends the record that tells of the end of a transaction and of what was in it.
func (b *Builder) End(dst []connect.SourceRecord, at *Position) []connect.SourceRecord {
	counted := make([]any, len(at.Transaction.tables))
	for i, t := range at.Transaction.tables {
		s := connect.NewStruct(b.schemas.collection)
		s.SetAt(0, t.name)
		s.SetAt(1, t.count)
		counted[i] = s
	}
	return append(dst, b.transactionRecord("END", at.Transaction.total, counted, at))
}

func (b *Builder) transactionRecord(status string, count, collections any, at *Position) connect.SourceRecord {
	id := at.Transaction.at(at.LSN)
	key, value := connect.NewStruct(b.schemas.transactionKey), connect.NewStruct(b.schemas.transactionValue)
	key.SetAt(0, id)
	value.SetAt(0, status)
	value.SetAt(1, id)
	value.SetAt(2, count)
	if collections != nil {
		value.SetAt(3, collections)
	}
	value.SetAt(4, javadate.FloorDiv(at.Time, 1000))
	return b.record(b.names.transaction, key, value, at)
}
