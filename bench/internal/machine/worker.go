// SPDX-License-Identifier: Apache-2.0

package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// stopLimit is how long our worker may take to end after SIGTERM.
const stopLimit = 30 * time.Second

// BuildWorker builds our worker as releases are built, into a folder, and returns the path of the command.
func BuildWorker(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "connect-distributed")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "github.com/longshore-io/connect/cmd/connect-distributed")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the worker: %w\n%s", err, out)
	}
	return binary, nil
}

// FreeAddress is a free port of the loopback interface, host:port. Nobody holds it until somebody listens there.
func FreeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// WriteProperties writes a worker's properties file.
func WriteProperties(file string, props map[string]string) error {
	var text bytes.Buffer
	for _, key := range slices.Sorted(maps.Keys(props)) {
		fmt.Fprintf(&text, "%s=%s\n", key, props[key])
	}
	return os.WriteFile(file, text.Bytes(), 0o600)
}

// End stops a process by SIGTERM, and by SIGKILL if that takes too long. The channel is closed when it has ended and was waited for. An
// exit code other than 0 is an error.
func End(cmd *exec.Cmd, exited <-chan struct{}) error {
	late := time.AfterFunc(stopLimit, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-exited
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("end of %s: %s", filepath.Base(cmd.Path), cmd.ProcessState)
	}
	return nil
}
