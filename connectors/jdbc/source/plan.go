// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"time"

	"github.com/longshore-io/connect"
)

// converter makes the value of a field from what a driver gives for a column that is not null.
type converter[V any] func(V) (any, error)

// instant makes the time from what a driver gives for a column that rows are found by.
type instant[V any] func(V) (time.Time, error)

// field is one column that has a field.
type field[V any] struct {
	column, at int
	convert    converter[V]
}

// plan makes records of rows: which converter each column has is decided once for all rows of a result.
type plan[V any] struct {
	*layout
	fields   []field[V]
	instants []instant[V]
}

func planOf[V any](l *layout, convert func(column, shape) (converter[V], error), at func(column) (instant[V], error)) (*plan[V], error) {
	p := &plan[V]{layout: l}
	for i, c := range l.columns {
		if l.shapes[i] == shapeNone {
			continue
		}
		f, err := convert(c, l.shapes[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.label, err)
		}
		p.fields = append(p.fields, field[V]{i, l.at[i], f})
	}
	for _, i := range l.times {
		f, err := at(l.columns[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", l.columns[i].label, err)
		}
		p.instants = append(p.instants, f)
	}
	return p, nil
}

// record makes the value of a record. absent tells null.
func record[V any](p *plan[V], row []V, absent func(V) bool) (*connect.Struct, error) {
	s := connect.NewStruct(p.schema)
	for i := range p.fields {
		f := &p.fields[i]
		v := row[f.column]
		if absent(v) {
			continue
		}
		value, err := f.convert(v)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", p.columns[f.column].label, err)
		}
		s.SetAt(f.at, value)
	}
	return s, nil
}

// markOfRow says where reading goes on after a row.
func markOfRow[V any](p *plan[V], row []V, s *connect.Struct, absent func(V) bool) (mark, error) {
	var m mark
	for i, c := range p.times {
		if absent(row[c]) {
			continue
		}
		at, err := p.instants[i](row[c])
		if err != nil {
			return m, fmt.Errorf("column %s: %w", p.columns[c].label, err)
		}
		m.at, m.hasAt = at, true
		break
	}
	if p.id < 0 {
		return m, nil
	}
	id, err := idOf(s.At(p.id))
	if err != nil {
		return m, fmt.Errorf("column %s: %w", p.schema.Fields()[p.id].Name, err)
	}
	m.id, m.hasID = id, true
	return m, nil
}

// idOf is the number of a column that counts up.
func idOf(value any) (int64, error) {
	switch v := value.(type) {
	case int64:
		return v, nil
	case int32:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int8:
		return int64(v), nil
	case connect.Decimal:
		if v.Scale() == 0 && v.Unscaled().IsInt64() {
			return v.Unscaled().Int64(), nil
		}
		return 0, connect.Errorf(connect.Fatal, "the column that counts up has a number that is not whole, or larger than an INT64 may be")
	case nil:
		return 0, connect.Errorf(connect.Fatal, "the column that counts up is null: it has to have a value in every row")
	}
	return 0, connect.Errorf(connect.Fatal, "the column that counts up is of a type that is no whole number (%T)", value)
}

// notATimeColumn refuses a column with other values as the one with times.
func notATimeColumn(c column) error {
	return connect.Errorf(connect.Fatal, "the type %s is neither a date nor a time: rows cannot be found by it", c.native)
}
