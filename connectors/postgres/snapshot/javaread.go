// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// javaReader reads a stream that has an array of numbers, strings and UUIDs.
type javaReader struct {
	in      []byte
	handles []any // *javaClass, string, or nil for what cannot be referred to
	err     error
}

var errJavaKey = errors.New("it is no serialized Java array of numbers, texts and UUIDs")

// readJavaKey reads the stored form of a key: each value as text; nil is the null array. The error says that another release or connector wrote
// it: the table is then read anew.
func readJavaKey(stored string) (key, error) {
	in, err := hex.DecodeString(stored)
	if err != nil {
		return nil, fmt.Errorf("read the key of an incremental snapshot: %w", err)
	}
	r := &javaReader{in: in}
	values := r.key()
	if r.err == nil && len(r.in) > 0 {
		r.fail()
	}
	if r.err != nil {
		return nil, fmt.Errorf("read the key of an incremental snapshot: %w", r.err)
	}
	return values, nil
}

func (r *javaReader) fail() {
	if r.err == nil {
		r.err = errJavaKey
	}
	r.in = nil
}

// take returns the next bytes; after a failure, zeros.
func (r *javaReader) take(n int) []byte {
	if len(r.in) < n {
		r.fail()
		return make([]byte, n)
	}
	out := r.in[:n]
	r.in = r.in[n:]
	return out
}

func (r *javaReader) byte() byte     { return r.take(1)[0] }
func (r *javaReader) uint16() uint16 { return binary.BigEndian.Uint16(r.take(2)) }
func (r *javaReader) uint32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }
func (r *javaReader) uint64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }
func (r *javaReader) text() string   { return string(r.take(int(r.uint16()))) }

func (r *javaReader) key() key {
	if r.uint32() != streamHeader {
		r.fail()
		return nil
	}
	switch r.byte() {
	case tcNull:
		return nil
	case tcArray:
	default:
		r.fail()
		return nil
	}
	if c := r.class(); c == nil || c.name != arrayClass {
		r.fail()
		return nil
	}
	r.handles = append(r.handles, nil)
	size := int(r.uint32())
	if size > len(r.in) { // each value has a byte at least
		r.fail()
		return nil
	}
	out := make(key, 0, size)
	for range size {
		out = append(out, r.value())
	}
	return out
}

// referred returns what was read before.
func (r *javaReader) referred() any {
	at := int64(r.uint32()) - firstHandle
	if at < 0 || at >= int64(len(r.handles)) {
		r.fail()
		return nil
	}
	return r.handles[at]
}

func (r *javaReader) class() *javaClass {
	switch r.byte() {
	case tcNull:
		return nil
	case tcReference:
		c, _ := r.referred().(*javaClass)
		return c
	case tcClass:
	default:
		r.fail()
		return nil
	}
	c := &javaClass{name: r.text(), version: r.uint64()}
	r.handles = append(r.handles, c)
	if r.byte() != serializable {
		r.fail()
	}
	var fields []string
	for range r.uint16() {
		if r.err != nil {
			return nil
		}
		fields = append(fields, string(r.byte())+" "+r.text())
	}
	c.fields = strings.Join(fields, ",")
	if r.byte() != tcEndBlock {
		r.fail()
		return nil
	}
	if super := r.class(); super != nil {
		c.number = super.name == numberClass
	}
	return c
}

func (r *javaReader) value() nullable {
	switch r.byte() {
	case tcNull:
		return nullable{null: true}
	case tcString:
		text := fromModifiedUTF8(r.text())
		r.handles = append(r.handles, text)
		return nullable{text: text}
	case tcReference:
		text, ok := r.referred().(string)
		if !ok {
			r.fail()
		}
		return nullable{text: text}
	case tcObject:
		return nullable{text: r.object()}
	}
	r.fail()
	return nullable{}
}

func (r *javaReader) object() string {
	c := r.class()
	if c == nil {
		r.fail()
		return ""
	}
	at := len(r.handles)
	r.handles = append(r.handles, nil)
	text := r.fields(*c)
	r.handles[at] = text
	return text
}

func (r *javaReader) fields(c javaClass) string {
	switch c {
	case javaClasses[javaInteger]:
		return strconv.Itoa(int(int32(r.uint32())))
	case javaClasses[javaLong]:
		return strconv.FormatInt(int64(r.uint64()), 10)
	case javaClasses[javaShort]:
		return strconv.Itoa(int(int16(r.uint16())))
	case javaClasses[javaUUID]:
		least, most := r.uint64(), r.uint64()
		return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", most>>32, most>>16&0xffff, most&0xffff, least>>48, least&(1<<48-1))
	}
	r.fail()
	return ""
}

// fromModifiedUTF8 joins surrogates.
func fromModifiedUTF8(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if high, low := surrogate(text, i), surrogate(text, i+3); high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 {
			b.WriteRune(0x10000 + (high-0xd800)<<10 + low - 0xdc00)
			i += 6
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		b.WriteString(text[i : i+size])
		i += size
	}
	return b.String()
}

// surrogate returns the half of a character that three bytes have, 0 where there is none.
func surrogate(text string, i int) rune {
	if i+3 > len(text) || text[i] != 0xed || text[i+1] < 0xa0 || text[i+1] > 0xbf {
		return 0
	}
	return rune(text[i]&0xf)<<12 | rune(text[i+1]&0x3f)<<6 | rune(text[i+2]&0x3f)
}
