// SPDX-License-Identifier: Apache-2.0

package javaprint_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// Every byte is put into every place of a text of three words of eight bytes, before bytes that need attention and after.
func TestPlainTextEndsAtTheFirstByteThatNeedsAttention(t *testing.T) {
	for c := range 256 {
		needs := c < 0x20 || c == '"' || c == '\\' || c >= 0x80
		for at := range 24 {
			for _, follows := range []byte{'a', 0, '"', 0xff} {
				text := []byte(strings.Repeat("~", 24))
				text[at] = byte(c)
				want := len(text)
				if at+1 < len(text) && follows != 'a' {
					text[at+1] = follows
					want = at + 1
				}
				if needs {
					want = at
				}
				require.Equal(t, want, javaprint.PlainEnd(text, 0), "byte %#x at %d", c, at)
				require.Equal(t, want, javaprint.PlainEnd(string(text), min(at, 3)), "byte %#x at %d", c, at)
			}
		}
	}
}

func BenchmarkAppendJSONString(b *testing.B) {
	for name, text := range map[string]string{
		"a word": "shipped", "a kilobyte": strings.Repeat("A plain sentence of an article. ", 32),
		"a kilobyte with escapes": strings.Repeat("\"Zwölf Boxkämpfer\" jagen\nViktor\tquer über den Deich. ", 18),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			out := make([]byte, 0, 2048)
			for b.Loop() {
				out = javaprint.AppendJSONString(out[:0], text)
			}
		})
	}
}
