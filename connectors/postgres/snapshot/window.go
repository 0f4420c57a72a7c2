// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"strconv"
	"strings"
)

// window has the rows of one chunk of an incremental snapshot until the stream has passed the place where they were read. A row whose key the
// stream has in the meantime is dropped: what is streamed is newer, or will be followed by what is.
type window struct {
	rows [][][]byte
	// final is the last row, also when it was dropped.
	final [][]byte
	byKey map[string]int
	// open says that the stream has come to where the chunk was read.
	open bool
}

func newWindow() window { return window{byKey: map[string]int{}} }

// add appends a row that the window keeps.
func (w *window) add(key string, row [][]byte) {
	w.byKey[key] = len(w.rows)
	w.rows = append(w.rows, row)
	w.final = row
}

// drop takes out the row of a key.
func (w *window) drop(key string) {
	if at, there := w.byKey[key]; there {
		w.rows[at] = nil
		delete(w.byKey, key)
	}
}

// keyOf makes a text of the values of key columns that no other values have; false where one is not known.
func keyOf(row [][]byte, places []int) (string, bool) {
	var room [64]byte
	b := room[:0]
	for _, at := range places {
		if at >= len(row) || row[at] == nil {
			b = append(b, 'n')
			continue
		}
		b = append(strconv.AppendInt(b, int64(len(row[at])), 10), ':')
		b = append(b, row[at]...)
	}
	return string(b), len(places) > 0
}

// nullable is a value as text, or null.
type nullable struct {
	text string
	null bool
}

// key are the values of a key; nil for none.
type key []nullable

// keyAt returns the values that a row has in some places.
func keyAt(row [][]byte, places []int) key {
	out := make(key, len(places))
	for i, at := range places {
		out[i] = nullable{string(row[at]), row[at] == nil}
	}
	return out
}

// String joins the values with commas, as notifications show them.
func (k key) String() string {
	out := make([]string, len(k))
	for i, v := range k {
		out[i] = v.text
		if v.null {
			out[i] = "null"
		}
	}
	return strings.Join(out, ",")
}
