// SPDX-License-Identifier: Apache-2.0

//go:build unix

package file

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// openForReading does not wait for a writer where the file is a named pipe, which would keep Stop waiting too; the flag
// has no effect on files of a disk.
func openForReading(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// openForAppending opens a file of a disk for reading too where that is allowed: its end is looked at. It does not wait
// for the reader of a named pipe: one without a reader is an error.
func openForAppending(path string) (*os.File, error) {
	const flags = os.O_CREATE | os.O_APPEND | syscall.O_NONBLOCK
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.OpenFile(path, os.O_WRONLY|flags, 0o666)
	}
	f, err := os.OpenFile(path, os.O_RDWR|flags, 0o666)
	if errors.Is(err, fs.ErrPermission) {
		return os.OpenFile(path, os.O_WRONLY|flags, 0o666)
	}
	return f, err
}

func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func noReader(err error) bool { return errors.Is(err, syscall.ENXIO) }
