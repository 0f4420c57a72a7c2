// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	_ "embed" // for the Maven file
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// debezium is the Maven file of Debezium's transforms.
//
//go:embed testdata/java/pom.xml
var debezium []byte

// javaPlugins returns a plugin.path that has the Java twins and Debezium's transforms.
func javaPlugins(t *testing.T) string {
	t.Helper()
	path := t.TempDir()
	javaTwins(t, filepath.Join(path, "twins"))
	jars, err := kafkatest.FetchPom(t.Context(), "debezium", debezium)
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(filepath.Join(path, "debezium"), os.DirFS(jars)))
	return path
}

// javaTwins compiles the Java twins against the jars of Kafka Connect into a folder.
func javaTwins(t *testing.T, twins string) {
	t.Helper()
	require.NoError(t, os.Mkdir(twins, 0o755))
	require.NoError(t, kafkatest.CompilePlugin(t.Context(), os.DirFS(filepath.Join("testdata", "java")), filepath.Join(twins, "twins.jar")))
}
