// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// lineBytes is the length of a line with its end.
const lineBytes = 98

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

// sameFile returns an error unless both files have the same bytes: a fast copy of something else counts for nothing.
func sameFile(want, got string) error {
	a, err := os.Open(want)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := os.Open(got)
	if err != nil {
		return err
	}
	defer b.Close()
	bufA, bufB := make([]byte, 1<<20), make([]byte, 1<<20)
	for at := 0; ; at += len(bufA) {
		n, errA := io.ReadFull(a, bufA)
		m, errB := io.ReadFull(b, bufB)
		switch {
		case !bytes.Equal(bufA[:n], bufB[:m]):
			return fmt.Errorf("the output differs from the input after byte %d", at)
		case errors.Is(errA, io.EOF) || errors.Is(errA, io.ErrUnexpectedEOF):
			return nil
		case errA != nil || errB != nil:
			return errors.Join(errA, errB)
		}
	}
}
