// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

var person = connect.StructOf("person",
	connect.Field("name", connect.String),
	connect.Field("age", connect.OptionalInt32),
	connect.Field("country", connect.String.WithDefault("DE")))

func TestFieldsAreCheckedWhenTheyArePut(t *testing.T) {
	s := connect.NewStruct(person)
	require.NoError(t, s.Put("name", "Ada"))
	require.EqualError(t, s.Put("name", nil), `Invalid value: null used for required field: "name", schema type: STRING`)
	require.EqualError(t, s.Put("age", "old"), `Invalid object for schema with type INT32: string for field: "age"`)
	require.EqualError(t, s.Put("shoe", 1), "shoe is not a valid field name")
	require.NoError(t, s.Put("age", nil))
	require.Panics(t, func() { s.With("age", "old") })
}

func TestMissingValuesAreReadAsTheDefault(t *testing.T) {
	s := connect.NewStruct(person).With("name", "Ada")
	v, err := s.Get("country")
	require.NoError(t, err)
	require.Equal(t, "DE", v)
	v, err = s.GetWithoutDefault("country")
	require.NoError(t, err)
	require.Nil(t, v)
	require.Nil(t, s.At(2))
	v, err = s.Get("name")
	require.NoError(t, err)
	require.Equal(t, "Ada", v)
	_, err = s.Get("shoe")
	require.EqualError(t, err, "shoe is not a valid field name")
	_, err = s.GetWithoutDefault("shoe")
	require.Error(t, err)
}

func TestStructIsValidWhenRequiredFieldsHaveValuesOrDefaults(t *testing.T) {
	require.EqualError(t, connect.NewStruct(person).Validate(), `Invalid value: null used for required field: "name", schema type: STRING`)
	require.NoError(t, connect.NewStruct(person).With("name", "Ada").Validate())
}

func TestStructOfAnotherSchemaDoesNotFit(t *testing.T) {
	outer := connect.StructOf("outer", connect.Field("p", person))
	require.NoError(t, connect.NewStruct(outer).Put("p", connect.NewStruct(person).With("name", "Ada")))
	other := connect.NewStruct(connect.StructOf("person", connect.Field("name", connect.String))).With("name", "Ada")
	require.EqualError(t, connect.NewStruct(outer).Put("p", other), "Struct schemas do not match.")
	require.EqualError(t, connect.NewStruct(outer).Put("p", connect.NewStruct(person)),
		`Invalid value: null used for required field: "name", schema type: STRING`)
}

func TestStructsAreEqualByContent(t *testing.T) {
	ada := func() *connect.Struct { return connect.NewStruct(person).With("name", "Ada") }
	require.True(t, ada().Equal(ada()))
	require.False(t, ada().Equal(ada().With("age", int32(36))))
	require.False(t, ada().Equal(nil))
	require.False(t, ada().Equal(connect.NewStruct(person.WithDoc("d")).With("name", "Ada")))
}

func TestOnlyStructSchemasHaveStructs(t *testing.T) {
	require.PanicsWithValue(t, "connect: NewStruct of a schema of type INT8", func() { connect.NewStruct(connect.Int8) })
}
