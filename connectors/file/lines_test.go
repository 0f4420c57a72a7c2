// SPDX-License-Identifier: Apache-2.0

package file

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/converters/javatext"
)

type lineAt struct {
	Text string
	End  int64
}

// model is the rule of lines read aloud: one byte after the other, the whole stream known.
func model(data []byte) []lineAt {
	var out []lineAt
	start := 0
	for i := 0; i < len(data); i++ {
		end := i
		switch {
		case data[i] == '\n':
		case data[i] == '\r' && i+1 == len(data):
			continue
		case data[i] == '\r' && data[i+1] == '\n':
			i++
		case data[i] == '\r':
		default:
			continue
		}
		out = append(out, lineAt{javatext.DecodeUTF8(data[start:end]), int64(i + 1)})
		start = i + 1
	}
	return out
}

// split runs the real thing over reads of given sizes.
func split(t require.TestingT, data []byte, from int64, sizes []int) []lineAt {
	l := newLines("a test", from)
	rest := bytes.NewReader(data[from:])
	var out []lineAt
	for i := 0; ; i++ {
		n, err := l.fill(func(p []byte) (int, error) {
			return rest.Read(p[:min(len(p), sizes[i%len(sizes)])])
		})
		if n == 0 {
			require.ErrorIs(t, err, io.EOF)
			assert.Equal(t, int64(len(data)), l.end(), "what was read")
			return out
		}
		for line, ok := l.next(); ok; line, ok = l.next() {
			out = append(out, lineAt{line, l.position})
		}
	}
}

func linesAreThoseOfTheModel(t *rapid.T) {
	alphabet := rapid.SampledFrom([]string{"a", "b", "\n", "\n", "\r", "\r\n", "é", "\xff", "\xe2\x82", "longer text"})
	data := []byte(strings.Join(rapid.SliceOfN(alphabet, 0, 60).Draw(t, "pieces"), ""))
	sizes := rapid.SliceOfN(rapid.IntRange(1, 9), 1, 5).Draw(t, "sizes of reads")
	want := model(data)
	assert.Equal(t, want, split(t, data, 0, sizes))
	if len(want) > 0 {
		done := rapid.IntRange(0, len(want)-1).Draw(t, "lines before the restart")
		var rest []lineAt
		rest = append(rest, want[done+1:]...)
		assert.Equal(t, rest, split(t, data, want[done].End, sizes), "after a restart")
	}
}

func TestLinesAreThoseOfTheModel(t *testing.T) { rapid.Check(t, linesAreThoseOfTheModel) }

func FuzzLines(f *testing.F) { f.Fuzz(rapid.MakeFuzz(linesAreThoseOfTheModel)) }

func TestLines(t *testing.T) {
	tests := []struct {
		name  string
		reads []string
		want  []string
	}{
		{"nothing is no line", nil, nil},
		{"a line without an end waits", []string{"abc"}, nil},
		{"an empty line is a line", []string{"\n\n"}, []string{"", ""}},
		{"all ends may be mixed", []string{"a\nb\r\nc\rd\n"}, []string{"a", "b", "c", "d"}},
		{"a \\r at the end waits", []string{"a\r"}, nil},
		{"a \\r at the end is an end when text follows", []string{"a\r", "b\n"}, []string{"a", "b"}},
		{"\\r and \\n from two reads are one end", []string{"a\r", "\nb\r", "\n"}, []string{"a", "b"}},
		{"\\r\\r\\n is two ends", []string{"a\r\r\nb\n"}, []string{"a", "", "b"}},
		{"\\n\\r is two ends", []string{"a\n\rb\n"}, []string{"a", "", "b"}},
		{"a line may come in pieces", []string{"a", "b", "c\n"}, []string{"abc"}},
		{"a character may come in pieces", []string{"\xc3", "\xa9\n"}, []string{"é"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLines("a test", 0)
			var got []string
			for _, text := range tt.reads {
				_, err := l.fill(func(p []byte) (int, error) { return copy(p, text), nil })
				require.NoError(t, err)
				for line, ok := l.next(); ok; line, ok = l.next() {
					got = append(got, line)
				}
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// The wanted texts are what java.io.InputStreamReader makes of the same bytes.
func TestBytesThatAreNotUTF8AreReplacedAsJavaDoes(t *testing.T) {
	const r = "\uFFFD"
	for in, want := range map[string]string{
		"\xffA": r + "A", "\xe2\x82A": r + "A", "\xe2A": r + "A", "\xf0\x9f\x98": r, "\xed\xa0\x80": r,
		"\xc0\x80": r + r, "\xf0\x80\x80\x80": r + r + r + r, "\xf4\x90\x80\x80": r + r + r + r,
	} {
		data := []byte("good é\n" + in + "\n")
		assert.Equal(t, []lineAt{{"good é", 8}, {want, int64(len(data))}}, split(t, data, 0, []int{100}), "%q", in)
	}
}

func TestALineThatIsTooLongIsRefusedWithItsPlace(t *testing.T) {
	endless := func(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte("x"), len(p))), nil }
	l := newLines("file /data/in.txt", 0)
	l.longest = 1 << 20
	_, err := l.fill(func(p []byte) (int, error) { return copy(p, "short\nx"), nil })
	require.NoError(t, err)
	line, ok := l.next()
	require.True(t, ok)
	require.Equal(t, "short", line)
	for err == nil {
		_, err = l.fill(endless)
	}
	assert.EqualError(t, err, "read file /data/in.txt: the line that starts at byte 6 is longer than 1048576 bytes: "+
		"only text files with shorter lines can be read")
	assert.Len(t, l.rest, 1<<20, "memory that was taken")
}

func TestTheMemoryOfALongLineIsGivenBack(t *testing.T) {
	l := newLines("a test", 0)
	long := strings.Repeat("x", 3*readSize) + "\nshort\n"
	from := strings.NewReader(long)
	for from.Len() > 0 {
		_, err := l.fill(from.Read)
		require.NoError(t, err)
	}
	line, ok := l.next()
	require.True(t, ok)
	require.Len(t, line, 3*readSize)
	_, _ = l.next()
	_, err := l.fill(func([]byte) (int, error) { return 0, nil })
	require.NoError(t, err)
	assert.Len(t, l.rest, readSize)
}

func TestASourceThatWaitsTakesLittleMemory(t *testing.T) {
	l := newLines("a test", 0)
	from := strings.NewReader(strings.Repeat("a line\n", readSize))
	for from.Len() > 0 {
		_, err := l.fill(from.Read)
		require.NoError(t, err)
		for more := true; more; {
			_, more = l.next()
		}
	}
	require.Len(t, l.rest, readSize, "as much as makes reading fast")
	end := l.end()
	for range idleReads + 1 {
		_, err := l.fill(func([]byte) (int, error) { return 0, nil })
		require.NoError(t, err)
	}
	assert.Len(t, l.rest, idleSize)
	assert.Empty(t, l.text)
	assert.Equal(t, end, l.end())

	_, err := l.fill(func(p []byte) (int, error) { return copy(p, "more\n"), nil })
	require.NoError(t, err)
	line, ok := l.next()
	require.True(t, ok)
	assert.Equal(t, "more", line)
}
