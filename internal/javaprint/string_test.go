// SPDX-License-Identifier: Apache-2.0

package javaprint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect/internal/javaprint"
)

func TestStringsArePrintedAsJacksonDoes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"HTML is not escaped", `<a href="x">&`, `"<a href=\"x\">&"`},
		{"slashes are not escaped", `/data/in.txt`, `"/data/in.txt"`},
		{"a backslash is", `C:\in`, `"C:\\in"`},
		{"short escapes", "\b\t\n\f\r", `"\b\t\n\f\r"`},
		{"other controls in upper case", "\x00\x1f", `"\u0000\u001F"`},
		{"delete is no control", "\x7f", "\"\x7f\""},
		{"line separators stay", "\u2028", "\"\u2028\""},
		{"umlauts stay", "ä€", `"ä€"`},
		{"beyond U+FFFF a pair is escaped", "😀", `"\uD83D\uDE00"`},
		{"what is not UTF-8 is replaced", "\xff", "\"\uFFFD\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, string(javaprint.AppendJSONString(nil, c.text)))
		})
	}
}
