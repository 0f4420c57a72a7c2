// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden is one expression with what java.util.regex made of it: see testdata/README.md.
type golden struct {
	Pattern     string   `json:"pattern"`
	Texts       []string `json:"texts"`
	Replacement *string  `json:"replacement"`
	Error       string   `json:"error"`
	Results     []struct {
		Matches  bool   `json:"matches"`
		Replaced string `json:"replaced"`
		Error    string `json:"error"`
	} `json:"results"`
	// Refused is the construct that is not supported here.
	Refused string `json:"refused"`
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

func TestExpressionsDoWhatTheyDoInJava(t *testing.T) {
	for _, g := range readGolden(t, "testdata/golden.jsonl") {
		check(t, g)
	}
}

func check(t *testing.T, g golden) {
	t.Helper()
	r, err := Compile(g.Pattern)
	var unsupported *UnsupportedError
	switch {
	case g.Error != "":
		assert.EqualError(t, err, g.Error)
		return
	case errors.As(err, &unsupported):
		assert.Equal(t, g.Refused, unsupported.Construct, g.Pattern)
		return
	}
	if !assert.NoError(t, err, g.Pattern) {
		return
	}
	assert.Empty(t, g.Refused, g.Pattern)
	for i, text := range g.Texts {
		checkText(t, g, r, i, text)
	}
}

func checkText(t *testing.T, g golden, r *Regexp, i int, text string) {
	t.Helper()
	want := g.Results[i]
	assert.Equal(t, want.Matches, r.MatchString(text), "%s on %q", g.Pattern, text)
	replacement := "<$0>"
	if g.Replacement != nil {
		replacement = *g.Replacement
	}
	replaced, err := r.ReplaceFirst(text, replacement)
	var unsupported *UnsupportedError
	switch {
	case errors.As(err, &unsupported):
	case want.Error != "":
		assert.EqualError(t, err, want.Error, "%s on %q by %q", g.Pattern, text, replacement)
	default:
		assert.NoError(t, err)
		assert.Equal(t, want.Replaced, replaced, "%s on %q by %q", g.Pattern, text, replacement)
	}
}
