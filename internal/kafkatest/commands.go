// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// built is where the commands are that this process has built; Main removes it.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// Command returns the path of connect-distributed or connect-standalone, built once in a test process from the working tree. The
// package's TestMain must call Main.
func Command(t testing.TB, name string) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "longshore-commands-"); built.err != nil { //nolint:usetesting // of all tests, Main removes it
			return
		}
		const commands = "github.com/longshore-io/connect/cmd/"
		build := exec.Command("go", "build", "-o", built.dir+string(filepath.Separator), commands+"connect-distributed", commands+"connect-standalone")
		if out, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("build the commands: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, name)
}

// FreeAddress asks the kernel for a port of the loopback interface. Nobody holds it until somebody listens there.
func FreeAddress(t testing.TB) string {
	t.Helper()
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort(loopback, fmt.Sprint(ports[0]))
}

// Eventually calls check, at once and then every so often, until it returns nil; after the limit it returns check's last error.
// It stays on the goroutine of the caller, so that check may fail a test at once.
func Eventually(limit, every time.Duration, check func() error) error {
	late := time.NewTimer(limit)
	defer late.Stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := check()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-late.C:
			return fmt.Errorf("after %s: %w", limit, err)
		}
	}
}
