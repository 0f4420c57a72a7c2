// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"slices"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// enter reads the definition of the first table, before each chunk, as it may have been changed since the last. Columns that are computed are left
// out, as they are not streamed either.
func (i *Incremental) enter(ctx context.Context) (string, error) {
	first := i.state.tables[0]
	found, err := catalog.ReadTable(ctx, i.conn, i.config.Types, first.ID)
	if err != nil {
		return "", err
	}
	if found == nil {
		return unknownSchema, nil
	}
	def := withoutGenerated(found)
	before := i.table
	if before != nil && slices.Equal(before.Def.Columns, def.Columns) && slices.Equal(before.Def.Key, def.Key) {
		return "", nil
	}
	events, err := i.config.Builder.Table(def)
	if err != nil {
		return "", err
	}
	i.table = &Table{Def: def, Events: events}
	i.keys = events.KeyPlaces()
	ordered := i.order(first)
	if len(ordered) == 0 {
		return noPrimaryKey, nil
	}
	same := before == nil || slices.Equal(typedNames(before.Def, i.ordered), typedNames(def, ordered))
	i.orderBy(ordered, same)
	return "", nil
}

// orderBy has chunks go on by these columns; unless they are the same as before, where the table begins anew.
func (i *Incremental) orderBy(ordered []int, same bool) {
	i.ordered = ordered
	i.state.kinds = nil
	for _, at := range ordered {
		i.state.kinds = append(i.state.kinds, javaKindOf(i.table.Def.Columns[at].Type))
	}
	if !same || len(i.state.sent) != len(ordered) || len(i.state.last) != len(ordered) {
		i.state.sent, i.state.last = nil, nil
	}
}

// withoutGenerated returns a definition without computed columns, unless they are part of the key.
func withoutGenerated(def *catalog.Table) *catalog.Table {
	out := *def
	out.Columns, out.Key = nil, nil
	places := map[int]int{}
	for at := range def.Columns {
		if def.Columns[at].Generated && !slices.Contains(def.Key, at) {
			continue
		}
		places[at] = len(out.Columns)
		out.Columns = append(out.Columns, def.Columns[at])
	}
	for _, at := range def.Key {
		out.Key = append(out.Key, places[at])
	}
	return &out
}

// positions are the numbers below n.
func positions(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// order are the columns by which chunks go on: the surrogate key, or that of the records.
func (i *Incremental) order(t pendingTable) []int {
	if t.Surrogate == nil {
		return i.keys
	}
	if at := i.table.Def.Column(*t.Surrogate); at >= 0 {
		return []int{at}
	}
	return nil
}
