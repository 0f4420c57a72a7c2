// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
)

// names gives names to messages while a schema is defined; schemas without one are numbered.
type names struct {
	opts    *options
	unnamed int
}

// full is the name of a schema, or a new one.
func (n *names) full(s *connect.Schema) string {
	if s.Name() != "" {
		return s.Name()
	}
	n.unnamed++
	return defaultName + strconv.Itoa(n.unnamed)
}

// unqualified is the last part of the name of a schema.
func (n *names) unqualified(s *connect.Schema) string {
	name := n.full(s)
	return n.opts.scrubbed(name[strings.LastIndexByte(name, '.')+1:])
}

// split divides a name into package and message.
func (o *options) split(fullName string) (pkg, message string) {
	parts := strings.Split(strings.TrimRight(fullName, "."), ".")
	for i := range parts {
		parts[i] = o.scrubbed(parts[i])
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], "."), parts[last]
}

// scrubbed replaces what a name must not have, where that is wanted: the name is escaped as in the query of a URL, gets an x
// in front where it begins with a digit or underscore, and what is still not allowed becomes an underscore.
func (o *options) scrubbed(name string) string {
	if !o.scrub || name == "" || identifier(name) && name[0] != '_' {
		return name
	}
	escaped := strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(name), "%2A", "*"), "~", "%7E")
	if c := escaped[0]; c == '_' || c >= '0' && c <= '9' {
		escaped = "x" + escaped
	}
	return strings.Map(func(r rune) rune {
		if letter(r) || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, escaped)
}

func letter(r rune) bool { return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// identifier says whether a name is one that Protobuf allows.
func identifier(name string) bool {
	for i, r := range name {
		if !letter(r) && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

func checkIdentifier(name, in string) error {
	if !identifier(name) {
		return &connect.DataError{Reason: fmt.Sprintf("Invalid protobuf schema definition: %s: %q is not a valid identifier.", in, name)}
	}
	return nil
}

// mapEntry is the name of the message for the entries of a map; one with underscores becomes camel case.
func mapEntry(name string) string {
	if !strings.Contains(name, "_") {
		return name + entrySuffix
	}
	var out strings.Builder
	for _, word := range strings.Split(name, "_") {
		if word != "" {
			out.WriteString(strings.ToUpper(word[:1]) + strings.ToLower(word[1:]))
		}
	}
	return out.String() + entrySuffix
}

// mapField is the name of a map whose entries are a message of that name: camel case becomes underscores.
func mapField(name string) string {
	at := strings.LastIndexByte(name, '.') + 1
	last, ok := strings.CutSuffix(name[at:], entrySuffix)
	if !ok {
		return name
	}
	var out strings.Builder
	for i, r := range last {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				out.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		out.WriteRune(r)
	}
	return name[:at] + out.String()
}
