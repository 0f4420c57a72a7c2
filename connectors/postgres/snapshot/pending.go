// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// The keys of an incremental snapshot in offsets, which are Debezium's.
const (
	maximumKey     = "incremental_snapshot_maximum_key"
	primaryKey     = "incremental_snapshot_primary_key"
	collectionsKey = "incremental_snapshot_collections"
	correlationKey = "incremental_snapshot_correlation_id"
)

// pending is what an incremental snapshot has to do, as it is stored in offsets. It is a value: copies are not touched by what happens later.
type pending struct {
	tables []pendingTable
	// sent is the last key of the first table that was sent, last where its reading ends; nil for none.
	sent, last key
	kinds      []javaKind
	// signal is the id of the signal that the snapshot began with.
	signal string
}

// pendingTable is a table in the form in which Debezium stores it.
type pendingTable struct {
	ID        string  `json:"incremental_snapshot_collections_id"`
	Filter    *string `json:"incremental_snapshot_collections_additional_condition"`
	Surrogate *string `json:"incremental_snapshot_collections_surrogate_key"`
}

func (p *pending) running() bool { return len(p.tables) > 0 }

// fields are those of the offset; none when nothing runs.
func (p *pending) fields() map[string]any {
	if !p.running() {
		return nil
	}
	collections, err := json.Marshal(p.tables)
	if err != nil {
		panic("snapshot: tables are always JSON: " + err.Error())
	}
	out := map[string]any{collectionsKey: string(collections)}
	if p.signal != "" {
		out[correlationKey] = p.signal
	}
	for field, values := range map[string]key{primaryKey: p.sent, maximumKey: p.last} {
		// A key that cannot be stored has the table read anew after a restart.
		if text, err := writeJavaKey(values, p.kinds); err == nil {
			out[field] = text
		}
	}
	return out
}

// readPending reads the fields of an offset. Keys that cannot be read have the first table begin anew.
func readPending(fields map[string]any) (pending, error) {
	var p pending
	text, _ := fields[collectionsKey].(string)
	if text == "" {
		return p, nil
	}
	if err := json.Unmarshal([]byte(text), &p.tables); err != nil {
		return pending{}, fmt.Errorf("read the incremental snapshot of the stored offset: %w", err)
	}
	p.signal, _ = fields[correlationKey].(string)
	sent, _ := fields[primaryKey].(string)
	last, _ := fields[maximumKey].(string)
	if sent == "" || last == "" {
		return p, nil
	}
	sentKey, sentErr := readJavaKey(sent)
	lastKey, lastErr := readJavaKey(last)
	if sentErr == nil && lastErr == nil && sentKey != nil && lastKey != nil {
		p.sent, p.last = sentKey, lastKey
	}
	return p, nil
}

// with returns pending with more tables; those that are there already stay.
func (p pending) with(c command, ids []catalog.ID) pending {
	p.tables = slices.Clone(p.tables)
	for _, id := range ids {
		if slices.ContainsFunc(p.tables, func(t pendingTable) bool { return t.ID == id.String() }) {
			continue
		}
		t := pendingTable{ID: id.String()}
		if filter := c.filter(id); filter != "" {
			t.Filter = &filter
		}
		if c.Surrogate != "" {
			t.Surrogate = &c.Surrogate
		}
		p.tables = append(p.tables, t)
	}
	return p
}

// without returns pending less tables; the first one begins at its beginning if it is another.
func (p pending) without(drop func(id string) bool) pending {
	first := ""
	if p.running() {
		first = p.tables[0].ID
	}
	p.tables = slices.DeleteFunc(slices.Clone(p.tables), func(t pendingTable) bool { return drop(t.ID) })
	if !p.running() || p.tables[0].ID != first {
		p.sent, p.last, p.kinds = nil, nil, nil
	}
	return p
}

// names are those of all tables, as notifications list them.
func (p *pending) names() string {
	out := make([]string, len(p.tables))
	for i := range p.tables {
		out[i] = p.tables[i].ID
	}
	return strings.Join(out, ", ")
}
