// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"os"

	"github.com/longshore-io/connect/internal/javaproperties"
)

// readProperties reads a Java properties file.
func readProperties(path string) (map[string]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err // names the operation and the file
	}
	props, err := javaproperties.Parse(content)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return props, nil
}
