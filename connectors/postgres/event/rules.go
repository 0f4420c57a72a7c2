// SPDX-License-Identifier: Apache-2.0

package event

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// rules are sorted by kind; those of a kind stay in their order.
type rules []ColumnRule

func newRules(list []ColumnRule) rules {
	return slices.SortedStableFunc(slices.Values(list), func(a, b ColumnRule) int { return cmp.Compare(a.Kind, b.Kind) })
}

// of returns the rule that holds for a column, nil for none.
func (rs rules) of(id catalog.ID, c *catalog.Column) *ColumnRule {
	for i := range rs {
		name := c.Name
		if rs[i].Kind == RulePropagateType {
			name = c.Type.Name
		}
		if rs[i].Columns.Match(id.String() + "." + name) {
			return &rs[i]
		}
	}
	return nil
}

// apply adds to a field's schema what the rule says there.
func (r *ColumnRule) apply(schema *connect.Schema, c *catalog.Column, comments bool) *connect.Schema {
	e := extentOf(c.Type, c.Modifier)
	switch r.Kind {
	case RuleTruncate:
		if e.length > r.Length {
			schema = schema.WithParameter("truncateLength", itoa(r.Length))
		}
		return schema
	case RuleMask, RuleHash, RuleHashV2:
		return schema.WithParameter("masked", "true")
	}
	const prefix = "__debezium.source.column."
	schema = schema.WithParameter(prefix+"type", strings.ToUpper(c.Type.Name)).
		WithParameter(prefix+"length", itoa(e.length)).WithParameter(prefix+"scale", itoa(e.scale))
	if comments && c.Comment != "" {
		schema = schema.WithParameter(prefix+"comment", c.Comment)
	}
	return schema.WithParameter(prefix+"name", c.Name)
}

// change returns what the rule does to values, nil for nothing.
func (r *ColumnRule) change(f *fieldType, c *catalog.Column) func(any) any {
	length := extentOf(c.Type, c.Modifier).length
	switch {
	case r.Kind == RuleTruncate && length > r.Length && f.schema.Name() != bitsName:
		return func(v any) any { return truncate(v, r.Length) }
	case r.Kind == RuleMask && f.masked:
		var mask any = strings.Repeat("*", r.Length)
		return func(any) any { return mask }
	case (r.Kind == RuleHash || r.Kind == RuleHashV2) && f.masked:
		return func(v any) any { return r.hash(v, length) }
	}
	return nil
}

// hash prints the digest of the salt and the text, cut to the length of the column. Null stays null.
func (r *ColumnRule) hash(v any, length int) any {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	digest := r.Digest()
	digest.Write([]byte(r.Salt))
	if r.Kind == RuleHash {
		digest.Write(serialized(text))
	} else {
		digest.Write([]byte(text))
	}
	return truncate(hex.EncodeToString(digest.Sum(nil)), length)
}

// truncate cuts texts to a number of UTF-16 units, as Java counts, and bytes to their number. A text ends in front of a character of two units
// that only one is left for: Java keeps a half of it, which is no character.
func truncate(v any, length int) any {
	switch v := v.(type) {
	case string:
		if len(v) <= length {
			return v
		}
		units := 0
		for i, r := range v {
			if units++; r > 0xffff {
				units++
			}
			if units > length {
				return v[:i]
			}
		}
	case []byte:
		if len(v) > length {
			return v[:length:length]
		}
	}
	return v
}

// serialized is a text in the form of Java's object serialization: a stream header, the tag of a string, its length, and its characters
// in UTF-8 as Java modifies it (Java Object Serialization Specification, section 6).
func serialized(text string) []byte {
	body := modifiedUTF8(text)
	out := []byte{0xac, 0xed, 0x00, 0x05}
	n := len(body)
	if n <= 0xffff {
		out = append(out, 0x74, byte(n>>8), byte(n))
	} else {
		out = append(out, 0x7c, 0, 0, 0, 0, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(out, body...)
}

// modifiedUTF8 has two bytes for zero, and three for each half of a surrogate pair.
func modifiedUTF8(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case r == 0:
			out = append(out, 0xc0, 0x80)
		case r > 0xffff:
			r -= 0x10000
			out = appendHalf(appendHalf(out, 0xd800+r>>10), 0xdc00+r&0x3ff)
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

func appendHalf(out []byte, unit rune) []byte {
	return append(out, byte(0xe0|unit>>12), byte(0x80|unit>>6&0x3f), byte(0x80|unit&0x3f))
}
