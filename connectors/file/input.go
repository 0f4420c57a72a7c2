// SPDX-License-Identifier: Apache-2.0

package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/longshore-io/connect"
)

// input is what a source task reads: a file, a pipe, standard input.
type input interface {
	// read returns nothing and no error where there is nothing for now, after it has waited for that time.
	read(ctx context.Context, p []byte, wait time.Duration) (int, error)
	// check returns an error where what was read up to end cannot be what is there now.
	check(end int64) error
	close() error
}

// openInput opens a file at a position. The error wraps fs.ErrNotExist where there is no such file.
func openInput(open func(path string) (*os.File, error), path string, position int64) (input, error) {
	f, err := open(path)
	if err != nil {
		return nil, explainRead(path, err)
	}
	in, err := inputOf(f, path, position)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return in, nil
}

func inputOf(f *os.File, path string, position int64) (input, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, explainRead(path, err)
	case info.IsDir():
		return nil, fmt.Errorf("read file %s: it is a directory: set file to a file with lines of text", path)
	case !info.Mode().IsRegular():
		return &stream{late: newLateReader(f), name: "file " + path, closer: f}, nil
	}
	in := &regular{file: f, path: path}
	if err := in.check(position); err != nil {
		return nil, err
	}
	if _, err := f.Seek(position, io.SeekStart); err != nil {
		return nil, explainRead(path, err)
	}
	return in, nil
}

// explainRead adds what a person can do.
func explainRead(path string, err error) error {
	text := "read file %s: %w"
	if errors.Is(err, fs.ErrPermission) {
		text += ": give the user that the worker runs as the right to read it"
	}
	return fmt.Errorf(text, path, err)
}

// regular reads a file of a disk: a read returns soon, so it needs no goroutine.
type regular struct {
	file *os.File
	path string
}

func (r *regular) read(ctx context.Context, p []byte, wait time.Duration) (int, error) {
	n, err := r.file.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, explainRead(r.path, err)
	}
	if n == 0 {
		_ = connect.Sleep(ctx, wait)
	}
	return n, nil
}

func (r *regular) check(end int64) error {
	info, err := r.file.Stat()
	if err != nil {
		return explainRead(r.path, err)
	}
	if size := info.Size(); size < end {
		return fmt.Errorf("read file %s: it was truncated or replaced: it has %d bytes and reading had reached byte %d: "+
			"put the file back, or stop the connector and reset its offsets (DELETE /connectors/{name}/offsets) to read the file from its start",
			r.path, size, end)
	}
	return nil
}

func (r *regular) close() error { return r.file.Close() }

// stream reads what can keep a reader waiting and has no size.
type stream struct {
	late *lateReader
	name string
	// closer is nil for standard input, which is not ours to close.
	closer io.Closer
}

func (s *stream) read(ctx context.Context, p []byte, wait time.Duration) (int, error) {
	n, err := s.late.read(ctx, p, wait)
	switch {
	case errors.Is(err, io.EOF):
		// A named pipe ends when its last writer closes it, and goes on with the next.
		if n == 0 {
			_ = connect.Sleep(ctx, wait)
		}
	case err != nil:
		return n, fmt.Errorf("read %s: %w", s.name, err)
	}
	return n, nil
}

func (*stream) check(int64) error { return nil }

// close ends a read under way where the operating system can, which is so for pipes and terminals.
func (s *stream) close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}
