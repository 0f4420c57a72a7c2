// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	connect "github.com/longshore-io/connect"
)

// DirectoryClass is Kafka's class name of the provider of NewDirectory.
const DirectoryClass = "org.apache.kafka.common.config.provider.DirectoryConfigProvider"

// directory reads whole files, as a mounted Kubernetes secret has one for each key.
type directory struct{ allowed paths }

// NewDirectory makes a provider whose paths are folders, whose keys are the names of files in them, and whose values are the
// whole text of a file, a newline at its end included. Its parameter allowed.paths bounds what may be read.
func NewDirectory() connect.ConfigProvider { return &directory{} }

// Configure reads allowed.paths.
func (d *directory) Configure(params map[string]string) (err error) {
	d.allowed, err = parsePaths(params[allowedPaths])
	return err
}

// Get reads the files each time. What is no folder, or not allowed, has nothing.
func (d *directory) Get(_ context.Context, path string, keys []string) (map[string]string, time.Duration, error) {
	folder, ok := d.allowed.resolve(path)
	if path == "" || !ok {
		return nil, 0, nil
	}
	found := map[string]string{}
	for _, key := range keys {
		name := filepath.Join(folder, key)
		// A key names a file of the folder itself, nothing above or below it.
		if filepath.Dir(name) != filepath.Clean(folder) || filepath.Base(name) != key || !isRegular(name) {
			continue
		}
		value, err := readText(name)
		if err != nil {
			return nil, 0, &readError{fmt.Sprintf("Could not read file %s for property %s", name, key), err}
		}
		found[key] = value
	}
	return found, 0, nil
}

// Close does nothing.
func (d *directory) Close() error { return nil }

// isRegular follows links: the files of a mounted secret are some.
func isRegular(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func readText(name string) (string, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return "", err // names the operation and the file
	}
	if !utf8.Valid(content) {
		return "", errNotText
	}
	return string(content), nil
}
