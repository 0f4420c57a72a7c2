// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"bytes"
	"fmt"
)

// splitRow cuts a row in the text format of COPY, without the line end, into fields: those are nil for null and else parts of the
// line, in which what is escaped is replaced. The number of fields must be that of the row.
//
// The format has a tab between fields, \N for null, and a backslash in front of what stands for a control character or a backslash.
func splitRow(line []byte, fields [][]byte) error {
	if line == nil {
		line = []byte{} // one empty field, not null
	}
	escaped := bytes.IndexByte(line, '\\') >= 0
	last := len(fields) - 1
	for i := range fields {
		end := bytes.IndexByte(line, '\t')
		switch {
		case i < last && end < 0:
			return fmt.Errorf("read a row of a snapshot: it has %d columns, and should have %d", i+1, len(fields))
		case i == last && end >= 0:
			return fmt.Errorf("read a row of a snapshot: it has more than %d columns", len(fields))
		case end < 0:
			end = len(line)
		}
		field := line[:end:end]
		if escaped {
			field = unescape(field)
		}
		fields[i] = field
		line = line[min(end+1, len(line)):]
	}
	return nil
}

// unescape replaces escapes in place, and returns nil for null.
func unescape(field []byte) []byte {
	at := bytes.IndexByte(field, '\\')
	if at < 0 {
		return field
	}
	if len(field) == 2 && field[1] == 'N' {
		return nil
	}
	to := at
	for from := at; from < len(field); from++ {
		c := field[from]
		if c == '\\' && from+1 < len(field) {
			from++
			c = plain(field[from])
		}
		field[to] = c
		to++
	}
	return field[:to]
}

// plain is the character that follows a backslash for another. Servers write no others in digits.
func plain(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	}
	return c
}

// lineSplitter takes what the server sends, one line at a time as all servers do, though they need not, and hands on whole lines without their end.
type lineSplitter struct {
	take    func(line []byte) error
	partial []byte
}

// Write implements io.Writer.
func (s *lineSplitter) Write(data []byte) (int, error) {
	size := len(data)
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			s.partial = append(s.partial, data...)
			return size, nil
		}
		line := data[:end]
		data = data[end+1:]
		if len(s.partial) > 0 {
			line = append(s.partial, line...)
			s.partial = line[:0]
		}
		if err := s.take(line); err != nil {
			return 0, err
		}
	}
	return size, nil
}
