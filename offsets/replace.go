// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile writes a whole file so that a crash leaves the old content or the new, never a part: into a file beside it
// that is then renamed. Where that is not possible, in a folder that may not be written or for a file that is a mount
// point of its own (containers do both), the file is written in place, as Java does.
func replaceFile(path string, content []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // renaming onto a link would replace the link
	}
	mode := modeOf(path)
	beside, err := createNew(path+".tmp", mode)
	if err != nil {
		return overwrite(path, content, mode)
	}
	if err := fill(beside, content); err != nil {
		return errors.Join(err, os.Remove(beside.Name()))
	}
	if err := os.Rename(beside.Name(), path); err != nil {
		return errors.Join(overwrite(path, content, mode), os.Remove(beside.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// createNew makes a file that was not there: in a folder that others can write, such as /tmp of Kafka's example, one that
// is there may be a trap that leads elsewhere. What a crash left is removed.
func createNew(path string, mode fs.FileMode) (*os.File, error) {
	const exclusive = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	f, err := os.OpenFile(path, exclusive, mode)
	if errors.Is(err, fs.ErrExist) && os.Remove(path) == nil {
		return os.OpenFile(path, exclusive, mode)
	}
	return f, err
}

func overwrite(path string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	return fill(f, content)
}

// fill writes the content down to the disk and closes the file.
func fill(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// modeOf keeps a file as private as it is; a new one is left to the process's umask, as in Java.
func modeOf(path string) fs.FileMode {
	info, err := os.Stat(path)
	if err != nil {
		return 0o666
	}
	return info.Mode().Perm()
}
