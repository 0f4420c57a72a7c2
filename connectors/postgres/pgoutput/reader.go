// SPDX-License-Identifier: Apache-2.0

package pgoutput

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// epoch is PostgreSQL's, the year 2000, in microseconds since 1970.
const epoch = 946_684_800_000_000

// reader takes numbers and texts off the front of a message. Past the end it gives zeros and notes that, so that only the end of a message
// has to look.
type reader struct {
	data  []byte
	short bool
	// wrong is what makes a message unreadable although it is long enough.
	wrong error
}

func (r *reader) bytes(n uint32) []byte {
	if uint64(n) > uint64(len(r.data)) {
		r.short, r.data = true, nil
		return nil
	}
	taken := r.data[:n:n]
	r.data = r.data[n:]
	return taken
}

func (r *reader) byte() byte {
	if len(r.data) == 0 {
		r.short = true
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *reader) uint16() uint16 {
	if b := r.bytes(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// time reads microseconds since 2000 and returns them since 1970.
func (r *reader) time() int64 { return int64(r.uint64()) + epoch }

// text reads what ends with a zero byte. The connection speaks UTF-8; what is none becomes replacement characters, since names go into JSON.
func (r *reader) text() string {
	end := bytes.IndexByte(r.data, 0)
	if end < 0 {
		r.short, r.data = true, nil
		return ""
	}
	text := r.data[:end]
	r.data = r.data[end+1:]
	return strings.ToValidUTF8(string(text), "\uFFFD")
}
