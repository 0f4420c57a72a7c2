// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The offsets file of a standalone worker is one java.util.HashMap of byte arrays as Java's ObjectOutputStream writes it
// (Java Object Serialization Specification, chapter 6: Object Serialization Stream Protocol). Only what such a map can
// contain is understood.

// javaEntry is one entry of the map; nil is Java's null.
type javaEntry struct{ key, value []byte }

// The parts of a stream, by the first byte of each.
const (
	tcNull         = 0x70
	tcReference    = 0x71
	tcClassDesc    = 0x72
	tcObject       = 0x73
	tcString       = 0x74
	tcArray        = 0x75
	tcBlockData    = 0x77
	tcEndBlockData = 0x78
)

const (
	streamMagic = "\xac\xed\x00\x05" // magic number and version
	// firstHandle is the number of the first class, object or array of a stream; later ones may refer to it.
	firstHandle = 0x7e0000

	hashMapClass   = "java.util.HashMap"
	hashMapUID     = 0x0507dac1c31660d1
	byteArrayClass = "[B"
	byteArrayUID   = 0xacf317f8060854e0

	scWriteMethod  = 0x01 // the class writes data of its own behind its fields
	scSerializable = 0x02

	loadFactor      = 0.75
	smallestBuckets = 16
)

// javaClass is a class descriptor: its name and the bytes that its fields take in an object, without super classes.
type javaClass struct {
	name      string
	fieldSize int
}

// readJavaMap decodes a stream. For one that ends too early the error is io.ErrUnexpectedEOF.
func readJavaMap(stream []byte) ([]javaEntry, error) {
	r := &javaReader{stream: stream}
	if string(r.take(len(streamMagic))) != streamMagic {
		r.fail(errors.New("not a Java object stream, which begins with the bytes ac ed 00 05"))
	}
	entries := r.hashMap()
	if r.err != nil {
		return nil, fmt.Errorf("at byte %d: %w", r.at, r.err)
	}
	return entries, nil
}

// javaReader reads a stream from its beginning. After an error it returns zeros only, and keeps the first error.
type javaReader struct {
	stream  []byte
	at      int
	handles []any // *javaClass, []byte, or nil for what nobody refers to
	err     error
}

func (r *javaReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *javaReader) take(n int) []byte {
	if r.err == nil && n > len(r.stream)-r.at {
		r.fail(io.ErrUnexpectedEOF)
	}
	if r.err != nil {
		return nil
	}
	r.at += n
	return r.stream[r.at-n : r.at]
}

func (r *javaReader) number(size int) (n uint64) {
	for _, b := range r.take(size) {
		n = n<<8 | uint64(b)
	}
	return n
}

func (r *javaReader) length() int {
	n := int32(r.number(4))
	if n < 0 {
		r.fail(fmt.Errorf("negative length %d", n))
	}
	return int(n)
}

func (r *javaReader) name() string { return string(r.take(int(r.number(2)))) }

func (r *javaReader) expect(part byte, what string) {
	if got := byte(r.number(1)); got != part {
		r.fail(fmt.Errorf("expected %s (%#x) but found %#x", what, part, got))
	}
}

// hashMap reads the map: its fields, then one block with the numbers of buckets and entries, then the entries.
func (r *javaReader) hashMap() []javaEntry {
	class := r.objectOf(tcObject, hashMapClass)
	if r.err != nil {
		return nil
	}
	r.handles = append(r.handles, nil)
	r.take(class.fieldSize)
	r.expect(tcBlockData, "the map's own data")
	if size := r.number(1); size != 8 {
		r.fail(fmt.Errorf("expected 8 bytes of the map's own data but found %d", size))
	}
	r.take(4) // the number of buckets, which Java does not read either
	count := r.length()
	var entries []javaEntry
	for i := 0; i < count && r.err == nil; i++ {
		entries = append(entries, javaEntry{key: r.byteArray(), value: r.byteArray()})
	}
	r.expect(tcEndBlockData, "the end of the map")
	return entries
}

// objectOf reads the beginning of an object or array up to its class, which must be the one named.
func (r *javaReader) objectOf(part byte, name string) *javaClass {
	var found string
	switch got := byte(r.number(1)); got {
	case tcObject, tcArray:
		class := r.class()
		if r.err != nil || got == part && class.name == name {
			return class
		}
		found = class.name
	case tcNull:
		found = "null"
	case tcString:
		found = "java.lang.String"
	default:
		found = fmt.Sprintf("part %#x of the stream protocol", got)
	}
	r.fail(fmt.Errorf("expected %s but found %s", name, found))
	return nil
}

// byteArray reads a byte array, a reference to an earlier one, or null.
func (r *javaReader) byteArray() []byte {
	if r.err != nil || r.at == len(r.stream) {
		r.fail(io.ErrUnexpectedEOF)
		return nil
	}
	switch r.stream[r.at] {
	case tcNull:
		r.take(1)
		return nil
	case tcReference:
		r.take(1)
		array, ok := r.handle().([]byte)
		if !ok {
			r.fail(errors.New("reference to something that is not a byte array"))
		}
		return array
	}
	if r.objectOf(tcArray, byteArrayClass); r.err != nil {
		return nil
	}
	array := append([]byte{}, r.take(r.length())...)
	r.handles = append(r.handles, array)
	return array
}

func (r *javaReader) handle() any {
	n := int64(r.number(4)) - firstHandle
	if n < 0 || n >= int64(len(r.handles)) {
		r.fail(errors.New("reference to something that was not read before"))
		return nil
	}
	return r.handles[n]
}

// class reads a class descriptor or a reference to an earlier one.
func (r *javaReader) class() *javaClass {
	switch part := byte(r.number(1)); part {
	case tcReference:
		class, ok := r.handle().(*javaClass)
		if !ok {
			r.fail(errors.New("reference to something that is not a class"))
		}
		return class
	case tcClassDesc:
		return r.newClass()
	default:
		r.fail(fmt.Errorf("expected a class but found %#x", part))
		return nil
	}
}

func (r *javaReader) newClass() *javaClass {
	class := &javaClass{name: r.name()}
	r.take(8) // the serial version: Java's HashMap has had the same since 1.2
	r.handles = append(r.handles, class)
	r.take(1) // flags
	if class.name != hashMapClass && class.name != byteArrayClass {
		return class // the caller refuses it by its name; what its descriptor goes on with does not matter
	}
	for range r.number(2) {
		class.fieldSize += r.fieldSize()
	}
	r.expect(tcEndBlockData, "the end of the class's annotations")
	r.expect(tcNull, "no super class")
	return class
}

func (r *javaReader) fieldSize() int {
	kind := byte(r.number(1))
	name := r.name()
	switch kind {
	case 'B', 'Z':
		return 1
	case 'C', 'S':
		return 2
	case 'F', 'I':
		return 4
	case 'D', 'J':
		return 8
	}
	r.fail(fmt.Errorf("unexpected type %q of field %q", kind, name))
	return 0
}

// appendJavaMap prints the entries as Java prints a HashMap that they were put into, in the given order: Java's own order
// changes with every run, as byte arrays are hashed by identity.
func appendJavaMap(dst []byte, entries []javaEntry) []byte {
	dst = append(dst, streamMagic...)
	dst = append(dst, tcObject)
	dst = appendJavaClass(dst, hashMapClass, hashMapUID, scWriteMethod|scSerializable,
		"F\x00\x0aloadFactor", "I\x00\x09threshold")
	buckets, threshold := hashMapSize(len(entries))
	dst = binary.BigEndian.AppendUint32(dst, math.Float32bits(loadFactor))
	dst = binary.BigEndian.AppendUint32(dst, threshold)
	dst = append(dst, tcBlockData, 8)
	dst = binary.BigEndian.AppendUint32(dst, buckets)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(entries)))
	described := false
	for _, e := range entries {
		for _, array := range [][]byte{e.key, e.value} {
			dst = appendJavaArray(dst, array, described)
			described = described || array != nil
		}
	}
	return append(dst, tcEndBlockData)
}

// hashMapSize returns what a HashMap of Java has grown to after so many entries were put into it.
func hashMapSize(entries int) (buckets, threshold uint32) {
	buckets = smallestBuckets
	if entries == 0 {
		return buckets, 0 // no table was made yet
	}
	for float64(entries) > loadFactor*float64(buckets) {
		buckets *= 2
	}
	return buckets, uint32(loadFactor * float64(buckets))
}

func appendJavaClass(dst []byte, name string, uid uint64, flags byte, fields ...string) []byte {
	dst = append(dst, tcClassDesc)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(name)))
	dst = append(dst, name...)
	dst = binary.BigEndian.AppendUint64(dst, uid)
	dst = append(dst, flags)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(fields)))
	for _, field := range fields {
		dst = append(dst, field...)
	}
	return append(dst, tcEndBlockData, tcNull) // no annotations, no super class
}

// appendJavaArray prints a byte array or null. The class of arrays is described with the first and referred to by others:
// it is the third thing in the stream, after HashMap and the map itself.
func appendJavaArray(dst, array []byte, described bool) []byte {
	if array == nil {
		return append(dst, tcNull)
	}
	dst = append(dst, tcArray)
	if described {
		dst = append(dst, tcReference)
		dst = binary.BigEndian.AppendUint32(dst, firstHandle+2)
	} else {
		dst = appendJavaClass(dst, byteArrayClass, byteArrayUID, scSerializable)
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(array)))
	return append(dst, array...)
}
