// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaregex"
)

// Name says whether a connector can have a name: it is not empty and has no control characters.
func Name(name string) error { return checkName(NameKey, name) }

// checkName lets null pass: that is an error of its own.
func checkName(key string, value any) error {
	name, ok := value.(string)
	if !ok {
		return nil
	}
	if name == "" {
		return &connect.ConfigError{Key: key, Value: name, Reason: "String may not be empty"}
	}
	var controls []string
	for _, r := range name {
		if r < 0x20 || r >= 0x7f && r <= 0x9f {
			controls = append(controls, strconv.Itoa(int(r)))
		}
	}
	if len(controls) > 0 {
		return &connect.ConfigError{Key: key, Value: name, Reason: "String may not contain control sequences but had the following ASCII chars: " + strings.Join(controls, ", ")}
	}
	return nil
}

// uniqueAliases wants no alias twice.
var uniqueAliases = connect.ValidatorFunc(func(key string, value any) error {
	aliases, ok := value.([]string)
	if !ok {
		return &connect.ConfigError{Key: key, Reason: "entry must be non null"}
	}
	seen := map[string]bool{}
	for _, alias := range aliases {
		if seen[alias] {
			return &connect.ConfigError{Key: key, Value: aliases, Reason: "Duplicate alias provided."}
		}
		seen[alias] = true
	}
	return nil
})

// checkRegex wants a regular expression of Java.
func checkRegex(key string, value any) error {
	if err := javaregex.CheckValue(value); err != nil {
		return &connect.ConfigError{Key: key, Value: value, Reason: err.Error()}
	}
	return nil
}

// TopicPattern compiles topics.regex: it has to match the whole name of a topic.
func TopicPattern(text string) (*javaregex.Regexp, error) { return javaregex.Compile(text) }

// optional lets null pass.
func optional(v connect.Validator) connect.Validator {
	return connect.ValidatorFunc(func(key string, value any) error {
		if value == nil {
			return nil
		}
		return v.Check(key, value)
	})
}
