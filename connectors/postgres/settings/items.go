// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"regexp"
	"strings"
)

// The formats of items, as Debezium shows them in errors.
const (
	keyFormat      = `^\s*([^\s:]+):([^:\s]+)\s*$`
	identityFormat = `(?i)^\s*(?<tablepredicate>[^\s:]+):(?<replicaidentity>DEFAULT|(INDEX) (?<indexname>.\w*)|FULL|NOTHING)\s*$`
)

var (
	keyItem      = regexp.MustCompile(keyFormat)
	identityItem = regexp.MustCompile(identityFormat)
)

// keyItems cuts message.key.columns as Java does: empty items at the end do not count.
func keyItems(text string) []string {
	items := strings.Split(text, ";")
	for len(items) > 1 && items[len(items)-1] == "" {
		items = items[:len(items)-1]
	}
	return items
}

func keyColumns(_ input, text string, set bool) []string {
	if !set {
		return nil
	}
	out := reason(trim(text) == "", "Must not be empty")
	for _, item := range keyItems(text) {
		if !keyItem.MatchString(item) {
			return append(out, item+" has an invalid format (expecting '"+keyFormat+"')")
		}
	}
	if _, err := readKeyColumns(text); err != nil {
		out = append(out, "Regular expressions are expected in front of the colons, but "+err.Error())
	}
	return out
}

// readKeyColumns makes of each column an expression for its whole name.
func readKeyColumns(text string) ([]KeyColumns, error) {
	var out []KeyColumns
	if trim(text) == "" {
		return nil, nil
	}
	for _, item := range keyItems(text) {
		match := keyItem.FindStringSubmatch(item)
		if match == nil {
			continue
		}
		tables, err := compile(match[1])
		if err != nil {
			return nil, err
		}
		keys := KeyColumns{Tables: tables}
		for column := range strings.SplitSeq(match[2], ",") {
			pattern, err := compile(match[1] + "." + column)
			if err != nil {
				return nil, err
			}
			keys.Columns = append(keys.Columns, pattern)
		}
		out = append(out, keys)
	}
	return out, nil
}

func identities(_ input, text string, set bool) []string {
	if !set {
		return nil
	}
	for item := range strings.SplitSeq(text, ",") {
		if !identityItem.MatchString(item) {
			return []string{item + " has an invalid format (expecting '" + identityFormat + "')"}
		}
	}
	if _, err := readIdentities(text); err != nil {
		return []string{"Regular expressions are expected in front of the colons, but " + err.Error()}
	}
	return nil
}

func readIdentities(text string) ([]ReplicaIdentity, error) {
	var out []ReplicaIdentity
	for item := range strings.SplitSeq(text, ",") {
		match := identityItem.FindStringSubmatch(item)
		if match == nil {
			continue
		}
		tables, err := compile(match[1])
		if err != nil {
			return nil, err
		}
		identity := ReplicaIdentity{Tables: tables, Identity: strings.ToUpper(match[2])}
		if match[3] != "" {
			identity.Identity, identity.Index = "INDEX", trim(match[4])
		}
		out = append(out, identity)
	}
	return out, nil
}

// statements cuts database.initial.statements at semicolons; two of them stand for one.
func statements(text string) []string {
	var out []string
	for _, part := range strings.Split(strings.ReplaceAll(text, ";;", "\x00"), ";") {
		if part = trim(strings.ReplaceAll(part, "\x00", ";")); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// params cuts name=value;name=value; what has no value is returned as wrong.
func params(text string) (out []Param, wrong []string) {
	for item := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(trim(item), "=")
		switch {
		case ok:
			out = append(out, Param{trim(name), trim(value)})
		case name != "":
			wrong = append(wrong, name)
		}
	}
	return out, wrong
}
