// SPDX-License-Identifier: Apache-2.0

package filelock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// ErrHeld says that another open file holds the lock, mostly that of another process.
var ErrHeld = errors.New("lock is held")

// pollEvery is how often Wait tries again; there is no portable way to be told.
const pollEvery = 100 * time.Millisecond

// Lock is a file that is locked until Release or the end of the process.
type Lock struct{ f *os.File }

// TryAcquire locks the file at path, which is created if it is missing, and writes the id of this process into it. The error
// wraps ErrHeld when somebody else has it; Holder then tells who.
func TryAcquire(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	if err := lockFile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	if err := writePID(f); err != nil {
		return nil, errors.Join(fmt.Errorf("write process id to %s: %w", path, err), f.Close())
	}
	return &Lock{f}, nil
}

// Wait is TryAcquire that waits for the present holder. It gives up with ctx.
func Wait(ctx context.Context, path string) (*Lock, error) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		l, err := TryAcquire(path)
		if err == nil || !errors.Is(err, ErrHeld) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for %s: %w", path, ctx.Err())
		case <-tick.C:
		}
	}
}

// Release lets go of the lock. The file stays: removing it would let two processes lock two files of the same name.
func (l *Lock) Release() error {
	if err := l.f.Close(); err != nil {
		return fmt.Errorf("release lock: %w", err)
	}
	return nil
}

// Holder is the process id that the last holder wrote into the file, 0 when it cannot be read.
func Holder(path string) int {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0
	}
	return pid
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}
