// SPDX-License-Identifier: Apache-2.0

//go:build unix

package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"syscall"
	"time"

	"github.com/longshore-io/connect"
)

const (
	// pageSize divides the sizes at which kernels cut a write: they stop between pages, of 4 KiB or a multiple.
	pageSize = 4096
	// lockWait is how long a task waits for another one that mends the end of the same file.
	lockWait = 5 * time.Second
	// lockRetry is how soon a lock is tried again.
	lockRetry = 10 * time.Millisecond
)

// mendEnd makes the file one to which whole lines can be appended, where no other task is at work on it, and marks it as
// one that is worked on until it is closed. On a file system without locks nobody knows who else writes, so the file is
// left as it is.
func mendEnd(ctx context.Context, f *os.File, log *slog.Logger) error {
	switch err := lock(f, syscall.LOCK_EX); {
	case err == nil:
		return errors.Join(mend(f, log), share(ctx, f))
	case errors.Is(err, syscall.EWOULDBLOCK):
		return share(ctx, f)
	}
	return nil
}

// share waits for a task that mends the end: what is written meanwhile could be cut off.
func share(ctx context.Context, f *os.File) error {
	for waited := time.Duration(0); ; waited += lockRetry {
		err := lock(f, syscall.LOCK_SH)
		if err == nil {
			return nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || ctx.Err() != nil || waited >= lockWait {
			return fmt.Errorf("lock it as shared: another program holds a lock on it that has to go first: %w", err)
		}
		_ = connect.Sleep(ctx, lockRetry)
	}
}

// lock takes an advisory lock or changes it, and returns EWOULDBLOCK where others forbid it.
func lock(f *os.File, how int) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var flockErr error
	err = raw.Control(func(fd uintptr) {
		for {
			flockErr = syscall.Flock(int(fd), how|syscall.LOCK_NB)
			if !errors.Is(flockErr, syscall.EINTR) {
				return
			}
		}
	})
	return errors.Join(err, flockErr)
}

func mend(f *os.File, log *slog.Logger) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	start, err := lastLine(f, size)
	switch {
	case errors.Is(err, syscall.EBADF):
		// It may be written and not read: nobody can look.
		return nil
	case err != nil:
		return err
	case start == size:
		return nil
	case size%pageSize == 0:
		return setAside(f, start, size, log)
	}
	log.Warn("the file's last line has no end, ending it", "file", f.Name())
	_, err = f.Write([]byte{'\n'})
	return err
}

// lastLine returns where what follows the last \n begins: the size of a file that ends with one.
func lastLine(r io.ReaderAt, size int64) (int64, error) {
	block := make([]byte, 64<<10)
	for end := size; end > 0; {
		begin := max(0, end-int64(len(block)))
		part := block[:end-begin]
		if _, err := r.ReadAt(part, begin); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return begin + int64(i) + 1, nil
		}
		end = begin
	}
	return 0, nil
}

// setAside moves the piece of a line to another file. It is there before it is cut off here.
func setAside(f *os.File, start, size int64, log *slog.Logger) error {
	path := f.Name() + ".cut"
	log.Warn("the file's last line was cut when its writer was killed, moving the piece; its record comes again",
		"file", f.Name(), "bytes", size-start, "to", path)
	aside, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(aside, io.MultiReader(io.NewSectionReader(f, start, size-start), bytes.NewReader([]byte{'\n'})))
	if err := errors.Join(err, aside.Close()); err != nil {
		return fmt.Errorf("move the cut line to %s: %w", path, err)
	}
	return f.Truncate(start)
}

// takeBack cuts off the piece of a line that a failed write of this task has left at the end, unless others write too. It
// does what it can: the write has failed already, and that is what the user is told.
func takeBack(f *os.File, piece int64) {
	if lock(f, syscall.LOCK_EX) != nil {
		return
	}
	// The offset of a file that is appended to is where the last write ended.
	end, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() == end {
		_ = f.Truncate(end - piece)
	}
	_ = lock(f, syscall.LOCK_SH)
}
