// SPDX-License-Identifier: Apache-2.0

package javaproperties

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPropertiesAreReadAsJavaReadsThem(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want map[string]string
	}{
		"comments and empty lines are left out":     {"# a\n! b\n\na=1\n", map[string]string{"a": "1"}},
		"colon, blank and equals sign separate":     {"a:1\nb 2\nc = 3\n", map[string]string{"a": "1", "b": "2", "c": "3"}},
		"variables stay as they are":                {"a=${env:HOME}\nb=${a}\n", map[string]string{"a": "${env:HOME}", "b": "${a}"}},
		"a variable may name its own key":           {"a=${a}\n", map[string]string{"a": "${a}"}},
		"the last of two values counts":             {"a=1\na=2\n", map[string]string{"a": "2"}},
		"a line goes on after a backslash":          {"a=1,\\\n   2\n", map[string]string{"a": "1,2"}},
		"also where lines end as on Windows":        {"a=1,\\\r\n   2\r\nb=3\r\n", map[string]string{"a": "1,2", "b": "3"}},
		"a backslash escapes":                       {`a=C\:\\kafka\tx` + "\n", map[string]string{"a": "C:\\kafka\tx"}},
		"a backslash before another letter is lost": {`a=\d+` + "\n", map[string]string{"a": "d+"}},
		"unicode escapes are read":                  {`a=\u00e9` + "\n", map[string]string{"a": "é"}},
		"text is UTF-8":                             {"a=é\n", map[string]string{"a": "é"}},
		"what is not UTF-8 is ISO 8859-1":           {"a=\xe9\n", map[string]string{"a": "é"}},
		"a byte order mark is no part of a key":     {"\xef\xbb\xbfa=1\n", map[string]string{"a": "1"}},
		"a key without a value has an empty one":    {"a=\nb\n", map[string]string{"a": "", "b": ""}},
		"an equals sign may be in a value":          {"sasl.jaas.config=x required username=\"u\" password=\"p=\";\n", map[string]string{"sasl.jaas.config": `x required username="u" password="p=";`}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse([]byte(c.text))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestWhatIsNoPropertiesFileIsRefused(t *testing.T) {
	_, err := Parse([]byte(`a=\u00zz` + "\n"))
	require.ErrorContains(t, err, "invalid unicode literal")
}
