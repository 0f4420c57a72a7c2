// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// Schema is that of values that are structs.
var Schema = connect.StructOf("io.longshore.connect.datagen.Record",
	connect.Field("id", connect.Int64), connect.Field("task", connect.Int32), connect.Field("name", connect.String),
	connect.Field("active", connect.Boolean), connect.Field("amount", connect.Float64), connect.Field("created", connect.Timestamp),
	connect.Field("comment", connect.String.WithOptional(true)), connect.Field("padding", connect.String)).WithVersion(1)

const (
	// structSize is about what the fields of a struct are as JSON without the padding.
	structSize = 128
	// firstCreated is when record 0 was created, 2026-01-01; each is a millisecond after the one before.
	firstCreated = 1767225600000
	nameLength   = 8
	// longestName is the most that the numbers of task and record can take, with what is around them.
	longestName = 40
)

// texts keeps strings in few large ones of which they are parts.
type texts struct {
	builder strings.Builder
	// chunk is how large the next large one is made.
	chunk int
}

func (t *texts) keep(p []byte) string {
	if t.builder.Cap()-t.builder.Len() < len(p) {
		t.builder.Reset()
		t.builder.Grow(max(t.chunk, len(p)))
	}
	at := t.builder.Len()
	t.builder.Write(p)
	return t.builder.String()[at:]
}

// shape makes values or keys. It is for one goroutine.
type shape struct {
	task   int32
	size   int
	schema *connect.Schema
	// make returns what record n has; nil where there is none.
	make  func(n int64, d draws) any
	texts texts
	// bytes keeps slices of bytes as texts keeps strings.
	bytes []byte
	// scratch is where texts are put together; there is room for letters beyond their end.
	scratch []byte
}

func valueShape(kind string, size int, task int32) *shape {
	s := &shape{task: task, size: size, scratch: make([]byte, max(size, longestName)+drawn)}
	switch kind {
	case bytesShape:
		s.schema, s.make = connect.Bytes, s.byteSlice
	case structShape:
		s.schema, s.make = Schema, s.structure
	default:
		s.schema, s.make = connect.String, s.text
	}
	return s
}

func keyShape(kind string, task int32) *shape {
	s := &shape{task: task, size: longestName, scratch: make([]byte, longestName)}
	switch kind {
	case numberShape:
		s.schema, s.make = connect.Int64, func(n int64, _ draws) any { return n }
	case textShape:
		s.schema, s.make = connect.String, func(n int64, _ draws) any { return s.texts.keep(s.name(n)) }
	default:
		s.make = func(int64, draws) any { return nil }
	}
	return s
}

// expect says how many records are made next: what they need is allocated for all of them at once, and not for more, as thousands of
// slow tasks may wait for their next one.
func (s *shape) expect(records int) { s.texts.chunk = records * s.size }

// name is the task's number and the record's, in the scratch.
func (s *shape) name(n int64) []byte {
	return strconv.AppendInt(append(strconv.AppendInt(s.scratch[:0], int64(s.task), 10), '-'), n, 10)
}

// filled is the name and letters, in the scratch.
func (s *shape) filled(n int64, d draws) []byte {
	head := append(s.name(n), ' ')
	from := len(head)
	if from > s.size {
		from = 0
	}
	d.letters(s.scratch[from:s.size])
	return s.scratch[:s.size]
}

func (s *shape) text(n int64, d draws) any { return s.texts.keep(s.filled(n, d)) }

func (s *shape) byteSlice(n int64, d draws) any {
	if cap(s.bytes)-len(s.bytes) < s.size {
		s.bytes = make([]byte, 0, max(s.texts.chunk, s.size))
	}
	at := len(s.bytes)
	s.bytes = append(s.bytes, s.filled(n, d)...)
	return s.bytes[at:len(s.bytes):len(s.bytes)]
}

func (s *shape) structure(n int64, d draws) any {
	value := connect.NewStruct(Schema)
	value.SetAt(0, n)
	value.SetAt(1, s.task)
	value.SetAt(2, s.words(&d, nameLength))
	random := d.next()
	value.SetAt(3, random&1 == 1)
	value.SetAt(4, float64(random>>1%1_000_000)/100)
	value.SetAt(5, time.UnixMilli(firstCreated+n).UTC())
	if random>>32&3 != 0 {
		value.SetAt(6, s.texts.keep(s.name(n)))
	}
	value.SetAt(7, s.words(&d, max(0, s.size-structSize)))
	return value
}

func (s *shape) words(d *draws, length int) string {
	d.letters(s.scratch[:length])
	return s.texts.keep(s.scratch[:length])
}
