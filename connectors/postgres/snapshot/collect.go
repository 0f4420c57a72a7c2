// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"sync"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/position"
)

// collector puts what readers make into one order, and gives each record the offset that is right there: progress has a piece as done
// from the piece's last record on. That record is held back until another comes, or none.
type collector struct {
	run *Run

	mu       sync.Mutex
	at       event.Position
	progress *Progress
	offset   *rowOffset
	held     *tail
	tables   []tableState
	// headless says that no row is the first of all: there are several readers, or the snapshot goes on.
	headless bool
}

// tableState is a table that is being read.
type tableState struct {
	begun bool
	left  int
	rows  int64
}

// rowOffset is the offset of rows: it is put into words when it is stored.
type rowOffset struct {
	offset   position.Offset
	progress *Progress
}

var _ connect.Offset = (*rowOffset)(nil)

// Fields implements connect.Offset.
func (o *rowOffset) Fields() map[string]any {
	offset := o.offset
	if o.progress != nil && !o.progress.Empty() {
		offset.Progress = o.progress.Text()
	}
	return offset.Fields()
}

func newCollector(run *Run) *collector {
	c := &collector{run: run, at: run.At, progress: run.Progress, tables: make([]tableState, len(run.Tables)), headless: !run.Progress.Empty() || run.Threads > 1}
	c.setOffset()
	return c
}

func (c *collector) setOffset() {
	c.offset = &rowOffset{offset: c.run.Offset}
	if c.run.Resumable {
		c.offset.progress = c.progress
	}
}

func (c *collector) table(number int) *Table { return &c.run.Tables[number] }

// skip passes over a table that was done before.
func (c *collector) skip(number int) {
	c.run.Log.Info("table was read before the snapshot was interrupted", "table", c.table(number).Def.String())
}

// begin is told of a table that is read in some pieces. Those of a key are told apart in progress.
func (c *collector) begin(ctx context.Context, number, pieces int, ordered *part) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tables[number].left = pieces
	if ordered != nil {
		c.progress = c.progress.withPart(*ordered)
		c.setOffset()
	}
	table := c.table(number).Def
	c.run.Log.Info("read a table", "table", table.String(), "pieces", pieces)
	if pieces == 0 { // all of it was done, but for the word that it is
		return c.completed(ctx, number)
	}
	return c.notify(ctx, c.run.Notices.tableBegins(c.run.Tables, table.String()))
}

// first returns the mark of the first row of a piece: most are the first of no table. Where the first table is empty no row is the first of all.
func (c *collector) first(number int) event.Mark {
	c.mu.Lock()
	defer c.mu.Unlock()
	begun := c.tables[number].begun
	c.tables[number].begun = true
	switch {
	case begun:
		return event.SnapshotTrue
	case number == 0 && !c.headless:
		return event.SnapshotFirst
	}
	return event.SnapshotFirstInTable
}

// rows delivers records that are not the last of their piece.
func (c *collector) rows(ctx context.Context, records []connect.SourceRecord, bytes int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.release(ctx); err != nil {
		return err
	}
	return c.deliver(ctx, records, bytes)
}

// finish is told that a piece was read, with its last row.
func (c *collector) finish(ctx context.Context, w work, last *tail) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	state := &c.tables[w.table]
	state.left--
	completes := state.left == 0
	if last != nil {
		if err := c.release(ctx); err != nil {
			return err
		}
		state.rows += last.rows
		last.completes = completes
		c.held = last
		return last.err
	}
	if w.at >= 0 {
		c.progress = c.progress.withPiece(c.table(w.table).Def.String(), w.at)
		c.setOffset()
	}
	switch {
	case !completes:
		return nil
	case c.held != nil && c.held.work.table == w.table:
		c.held.completes = true
		return nil
	}
	return c.completed(ctx, w.table)
}

// release sends the row that was held back: it is not the last of all.
func (c *collector) release(ctx context.Context) error {
	t := c.held
	if t == nil {
		return nil
	}
	c.held = nil
	if t.completes && t.mark != event.SnapshotFirst {
		t.mark = event.SnapshotLastInTable
	}
	c.done(t)
	if err := c.send(ctx, t); err != nil || !t.completes {
		return err
	}
	return c.notify(ctx, c.run.Notices.tableEnds(c.run.Tables, c.table(t.work.table).Def.String(), c.tables[t.work.table].rows))
}

// done has progress know of the piece of a row that is sent now.
func (c *collector) done(t *tail) {
	table := c.table(t.work.table).Def.String()
	if t.work.at >= 0 {
		c.progress = c.progress.withPiece(table, t.work.at)
	}
	if t.completes {
		c.progress = c.progress.withTable(table)
	}
	c.setOffset()
}

// completed has progress know of a table that is done without a row that is still to be sent.
func (c *collector) completed(ctx context.Context, number int) error {
	table := c.table(number).Def.String()
	c.progress = c.progress.withTable(table)
	c.setOffset()
	return c.notify(ctx, c.run.Notices.tableEnds(c.run.Tables, table, c.tables[number].rows))
}

func (c *collector) send(ctx context.Context, t *tail) error {
	c.at.Mark, c.at.Now = t.mark, c.run.Now().UnixNano()
	return c.deliver(ctx, c.table(t.work.table).Events.Read(nil, t.row, &c.at), len(t.line))
}

func (c *collector) deliver(ctx context.Context, records []connect.SourceRecord, bytes int) error {
	if len(records) == 0 {
		return ctx.Err()
	}
	for i := range records {
		records[i].SourceOffset = c.offset
	}
	return c.run.Deliver(ctx, records, bytes)
}

func (c *collector) notify(ctx context.Context, n *event.Notification) error {
	if n == nil {
		return nil
	}
	c.at.Now = c.run.Now().UnixNano()
	return c.deliver(ctx, c.run.Notices.records(*n, &c.at), 0)
}

// end sends the last row of all. With its offset the snapshot is complete.
func (c *collector) end(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.held
	if t == nil {
		return nil
	}
	c.held = nil
	t.mark = event.SnapshotLast
	c.offset = &rowOffset{offset: c.run.Offset}
	c.offset.offset.LastRow, c.offset.offset.Completed = true, true
	if err := c.send(ctx, t); err != nil {
		return err
	}
	return c.notify(ctx, c.run.Notices.tableEnds(c.run.Tables, c.table(t.work.table).Def.String(), c.tables[t.work.table].rows))
}
