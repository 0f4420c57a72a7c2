// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"slices"
	"strings"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// execute adds tables to the incremental snapshot, or returns those of a blocking one.
func (i *Incremental) execute(ctx context.Context, e *Emission, id string, c command) (*Blocking, error) {
	if len(c.Collections) == 0 {
		i.config.Log.Warn("the signal names no data-collections and is passed over", "signal", id)
		return nil, nil
	}
	ids, err := i.named(ctx, c)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		i.config.Log.Warn("no captured table has a name that the signal gives", "signal", id, "data-collections", c.Collections)
		return nil, nil
	}
	switch c.Type {
	case blockingType:
		b := &Blocking{ID: id, Tables: ids, Statements: map[string]string{}}
		for _, table := range ids {
			if statement := c.filter(table); statement != "" {
				b.Statements[table.String()] = statement
			}
		}
		return b, nil
	case incrementalType:
	default:
		i.config.Log.Warn("there is no such type of snapshot", "signal", id, "type", c.Type)
		return nil, nil
	}
	if !i.config.Settings.ReadOnly && i.config.SignalTable == "" {
		i.config.Log.Warn("an incremental snapshot needs signal.data.collection, or read.only=true", "signal", id)
		return nil, nil
	}
	return nil, i.add(ctx, e, id, c, ids)
}

// named finds the tables of a command. The table of signals is none of them.
func (i *Incremental) named(ctx context.Context, c command) ([]catalog.ID, error) {
	if err := i.connect(ctx); err != nil {
		return nil, err
	}
	filter := i.config.Builder.Filter()
	defs, err := catalog.ReadTables(ctx, i.conn, i.config.Types, func(id catalog.ID) bool { return filter.Table(id) && !filter.Signal(id) })
	if err != nil {
		return nil, err
	}
	known := make([]catalog.ID, len(defs))
	for n, def := range defs {
		known[n] = def.ID
	}
	return c.tables(known), nil
}

func (i *Incremental) add(ctx context.Context, e *Emission, id string, c command, ids []catalog.ID) error {
	running := i.Running()
	i.state = i.state.with(c, ids)
	i.state.signal = id
	if running {
		return nil
	}
	i.tell(e, "STARTED")
	return i.next(ctx, e)
}

// stop takes tables out, all where none are named. A chunk of such a table that is under way is not sent.
func (i *Incremental) stop(ctx context.Context, e *Emission, id string, c command) error {
	if !i.Running() {
		i.config.Log.Warn("there is no incremental snapshot to stop", "signal", id)
		return nil
	}
	if c.Type != incrementalType {
		i.config.Log.Warn("only incremental snapshots can be stopped", "signal", id)
		return nil
	}
	var known []catalog.ID
	for _, t := range i.state.tables {
		schema, table, _ := strings.Cut(t.ID, ".")
		known = append(known, catalog.ID{Schema: schema, Name: table})
	}
	dropped := known
	if len(c.Collections) > 0 {
		dropped = c.tables(known)
	}
	first := i.state.tables[0].ID
	i.state = i.state.without(func(table string) bool {
		return slices.ContainsFunc(dropped, func(d catalog.ID) bool { return d.String() == table })
	})
	if !i.Running() {
		i.reset()
		i.end(e, "ABORTED")
		return nil
	}
	if i.state.tables[0].ID == first {
		return nil
	}
	i.reset()
	return i.next(ctx, e)
}

// reset forgets the table and the chunk that are under way: their marks mean nothing any more.
func (i *Incremental) reset() {
	i.opening, i.closing, i.until = "", "", 0
	i.window, i.table, i.scanned, i.fewer = newWindow(), nil, 0, 0
}

func (i *Incremental) pause(e *Emission, id string) {
	if !i.Running() || i.paused {
		i.config.Log.Warn("there is no incremental snapshot to pause", "signal", id)
		return
	}
	i.paused = true
	i.tell(e, "PAUSED")
}

// resume reads the next chunk, unless one is still under way.
func (i *Incremental) resume(ctx context.Context, e *Emission, id string) error {
	if !i.paused {
		i.config.Log.Warn("there is no paused incremental snapshot", "signal", id)
		return nil
	}
	i.paused = false
	i.tell(e, "RESUMED")
	if i.opening != "" || i.until != 0 {
		return nil
	}
	return i.next(ctx, e)
}

// tell appends a notification.
func (i *Incremental) tell(e *Emission, step string, data ...string) {
	n := i.config.Notices
	if n == nil {
		return
	}
	at := *e.At
	at.Now, at.Offset, at.Transaction = i.config.Now().UnixNano(), &incrementalOffset{e.Offset, i.state}, nil
	data = append([]string{"data_collections", i.state.names()}, data...)
	e.Records = append(e.Records, n.records(*n.of(incrementalAggregate, step, i.state.signal, data...), &at)...)
}
