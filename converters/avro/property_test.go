// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/notation"
)

// drawn makes schemas with names that are used once, as one name may stand for one type only.
type drawn struct{ names int }

var primitiveSchemas = []*connect.Schema{connect.Int8, connect.Int16, connect.Int32, connect.Int64, connect.Float32, connect.Float64,
	connect.Boolean, connect.String, connect.Bytes, connect.DecimalOf(2), connect.Date, connect.Time, connect.Timestamp}

func (d *drawn) schema(t *rapid.T, depth int) *connect.Schema {
	kinds := 16
	if depth == 0 {
		kinds = len(primitiveSchemas)
	}
	var s *connect.Schema
	switch i := rapid.IntRange(0, kinds-1).Draw(t, "kind"); i {
	case 13:
		s = connect.ArrayOf(d.schema(t, depth-1))
	case 14:
		s = connect.MapOf(connect.String, d.schema(t, depth-1))
	case 15:
		s = d.structure(t, depth)
	default:
		s = primitiveSchemas[i]
		if s.Name() == "" && rapid.Bool().Draw(t, "named") {
			s = s.WithName("n.N").WithVersion(3).WithDoc("doc \"\u00fc\"").WithParameter("p", "v")
		}
		if rapid.IntRange(0, 3).Draw(t, "default") == 0 {
			s = s.WithDefault(d.value(t, s))
		}
	}
	return s.WithOptional(rapid.Bool().Draw(t, "optional"))
}

func (d *drawn) structure(t *rapid.T, depth int) *connect.Schema {
	d.names++
	var fields []connect.SchemaField
	name := fmt.Sprintf("a.b%d.R%d", d.names%2, d.names)
	for i := range rapid.IntRange(0, 4).Draw(t, "fields") {
		fields = append(fields, connect.Field(fmt.Sprintf("f%d", i), d.schema(t, depth-1)))
	}
	return connect.StructOf(name, fields...)
}

func (d *drawn) value(t *rapid.T, s *connect.Schema) any {
	if s.IsOptional() && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
		return s.Default() // null is written as the default
	}
	switch s.Name() {
	case connect.DecimalName:
		return connect.NewDecimal(big.NewInt(rapid.Int64().Draw(t, "decimal")), 2)
	case connect.DateName:
		return connect.DateFromDays(rapid.Int32Range(-100000, 100000).Draw(t, "date"))
	case connect.TimeName:
		return time.UnixMilli(rapid.Int64Range(0, 86400000).Draw(t, "time")).UTC()
	case connect.TimestampName:
		return time.UnixMilli(rapid.Int64Range(-1<<45, 1<<45).Draw(t, "timestamp")).UTC()
	}
	switch s.Type() {
	case connect.TypeInt8:
		return rapid.Int8().Draw(t, "int8")
	case connect.TypeInt16:
		return rapid.Int16().Draw(t, "int16")
	case connect.TypeInt32:
		return rapid.Int32().Draw(t, "int32")
	case connect.TypeInt64:
		return rapid.Int64().Draw(t, "int64")
	case connect.TypeFloat32:
		return rapid.Float32().Draw(t, "float32")
	case connect.TypeFloat64:
		return rapid.Float64().Draw(t, "float64")
	case connect.TypeBoolean:
		return rapid.Bool().Draw(t, "boolean")
	case connect.TypeString:
		return rapid.String().Draw(t, "string")
	case connect.TypeBytes:
		return rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(t, "bytes")
	}
	return d.parts(t, s)
}

func (d *drawn) parts(t *rapid.T, s *connect.Schema) any {
	n := rapid.IntRange(0, 3).Draw(t, "size")
	switch s.Type() {
	case connect.TypeArray:
		list := []any{}
		for range n {
			list = append(list, d.element(t, s.ValueSchema()))
		}
		return list
	case connect.TypeMap:
		m := connect.NewMap(n)
		for i := range n {
			m.Put(fmt.Sprintf("k%d", i), d.element(t, s.ValueSchema()))
		}
		return m
	}
	st := connect.NewStruct(s)
	for _, f := range s.Fields() {
		st.SetAt(f.Index, d.value(t, f.Schema))
	}
	return st
}

// element is a value that is in no field: there null stays null.
func (d *drawn) element(t *rapid.T, s *connect.Schema) any {
	if s.IsOptional() && rapid.Bool().Draw(t, "null element") {
		return nil
	}
	return d.value(t, s.WithOptional(false))
}

func TestWhatIsWrittenIsReadBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &drawn{}
		s := d.schema(t, 3)
		v := d.element(t, s)
		o := &options{meta: true, flatten: true}
		n, err := o.fromSchema(s)
		require.NoError(t, err)
		parsed, err := (&parser{}).parse(n.text())
		require.NoError(t, err, n.text())
		require.Equal(t, n.text(), parsed.text(), "what is printed is read as it was")
		w := o.writer(s, n)
		if w.isTombstone(v) {
			return
		}
		data, err := w.top(nil, v)
		require.NoError(t, err)

		unions := 0
		r, err := o.reading(parsed, 0, &unions)
		require.NoError(t, err)
		got, err := r.value(data)
		require.NoError(t, err)
		require.Equal(t, notation.Show(connect.SchemaAndValue{Value: v}), notation.Show(connect.SchemaAndValue{Value: got}))
		if !s.IsOptional() || s.Type() != connect.TypeStruct {
			requireSameSchema(t, s, r.schema)
		}
		for cut := range data {
			_, _ = r.value(data[:cut]) // no panic
		}
	})
}

// requireSameSchema compares but for what fields add: that their default comes of them.
func requireSameSchema(t *rapid.T, want, got *connect.Schema) {
	require.Equal(t, notation.Show(connect.SchemaAndValue{Schema: want}), notation.Show(connect.SchemaAndValue{Schema: got}))
}

func TestValuesWithoutSchemaAreReadBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := schemaless(t, 3)
		data, err := appendAnything(nil, v, 0)
		require.NoError(t, err)
		got, err := readAnything(&input{data: data})
		require.NoError(t, err)
		require.True(t, connect.Equal(v, got), "%v, %v", v, got)
	})
}

func schemaless(t *rapid.T, depth int) any {
	kinds := 8
	if depth == 0 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "boolean")
	case 2:
		return rapid.Int32().Draw(t, "int32")
	case 3:
		return rapid.Int64().Draw(t, "int64")
	case 4:
		return rapid.Float64().Draw(t, "float64")
	case 5:
		return rapid.String().Draw(t, "string")
	case 6:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "size") {
			list = append(list, schemaless(t, depth-1))
		}
		return list
	}
	m := connect.NewMap(0)
	for range rapid.IntRange(0, 3).Draw(t, "size") {
		m.Put(rapid.String().Draw(t, "key"), schemaless(t, depth-1))
	}
	return m
}
