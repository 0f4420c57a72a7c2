// SPDX-License-Identifier: Apache-2.0

package pgoutput

import "fmt"

// Decoder decodes messages, one after the other, into memory of its own. It is not safe for concurrent use.
type Decoder struct {
	// Unchanged is put into tuples for large values that a change did not touch, which the server therefore does not send.
	Unchanged []byte

	message  Message
	old, new [][]byte
}

// Decode reads one message. It belongs to the decoder until the next call; values in it are views of data. Bytes behind the message's end are
// an error, and so is a kind that version 1 does not have: whoever went on would misread the stream.
func (d *Decoder) Decode(data []byte) (*Message, error) {
	r := reader{data: data}
	d.message = Message{Kind: Kind(r.byte())}
	if err := d.body(&r); err != nil {
		return nil, err
	}
	switch {
	case r.short:
		return nil, fmt.Errorf("decode a pgoutput message of kind %q: it ends too early, after %d bytes", byte(d.message.Kind), len(data))
	case len(r.data) > 0:
		return nil, fmt.Errorf("decode a pgoutput message of kind %q: %d bytes follow its end", byte(d.message.Kind), len(r.data))
	}
	return &d.message, nil
}

func (d *Decoder) body(r *reader) error {
	m := &d.message
	switch m.Kind {
	case Insert:
		m.RelationID = r.uint32()
		return d.tuples(r)
	case Update:
		m.RelationID = r.uint32()
		return d.tuples(r)
	case Delete:
		m.RelationID = r.uint32()
		return d.tuples(r)
	case Begin:
		m.FinalLSN, m.Committed, m.Xid = r.uint64(), r.time(), r.uint32()
	case Commit:
		r.byte() // flags, which have no meaning yet
		m.CommitLSN, m.EndLSN, m.Committed = r.uint64(), r.uint64(), r.time()
	case RelationInfo:
		m.Relation = relation(r)
	case Truncate:
		truncate(r, m)
	case Logical:
		logical(r, m)
	case TypeInfo:
		m.RelationID = r.uint32()
		r.text()
		r.text()
	case Origin:
		m.CommitLSN = r.uint64()
		r.text()
	default:
		if !r.short {
			return fmt.Errorf("decode a pgoutput message: kind %q is not of version 1 of the protocol", byte(m.Kind))
		}
	}
	return nil
}

// tuples reads the tuples of a change: an optional old one, and a new one unless it is a delete.
func (d *Decoder) tuples(r *reader) error {
	m := &d.message
	mark := r.byte()
	if (mark == KeyTuple || mark == WholeTuple) && m.Kind != Insert {
		m.OldKind = mark
		d.old = tuple(r, d.old, d.Unchanged)
		m.Old = d.old
		if m.Kind == Delete {
			return r.wrong
		}
		mark = r.byte()
	}
	if r.short || r.wrong != nil {
		return r.wrong
	}
	if mark != 'N' || m.Kind == Delete {
		return fmt.Errorf("decode a pgoutput message of kind %q: %q begins no tuple that it can have", byte(m.Kind), mark)
	}
	d.new = tuple(r, d.new, d.Unchanged)
	m.New = d.new
	return r.wrong
}

// tuple reads one row into memory that is used again.
func tuple(r *reader, row [][]byte, unchanged []byte) [][]byte {
	row = row[:0]
	for range int(r.uint16()) {
		switch mark := r.byte(); mark {
		case 't':
			row = append(row, r.bytes(r.uint32()))
		case 'n':
			row = append(row, nil)
		case 'u':
			row = append(row, unchanged)
		default:
			if !r.short {
				r.wrong = fmt.Errorf("decode a tuple of a pgoutput message: %q is no form of a value that was asked for", mark)
			}
			return row
		}
	}
	return row
}

func relation(r *reader) *Relation {
	rel := &Relation{ID: r.uint32(), Schema: r.text(), Name: r.text(), Identity: r.byte()}
	if rel.Schema == "" {
		rel.Schema = "pg_catalog"
	}
	for range int(r.uint16()) {
		if r.short {
			break // a count may promise more than there is
		}
		key := r.byte()&1 != 0
		rel.Columns = append(rel.Columns, Column{Key: key, Name: r.text(), Type: r.uint32(), Modifier: int32(r.uint32())})
	}
	return rel
}

func truncate(r *reader, m *Message) {
	count := r.uint32()
	options := r.byte()
	m.Cascade, m.RestartIdentity = options&1 != 0, options&2 != 0
	for range count {
		if r.short {
			break
		}
		m.Truncated = append(m.Truncated, r.uint32())
	}
}

func logical(r *reader, m *Message) {
	m.Transactional = r.byte()&1 != 0
	m.MessageLSN, m.Prefix = r.uint64(), r.text()
	m.Content = r.bytes(r.uint32())
}
