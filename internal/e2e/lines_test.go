// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// lineBytes is the length of a line of the files that are copied, its end included.
	lineBytes = 98
	// numberBytes is how much of that is the line's number.
	numberBytes = 10
)

// appendLine appends line number n: the number, then text that differs from line to line.
func appendLine(dst []byte, n int) []byte {
	dst = fmt.Appendf(dst, "%0*d", numberBytes, n)
	for i := range lineBytes - numberBytes - 1 {
		dst = append(dst, ' '+byte((n+i*7)%95))
	}
	return append(dst, '\n')
}

// lineNumber reads the number of a line without its end, and checks that the rest is as it must be.
func lineNumber(line []byte) (int, error) {
	if len(line) != lineBytes-1 {
		return 0, fmt.Errorf("not a line that was written: %q", line)
	}
	n, err := strconv.Atoi(string(line[:numberBytes]))
	if err != nil || !bytes.Equal(appendLine(nil, n)[:lineBytes-1], line) {
		return 0, fmt.Errorf("not a line that was written: %q", line)
	}
	return n, nil
}

// addLines appends the lines from (included) to to (excluded) to a file.
func addLines(t *testing.T, path string, from, to int) {
	t.Helper()
	require.NoError(t, writeLines(path, from, to))
}

func writeLines(path string, from, to int) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	var line []byte
	for n := from; n < to; n++ {
		line = appendLine(line[:0], n)
		_, _ = w.Write(line) // Flush returns the error
	}
	return errors.Join(w.Flush(), f.Close())
}

// fileSize is 0 for a file that is not there yet.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// awaitSize returns when a file has at least so many bytes.
func awaitSize(t *testing.T, path string, bytes int64, limit time.Duration) {
	t.Helper()
	eventually(t, limit, func() error {
		if got := fileSize(path); got < bytes {
			return fmt.Errorf("%s has %d of %d bytes", path, got, bytes)
		}
		return nil
	})
}

// requireSameBytes compares files that may be too large for memory.
func requireSameBytes(t *testing.T, wantPath, gotPath string) {
	t.Helper()
	want, err := os.Open(wantPath)
	require.NoError(t, err)
	defer want.Close()
	got, err := os.Open(gotPath)
	require.NoError(t, err)
	defer got.Close()
	require.NoError(t, sameBytes(bufio.NewReaderSize(want, 1<<20), bufio.NewReaderSize(got, 1<<20)))
}

func sameBytes(want, got *bufio.Reader) error {
	for number := 1; ; number++ {
		w, wantErr := want.ReadSlice('\n')
		g, gotErr := got.ReadSlice('\n')
		if !bytes.Equal(w, g) || !errors.Is(gotErr, wantErr) {
			return fmt.Errorf("line %d: want %q (%w), got %q (%w)", number, w, wantErr, g, gotErr)
		}
		if wantErr != nil {
			if errors.Is(wantErr, io.EOF) {
				return nil
			}
			return wantErr
		}
	}
}

// readNumbers returns the numbers of all lines of a file, in their order, and fails on anything else in it.
func readNumbers(t *testing.T, path string) []int {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var numbers []int
	for lines := bufio.NewScanner(f); lines.Scan(); {
		n, err := lineNumber(lines.Bytes())
		require.NoError(t, err, "line %d of %s", len(numbers)+1, path)
		numbers = append(numbers, n)
	}
	return numbers
}

// lastLine is the number of the last line of a file whose lines all have lineBytes.
func lastLine(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	line := make([]byte, lineBytes)
	if _, err := f.ReadAt(line, max(fileSize(path)/lineBytes-1, 0)*lineBytes); err != nil {
		return 0, err
	}
	return lineNumber(line[:lineBytes-1])
}
