// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWithoutJavaOrMavenTheErrorIsOneLineThatSaysWhatToInstall(t *testing.T) {
	t.Setenv("JAVA_HOME", "")
	t.Setenv("PATH", t.TempDir())
	_, err := FetchJars(t.Context())
	require.ErrorIs(t, err, errTools)
	require.NotContains(t, err.Error(), "\n")

	_, err = fetchInto(t.Context(), t.TempDir(), pom)
	require.ErrorIs(t, err, errTools)
}

func TestJarsInTheCacheNeedNoMaven(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "jars"), 0o755))
	jars, err := fetchInto(t.Context(), dir, pom)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "jars"), jars)
}

func TestAnInterruptedFetchLeavesNothingThatLooksComplete(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "mvn"), []byte("#!/bin/sh\nmkdir lib\necho no network >&2\nexit 1\n"), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	_, err := fetchInto(t.Context(), dir, pom)
	require.ErrorContains(t, err, "no network")
	require.NoDirExists(t, filepath.Join(dir, "jars"))
	left, err := filepath.Glob(filepath.Join(dir, "fetch-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestJavaVersionsAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		out  string
		want int
		err  bool
	}{
		"openjdk 17":      {out: "openjdk version \"17.0.15\" 2025-04-15\nmore", want: 17},
		"oracle 21":       {out: "java version \"21\" 2023-09-19 LTS", want: 21},
		"java 8":          {out: "openjdk version \"1.8.0_392\"", want: 1},
		"something else":  {out: "command not found", err: true},
		"nothing printed": {out: "", err: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseJavaVersion(c.out)
			require.Equal(t, c.err, err != nil)
			require.Equal(t, c.want, got)
		})
	}
}

func TestTopicsAreLegalAndDifferent(t *testing.T) {
	t.Run("with spaces/and (signs)", func(t *testing.T) {
		a, b := Topic(t), Topic(t)
		require.NotEqual(t, a, b)
		require.Regexp(t, `^[a-z0-9._-]{1,249}$`, a)
	})
	t.Run(strings.Repeat("long", 100), func(t *testing.T) {
		require.LessOrEqual(t, len(Topic(t)), 249)
	})
}

func TestTailKeepsTheEnd(t *testing.T) {
	require.Equal(t, "short", tail([]byte(" short\n")))
	require.Len(t, tail([]byte(strings.Repeat("x", 10000))), 4<<10)
}
