// SPDX-License-Identifier: Apache-2.0

package event

import (
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// Builder makes what all tables of a connector have in common, and Tables. It is safe for concurrent use.
type Builder struct {
	filter     *Filter
	names      *names
	keys       Patterns
	rules      rules
	modes      modes
	schemas    *schemas
	partition  *connect.Partition
	headers    connect.Headers
	source     sourceOf
	messages   sourceOf
	tombstones bool
	skipped    [len(operations)]bool
	skipSame   bool
	leaveOut   bool
	comments   bool
	report     func(catalog.ID, string, error)
	content    func([]byte) any
}

// modes are the settings that values depend on.
type modes struct {
	decimal, time, binary, interval, hstore string
	moneyDigits                             int
	unknown                                 bool
	placeholder                             []byte
}

// operation is a place in operations.
type operation int

const (
	opCreate operation = iota
	opUpdate
	opDelete
	opRead
	opTruncate
	opMessage
)

// operations are the values of op, boxed once.
var operations = [...]any{"c", "u", "d", "r", "t", "m"}

// NewBuilder makes a builder. An error is one of the options: an operation that there is not.
func NewBuilder(o Options) (*Builder, error) {
	b := &Builder{names: newNames(&o), modes: newModes(&o), partition: o.Partition, tombstones: !o.NoTombstones, skipSame: o.SkipUnchanged,
		leaveOut: o.LeaveOutBroken, comments: o.Comments, report: o.Report, filter: NewFilter(o.Filter), keys: o.KeyColumns, rules: newRules(o.Columns)}
	if err := b.skip(o.Skipped); err != nil {
		return nil, err
	}
	if b.report == nil {
		b.report = func(catalog.ID, string, error) {}
	}
	if b.partition == nil {
		var err error
		if b.partition, err = connect.NewPartition(map[string]any{"server": o.Prefix}); err != nil {
			return nil, fmt.Errorf("make the source partition: %w", err)
		}
	}
	b.prepare(&o)
	return b, nil
}

func newModes(o *Options) modes {
	m := modes{decimal: or(o.DecimalMode, DecimalPrecise), time: or(o.TimeMode, TimeAdaptive), binary: or(o.BinaryMode, BinaryBytes),
		interval: or(o.IntervalMode, IntervalNumeric), hstore: or(o.HstoreMode, HstoreJSON), moneyDigits: 2, unknown: o.UnknownTypes,
		placeholder: o.Placeholder}
	if o.MoneyDigits != nil {
		m.moneyDigits = *o.MoneyDigits
	}
	if m.placeholder == nil {
		m.placeholder = []byte("__debezium_unavailable_value")
	}
	return m
}

func (b *Builder) skip(letters []string) error {
	if letters == nil {
		letters = []string{"t"}
	}
	for _, letter := range letters {
		known := false
		for i, op := range operations {
			if op == letter {
				b.skipped[i], known = true, true
			}
		}
		if !known {
			return fmt.Errorf("read skipped.operations: there is no operation %q", letter)
		}
	}
	return nil
}

// prepare makes schemas and what records share.
func (b *Builder) prepare(o *Options) {
	content, convert := b.modes.bytesType()
	b.schemas = newSchemas(b.names.schema, content)
	b.content = convert
	b.source = sourceOf{schema: b.schemas.source, version: Version, connector: "postgresql", name: o.Prefix, db: o.Database}
	b.messages = b.source
	b.messages.namespace, b.messages.table = "", ""
	if !o.NoContextHeaders {
		b.headers = connect.Headers{
			{Key: "__debezium.context.connectorLogicalName", Schema: connect.String, Value: o.Prefix},
			{Key: "__debezium.context.taskId", Schema: connect.String, Value: "0"},
			{Key: "__debezium.context.connectorName", Schema: connect.String, Value: "postgresql"},
		}
		b.headers = b.headers[:len(b.headers):len(b.headers)]
	}
}

// Filter returns what the builder's options let in.
func (b *Builder) Filter() *Filter { return b.filter }

// Skips says whether events of an operation (c, u, d, r, t or m) are left out.
func (b *Builder) Skips(op string) bool {
	for i, known := range operations {
		if known == op {
			return b.skipped[i]
		}
	}
	return false
}

// record makes a record that is none of a table.
func (b *Builder) record(topic string, key, value *connect.Struct, at *Position) connect.SourceRecord {
	offset := at.Offset
	if at.Transaction != nil {
		offset = at.Transaction.offset(offset)
	}
	return connect.SourceRecord{SourcePartition: b.partition, SourceOffset: offset, Record: connect.Record{Topic: topic,
		KeySchema: key.Schema(), Key: key, ValueSchema: value.Schema(), Value: value}}
}
