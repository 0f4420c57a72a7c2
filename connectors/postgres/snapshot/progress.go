// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// Progress is what of a snapshot is done: whole tables, and of tables that are under way ranges of keys. It is stored with the source offset
// under a key of our own. A Progress is never changed; each step makes another.
type Progress struct {
	done  []string
	parts []part
}

// part is a table that is under way: pieces in the order of its key, and which of them are done.
type part struct {
	table  string
	oid    uint32
	key    []string
	pieces []piece
	done   []bool
}

// storedProgress is the form in which progress is stored, version 1. It has neighbours that are both done or both not as one, so that it is as
// long as there are readers, not chunks.
type storedProgress struct {
	Version int          `json:"v"`
	Done    []string     `json:"done,omitempty"`
	Parts   []storedPart `json:"parts,omitempty"`
}

type storedPart struct {
	Table  string   `json:"table"`
	OID    uint32   `json:"oid"`
	Key    []string `json:"key"`
	Bounds []bound  `json:"bounds"`
	// Done has a letter for each piece between bounds: x is done, - is not.
	Done string `json:"done"`
}

const progressVersion = 1

// ParseProgress reads what Text has written; "" is the beginning.
func ParseProgress(text string) (*Progress, error) {
	p := &Progress{}
	if text == "" {
		return p, nil
	}
	var stored storedProgress
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return nil, fmt.Errorf("read the progress of the interrupted snapshot: %w", err)
	}
	if stored.Version != progressVersion {
		return nil, fmt.Errorf("read the progress of the interrupted snapshot: it was written by another release (version %d): start it with that release, or set snapshot.resume to false", stored.Version)
	}
	p.done = stored.Done
	for _, s := range stored.Parts {
		if len(s.Done) != len(s.Bounds)+1 {
			return nil, fmt.Errorf("read the progress of the interrupted snapshot: %s has %d bounds and %d ranges", s.Table, len(s.Bounds), len(s.Done))
		}
		expanded := s.expand()
		if len(expanded.pieces) != len(expanded.done) {
			return nil, fmt.Errorf("read the progress of the interrupted snapshot: %s has the same bound twice", s.Table)
		}
		p.parts = append(p.parts, expanded)
	}
	return p, nil
}

func (s storedPart) expand() part {
	out := part{table: s.Table, oid: s.OID, key: s.Key, pieces: piecesOf(nil, nil, s.Bounds), done: make([]bool, len(s.Done))}
	for i := range out.done {
		out.done[i] = s.Done[i] == 'x'
	}
	return out
}

// Text returns the stored form. It is made only for offsets that are stored.
func (p *Progress) Text() string {
	stored := storedProgress{Version: progressVersion, Done: p.done}
	for i := range p.parts {
		stored.Parts = append(stored.Parts, p.parts[i].stored())
	}
	text, err := json.Marshal(stored)
	if err != nil {
		panic("snapshot: progress is always JSON: " + err.Error())
	}
	return string(text)
}

func (p *part) stored() storedPart {
	s := storedPart{Table: p.table, OID: p.oid, Key: p.key, Bounds: []bound{}}
	var marks strings.Builder
	for i, piece := range p.pieces {
		if i > 0 && p.done[i] == p.done[i-1] {
			continue
		}
		if i > 0 {
			s.Bounds = append(s.Bounds, piece.from)
		}
		if p.done[i] {
			marks.WriteByte('x')
		} else {
			marks.WriteByte('-')
		}
	}
	s.Done = marks.String()
	return s
}

// Empty says that nothing is done.
func (p *Progress) Empty() bool { return len(p.done) == 0 && len(p.parts) == 0 }

// tableDone says whether all of a table is done.
func (p *Progress) tableDone(id catalog.ID) bool { return slices.Contains(p.done, id.String()) }

// rest returns the part of a table that is under way, nil where none of it is done, or where it is another table now: then it begins anew.
func (p *Progress) rest(t *catalog.Table) *part {
	for i := range p.parts {
		candidate := &p.parts[i]
		if candidate.table == t.String() && candidate.oid == t.OID && slices.Equal(candidate.key, keyNames(t)) {
			return candidate
		}
	}
	return nil
}

// keyNames returns the columns of the primary key with their types, by which the key is told from another; none where there is no primary
// key.
func keyNames(t *catalog.Table) []string {
	if !t.PrimaryKey {
		return nil
	}
	return typedNames(t, t.Key)
}

// typedNames returns columns with their types.
func typedNames(t *catalog.Table, places []int) []string {
	out := make([]string, len(places))
	for i, at := range places {
		column := &t.Columns[at]
		out[i] = fmt.Sprintf("%s:%d", column.Name, column.Type.OID)
	}
	return out
}

// withTable returns progress in which a table is done.
func (p *Progress) withTable(name string) *Progress {
	return &Progress{done: append(slices.Clone(p.done), name), parts: without(p.parts, name)}
}

// withPart returns progress with the ranges of a table; what it knew of the table before is gone.
func (p *Progress) withPart(of part) *Progress {
	return &Progress{done: p.done, parts: append(without(p.parts, of.table), of)}
}

// withPiece returns progress in which one more piece of a part is done.
func (p *Progress) withPiece(table string, at int) *Progress {
	out := &Progress{done: p.done, parts: slices.Clone(p.parts)}
	for i := range out.parts {
		if out.parts[i].table == table {
			out.parts[i].done = slices.Clone(out.parts[i].done)
			out.parts[i].done[at] = true
		}
	}
	return out
}

func without(parts []part, table string) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return p.table == table })
}
