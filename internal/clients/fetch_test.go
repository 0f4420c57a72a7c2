// SPDX-License-Identifier: Apache-2.0

//go:build real

package clients

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/embeddedkafka/filelock"
)

// root is the folder of the project.
var root = filepath.Join("..", "..")

// fetched returns a folder that fetch has filled, in this run or an earlier one with the same recipe.
func fetched(t *testing.T, what, recipe string, fetch func(dir string)) string {
	t.Helper()
	sum := sha256.Sum256([]byte(recipe))
	dir, err := filepath.Abs(filepath.Join(root, ".cache", "clients", what+"-"+hex.EncodeToString(sum[:6])))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	lock, err := filelock.Wait(t.Context(), filepath.Join(dir, "lock"))
	require.NoError(t, err)
	defer func() { _ = lock.Release() }() // what it does not free, the end of the process does

	complete := filepath.Join(dir, "complete")
	if _, err := os.Stat(complete); err != nil {
		t.Logf("fetching the %s clients into %s", what, dir)
		fetch(dir)
		require.NoError(t, os.WriteFile(complete, nil, 0o644))
	}
	return dir
}

// javaClasspath compiles the program of SourceLab's client and says where it, the client and what that needs are.
func javaClasspath(t *testing.T) string {
	t.Helper()
	pom := read(t, "java", "pom.xml")
	jars := filepath.Join(fetched(t, "java", pom, func(dir string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "pom.xml"), []byte(pom), 0o644))
		tool(t, dir, "needs Maven (Debian: apt-get install maven), and the network for the first run",
			"mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib")
	}), "lib", "*")
	classes := t.TempDir()
	tool(t, "java", "needs Java 17 (Debian: apt-get install openjdk-17-jdk)",
		javaTool("javac"), "-encoding", "UTF-8", "-cp", jars, "-d", classes, "SourceLab.java")
	return jars + string(filepath.ListSeparator) + classes
}

// javaTool is a command of the JDK that JAVA_HOME names if that is set, else of the one on the path.
func javaTool(command string) string {
	if home := os.Getenv("JAVA_HOME"); home != "" {
		return filepath.Join(home, "bin", command)
	}
	return command
}

// python is an interpreter that knows the Python clients. Another one than they were installed with gets them anew.
func python(t *testing.T) string {
	t.Helper()
	const needs = "needs Python 3.8 or newer with venv (Debian: apt-get install python3-venv), and the network for the first run"
	requirements, err := filepath.Abs(filepath.Join("python", "requirements.txt"))
	require.NoError(t, err)
	which := tool(t, ".", needs, "python3", "-c", "import sys; print(sys.version, sys.executable)")
	within := filepath.Join("venv", "bin", "python")
	if runtime.GOOS == "windows" {
		within = filepath.Join("venv", "Scripts", "python.exe")
	}
	return filepath.Join(fetched(t, "python", read(t, "python", "requirements.txt")+which, func(dir string) {
		tool(t, dir, needs, "python3", "-m", "venv", "--clear", "venv")
		tool(t, dir, needs, filepath.Join(dir, within), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
			"--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", requirements)
	}), within)
}

// goProgram builds the program of the Go clients, in their own module.
func goProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "clients")
	tool(t, "go", "needs the network for the first run", "go", "build", "-o", program, ".")
	return program
}

// tool runs a command that has to succeed and returns its standard output.
func tool(t *testing.T, dir, needs, command string, args ...string) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), command, args...)
	run.Dir = dir
	var said, complained tail
	run.Stdout, run.Stderr = &said, &complained
	err := run.Run()
	require.NoError(t, err, "%s %v: %s\n%s%s", command, args, needs, &said, &complained)
	return said.String()
}

// tail is the end of what a process has written, enough for the error there.
type tail struct{ text []byte }

func (w *tail) Write(p []byte) (int, error) {
	const most = 8 << 10
	w.text = append(w.text, p...)
	w.text = w.text[max(0, len(w.text)-most):]
	return len(p), nil
}

func (w *tail) String() string { return string(w.text) }

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(text)
}
