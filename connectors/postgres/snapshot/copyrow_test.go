// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// escape writes a row as PostgreSQL does.
func escape(fields [][]byte) []byte {
	var out []byte
	for i, field := range fields {
		if i > 0 {
			out = append(out, '\t')
		}
		if field == nil {
			out = append(out, `\N`...)
			continue
		}
		for _, c := range field {
			if at := bytes.IndexByte([]byte("\b\f\n\r\t\v\\"), c); at >= 0 {
				out = append(out, '\\', `bfnrtv\`[at])
				continue
			}
			out = append(out, c)
		}
	}
	return out
}

func TestARowIsSplitIntoWhatWasPutIn(t *testing.T) {
	t.Parallel()
	field := rapid.Custom(func(t *rapid.T) []byte {
		if rapid.Bool().Draw(t, "null") {
			return nil
		}
		text := rapid.SliceOf(rapid.SampledFrom([]byte("aN\\\b\f\n\r\t\vü0"))).Draw(t, "text")
		return append([]byte{}, text...)
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(field, 1, 6).Draw(t, "fields")
		got := make([][]byte, len(want))
		require.NoError(t, splitRow(escape(want), got))
		require.Equal(t, want, got)
	})
}

func TestARowOfAnotherLengthIsRefused(t *testing.T) {
	t.Parallel()
	assert.ErrorContains(t, splitRow([]byte("a\tb"), make([][]byte, 3)), "it has 2 columns, and should have 3")
	assert.ErrorContains(t, splitRow([]byte("a\tb"), make([][]byte, 1)), "more than 1 columns")
	assert.NoError(t, splitRow(nil, make([][]byte, 1)))
}

func TestFieldsOfARowWithoutEscapesAreNotCopied(t *testing.T) {
	line := []byte("12\tabc\t\\N\tx")
	fields := make([][]byte, 4)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if splitRow(line, fields) != nil {
			t.Fail()
		}
	}))
	assert.Same(t, &line[0], &fields[0][0])
	assert.Nil(t, fields[2])
}

func FuzzARowIsSplitOrRefused(f *testing.F) {
	f.Add([]byte(`a\tb	\N	\\`), 3)
	f.Add([]byte(`\`), 1)
	f.Fuzz(func(t *testing.T, line []byte, n int) {
		if n < 1 || n > 100 {
			return
		}
		fields := make([][]byte, n)
		if splitRow(bytes.Clone(line), fields) != nil {
			return
		}
		size := 0
		for _, field := range fields {
			size += len(field)
		}
		assert.LessOrEqual(t, size+n-1, len(line))
	})
}

// lines keeps copies of the lines that a reader gets.
func TestLinesAreWholeHoweverTheyCome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.StringMatching(`[a-c]*`)).Draw(t, "lines")
		var all []byte
		for _, line := range want {
			all = append(append(all, line...), '\n')
		}
		var got []string
		split := lineSplitter{take: func(line []byte) error { got = append(got, string(line)); return nil }}
		for len(all) > 0 {
			n := rapid.IntRange(1, len(all)).Draw(t, "n")
			_, err := split.Write(all[:n])
			require.NoError(t, err)
			all = all[n:]
		}
		require.Equal(t, append([]string{}, want...), append([]string{}, got...))
	})
}
