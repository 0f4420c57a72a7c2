// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFolderInUseIsRefusedWithItsHolderAndWhatToDo(t *testing.T) {
	dir := t.TempDir()
	open(t, Config{Dir: dir})
	_, err := Open(Config{Dir: dir})
	require.ErrorContains(t, err, "data folder "+dir+" is in use by process "+strconv.Itoa(os.Getpid()))
	require.ErrorContains(t, err, "stop that one or name another folder")
}

func TestFoldersThatAreNotOursAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ file, content, want string }{
		"somebody's files":       {"thesis.tex", "text", `has "thesis.tex" in it`},
		"a newer layout":         {formatName, `{"format":"longshore embedded kafka","version":2,"clusterId":"x"}`, "has layout version 2, this program knows 1"},
		"another program's file": {formatName, `{"format":"something"}`, "name another folder"},
		"a damaged format file":  {formatName, `{`, "name another folder"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, c.file), []byte(c.content), 0o600))
			_, err := Open(Config{Dir: dir})
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, dir)
		})
	}
}

func TestARefusedFolderIsLeftAsItIs(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.tex"), nil, 0o600))
	_, err := Open(Config{Dir: dir})
	require.Error(t, err)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestWhatAnInterruptedFirstStartLeftIsTakenOver(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{lockName, formatName + tmpSuffix} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("1"), 0o600))
	}
	open(t, Config{Dir: dir})
}

func TestAMissingFolderIsMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	open(t, Config{Dir: dir})
	require.FileExists(t, filepath.Join(dir, formatName))
}

func TestAFolderThatCannotBeMadeIsReported(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := Open(Config{Dir: filepath.Join(file, "below")})
	require.ErrorContains(t, err, "make the data folder")
}

func TestAFailedOpenFreesTheFolder(t *testing.T) {
	dir := t.TempDir()
	b := open(t, Config{Dir: dir})
	require.NoError(t, b.Close())
	meta := filepath.Join(dir, kafkaName, "meta.json")
	good, err := os.ReadFile(meta)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(meta, []byte("{"), 0o600))
	_, err = Open(Config{Dir: dir})
	require.ErrorContains(t, err, "meta.json")
	require.NoError(t, os.WriteFile(meta, good, 0o600))
	open(t, Config{Dir: dir})
}
