// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJavaFilesAreFoundInAllFolders(t *testing.T) {
	dir := t.TempDir()
	_, err := javaFiles(dir)
	require.ErrorContains(t, err, "no Java files")

	deep := filepath.Join(dir, "io", "longshore")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	var want []string
	for _, file := range []string{filepath.Join(dir, "A.java"), filepath.Join(deep, "B.java")} {
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		want = append(want, file)
	}
	require.NoError(t, os.WriteFile(filepath.Join(deep, "pom.xml"), nil, 0o600))
	got, err := javaFiles(dir)
	require.NoError(t, err)
	require.ElementsMatch(t, want, got)
}

func TestAMissingJDKIsNamed(t *testing.T) {
	t.Setenv("JAVA_HOME", t.TempDir())
	require.ErrorContains(t, jdk(t.Context(), "javac"), "install a JDK 17")
}
