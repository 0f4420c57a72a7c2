// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package file

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"syscall"
)

// openForReading opens a file where opening does not wait for anybody.
func openForReading(path string) (*os.File, error) { return os.Open(path) }

func openForAppending(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
}

// noSpace knows ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
func noSpace(err error) bool {
	return errors.Is(err, syscall.Errno(39)) || errors.Is(err, syscall.Errno(112))
}

func noReader(error) bool { return false }

// mendEnd does nothing: that a kernel cuts a write in two is known of Unix only.
func mendEnd(context.Context, *os.File, *slog.Logger) error { return nil }

// takeBack does nothing: a file that is open for appending cannot be made shorter here.
func takeBack(*os.File, int64) {}
