// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata" // the zones of the cases, on machines that have none

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden is a pattern with what SimpleDateFormat made of it: see testdata/README.md.
type golden struct {
	Pattern   string   `json:"pattern"`
	Zone      string   `json:"zone"`
	Now       int64    `json:"now"`
	Error     string   `json:"error"`
	Times     []int64  `json:"times"`
	Formatted []string `json:"formatted"`
	Texts     []string `json:"texts"`
	// Parsed are milliseconds, or the text of an error.
	Parsed []json.RawMessage `json:"parsed"`
}

func readGolden(t testing.TB, path string) []golden {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var cases []golden
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var g golden
		require.NoError(t, json.Unmarshal(lines.Bytes(), &g))
		cases = append(cases, g)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, cases)
	return cases
}

func TestPatternsDoWhatTheyDoInJava(t *testing.T) {
	for _, g := range readGolden(t, "testdata/golden.jsonl") {
		check(t, g)
	}
}

func check(t *testing.T, g golden) {
	t.Helper()
	zone, err := time.LoadLocation(g.Zone)
	require.NoError(t, err)
	f, err := New(g.Pattern, zone, time.UnixMilli(g.Now))
	if g.Error != "" {
		assert.EqualError(t, err, g.Error)
		return
	}
	if !assert.NoError(t, err, g.Pattern) {
		return
	}
	for i, ms := range g.Times {
		assert.Equal(t, g.Formatted[i], f.Format(time.UnixMilli(ms)), "%s in %s of %d", g.Pattern, g.Zone, ms)
	}
	for i, text := range g.Texts {
		got, err := f.Parse(text)
		want := ""
		if json.Unmarshal(g.Parsed[i], &want) == nil {
			assert.EqualError(t, err, want, "%s in %s of %q", g.Pattern, g.Zone, text)
			continue
		}
		if assert.NoError(t, err, "%s in %s of %q", g.Pattern, g.Zone, text) {
			assert.Equal(t, string(g.Parsed[i]), strconv.FormatInt(got.UnixMilli(), 10), "%s in %s of %q", g.Pattern, g.Zone, text)
		}
	}
}

// FuzzParse wants no panic, whatever pattern and text are, and that a full pattern reads back what it wrote.
func FuzzParse(f *testing.F) {
	for _, g := range readGolden(f, "testdata/golden.jsonl") {
		f.Add(g.Pattern, "2020-01-02 03:04:05", int64(1577934245678))
	}
	f.Fuzz(func(t *testing.T, pattern, text string, ms int64) {
		ms %= 200_000_000_000_000
		if format, err := New(pattern, time.UTC, time.UnixMilli(0)); err == nil {
			_, _ = format.Parse(text)
			_, _ = format.Parse(format.Format(time.UnixMilli(ms)))
		}
		full, err := New("G yyyy-MM-dd'T'HH:mm:ss.SSSX", time.UTC, time.UnixMilli(0))
		require.NoError(t, err)
		back, err := full.Parse(full.Format(time.UnixMilli(ms)))
		require.NoError(t, err)
		assert.Equal(t, ms, back.UnixMilli())
	})
}
