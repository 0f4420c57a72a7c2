// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEachFolderOfPluginPathCostsOneLine(t *testing.T) {
	dir := t.TempDir()
	missing, empty, full := filepath.Join(dir, "missing"), filepath.Join(dir, "empty"), filepath.Join(dir, "full")
	for _, file := range []string{"empty/readme.txt", "full/one.jar", "full/jdbc/two.JAR", "full/jdbc/lib/three.jar", "full/a/b/c/too/deep.jar", "full/jdbc/notes.txt"} {
		path := filepath.Join(dir, filepath.FromSlash(file))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}
	var out bytes.Buffer
	tellPluginPath([]string{missing, empty, full}, slog.New(slog.NewTextHandler(&out, nil)))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 3, out.String())
	require.Contains(t, lines[0], "cannot be read")
	require.Contains(t, lines[0], missing)
	require.Contains(t, lines[1], "built in")
	require.Contains(t, lines[1], empty)
	require.Contains(t, lines[2], "plugins written in Java are not loaded")
	require.Contains(t, lines[2], "jars=3")
	require.Contains(t, lines[2], full)
}

func TestPluginPathMayNameAJar(t *testing.T) {
	file := filepath.Join(t.TempDir(), "one.jar")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	var out bytes.Buffer
	tellPluginPath([]string{file}, slog.New(slog.NewTextHandler(&out, nil)))
	require.Equal(t, 1, strings.Count(out.String(), "\n"), out.String())
	require.Contains(t, out.String(), "jars=1")
}
