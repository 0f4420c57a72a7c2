// SPDX-License-Identifier: Apache-2.0

package javaproperties

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/magiconair/properties"
)

// Parse reads the format of java.util.Properties. Text is UTF-8; a file that is not is taken for ISO 8859-1, as Java takes
// every file. Variables such as ${env:HOME} stay as they are: they are the business of config providers.
func Parse(content []byte) (map[string]string, error) {
	loader := properties.Loader{Encoding: properties.UTF8, DisableExpansion: true}
	if !utf8.Valid(content) {
		loader.Encoding = properties.ISO_8859_1
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	// The parser takes a line that is continued after \r\n for two.
	content = bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	props, err := loader.LoadBytes(content)
	if err != nil {
		return nil, fmt.Errorf("not a properties file: %w", err)
	}
	return props.Map(), nil
}
