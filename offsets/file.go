// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

// FileStore is the offsets of all connectors of a standalone worker in the file offset.storage.file.filename, the same
// file that a Java worker reads and writes. It is safe for concurrent use within one process; two processes must not
// share a file.
type FileStore struct {
	path string

	writing sync.Mutex // held over a whole Write, so that files are written in the order of what they contain

	mu    sync.RWMutex
	table table
	// entries are all entries of the file by their key, also those that are no offsets: they are kept as they are.
	// A nil value is an offset that was removed; Java keeps it, and so do we.
	entries map[string][]byte
}

// OpenFile reads the offsets in a file. One that is absent or empty has none; one that is cut off, or is not what Java
// writes, is an error, since going on without its offsets would read every source again. (Java goes on.)
func OpenFile(path string, logger *slog.Logger) (*FileStore, error) {
	s := &FileStore{path: path, table: table{}, entries: map[string][]byte{}}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(content) == 0 {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the offsets file: %w", err)
	}
	entries, err := readJavaMap(content)
	if err != nil {
		return nil, unusableFile(path, err)
	}
	s.load(entries, logger)
	return s, nil
}

func unusableFile(path string, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the file is cut off, perhaps by a full disk or a crash while it was written (%w)", err)
	}
	return fmt.Errorf("the offsets file %s (offset.storage.file.filename) cannot be read: %w; restore it from a backup, "+
		"or move it away to have all connectors begin anew", path, err)
}

func (s *FileStore) load(entries []javaEntry, logger *slog.Logger) {
	unreadable := 0
	var first error
	for _, e := range entries {
		if e.key != nil {
			s.entries[string(e.key)] = e.value
		}
		if err := s.table.apply(e.key, e.value, time.Time{}); err != nil {
			unreadable++
			first = cmp.Or(first, err)
		}
	}
	if unreadable > 0 {
		logger.Warn("skipped unreadable entries of the offsets file", "file", s.path, "skipped", unreadable, "first error", first)
	}
}

// Read returns the stored offsets of partitions of a connector; nil stands for the null partition. Partitions without an
// offset are left out.
func (s *FileStore) Read(connector string, partitions ...*connect.Partition) (map[*connect.Partition]map[string]any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.table.read(connector, partitions)
}

// All returns all partitions of a connector that have an offset, sorted. The null partition is left out, as in Kafka
// Connect.
func (s *FileStore) All(connector string) ([]connect.PartitionOffset, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.table.all(connector)
}

// Write stores offsets of a connector and returns once they are safe on disk; a nil Offset, or one without Fields, removes
// that of its partition. Two partitions of the map must not be the same. An offset that cannot be stored is a
// *connect.DataError; after any error nothing has changed for Read.
func (s *FileStore) Write(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset) error {
	if len(offsets) == 0 {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("write offsets of %s: %w", connector, err)
	}
	records, entries, err := s.changed(connector, offsets)
	if err != nil {
		return err
	}
	if err := replaceFile(s.path, appendJavaMap(nil, sorted(entries))); err != nil {
		return fmt.Errorf("write offsets of %s to %s: %w", connector, s.path, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = entries
	for _, r := range records {
		if err := s.table.apply(r.Key, r.Value, time.Time{}); err != nil {
			return fmt.Errorf("write offsets of %s: %w", connector, err)
		}
	}
	return nil
}

// changed returns what the offsets change and what the file holds with them.
func (s *FileStore) changed(connector string, offsets map[*connect.Partition]connect.Offset) ([]topiclog.Record, map[string][]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	records, err := s.table.records(connector, offsets)
	if err != nil {
		return nil, nil, err
	}
	entries := maps.Clone(s.entries)
	for _, r := range records {
		entries[string(r.Key)] = r.Value
	}
	return records, entries, nil
}

func sorted(entries map[string][]byte) []javaEntry {
	list := make([]javaEntry, 0, len(entries))
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		list = append(list, javaEntry{key: []byte(key), value: entries[key]})
	}
	return list
}

// ReadToEnd has nothing to wait for: what was written can be read. It returns the error of ctx.
func (s *FileStore) ReadToEnd(ctx context.Context) error { return ctx.Err() }
