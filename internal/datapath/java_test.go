// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	_ "embed" // for the Maven file
	"os"
	"os/exec"
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
	jars := kafkatest.Jars(t)
	sources, err := filepath.Glob(filepath.Join("testdata", "java", "io", "longshore", "datapath", "*.java"))
	require.NoError(t, err)
	require.NotEmpty(t, sources)
	require.NoError(t, os.Mkdir(twins, 0o755))
	classes := t.TempDir()
	run(t, "javac", append([]string{"-nowarn", "--release", "17", "-d", classes, "-cp", filepath.Join(jars, "*")}, sources...)...)
	run(t, "jar", "--create", "--file", filepath.Join(twins, "twins.jar"), "-C", classes, ".", "-C", filepath.Join("testdata", "java"), "META-INF")
}

func run(t *testing.T, command string, args ...string) {
	t.Helper()
	if home := os.Getenv("JAVA_HOME"); home != "" {
		command = filepath.Join(home, "bin", command)
	}
	out, err := exec.Command(command, args...).CombinedOutput()
	require.NoError(t, err, "%s: install a JDK 17 (Debian: apt-get install openjdk-17-jdk)\n%s", command, out)
}
