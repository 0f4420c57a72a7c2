// SPDX-License-Identifier: Apache-2.0

package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// writeSize is how much one Put gathers before it writes; a batch of records usually has less.
const writeSize = 256 << 10

type sinkTask struct {
	stdout io.Writer

	log  *slog.Logger
	name string
	// file is nil for standard output.
	file *os.File
	out  io.Writer
	// lines are whole lines that Put has yet to write; it leaves none.
	lines []byte
}

func newSinkTask() *sinkTask { return &sinkTask{stdout: os.Stdout} }

func (t *sinkTask) Start(ctx context.Context, tc connect.SinkTaskContext, props map[string]string) error {
	values, errs := sinkConfig.Parse(props)
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	t.log = tc.Logger()
	path := values.String(fileKey)
	if path == "" {
		t.name, t.out = "standard output", t.stdout
		return nil
	}
	file, err := openForAppending(path)
	if err != nil {
		return explainOpen(path, err)
	}
	t.name, t.file, t.out = "file "+path, file, file
	return t.prepare(ctx)
}

// prepare makes the end of the file one to which lines can be appended.
func (t *sinkTask) prepare(ctx context.Context) error {
	info, err := t.file.Stat()
	if err != nil {
		return fmt.Errorf("open %s: %w", t.name, err)
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	if err := mendEnd(ctx, t.file, t.log); err != nil {
		return fmt.Errorf("prepare the end of %s: %w", t.name, err)
	}
	return nil
}

func explainOpen(path string, err error) error {
	text := "write file %s: %w"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		text += ": create the folder that it is in"
	case errors.Is(err, fs.ErrPermission):
		text += ": give the user that the worker runs as the right to write it"
	case noReader(err):
		text += ": it is a named pipe that nobody reads; start its reader first"
	}
	return fmt.Errorf(text, path, err)
}

// Put writes all records before it returns, so that their offsets may be committed at any time.
func (t *sinkTask) Put(_ context.Context, records []connect.SinkRecord) error {
	for i := range records {
		t.lines = append(javatext.Append(t.lines, records[i].Value), '\n')
		if len(t.lines) >= writeSize {
			if err := t.write(); err != nil {
				return err
			}
		}
	}
	return t.write()
}

// write hands whole lines to the operating system in one call: tasks that share a file do not mix their lines.
func (t *sinkTask) write() error {
	if len(t.lines) == 0 {
		return nil
	}
	lines := t.lines
	t.lines = t.lines[:0]
	if cap(lines) > 4*writeSize {
		t.lines = nil
	}
	n, err := t.out.Write(lines)
	if err == nil {
		return nil
	}
	if piece := n - 1 - bytes.LastIndexByte(lines[:n], '\n'); t.file != nil && piece > 0 {
		takeBack(t.file, int64(piece))
	}
	text := "write to %s: %w"
	if noSpace(err) {
		text += ": make room there and restart the task; nothing is lost, the records are delivered again"
	}
	return fmt.Errorf(text, t.name, err)
}

func (t *sinkTask) Stop(context.Context) error {
	if t.file == nil {
		return nil
	}
	if err := t.file.Close(); err != nil {
		return fmt.Errorf("close %s: %w", t.name, err)
	}
	return nil
}
