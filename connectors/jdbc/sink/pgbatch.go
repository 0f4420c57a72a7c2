// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

const (
	// pgRows and pgBytes bound what one statement takes.
	pgRows  = 10_000
	pgBytes = 8 << 20
)

// pgBatch turns rows into arrays, one for each column. Its memory serves for many batches.
type pgBatch struct {
	types   []uint32
	values  [][]byte
	columns [][]byte
	keys    []byte
	order   []keyed
	rows    []row
}

// keyed is a row by its key.
type keyed struct {
	from, to, row int
	// null says that a part of the key is null: it equals no other.
	null bool
}

// fill makes the arrays of the first rows, as many as fit, and returns their number.
func (b *pgBatch) fill(columns []column, rows []row) (int, error) {
	for len(b.columns) < len(columns) {
		b.columns = append(b.columns, nil)
	}
	b.types, b.values = b.types[:0], b.values[:0]
	n := min(len(rows), pgRows)
	for i := range columns {
		c := &columns[i]
		array := append(b.columns[i][:0], make([]byte, arrayHead)...)
		full, err := appendColumn(&array, c, rows[:n])
		b.columns[i] = array
		if err != nil {
			return 0, err
		}
		n = full
		b.types = append(b.types, pgTypes[c.kind].array)
	}
	for i := range columns {
		b.values = append(b.values, b.array(i, &columns[i], n))
	}
	return n, nil
}

// arrayHead is the length of what comes before the elements: dimensions, whether there are nulls, the type of elements, their number, the
// first index.
const arrayHead = 20

// appendColumn appends the values of a column, of at least one row and until they are large, and returns of how many.
func appendColumn(array *[]byte, c *column, rows []row) (int, error) {
	for i := range rows {
		d, err := c.datum(&rows[i])
		if err == nil {
			*array, err = appendPg(*array, c.kind, d)
		}
		if err != nil {
			return 0, unfit(rows[i].record, "field %s: %v", c.field, err)
		}
		if len(*array) > pgBytes {
			return i + 1, nil
		}
	}
	return len(rows), nil
}

// array is the finished array of a column with n elements: a later column may have been full with fewer rows.
func (b *pgBatch) array(i int, c *column, n int) []byte {
	array := b.columns[i]
	end := arrayHead
	for range n {
		if length := int32(binary.BigEndian.Uint32(array[end:])); length > 0 {
			end += int(length)
		}
		end += 4
	}
	binary.BigEndian.PutUint32(array[0:], 1)
	binary.BigEndian.PutUint32(array[4:], 1)
	binary.BigEndian.PutUint32(array[8:], pgTypes[c.kind].oid)
	binary.BigEndian.PutUint32(array[12:], uint32(n))
	binary.BigEndian.PutUint32(array[16:], 1)
	return array[:end]
}

// release lets go of the rows that lastOfEach has returned.
func (b *pgBatch) release() { clear(b.rows) }

// lastOfEach returns the last row of each key, sorted by key: a statement must not change a row twice, and tasks that lock rows in the same order
// do not wait for each other in a circle.
func (b *pgBatch) lastOfEach(c *chunk) ([]row, error) {
	b.keys, b.order, b.rows = b.keys[:0], b.order[:0], b.rows[:0]
	key := c.layout.key()
	for i := range c.rows {
		from, null := len(b.keys), false
		for k := range key {
			d, err := key[k].datum(&c.rows[i])
			if err == nil {
				null = null || d.null
				b.keys, err = appendPg(b.keys, key[k].kind, d)
			}
			if err != nil {
				return nil, unfit(c.rows[i].record, "field %s: %v", key[k].field, err)
			}
		}
		b.order = append(b.order, keyed{from, len(b.keys), i, null})
	}
	slices.SortFunc(b.order, func(x, y keyed) int {
		if d := bytes.Compare(b.keys[x.from:x.to], b.keys[y.from:y.to]); d != 0 {
			return d
		}
		return cmp.Compare(x.row, y.row)
	})
	for i, k := range b.order {
		if !k.null && i+1 < len(b.order) && bytes.Equal(b.keys[k.from:k.to], b.keys[b.order[i+1].from:b.order[i+1].to]) {
			continue
		}
		b.rows = append(b.rows, c.rows[k.row])
	}
	return b.rows, nil
}
