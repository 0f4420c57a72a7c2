// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestMain(m *testing.M) {
	code := kafkatest.Main(m)
	if err := errors.Join(goleak.Find(), os.RemoveAll(built.dir)); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// built is where the binaries of this run are.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// binary returns the path of a command of cmd/, built from the working tree unless LONGSHORE_COMPAT_BIN has it.
func binary(t *testing.T, command string) string {
	t.Helper()
	if dir := os.Getenv("LONGSHORE_COMPAT_BIN"); dir != "" {
		return filepath.Join(dir, command)
	}
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "longshore-compat-"); built.err != nil { //nolint:usetesting // of all tests, TestMain removes it
			return
		}
		build := exec.Command("go", "build", "-o", built.dir+string(filepath.Separator), "./cmd/connect-distributed", "./cmd/connect-standalone")
		build.Dir = filepath.Join("..", "..")
		if out, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("build the commands: %w\n%s", err, out)
		}
	})
	require.NoError(t, built.err)
	return filepath.Join(built.dir, command)
}
