// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// The answers are those of Kafka Connect 4.1.0 with the same rules, as it sent them.
func TestHeaderRulesAreOnEveryAnswer(t *testing.T) {
	cfg := Config{AllowOrigin: "*", ResponseHeaders: `set X-Set:one, add X-Set:two, ADD X-Set:three, "add Cache-Control: no-cache, no-store", add Vary:Accept, set Server: mine, add X-Two: a, add X-Two: b`}
	for path, status := range map[string]int{"/connectors": 200, "/nothing": 404, "/connectors//status": 400} {
		resp := dressed(t, cfg, http.MethodGet, path)
		assert.Equal(t, status, resp.status)
		assert.Equal(t, []string{"three"}, resp.header.Values("X-Set"), "only add in this case adds")
		assert.Equal(t, []string{"no-cache, no-store"}, resp.header.Values("Cache-Control"))
		assert.Equal(t, []string{"Origin", "Accept"}, resp.header.Values("Vary"))
		assert.Equal(t, []string{"mine"}, resp.header.Values("Server"))
		assert.Equal(t, []string{"a", "b"}, resp.header.Values("X-Two"))
	}
}

func TestHeaderRulesForTimes(t *testing.T) {
	rules, err := parseHeaderRules("setDate Expires:1, setDate Expires: 3600000, addDate Expires:-1000")
	require.NoError(t, err)
	header := http.Header{}
	for _, rule := range rules {
		rule.apply(header, time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600)))
	}
	assert.Equal(t, []string{"Sun, 01 Mar 2026 12:00:00 GMT", "Sun, 01 Mar 2026 10:59:59 GMT"}, header.Values("Expires"))
}

func TestAnAnswersOwnHeadersComeAfterTheRules(t *testing.T) {
	resp := dressed(t, Config{ResponseHeaders: "set Content-Type:text/plain"}, http.MethodGet, "/connectors")
	assert.Equal(t, "application/json", resp.header.Get("Content-Type"))
}

func TestRulesBetweenCommas(t *testing.T) {
	for text, want := range map[string][]string{
		"":            nil,
		"a,b":         {"a", "b"},
		"a, b ,c":     {"a", "b", "c"},
		`"a,b",c`:     {"a,b", "c"},
		`"a\"b" x,c`:  {`a"b`, "c"},
		`"a`:          {"a"},
		`a"b,c`:       {`a"b`, "c"},
		",a":          {"", "a"},
		"a,,b":        {"a", "", "b"},
		"a,":          {"a"},
		`"",a`:        {"", "a"},
		" , ":         {""},
		"a b  , c\td": {"a b", "c\td"},
	} {
		assert.Equal(t, want, splitQuoted(text), text)
	}
}

func TestHeaderRulesThatAreWrong(t *testing.T) {
	tests := []struct{ name, rules, want string }{
		{"no action", "bad X:y", "Invalid header config action: 'bad'. Expected one of [set, add, setDate, addDate]"},
		{"an action alone", "set", "Invalid format of header config 'set'. Expected: '[action] [header name]:[header value]'"},
		{"no rule", ",", "Invalid format of header config ''. Expected: '[action] [header name]:[header value]'"},
		{"no rule between two", "set A:1,,set B:2", "Invalid format of header config ''. Expected: '[action] [header name]:[header value]'"},
		{"a comma without quotes around the rule", `add Cache-Control: "x, y"`, `Invalid format of header config 'y"'. Expected: '[action] [header name]:[header value]'`},
		{"no value", "set X", "Invalid format of header name and header value pair 'X'. Expected: '[header name]:[header value]'"},
		{"an empty value", "set X:", "Invalid format of header name and header value pair 'X:'. Expected: '[header name]:[header value]'"},
		{"two colons", "set X:y:z", "Invalid format of header name and header value pair 'X:y:z'. Expected: '[header name]:[header value]'"},
		{"a name with a blank", "set X Y:z", "Invalid header name 'X Y'. The '[header name]' cannot contain whitespace"},
		{"no name", "set :z", "Invalid header name ''. The '[header name]' cannot contain whitespace"},
		{"a name that HTTP has not", "set X(:z", "the header name 'X(' has letters that HTTP does not allow there"},
		{"a value that would end the header", "set X:a\rb", "a header value cannot contain control characters"},
		{"no number", "setDate Expires:soon", "the value 'soon' of setDate is no number of milliseconds"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Config{ResponseHeaders: tt.rules}.Check()
			var wrong *connect.ConfigError
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, connect.ConfigError{Key: "response.http.headers.config", Value: tt.rules, Reason: tt.want}, *wrong)
		})
	}
}

func TestHeaderRulesThatAreGood(t *testing.T) {
	for rules, want := range map[string]headerRule{
		"set X-A: b":        {name: "X-A", value: "b"},
		"SET x:y":           {name: "x", value: "y"},
		"set X: a b c":      {name: "X", value: "a b c"},
		`"set X:a`:          {name: "X", value: "a"},
		"set X :y":          {name: "X", value: "y"},
		"set X:y:":          {name: "X", value: "y:"},
		"set  X:y,":         {name: "X", value: "y"},
		"addDate Expires:5": {name: "Expires", value: "5", add: true, date: true, offset: 5},
	} {
		got, err := parseHeaderRules(rules)
		require.NoError(t, err, rules)
		assert.Equal(t, []headerRule{want}, got, rules)
	}
}
