// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// names are those of topics and schemas.
type names struct {
	prefix, delimiter                             string
	transaction, heartbeat, message, notification string
	schema, field                                 func(string) string
}

func newNames(o *Options) *names {
	n := &names{prefix: o.Prefix, delimiter: or(o.Delimiter, "."), notification: o.NotificationTopic}
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
func (n *names) topic(id catalog.ID) string {
	parts := make([]string, 0, 3)
	for _, part := range []string{n.prefix, id.Schema, id.Name} {
		if strings.TrimSpace(part) != "" {
			parts = append(parts, part)
		}
	}
	return sanitize(strings.Join(parts, n.delimiter))
}

func sanitize(topic string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(topic)) {
		if b.Len() == maxTopic {
			break
		}
		if unit < 0x80 && (alphanumeric(byte(unit)) || unit == '.' || unit == '_' || unit == '-') {
			b.WriteByte(byte(unit))
		} else {
			b.WriteByte('_')
		}
	}
	switch topic = b.String(); topic {
	case ".":
		return "_"
	case "..":
		return "__"
	}
	return topic
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
