// SPDX-License-Identifier: Apache-2.0

package json

import (
	"fmt"
	"unicode/utf8"

	"github.com/longshore-io/connect/internal/javaprint"
)

// Limits of Jackson's parser, which Kafka Connect keeps.
const (
	maxDepth        = 1000
	maxNumberLength = 1000
	maxNameLength   = 50000
)

// kind of a JSON value.
type kind uint8

const (
	kindMissing kind = iota
	kindNull
	kindFalse
	kindTrue
	kindInt
	kindFloat
	kindString
	kindArray
	kindObject
)

// javaNames are the node types of Jackson, which error messages show.
var javaNames = [...]string{
	kindMissing: "MISSING", kindNull: "NULL", kindFalse: "BOOLEAN", kindTrue: "BOOLEAN", kindInt: "NUMBER", kindFloat: "NUMBER",
	kindString: "STRING", kindArray: "ARRAY", kindObject: "OBJECT",
}

// node is one value of a document. The parts of an array follow it; those of an object do, names and values in turn.
type node struct {
	kind kind
	// escaped says that a string has escapes.
	escaped bool
	// start and end are where the value stands in the text, a string without its quotes.
	start, end int32
	// next is the index of the node after this one and its parts.
	next int32
	// count is the number of elements of an array or of names of an object.
	count int32
}

// document is a JSON text, scanned into nodes. The whole text is checked before any of it is converted, as Jackson does:
// an error in the text wins over one in a value.
type document struct {
	text  []byte
	nodes []node
	pos   int
	// inside says that the value stands inside another one, so that a bracket or comma may follow a number.
	inside bool
	// unescaped is the memory for a string that had escapes; the next one takes it.
	unescaped []byte
}

// scan reads the first value of the text; what follows it is left alone, except right after a number or a word.
func (d *document) scan(text []byte) error {
	d.start(text, 0)
	d.inside = false
	if len(text) >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf {
		d.pos = 3 // byte order mark
	}
	return d.root()
}

// scanPayload reads the value that ends an object, and says whether the object ends after it.
func (d *document) scanPayload(text []byte, at int) bool {
	d.start(text, at)
	d.inside = true
	if d.value(1) != nil {
		return false
	}
	d.space()
	return d.pos < len(text) && text[d.pos] == '}'
}

func (d *document) start(text []byte, at int) {
	d.text, d.nodes, d.pos = text, d.nodes[:0], at
}

// maxNodes is how many nodes a document keeps the memory of between messages.
const maxNodes = maxScratch / 32

// trim gives back the memory that a large message has taken.
func (d *document) trim() {
	d.text = nil
	if cap(d.nodes) > maxNodes {
		d.nodes = nil
	}
	if cap(d.unescaped) > maxScratch {
		d.unescaped = nil
	}
}

func (d *document) root() error {
	d.space()
	if d.pos == len(d.text) {
		d.nodes = append(d.nodes, node{kind: kindMissing, next: 1})
		return nil
	}
	return d.value(0)
}

func (d *document) space() {
	// Few documents have space between tokens.
	for d.pos < len(d.text) && d.text[d.pos] <= ' ' {
		switch d.text[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

func (d *document) value(depth int) error {
	d.space()
	if d.pos == len(d.text) {
		return d.unexpected("a value")
	}
	switch c := d.text[d.pos]; c {
	case '"':
		return d.string()
	case '{':
		return d.object(depth + 1)
	case '[':
		return d.array(depth + 1)
	case 't':
		return d.word("true", kindTrue)
	case 'f':
		return d.word("false", kindFalse)
	case 'n':
		return d.word("null", kindNull)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return d.number()
	}
	return d.unexpected("a value")
}

func (d *document) object(depth int) error {
	at, empty, err := d.open(kindObject, '}', depth)
	for !empty && err == nil {
		d.space()
		if d.pos == len(d.text) || d.text[d.pos] != '"' {
			return d.unexpected("the name of a field in double quotes")
		}
		if err = d.string(); err != nil {
			return err
		}
		if name := &d.nodes[len(d.nodes)-1]; name.end-name.start > maxNameLength {
			return fmt.Errorf("the name of a field at byte %d has %d bytes, more than %d", name.start, name.end-name.start, maxNameLength)
		}
		d.space()
		if d.pos == len(d.text) || d.text[d.pos] != ':' {
			return d.unexpected("a colon after the name of a field")
		}
		d.pos++
		if err = d.value(depth); err != nil {
			return err
		}
		d.nodes[at].count++
		empty, err = d.close('}')
	}
	d.finish(at)
	return err
}

func (d *document) array(depth int) error {
	at, empty, err := d.open(kindArray, ']', depth)
	for !empty && err == nil {
		if err = d.value(depth); err != nil {
			return err
		}
		d.nodes[at].count++
		empty, err = d.close(']')
	}
	d.finish(at)
	return err
}

// open begins an object or array and says whether it ends at once.
func (d *document) open(k kind, closing byte, depth int) (int, bool, error) {
	if depth > maxDepth {
		return 0, false, fmt.Errorf("document nesting depth (%d) exceeds the maximum allowed (%d)", depth, maxDepth)
	}
	at := len(d.nodes)
	d.nodes = append(d.nodes, node{kind: k, start: int32(d.pos)})
	d.pos++
	d.space()
	if d.pos < len(d.text) && d.text[d.pos] == closing {
		d.pos++
		return at, true, nil
	}
	return at, false, nil
}

// close reads a comma or the closing bracket and says which.
func (d *document) close(closing byte) (bool, error) {
	d.space()
	if d.pos < len(d.text) {
		switch d.text[d.pos] {
		case ',':
			d.pos++
			return false, nil
		case closing:
			d.pos++
			return true, nil
		}
	}
	return false, d.unexpected(fmt.Sprintf("a comma or %q", closing))
}

func (d *document) finish(at int) {
	d.nodes[at].end, d.nodes[at].next = int32(d.pos), int32(len(d.nodes))
}

func (d *document) add(k kind, start, end int, escaped bool) {
	d.nodes = append(d.nodes, node{kind: k, escaped: escaped, start: int32(start), end: int32(end), next: int32(len(d.nodes) + 1)})
}

func (d *document) word(word string, k kind) error {
	end := d.pos + len(word)
	if end > len(d.text) || string(d.text[d.pos:end]) != word || end < len(d.text) && wordByte(d.text[end]) {
		return fmt.Errorf("unrecognized token at byte %d: want JSON text, a number, an array, an object, null, true or false", d.pos)
	}
	d.add(k, d.pos, end, false)
	d.pos = end
	return nil
}

func wordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

// number takes JSON's numbers, and leading zeros, which Kafka allows.
func (d *document) number() error {
	start, k := d.pos, kindInt
	if d.text[d.pos] == '-' {
		d.pos++
	}
	unsigned := d.pos
	if !d.digits() {
		return d.unexpected("a digit after the minus sign")
	}
	if d.pos < len(d.text) && d.text[d.pos] == '.' {
		d.pos++
		k = kindFloat
		if !d.digits() {
			return d.unexpected("a digit after the decimal point")
		}
	}
	if d.pos < len(d.text) && d.text[d.pos]|0x20 == 'e' {
		d.pos++
		k = kindFloat
		if d.pos < len(d.text) && (d.text[d.pos] == '+' || d.text[d.pos] == '-') {
			d.pos++
		}
		if !d.digits() {
			return d.unexpected("a digit of the exponent")
		}
	}
	if n := d.pos - unsigned; n > maxNumberLength {
		return fmt.Errorf("number at byte %d has %d characters, more than %d", start, n, maxNumberLength)
	}
	if !d.ended() {
		return d.unexpected("the end of a number")
	}
	d.add(k, start, d.pos, false)
	return nil
}

func (d *document) digits() bool {
	text, i := d.text, d.pos
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	found := i > d.pos
	d.pos = i
	return found
}

// ended says whether a number may end here.
func (d *document) ended() bool {
	if d.pos == len(d.text) {
		return true
	}
	switch d.text[d.pos] {
	case ' ', '\t', '\n', '\r':
		return true
	case ',', ']', '}':
		return d.inside || len(d.nodes) > 0 // nothing but space may follow a number at the root
	}
	return false
}

func (d *document) string() error {
	d.pos++
	start, escaped := d.pos, false
	for {
		d.pos = javaprint.PlainEnd(d.text, d.pos)
		if d.pos == len(d.text) {
			return d.unexpected("the closing quote of a string")
		}
		switch c := d.text[d.pos]; {
		case c == '"':
			d.add(kindString, start, d.pos, escaped)
			d.pos++
			return nil
		case c == '\\':
			escaped = true
			if err := d.escape(); err != nil {
				return err
			}
		case c < 0x20:
			return fmt.Errorf("control character %#x in a string at byte %d must be escaped", c, d.pos)
		default:
			if err := d.wide(); err != nil {
				return err
			}
		}
	}
}

// wide skips characters that are not ASCII.
func (d *document) wide() error {
	for d.pos < len(d.text) && d.text[d.pos] >= utf8.RuneSelf {
		r, size := utf8.DecodeRune(d.text[d.pos:])
		if r == utf8.RuneError && size == 1 {
			return fmt.Errorf("invalid UTF-8 at byte %d", d.pos)
		}
		d.pos += size
	}
	return nil
}

func (d *document) escape() error {
	if d.pos+1 == len(d.text) {
		d.pos++
		return d.unexpected("an escaped character")
	}
	switch d.text[d.pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		d.pos += 2
		return nil
	case 'u':
		if _, ok := hex4(d.text[d.pos+2:]); ok {
			d.pos += 6
			return nil
		}
	}
	return fmt.Errorf("unrecognized escape in a string at byte %d", d.pos)
}

func (d *document) unexpected(want string) error {
	if d.pos >= len(d.text) {
		return fmt.Errorf("unexpected end of input: want %s", want)
	}
	return fmt.Errorf("unexpected character %q at byte %d: want %s", rune(d.text[d.pos]), d.pos, want)
}
