// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestVariablesAreReadAsKafkaReadsThem(t *testing.T) {
	type want struct{ provider, path, key string }
	for name, c := range map[string]struct {
		text string
		want []want
	}{
		"plain text has none":                     {"secret", nil},
		"a name alone is none":                    {"${topic}-${timestamp}", nil},
		"provider and key":                        {"${env:HOME}", []want{{"env", "", "HOME"}}},
		"provider, path and key":                  {"${file:/a/b.properties:k}", []want{{"file", "/a/b.properties", "k"}}},
		"an empty path":                           {"${env::HOME}", []want{{"env", "", "HOME"}}},
		"a key may have colons":                   {"${file:/a:b:c:d}", []want{{"file", "/a", "b:c:d"}}},
		"all parts may be empty":                  {"${:}", []want{{"", "", ""}}},
		"the path of Windows ends at its colon":   {`${file:C:\a:k}`, []want{{"file", "C", `\a:k`}}},
		"several, with text between":              {"a${x:1}b${y:p:2}c", []want{{"x", "", "1"}, {"y", "p", "2"}}},
		"the first brace ends it":                 {"${x:${y:1}}", []want{{"x", "${y", "1"}}},
		"one that has no end begins an other":     {"${x ${y:1}", []want{{"x ${y", "", "1"}}},
		"a dollar in front changes nothing":       {"$${x:1}", []want{{"x", "", "1"}}},
		"a line break may be in it":               {"${x:p\nq:1}", []want{{"x", "p\nq", "1"}}},
		"without its brace at the end it is none": {"${x:1", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []want
			for _, v := range variablesOf(c.text) {
				got = append(got, want{v.provider, v.path, v.key})
			}
			require.Equal(t, c.want, got)
			require.Equal(t, len(c.want) > 0, HasVariables(c.text))
		})
	}
}

func TestWhatIsNotReplacedStaysByteForByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"$", "{", "}", ":", "${", "a", "é", "\n", "${a:b}", "${a:p:b}", "\xff"})).Draw(t, "parts")
		text := strings.Join(parts, "")
		require.Equal(t, text, replace(text, func(variable, string) (string, bool) { return "", false }))
		same := replace(text, func(_ variable, written string) (string, bool) { return written, true })
		require.Equal(t, text, same)
	})
}
