// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/longshore-io/connect/internal/embeddedkafka/filelock"
)

// The names in a data folder. Those of the compaction exist only while one runs or after one was interrupted.
const (
	lockName      = "lock"
	formatName    = "format"
	kafkaName     = "kafka"
	asideName     = "before-compaction"
	retentionName = "retention-before-compaction"
	tmpSuffix     = ".tmp"
	doneSuffix    = ".done"
)

// formatID and formatVersion are in every data folder that we may touch. Whoever changes the layout raises the version.
const (
	formatID      = "longshore embedded kafka"
	formatVersion = 1
)

// format is the content of the format file.
type format struct {
	Format    string `json:"format"`
	Version   int    `json:"version"`
	ClusterID string `json:"clusterId"`
	Port      int    `json:"port,omitempty"`
}

// folder is a data folder that this process has to itself.
type folder struct {
	dir    string
	lock   *filelock.Lock
	format format
}

// openFolder makes dir a data folder or recognises it as one, and locks it.
func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the data folder of the embedded Kafka: %w", err)
	}
	if err := refuseForeign(dir); err != nil {
		return nil, err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: dir, lock: lock}
	if err := errors.Join(f.readFormat(), f.undoCompaction()); err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	return f, nil
}

// refuseForeign keeps us from writing into a folder that holds something else. What a first start leaves when it is interrupted
// early is ours.
func refuseForeign(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("read the data folder of the embedded Kafka: %w", err)
	}
	foreign := ""
	for _, e := range entries {
		switch e.Name() {
		case formatName:
			return nil
		case lockName, formatName + tmpSuffix:
		default:
			foreign = e.Name()
		}
	}
	if foreign != "" {
		return fmt.Errorf("%s is not a data folder of Longshore's embedded Kafka (it has %q in it and no %q file): name an empty or a new folder",
			dir, foreign, formatName)
	}
	return nil
}

func lockFolder(dir string) (*filelock.Lock, error) {
	path := filepath.Join(dir, lockName)
	lock, err := filelock.TryAcquire(path)
	if errors.Is(err, filelock.ErrHeld) {
		holder := "another process"
		if pid := filelock.Holder(path); pid != 0 {
			holder = fmt.Sprintf("process %d", pid)
		}
		return nil, fmt.Errorf("data folder %s is in use by %s: stop that one or name another folder", dir, holder)
	}
	if err != nil {
		return nil, fmt.Errorf("lock data folder %s: %w", dir, err)
	}
	return lock, nil
}

func (f *folder) readFormat() error {
	b, err := os.ReadFile(f.path(formatName))
	if errors.Is(err, os.ErrNotExist) {
		f.format = format{Format: formatID, Version: formatVersion, ClusterID: newClusterID()}
		return f.writeJSON(formatName, f.format)
	}
	if err != nil {
		return fmt.Errorf("read the format of data folder %s: %w", f.dir, err)
	}
	if err := json.Unmarshal(b, &f.format); err != nil || f.format.Format != formatID || f.format.ClusterID == "" {
		return fmt.Errorf("%s does not say that %s is a data folder of Longshore's embedded Kafka: name another folder", f.path(formatName), f.dir)
	}
	if f.format.Version != formatVersion {
		return fmt.Errorf("data folder %s has layout version %d, this program knows %d: run the version of Longshore that wrote it or name another folder",
			f.dir, f.format.Version, formatVersion)
	}
	return nil
}

// keepPort remembers the port, so that addresses that users have written down stay good.
func (f *folder) keepPort(port int) error {
	if f.format.Port == port {
		return nil
	}
	f.format.Port = port
	return f.writeJSON(formatName, f.format)
}

func (f *folder) close() error { return f.lock.Release() }

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

// writeJSON replaces a file in one step, so that a reader finds the old content or the new one.
func (f *folder) writeJSON(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", f.path(name), err)
	}
	tmp := f.path(name + tmpSuffix)
	if err := os.WriteFile(tmp, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", f.path(name), err)
	}
	if err := os.Rename(tmp, f.path(name)); err != nil {
		return fmt.Errorf("write %s: %w", f.path(name), err)
	}
	return nil
}

// newClusterID is a random UUID in the 22 characters of URL-safe base64 in which Kafka writes its own.
func newClusterID() string {
	var u [16]byte
	rand.Read(u[:]) // never fails
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return base64.RawURLEncoding.EncodeToString(u[:])
}
