// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
	"github.com/longshore-io/connect/internal/javaprint"
)

var (
	errShort  = errors.New("the message ends in the middle of a value")
	errVarint = errors.New("Invalid int encoding") //nolint:staticcheck // Avro's text
	errItems  = errors.New("the message has more elements than it has room for")
)

// maxEmpty bounds how many elements that take no bytes a message may have: nothing in it says how much memory they want.
const maxEmpty = 1 << 16

// input is a message that is being read.
type input struct {
	data  []byte
	empty int
	depth int
}

// readAll reads a whole message. What is behind the value is left, as in Confluent's deserializer.
func (r *reader) readAll(data []byte) (any, error) {
	if r.kind == kindBytes {
		return r.surface(bytes.Clone(orEmpty(data)))
	}
	in := &input{data: data}
	return r.read(in)
}

func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (r *reader) read(in *input) (any, error) {
	switch r.kind {
	case kindNull:
		return nil, nil
	case kindBoolean:
		b, err := in.take(1)
		return err == nil && b[0] == 1, err
	case kindInt, kindLong:
		return r.readInteger(in)
	case kindFloat:
		b, err := in.take(4)
		if err != nil {
			return nil, err
		}
		return math.Float32frombits(binary.LittleEndian.Uint32(b)), nil
	case kindDouble:
		b, err := in.take(8)
		if err != nil {
			return nil, err
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), nil
	case kindString:
		b, err := in.counted()
		return javatext.DecodeUTF8(b), err
	case kindBytes:
		b, err := in.counted()
		if err != nil {
			return nil, err
		}
		return r.surface(bytes.Clone(orEmpty(b)))
	case kindFixed:
		b, err := in.take(r.size)
		if err != nil {
			return nil, err
		}
		return r.surface(bytes.Clone(orEmpty(b)))
	case kindEnum:
		return r.readEnum(in)
	}
	return r.readParts(in)
}

// surface makes the value of a logical type.
func (r *reader) surface(v any) (any, error) {
	if r.logical == plain {
		return v, nil
	}
	return surfaced(r.logical, r.scale, v)
}

func (r *reader) readInteger(in *input) (any, error) {
	v, err := in.long()
	if err != nil {
		return nil, err
	}
	if r.kind == kindLong {
		return r.surface(v)
	}
	if v != int64(int32(v)) {
		return nil, errVarint
	}
	switch r.typ {
	case connect.TypeInt8:
		return int8(v), nil
	case connect.TypeInt16:
		return int16(v), nil
	}
	return r.surface(int32(v))
}

func (r *reader) readEnum(in *input) (any, error) {
	i, err := in.long()
	if err != nil {
		return nil, err
	}
	if i < 0 || i >= int64(len(r.symbols)) {
		return nil, fmt.Errorf("Index %d out of bounds for length %d", i, len(r.symbols)) //nolint:staticcheck // Java's text
	}
	return r.symbols[i], nil
}

// readParts reads what has parts; only these can be deep.
func (r *reader) readParts(in *input) (any, error) {
	if in.depth >= maxDepth {
		return nil, errDepth
	}
	in.depth++
	defer func() { in.depth-- }()
	switch {
	case r.kind == kindUnion:
		return r.readUnion(in)
	case r.kind == kindRecord:
		return r.readRecord(in)
	case r.entry:
		return r.readEntries(in)
	case r.kind == kindMap:
		return r.readMap(in)
	}
	return r.readArray(in)
}

func (r *reader) readRecord(in *input) (any, error) {
	st := connect.NewStruct(r.schema)
	for i, part := range r.parts {
		v, err := part.read(in)
		if err != nil {
			return nil, err
		}
		st.SetAt(r.at[i], v)
	}
	return st, nil
}

func (r *reader) readUnion(in *input) (any, error) {
	i, err := in.long()
	if err != nil {
		return nil, err
	}
	if i < 0 || i >= int64(len(r.parts)) {
		return nil, fmt.Errorf("Index %d out of bounds for length %d", i, len(r.parts)) //nolint:staticcheck // Java's text
	}
	part := r.parts[i]
	if part == nil {
		return nil, nil
	}
	v, err := part.read(in)
	if err != nil || r.bare {
		return v, err
	}
	st := connect.NewStruct(r.schema)
	st.SetAt(r.at[i], v)
	return st, nil
}

// block reads how many elements come next; 0 ends an array or map. least is the size of the smallest element.
func (in *input) block(least int) (int, error) {
	n, err := in.long()
	if err != nil {
		return 0, err
	}
	if n < 0 { // the size of the block in bytes follows, for those who skip it
		if _, err := in.long(); err != nil {
			return 0, err
		}
		n = -n
	}
	switch {
	case n < 0:
		return 0, errItems
	case least > 0 && n > int64(len(in.data)/least):
		return 0, errItems
	case least == 0 && n > int64(maxEmpty-in.empty):
		return 0, errItems
	case least == 0:
		in.empty += int(n)
	}
	return int(n), nil
}

// firstRoom bounds what is allocated before anything was read.
const firstRoom = 1024

func (r *reader) readArray(in *input) (any, error) {
	var list []any
	element := r.parts[0]
	for {
		n, err := in.block(element.least)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		if list == nil {
			list = make([]any, 0, min(n, firstRoom))
		}
		for range n {
			v, err := element.read(in)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
	}
	if list == nil {
		list = []any{}
	}
	return list, nil
}

func (r *reader) readMap(in *input) (any, error) {
	m := connect.NewMap(0)
	value := r.parts[0]
	for {
		n, err := in.block(value.least + 1)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return inJavaOrder(m), nil
		}
		for range n {
			key, err := in.counted()
			if err != nil {
				return nil, err
			}
			v, err := value.read(in)
			if err != nil {
				return nil, err
			}
			m.Put(javatext.DecodeUTF8(key), v)
		}
	}
}

// inJavaOrder gives the entries the order in which Java's HashMap has them, into which Confluent's converter puts them.
func inJavaOrder(m *connect.Map) *connect.Map {
	if m.Len() < 2 {
		return m
	}
	entries := make([]connect.MapEntry, 0, m.Len())
	for k, v := range m.All() {
		entries = append(entries, connect.MapEntry{Key: k, Value: v})
	}
	javaprint.SortByHash(entries, len(entries), func(e connect.MapEntry) uint32 { return javaprint.HashString(e.Key.(string)) })
	return connect.NewMapOf(entries)
}

func (r *reader) readEntries(in *input) (any, error) {
	m := connect.NewMap(0)
	for {
		n, err := in.block(r.least)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return m, nil
		}
		for range n {
			var entry [2]any
			for i, part := range r.parts {
				if entry[r.at[i]], err = part.read(in); err != nil {
					return nil, err
				}
			}
			m.Put(entry[0], entry[1])
		}
	}
}

// take takes a number of bytes off the message.
func (in *input) take(n int) ([]byte, error) {
	if n > len(in.data) {
		return nil, errShort
	}
	b := in.data[:n]
	in.data = in.data[n:]
	return b, nil
}

// counted takes bytes that have their number in front.
func (in *input) counted() ([]byte, error) {
	n, err := in.long()
	switch {
	case err != nil:
		return nil, err
	case n < 0:
		return nil, fmt.Errorf("Malformed data. Length is negative: %d", n) //nolint:staticcheck // Avro's text
	case n > int64(len(in.data)):
		return nil, errShort
	}
	return in.take(int(n))
}

// long takes an int or a long off the message.
func (in *input) long() (int64, error) {
	v, n := binary.Uvarint(in.data)
	switch {
	case n == 0:
		return 0, errShort
	case n < 0:
		return 0, errVarint
	}
	in.data = in.data[n:]
	return int64(v>>1) ^ -int64(v&1), nil
}
