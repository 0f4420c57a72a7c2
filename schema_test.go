// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestSchemasAreChangedByCopy(t *testing.T) {
	base := connect.Int32.WithParameter("a", "1")
	changed := connect.Optional(base).WithName("n").WithVersion(3).WithDoc("d").WithParameter("a", "2").WithParameter("b", "3").WithDefault(int32(7))

	require.Equal(t, []connect.Parameter{{Name: "a", Value: "1"}}, base.Parameters())
	require.Equal(t, []connect.Parameter{{Name: "a", Value: "2"}, {Name: "b", Value: "3"}}, changed.Parameters())
	require.False(t, base.IsOptional())
	require.True(t, changed.IsOptional())
	require.Equal(t, "n", changed.Name())
	require.Equal(t, "d", changed.Doc())
	require.Equal(t, int32(7), changed.Default())
	version, ok := changed.Version()
	require.True(t, ok)
	require.Equal(t, 3, version)
	_, ok = base.Version()
	require.False(t, ok)
	value, ok := changed.Parameter("b")
	require.True(t, ok)
	require.Equal(t, "3", value)
	_, ok = changed.Parameter("c")
	require.False(t, ok)
}

func TestSchemasAreEqualByContent(t *testing.T) {
	make := func() *connect.Schema {
		return connect.StructOf("n",
			connect.Field("a", connect.ArrayOf(connect.MapOf(connect.String, connect.OptionalInt64))),
			connect.Field("b", connect.Bytes.WithDefault([]byte{1})),
			connect.Field("c", connect.Int8.WithParameter("x", "1").WithParameter("y", "2"))).WithVersion(2)
	}
	same := make()
	require.True(t, same.Equal(make()))
	require.True(t, connect.Int8.WithParameter("x", "1").WithParameter("y", "2").Equal(connect.Int8.WithParameter("y", "2").WithParameter("x", "1")),
		"the order of parameters does not count")

	for what, other := range map[string]*connect.Schema{
		"nothing":             nil,
		"another type":        connect.Int8,
		"another name":        make().WithName("m"),
		"another version":     make().WithVersion(3),
		"no version":          connect.StructOf("n", make().Fields()...),
		"documentation":       make().WithDoc("d"),
		"optional":            connect.Optional(make()),
		"a parameter":         make().WithParameter("p", "1"),
		"a field less":        connect.StructOf("n", make().Fields()[:2]...).WithVersion(2),
		"a field of another":  connect.StructOf("n", make().Fields()[0], make().Fields()[1], connect.Field("c", connect.Int8)).WithVersion(2),
		"another field name":  connect.StructOf("n", make().Fields()[0], make().Fields()[1], connect.Field("d", make().Fields()[2].Schema)).WithVersion(2),
		"the fields in a row": connect.StructOf("n", make().Fields()[1], make().Fields()[0], make().Fields()[2]).WithVersion(2),
	} {
		require.False(t, same.Equal(other), what)
	}
	require.False(t, connect.Int8.WithDefault(int8(1)).Equal(connect.Int8))
	require.True(t, (*connect.Schema)(nil).Equal(nil))
}

func TestFieldsAreFoundByNameAndKeepTheirOrder(t *testing.T) {
	s := connect.StructOf("n", connect.Field("b", connect.Int8), connect.Field("a", connect.String))
	require.Equal(t, "b", s.Fields()[0].Name)
	require.Equal(t, 1, s.Field("a").Index)
	require.Same(t, connect.String, s.Field("a").Schema)
	require.Nil(t, s.Field("c"))
	require.Nil(t, connect.Int8.Field("a"))
}

func TestFieldsThatCannotBeAreRefused(t *testing.T) {
	for want, fields := range map[string][]connect.SchemaField{
		"fieldName cannot be null.":                               {connect.Field("", connect.Int8)},
		"fieldSchema for field a cannot be null.":                 {connect.Field("a", nil)},
		"Cannot create field because of field name duplication a": {connect.Field("a", connect.Int8), connect.Field("a", connect.Int8)},
	} {
		_, err := connect.NewStructSchema("n", fields)
		require.EqualError(t, err, want)
		require.Equal(t, connect.BadRecord, connect.Classify(err))
		require.PanicsWithError(t, want, func() { connect.StructOf("n", fields...) })
	}
}

func TestSchemasThatCannotBeMadeHaveKafkasClass(t *testing.T) {
	_, noKey := connect.NewMapSchema(nil, connect.Int8)
	_, noValue := connect.NewMapSchema(connect.Int8, nil)
	_, noName := connect.NewStructSchema("n", []connect.SchemaField{connect.Field("", connect.Int8)})
	_, noSchema := connect.NewStructSchema("n", []connect.SchemaField{connect.Field("a", nil)})
	_, noDefault := connect.Int8.TryDefault("x")
	require.EqualError(t, noKey, "keySchema cannot be null.")
	require.EqualError(t, noValue, "valueSchema cannot be null.")
	for _, err := range []error{noKey, noValue, noName, noSchema, noDefault} {
		var named interface{ JavaClass() string }
		require.ErrorAs(t, err, &named)
		require.Equal(t, "org.apache.kafka.connect.errors.SchemaBuilderException", named.JavaClass())
	}
	s, err := connect.NewMapSchema(connect.String, connect.Int8)
	require.NoError(t, err)
	require.True(t, s.Equal(connect.MapOf(connect.String, connect.Int8)))
}

func TestDefaultsMustFit(t *testing.T) {
	_, err := connect.Int8.TryDefault("x")
	require.ErrorContains(t, err, "Invalid default value: Invalid object for schema with type INT8: string for value")
	_, err = connect.Int8.TryDefault(nil)
	require.ErrorContains(t, err, "null used for required value")
	optional, err := connect.OptionalInt8.TryDefault(nil)
	require.NoError(t, err)
	require.Nil(t, optional.Default())
	require.Panics(t, func() { connect.Int8.WithDefault("x") })

	s := connect.StructOf("n", connect.Field("a", connect.OptionalInt8))
	_, err = s.TryDefault(connect.NewStruct(s))
	require.EqualError(t, err, "Invalid default value: Struct schemas do not match.")
	_, err = connect.ArrayOf(s).TryDefault([]any{connect.NewStruct(s)})
	require.NoError(t, err)
}

func TestSchemasNameThemselves(t *testing.T) {
	require.Equal(t, "Schema{INT8}", connect.Int8.String())
	require.Equal(t, "Schema{n:STRUCT}", connect.StructOf("n").String())
	require.Equal(t, "null", (*connect.Schema)(nil).String())
	require.Equal(t, "FLOAT64", connect.TypeFloat64.String())
	require.Equal(t, "TYPE(99)", connect.Type(99).String())
	require.True(t, connect.TypeBytes.Primitive())
	require.False(t, connect.TypeArray.Primitive())
}
