// SPDX-License-Identifier: Apache-2.0

package event

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// names are those of topics and schemas.
type names struct {
	prefix, delimiter                             string
	transaction, heartbeat, message, notification string
	schema, field                                 func(string) string
	naming                                        settings.Naming
}

func newNames(o *Options) *names {
	n := &names{prefix: o.Prefix, delimiter: or(o.Delimiter, "."), notification: o.NotificationTopic, naming: o.Naming}
	n.transaction = n.prefix + n.delimiter + or(o.TransactionTopic, "transaction")
	n.heartbeat = or(o.HeartbeatPrefix, "__debezium-heartbeat") + n.delimiter + n.prefix
	n.message = n.prefix + ".message" // whatever the delimiter
	n.schema = adjuster(o.SchemaNames, true)
	n.field = adjuster(o.FieldNames, false)
	return n
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// maxTopic is the number of characters that Kafka allows for the name of a topic.
const maxTopic = 249

// topic is the topic of a table. Two tables whose names differ only in what Kafka does not allow share one.
func (n *names) topic(id catalog.ID) (string, error) {
	topic := sanitize(n.origin(id), n.naming.Unicode)
	routed, err := renamed(topic, n.naming.Topic, n.naming.Replacement)
	return or(routed, topic), err
}

// identifier tells a table from others of its topic.
func (n *names) identifier(id catalog.ID) (string, error) {
	return renamed(n.origin(id), n.naming.KeyPattern, n.naming.KeyReplacement)
}

// origin are the parts of a table's name in one.
func (n *names) origin(id catalog.ID) string {
	parts := []string{n.prefix, id.Schema, id.Name}
	if n.naming.WithoutSchema {
		parts = []string{n.prefix, id.Name}
	}
	blank := func(part string) bool { return strings.TrimSpace(part) == "" }
	return strings.Join(slices.DeleteFunc(parts, blank), n.delimiter)
}

// renamed is what a replacement makes of a name that an expression matches as a whole.
func renamed(name string, pattern *settings.Pattern, replacement string) (string, error) {
	if pattern == nil || !pattern.MatchString(name) {
		return name, nil
	}
	return pattern.ReplaceFirst(name, replacement)
}

func sanitize(topic string, unicode bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(topic)) {
		switch {
		case unit < 0x80 && (alphanumeric(byte(unit)) || unit == '.' || unit == '_' && !unicode || unit == '-'):
			b.WriteByte(byte(unit))
		case unicode:
			b.WriteString("_u" + hexUnit(unit))
		default:
			b.WriteByte('_')
		}
	}
	dot := "_"
	if unicode {
		dot += "u" + hexUnit('.')
	}
	topic = b.String()
	if topic == "." || topic == ".." {
		return strings.Repeat(dot, len(topic))
	}
	return topic[:min(len(topic), maxTopic)]
}

func alphanumeric(c byte) bool { return letter(c) || digit(c) }
func letter(c byte) bool       { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool        { return c >= '0' && c <= '9' }

// adjuster makes names that Avro takes, by mode. In names of schemas a point is allowed after the first character, in those of fields not.
func adjuster(mode string, points bool) func(string) string {
	switch mode {
	case AdjustAvro:
		return func(name string) string { return adjust(name, points, false) }
	case AdjustAvroUnicode:
		return func(name string) string { return adjust(name, points, true) }
	}
	return func(name string) string { return name }
}

// adjust replaces what Avro does not take: by underscores, where a leading digit is kept behind one, or by _uXXXX, where the underscore is
// replaced, too.
func adjust(name string, points, unicode bool) string {
	var b strings.Builder
	for i, unit := range utf16.Encode([]rune(name)) {
		c := byte(unit)
		if unit < 0x80 && (letter(c) || c == '_' && !unicode || i > 0 && (digit(c) || c == '.' && points)) {
			b.WriteByte(c)
			continue
		}
		if unicode {
			b.WriteString("_u" + hexUnit(unit))
			continue
		}
		b.WriteByte('_')
		if i == 0 && unit < 0x80 && digit(c) {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// hexUnit prints at least four digits, but three for units from 0x100 to 0xfff: what has fewer than three gets two zeros, nothing else is
// padded.
func hexUnit(unit uint16) string {
	hex := strconv.FormatUint(uint64(unit), 16)
	if len(hex) <= 2 {
		return "00" + hex
	}
	return hex
}
