// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLinesHaveTheirLengthAndDiffer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lines")
	require.NoError(t, writeLines(path, 300))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		require.Len(t, line, lineBytes)
		seen[line[10:]] = true
	}
	require.Len(t, seen, 95, "what follows the number differs from line to line")

	got, err := fileContent(path)
	require.NoError(t, err)
	require.EqualValues(t, 300, got.records)
	require.EqualValues(t, 300*(lineBytes-1), got.bytes)
}

func TestWrongOutputsAreFound(t *testing.T) {
	of := func(lines ...string) (c content) {
		for _, line := range lines {
			c.add([]byte(line))
		}
		return c
	}
	want := of("one", "two", "three")
	require.NoError(t, want.differs(of("one", "two", "three")))
	for name, wrong := range map[string]content{
		"missing": of("one", "two"), "twice": of("one", "two", "three", "three"), "another order": of("two", "one", "three"),
		"another text": of("one", "twp", "three"), "another border": of("on", "etwo", "three"),
	} {
		require.ErrorContains(t, want.differs(wrong), "the output is wrong", name)
	}
}

func TestAFileWithoutAnEndOfLineIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "half")
	require.NoError(t, os.WriteFile(path, []byte("one\ntw"), 0o600))
	_, err := fileContent(path)
	require.ErrorContains(t, err, "half")
}

func TestTheNumberThatDiffersIsTakenOut(t *testing.T) {
	same := withoutNumber("at")
	for in, want := range map[string]string{
		`{"at":{"x":1},"payload":{"line":"a","at":1764000000123,"from":"b"}}`: `{"at":{"x":1},"payload":{"line":"a","at":0,"from":"b"}}`,
		`{"at":5}`:      `{"at":0}`,
		`{"at":12`:      `{"at":0`,
		`{"from":"at"}`: `{"from":"at"}`,
	} {
		given := []byte(in)
		require.Equal(t, want, string(same(given)))
		require.Equal(t, in, string(given), "what was given is left alone")
	}
}

func TestAGrowingFileIsCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	complete := hasLines(path, 3)
	for _, step := range []struct {
		text string
		want bool
	}{{"", false}, {"one\ntw", false}, {"o\n", false}, {"three\n", true}} {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		require.NoError(t, err)
		_, err = f.WriteString(step.text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		done, err := complete(t.Context())
		require.NoError(t, err)
		require.Equal(t, step.want, done, "after %q", step.text)
	}
	require.NoError(t, os.WriteFile(path, []byte("one\ntwo\nthree\nfour\n"), 0o600))
	_, err := complete(t.Context())
	require.ErrorContains(t, err, "more than 3")
}

func TestAFileThatIsNotThereYetIsNotComplete(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	for _, complete := range []func() (bool, error){
		func() (bool, error) { return hasLines(path, 1)(t.Context()) },
		func() (bool, error) { return hasSize(path, 1)(t.Context()) },
	} {
		done, err := complete()
		require.NoError(t, err)
		require.False(t, done)
	}
	require.NoError(t, os.WriteFile(path, []byte("xy"), 0o600))
	done, err := hasSize(path, 2)(t.Context())
	require.NoError(t, err)
	require.True(t, done)
	_, err = hasSize(path, 1)(t.Context())
	require.ErrorContains(t, err, "more than 1")
}
