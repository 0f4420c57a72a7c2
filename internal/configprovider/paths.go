// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// allowedPaths is the parameter of the providers that read files.
const allowedPaths = "allowed.paths"

// paths are where a provider may read. nil is everywhere.
type paths []string

// parsePaths reads a list of files and folders. Each must be absolute and be there, as Kafka's AllowedPaths wants it.
func parsePaths(list string) (paths, error) {
	if list == "" {
		return nil, nil
	}
	allowed := paths{}
	for path := range strings.SplitSeq(list, ",") {
		if path = strings.TrimSpace(path); path == "" {
			continue
		}
		path = filepath.Clean(path)
		if !filepath.IsAbs(path) {
			return nil, fmt.Errorf("Path %s is not absolute", path) //nolint:staticcheck // Kafka's text
		}
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("Path %s does not exist", path) //nolint:staticcheck // Kafka's text
		}
		allowed = append(allowed, path)
	}
	return allowed, nil
}

// resolve returns the path to read, and false where it is not allowed. As in Kafka, links are not followed before the
// comparison: whoever may write to an allowed folder can make it lead elsewhere.
func (p paths) resolve(path string) (string, bool) {
	if p == nil {
		return path, true
	}
	path = filepath.Clean(path)
	for _, allowed := range p {
		below := strings.TrimSuffix(allowed, string(filepath.Separator)) + string(filepath.Separator)
		if path == allowed || strings.HasPrefix(path, below) {
			return path, true
		}
	}
	return "", false
}

// readError is the failure to read a file, with Kafka's text. It never has anything of the file's content.
type readError struct {
	text  string
	cause error
}

func (e *readError) Error() string { return e.text }
func (e *readError) Unwrap() error { return e.cause }
