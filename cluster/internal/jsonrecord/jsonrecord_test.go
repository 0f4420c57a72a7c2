// SPDX-License-Identifier: Apache-2.0

package jsonrecord_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/internal/jsonrecord"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, value  string
		undecodable  bool
		wrong, isNil bool
	}{
		{name: "an object", value: ` {"a":1} `},
		{name: "null is a tombstone", value: " null\n", isNil: true},
		{name: "an array is no object", value: `[1]`, wrong: true},
		{name: "a string is no object", value: `"x"`, wrong: true},
		{name: "nothing is not JSON", value: "", undecodable: true},
		{name: "half an object is not JSON", value: `{"a":`, undecodable: true},
		{name: "more than one value is not JSON", value: `{} {}`, undecodable: true},
		{name: "what is not UTF-8 is not JSON", value: "{\"a\":\"\xff\"}", undecodable: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			object, err := jsonrecord.Parse([]byte(c.value))
			assert.Equal(t, c.undecodable || c.wrong, err != nil)
			if c.undecodable {
				assert.ErrorIs(t, err, jsonrecord.ErrUndecodable)
			} else {
				assert.NotErrorIs(t, err, jsonrecord.ErrUndecodable)
			}
			assert.Equal(t, err != nil || c.isNil, object == nil)
		})
	}
	object, err := jsonrecord.Parse(nil)
	require.NoError(t, err)
	assert.Nil(t, object)
}

func TestFieldsOfOtherTypesAreNotThere(t *testing.T) {
	o, err := jsonrecord.Parse([]byte(`{"s":"x","n":7,"f":1.5,"big":99999999999,"neg":-1,"t":true,"null":null,"o":{"a":"b"},"l":[]}`))
	require.NoError(t, err)
	for _, field := range []string{"n", "t", "null", "o", "l", "missing"} {
		_, ok := o.String(field)
		assert.False(t, ok, "String of %s", field)
	}
	for _, field := range []string{"s", "f", "t", "null", "o", "l", "missing"} {
		_, ok := o.Int(field)
		assert.False(t, ok, "Int of %s", field)
	}
	for _, field := range []string{"big", "neg", "f"} {
		_, ok := o.Count(field)
		assert.False(t, ok, "Count of %s", field)
	}
	for _, field := range []string{"s", "n", "t", "null", "l", "missing"} {
		_, ok := o.Object(field)
		assert.False(t, ok, "Object of %s", field)
	}
	for field, want := range map[string]bool{"s": true, "null": true, "missing": true, "n": false, "o": false} {
		_, ok := o.Nullable(field)
		assert.Equal(t, want, ok, "Nullable of %s", field)
	}
	assert.True(t, o.Bool("t"))
	assert.False(t, o.Bool("s"))
	_, ok := o.Strings()
	assert.False(t, ok, "objects and arrays are no strings")
}

func TestStringsKeepNullsAndTakeScalarsByTheirText(t *testing.T) {
	o, err := jsonrecord.Parse([]byte(`{"s":"x\ny","n":1.50,"b":false,"null":null}`))
	require.NoError(t, err)
	got, ok := o.Strings()
	require.True(t, ok)
	text, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, `{"s":"x\ny","n":"1.50","b":"false","null":null}`, string(text))
}

func TestTaskID(t *testing.T) {
	for _, c := range []struct {
		name, key, connector string
		task                 int
		ok                   bool
	}{
		{"a plain name", "src-0", "src", 0, true},
		{"a name with dashes", "a-b-c-12", "a-b-c", 12, true},
		{"a name that ends with a dash", "a--1", "a-", 1, true},
		{"a name with a number at its end", "a-7-3", "a-7", 3, true},
		{"a name with spaces", " a b -3", " a b ", 3, true},
		{"no dash", "src", "", 0, false},
		{"no number", "src-x", "", 0, false},
		{"nothing after the dash", "src-", "", 0, false},
		{"greater than an int", "src-2147483648", "", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			name, task, ok := jsonrecord.TaskID(c.key)
			assert.Equal(t, c.ok, ok)
			if c.ok {
				assert.Equal(t, c.connector, name)
				assert.Equal(t, c.task, task)
			}
		})
	}
}
