// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/drawn"
	"github.com/longshore-io/connect/converters/notation"
)

// schemas makes schemas with names that are used once, as one name may stand for one type only.
type schemas struct{ names int }

var leaves = drawn.Primitives(2)

// In a field null is written as the default.
var values = &drawn.Values{NullIsDefault: true}

func (d *schemas) schema(t *rapid.T, depth int) *connect.Schema {
	kinds := 16
	if depth == 0 {
		kinds = len(leaves)
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
		s = leaves[i]
		if s.Name() == "" && rapid.Bool().Draw(t, "named") {
			s = s.WithName("n.N").WithVersion(3).WithDoc("doc \"\u00fc\"").WithParameter("p", "v")
		}
		if rapid.IntRange(0, 3).Draw(t, "default") == 0 {
			s = s.WithDefault(values.Present(t, s))
		}
	}
	return s.WithOptional(rapid.Bool().Draw(t, "optional"))
}

func (d *schemas) structure(t *rapid.T, depth int) *connect.Schema {
	d.names++
	var fields []connect.SchemaField
	name := fmt.Sprintf("a.b%d.R%d", d.names%2, d.names)
	for i := range rapid.IntRange(0, 4).Draw(t, "fields") {
		fields = append(fields, connect.Field(fmt.Sprintf("f%d", i), d.schema(t, depth-1)))
	}
	return connect.StructOf(name, fields...)
}

func TestWhatIsWrittenIsReadBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &schemas{}
		s := d.schema(t, 3)
		v := values.Of(t, s)
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
		require.True(t, connect.Equal(v, got), "wrote %v, read %v", v, got)
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
