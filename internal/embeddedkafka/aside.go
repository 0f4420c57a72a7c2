// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func (f *folder) partitions() string { return filepath.Join(f.path(kafkaName), "partitions") }

// putAside makes a second folder with the same files, by hard links: nothing is copied. It counts only once it has its final name.
func (f *folder) putAside() error {
	tmp := f.path(asideName + tmpSuffix)
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("make room for the files of a compaction: %w", err)
	}
	if err := linkTree(f.partitions(), tmp); err != nil {
		return fmt.Errorf("keep files aside for a compaction: %w", errors.Join(err, os.RemoveAll(tmp)))
	}
	if err := os.Rename(tmp, f.path(asideName)); err != nil {
		return fmt.Errorf("keep files aside for a compaction: %w", err)
	}
	return nil
}

// dropAside lets go of the old files; the rename is the moment from which the new ones count.
func (f *folder) dropAside() error {
	done := f.path(asideName + doneSuffix)
	if err := os.Rename(f.path(asideName), done); err != nil {
		return fmt.Errorf("finish a compaction: %w", err)
	}
	if err := os.RemoveAll(done); err != nil {
		return fmt.Errorf("remove the files of before a compaction: %w", err)
	}
	return nil
}

// undoCompaction puts the old files back when a compaction did not come to its end. Every step can be repeated.
func (f *folder) undoCompaction() error {
	err := errors.Join(os.RemoveAll(f.path(asideName+tmpSuffix)), os.RemoveAll(f.path(asideName+doneSuffix)))
	if err != nil {
		return fmt.Errorf("remove what a compaction left: %w", err)
	}
	aside := f.path(asideName)
	if _, err := os.Stat(aside); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := os.RemoveAll(f.partitions()); err != nil {
		return fmt.Errorf("undo an interrupted compaction: %w", err)
	}
	if err := os.Rename(aside, f.partitions()); err != nil {
		return fmt.Errorf("undo an interrupted compaction: %w", err)
	}
	return nil
}

// readRetention returns nil when no compaction has taken settings away.
func (f *folder) readRetention() (ownConfigs, error) {
	raw, err := os.ReadFile(f.path(retentionName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the retention settings of before a compaction: %w", err)
	}
	own := ownConfigs{}
	if err := json.Unmarshal(raw, &own); err != nil {
		return nil, fmt.Errorf("%s is damaged (%w): remove it and check %s of the topics", f.path(retentionName), err, retentionMs)
	}
	return own, nil
}

func linkTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		return os.Link(path, filepath.Join(to, rel))
	})
}
