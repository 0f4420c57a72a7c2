// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// What is accepted, and as what, was tried out with the Jackson of Kafka Connect 4.1.
func TestDecodeConfig(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"texts stay", `{"a":"x y","":""}`, `{"":"","a":"x y"}`},
		{"numbers keep the way they were written", `{"a":1.50,"b":1e5,"c":-0,"d":123456789012345678901234567890}`,
			`{"a":"1.50","b":"1e5","c":"-0","d":"123456789012345678901234567890"}`},
		{"booleans become texts and null stays", `{"a":true,"b":false,"c":null}`, `{"a":"true","b":"false","c":null}`},
		{"the last of two values counts", `{"a":1,"a":2}`, `{"a":"2"}`},
		{"what follows is not read", `{"a":1} x`, `{"a":"1"}`},
		{"escapes are read", `{"\u0061":"\u00e4\n"}`, `{"a":"ä\n"}`},
		{"white space is not counted", " \n{ \"a\" :\t1 }\n", `{"a":"1"}`},
		{"an empty object", `{}`, `{}`},
		{"a byte order mark is skipped", "\ufeff{\"a\":1}", `{"a":"1"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, err := DecodeConfig([]byte(tt.body))
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(encode(config)))
		})
	}
}

func TestDecodeConfigSaysWhatIsWrongAndWhere(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"an object as value", `{"a":{}}`, `The value of "a" must be a string, a number, a boolean or null, not an object (line 1, column 6)`},
		{"an array on another line", "{\n  \"ä\": 1, \"b\": [1]}", `The value of "b" must be a string, a number, a boolean or null, not an array (line 2, column 16)`},
		{"an array", `[]`, `The request body must be a JSON object, not an array (line 1, column 1)`},
		{"a number", ` 17`, `The request body must be a JSON object, not a number (line 1, column 2)`},
		{"null", `null`, `The request body must be a JSON object, not null (line 1, column 1)`},
		{"nothing", " \n", `The request body is empty: a JSON object was expected`},
		{"an end too early", `{"a":1`, `The request body is not valid JSON: it ends within a value (line 1, column 7)`},
		{"a comma too many", `{"a":1,}`, `The request body is not valid JSON: invalid character '}' looking for beginning of object key string (line 1, column 8)`},
		{"no quotes on the second line", "\n{a:1}", `The request body is not valid JSON: invalid character 'a' looking for beginning of object key string (line 2, column 2)`},
		{"a zero in front", `{"a":01}`, `The request body is not valid JSON: invalid character '1' after object key:value pair (line 1, column 7)`},
		{"a tab in a string", "{\"a\":\"x\ty\"}", `The request body is not valid JSON: invalid character '\t' in string literal (line 1, column 8)`},
		{"not UTF-8", "{\"ä\":\"\xff\"}", `The request body is not valid UTF-8 (line 1, column 7)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := DecodeConfig([]byte(tt.body))
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestABodyIsOneValue(t *testing.T) {
	const wrong = "The request body is not valid JSON: something follows the value "
	tests := []struct{ name, body, want string }{
		{"another object", "{}\n {}", wrong + "(line 2, column 2)"},
		{"what is no JSON", `{"ä":1}x`, wrong + "(line 1, column 8)"},
		{"a bracket too many", `{}}`, wrong + "(line 1, column 3)"},
		{"behind a byte order mark", "\ufeff{} ,", wrong + "(line 1, column 4)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodeConfig([]byte(tt.body))
			require.EqualError(t, err, tt.want)
			_, err = DecodeCreate([]byte(tt.body))
			require.EqualError(t, err, tt.want)
			_, err = DecodeConfig([]byte(tt.body))
			require.NoError(t, err, "a file may have more in it")
		})
	}
	_, err := decodeConfig([]byte("{} \t\r\n"))
	require.NoError(t, err)
}

func TestDecodeCreate(t *testing.T) {
	paused := connect.TargetPaused
	tests := []struct {
		name, body string
		want       connect.CreateRequest
	}{
		{"all fields", `{"name":"a","config":{"b":1},"initial_state":"pAused"}`,
			connect.CreateRequest{Name: "a", Config: connect.Raw(map[string]string{"b": "1"}), InitialState: &paused}},
		{"the name is not trimmed here", `{"name":" a ","config":{}}`, connect.CreateRequest{Name: " a ", Config: connect.RawConfig{}}},
		{"a number as name", `{"name":1,"config":{}}`, connect.CreateRequest{Name: "1", Config: connect.RawConfig{}}},
		{"nulls", `{"name":null,"config":{},"initial_state":null}`, connect.CreateRequest{Config: connect.RawConfig{}}},
		{"the last of two fields counts", `{"name":"a","name":null,"config":{"x":1},"config":{"y":2}}`,
			connect.CreateRequest{Config: connect.Raw(map[string]string{"y": "2"})}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			create, err := DecodeCreate([]byte(tt.body))
			require.NoError(t, err)
			assert.Equal(t, tt.want, create)
		})
	}
}

func TestDecodeCreateSaysWhatIsWrongAndWhere(t *testing.T) {
	const fields = `: a connector is created from "name", "config" and "initial_state"`
	tests := []struct{ name, body, want string }{
		{"an unknown field", `{"name":"x","extra":1}`, `Unrecognized field "extra"` + fields + ` (line 1, column 21)`},
		{"the case of a field counts", `{"Name":"x"}`, `Unrecognized field "Name"` + fields + ` (line 1, column 9)`},
		{"no config", `{"name":"x"}`, `The field "config" is missing: it must be a JSON object with the connector's configuration (line 1, column 1)`},
		{"config null", `{"config":null}`, `The field "config" is missing: it must be a JSON object with the connector's configuration (line 1, column 1)`},
		{"config of another type", `{"config":"x"}`, `The field "config" must be a JSON object, not a string (line 1, column 11)`},
		{"a bad value in the config", `{"config":{"a":[]}}`, `The value of "a" must be a string, a number, a boolean or null, not an array (line 1, column 16)`},
		{"a name that is an object", `{"name":{}}`, `The field "name" must be a string, a number, a boolean or null, not an object (line 1, column 9)`},
		{"an unknown state", `{"initial_state":"bad"}`, `initial_state "bad" is not known: it must be RUNNING, PAUSED or STOPPED (line 1, column 18)`},
		{"a state that is a list", `{"initial_state":[]}`, `The field "initial_state" must be a string, a number, a boolean or null, not an array (line 1, column 18)`},
		{"an array", `[]`, `The request body must be a JSON object, not an array (line 1, column 1)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := DecodeCreate([]byte(tt.body))
			require.EqualError(t, err, tt.want)
		})
	}
}
