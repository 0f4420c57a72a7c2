// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// Keys of incremental snapshots are stored as Debezium does it: an array of Java objects in the format of Java's object serialization, in lower-case
// hexadecimal digits. The format is that of the specification of Java Object Serialization, version 2 of the stream.

// javaKind is the class of an object in a key.
type javaKind int

const (
	javaString javaKind = iota
	javaInteger
	javaLong
	javaShort
	javaUUID
)

// javaClass describes a class as a stream does.
type javaClass struct {
	name    string
	version uint64
	fields  string // type letters and names, "J leastSigBits", in the stream's order
	number  bool   // extends java.lang.Number
}

var javaClasses = map[javaKind]javaClass{
	javaInteger: {"java.lang.Integer", 0x12e2a0a4f7818738, "I value", true},
	javaLong:    {"java.lang.Long", 0x3b8be490cc8f23df, "J value", true},
	javaShort:   {"java.lang.Short", 0x684d37133460da52, "S value", true},
	javaUUID:    {"java.util.UUID", 0xbc9903f7986d852f, "J leastSigBits,J mostSigBits", false},
}

// Parts of the stream.
const (
	streamHeader  = 0xaced0005
	tcNull        = 0x70
	tcReference   = 0x71
	tcClass       = 0x72
	tcObject      = 0x73
	tcString      = 0x74
	tcArray       = 0x75
	tcEndBlock    = 0x78
	serializable  = 0x02
	firstHandle   = 0x7e0000
	arrayClass    = "[Ljava.lang.Object;"
	arrayVersion  = 0x90ce589f1073296c
	numberClass   = "java.lang.Number"
	numberVersion = 0x86ac951d0b94e08b
)

// javaKindOf returns the class that pgjdbc has for values of a type; most others are strings.
func javaKindOf(t *catalog.Type) javaKind {
	switch t.Name {
	case "int2", "int4":
		return javaInteger
	case "int8", "oid":
		return javaLong
	case "uuid":
		return javaUUID
	}
	return javaString
}

// javaWriter writes a stream.
type javaWriter struct {
	out     []byte
	handles uint32
	classes map[string]uint32
	texts   map[string]uint32
}

// writeJavaKey returns the stored form of a key; nil is the null array.
func writeJavaKey(values key, kinds []javaKind) (string, error) {
	w := &javaWriter{handles: firstHandle, classes: map[string]uint32{}, texts: map[string]uint32{}}
	w.uint32(streamHeader)
	if values == nil {
		w.out = append(w.out, tcNull)
		return hex.EncodeToString(w.out), nil
	}
	w.out = append(w.out, tcArray)
	w.class(javaClass{name: arrayClass, version: arrayVersion})
	w.handles++ // the array
	w.uint32(uint32(len(values)))
	if len(kinds) != len(values) {
		return "", errors.New("store the key of an incremental snapshot: it has other columns than before")
	}
	for i, v := range values {
		if v.null {
			w.out = append(w.out, tcNull)
			continue
		}
		if err := w.object(v.text, kinds[i]); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(w.out), nil
}

func (w *javaWriter) uint32(v uint32) { w.out = binary.BigEndian.AppendUint32(w.out, v) }
func (w *javaWriter) uint64(v uint64) { w.out = binary.BigEndian.AppendUint64(w.out, v) }

func (w *javaWriter) text(s string) {
	w.out = binary.BigEndian.AppendUint16(w.out, uint16(len(s)))
	w.out = append(w.out, s...)
}

// class writes a description, or a reference to it when it was written before.
func (w *javaWriter) class(c javaClass) {
	if handle, known := w.classes[c.name]; known {
		w.out = append(w.out, tcReference)
		w.uint32(handle)
		return
	}
	w.classes[c.name] = w.handles
	w.handles++
	w.out = append(w.out, tcClass)
	w.text(c.name)
	w.uint64(c.version)
	w.out = append(w.out, serializable)
	var fields []string
	if c.fields != "" {
		fields = strings.Split(c.fields, ",")
	}
	w.out = binary.BigEndian.AppendUint16(w.out, uint16(len(fields)))
	for _, field := range fields {
		w.out = append(w.out, field[0])
		w.text(field[2:])
	}
	w.out = append(w.out, tcEndBlock)
	if c.number {
		w.class(javaClass{name: numberClass, version: numberVersion})
		return
	}
	w.out = append(w.out, tcNull)
}

func (w *javaWriter) object(text string, kind javaKind) error {
	if kind == javaString {
		return w.string(text)
	}
	w.out = append(w.out, tcObject)
	w.class(javaClasses[kind])
	w.handles++
	switch kind {
	case javaUUID:
		return w.uuid(text)
	default:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("store the key of an incremental snapshot: %w", err)
		}
		switch kind {
		case javaLong:
			w.uint64(uint64(n))
		case javaShort:
			w.out = binary.BigEndian.AppendUint16(w.out, uint16(n))
		default:
			w.uint32(uint32(n))
		}
		return nil
	}
}

const maxJavaText = 1<<16 - 1

func (w *javaWriter) string(text string) error {
	text = modifiedUTF8(text)
	if len(text) > maxJavaText {
		return errors.New("store the key of an incremental snapshot: it is longer than 65535 bytes")
	}
	if handle, known := w.texts[text]; known {
		w.out = append(w.out, tcReference)
		w.uint32(handle)
		return nil
	}
	w.texts[text] = w.handles
	w.handles++
	w.out = append(w.out, tcString)
	w.text(text)
	return nil
}

func (w *javaWriter) uuid(text string) error {
	raw, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(raw) != 16 {
		return fmt.Errorf("store the key of an incremental snapshot: %q is no UUID", text)
	}
	w.out = append(append(w.out, raw[8:]...), raw[:8]...)
	return nil
}

// modifiedUTF8 is Java's: characters beyond the basic plane are two surrogates of three bytes each. Texts of PostgreSQL have no zero characters.
func modifiedUTF8(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x10000 {
			b.WriteRune(r)
			continue
		}
		r -= 0x10000
		for _, half := range []rune{0xd800 + r>>10, 0xdc00 + r&0x3ff} {
			b.Write([]byte{byte(0xe0 | half>>12), byte(0x80 | half>>6&0x3f), byte(0x80 | half&0x3f)})
		}
	}
	return b.String()
}
