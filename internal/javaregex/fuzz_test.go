// SPDX-License-Identifier: Apache-2.0

package javaregex

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzCompile wants a compiled expression or one of the two errors for whatever it is given, never a panic.
func FuzzCompile(f *testing.F) {
	for _, g := range readGolden(f, "testdata/golden.jsonl") {
		f.Add(g.Pattern, "abc-1", "<$1>")
	}
	f.Fuzz(func(t *testing.T, pattern, text, replacement string) {
		r, err := Compile(pattern)
		if err != nil {
			var wrong *SyntaxError
			var refused *UnsupportedError
			require.True(t, errors.As(err, &wrong) || errors.As(err, &refused), "%v", err)
			return
		}
		assert.Equal(t, pattern, r.String())
		r.MatchString(text)
		_, _ = r.ReplaceFirst(text, replacement)
	})
}

func TestARefusalNamesConstructAndPlace(t *testing.T) {
	_, err := Compile("topic-(?!internal).*")
	require.EqualError(t, err, "look-ahead is not supported: expressions are matched without backtracking, near index 6\ntopic-(?!internal).*\n      ^")
}

func TestALoopOfNothingIsRefusedForReplacementsOnly(t *testing.T) {
	r, err := Compile("(a*)*b")
	require.NoError(t, err)
	assert.True(t, r.MatchString("aab"))
	require.Error(t, r.Replaceable())
	_, err = r.ReplaceFirst("aab", "$1")
	require.ErrorContains(t, err, "replacing by a repetition of what can be empty is not supported")
}

func TestADollarBeforeTheLastLineEndIsRefusedForReplacementsOnly(t *testing.T) {
	r, err := Compile("(?s)a.*?$")
	require.NoError(t, err)
	assert.True(t, r.MatchString("ab\n"))
	_, err = r.ReplaceFirst("ab\n", "x")
	require.ErrorContains(t, err, "not supported")
	replaced, err := r.ReplaceFirst("ab", "x")
	require.NoError(t, err)
	assert.Equal(t, "x", replaced)
}
