// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// lineBytes is the length of a line with its end.
const lineBytes = 98

// lines returns a file of so many lines; it is written once.
func (r *rig) lines(count int) (string, error) {
	path := filepath.Join(r.dir, fmt.Sprintf("lines-%d.txt", count))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := writeLines(path, count); err != nil {
		return "", fmt.Errorf("write %d lines: %w", count, err)
	}
	return path, nil
}

// writeLines makes a file of so many lines: a number, then text that differs from line to line.
func writeLines(path string, lines int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	line := make([]byte, 0, lineBytes)
	for n := range lines {
		line = fmt.Appendf(line[:0], "%010d", n)
		for len(line) < lineBytes-1 {
			line = append(line, ' '+byte((n+len(line)*7)%95))
		}
		_, _ = w.Write(append(line, '\n')) // Flush returns the error
	}
	return errors.Join(w.Flush(), f.Close())
}
