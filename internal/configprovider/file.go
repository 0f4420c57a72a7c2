// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"errors"
	"os"
	"time"
	"unicode/utf8"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaproperties"
)

// FileClass is Kafka's class name of the provider of NewFile.
const FileClass = "org.apache.kafka.common.config.provider.FileConfigProvider"

// file reads keys of Java properties files in UTF-8.
type file struct{ allowed paths }

// NewFile makes a provider whose paths are properties files, and whose keys are properties in them. Its parameter
// allowed.paths bounds what may be read.
func NewFile() connect.ConfigProvider { return &file{} }

// Configure reads allowed.paths.
func (f *file) Configure(params map[string]string) (err error) {
	f.allowed, err = parsePaths(params[allowedPaths])
	return err
}

// Get reads the file each time. A path that is empty or not allowed has nothing.
func (f *file) Get(_ context.Context, path string, keys []string) (map[string]string, time.Duration, error) {
	name, ok := f.allowed.resolve(path)
	if path == "" || !ok {
		return nil, 0, nil
	}
	props, err := readProperties(name)
	if err != nil {
		return nil, 0, &readError{"Could not read properties from file " + path, err}
	}
	found := map[string]string{}
	for _, key := range keys {
		if value, there := props[key]; there {
			found[key] = value
		}
	}
	return found, 0, nil
}

// Close does nothing.
func (f *file) Close() error { return nil }

// The causes that are no error of the operating system. The parser's own error may quote what it has read.
var (
	errNotText       = errors.New("the file is not UTF-8")
	errNotProperties = errors.New("the file does not have the form of Java properties")
)

func readProperties(path string) (map[string]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err // names the operation and the file
	}
	if !utf8.Valid(content) {
		return nil, errNotText
	}
	props, err := javaproperties.Parse(content)
	if err != nil {
		return nil, errNotProperties
	}
	return props, nil
}
