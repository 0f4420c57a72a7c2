// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/position"
)

// Run says what is read in a session, and where it goes.
type Run struct {
	// Tables are read in this order.
	Tables []Table
	// Threads is how many connections read at the same time.
	Threads int
	// ChunkRows is about how many rows a chunk has; 0 chooses.
	ChunkRows int
	// Progress is what was done before, nil for nothing; it is for a session that follows a catch-up. Resumable says that it is kept up to date in
	// the offsets of rows.
	Progress  *Progress
	Resumable bool
	// At is the position of rows in their source block.
	At event.Position
	// Offset is what rows are stored with, but for progress and completion: the snapshot's kind and the position where the stream
	// goes on.
	Offset position.Offset
	// Notices are told about the tables; nil for nobody.
	Notices *Notices
	// Deliver takes records in the order of their offsets, which are set. It may wait until there is room; it must not keep the slice's
	// owner waiting for another Deliver. Bytes is about how much text the records were made from.
	Deliver func(ctx context.Context, records []connect.SourceRecord, bytes int) error
	// Now is the clock.
	Now func() time.Time
	// Log is told of each table.
	Log *slog.Logger
	// BatchRows and BatchBytes are when a batch is delivered; 0 is 1024 rows and 512 KiB.
	BatchRows, BatchBytes int
}

const (
	defaultBatchRows  = 1024
	defaultBatchBytes = 512 << 10
)

// Run reads the tables, and returns when the last row is delivered. After an error, or when ctx is cancelled, the session is of no use
// any more.
func (s *Session) Run(ctx context.Context, run Run) error {
	run = run.withDefaults()
	if run.Threads > 1 {
		if err := s.share(ctx); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	collector := newCollector(&run)
	schedule := &schedule{run: &run, collector: collector}
	var all sync.WaitGroup
	for i := range run.Threads {
		all.Go(func() {
			err := connect.Guard(func() error { return s.read(ctx, i, schedule) })
			if err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return collector.end(ctx)
}

func (run Run) withDefaults() Run {
	run.Threads = max(1, run.Threads)
	if run.Progress == nil {
		run.Progress = &Progress{}
	}
	if run.BatchRows == 0 {
		run.BatchRows = defaultBatchRows
	}
	if run.BatchBytes == 0 {
		run.BatchBytes = defaultBatchBytes
	}
	return run
}

// read is one reader. The first has the connection of the session; others connect when there is work for them.
func (s *Session) read(ctx context.Context, number int, schedule *schedule) error {
	conn := s.conn
	if number > 0 {
		if !schedule.more() {
			return nil
		}
		joined, err := s.join(ctx)
		if err != nil {
			return err
		}
		defer closeConn(joined)
		conn = joined
	}
	r := newReader(schedule.run, schedule.collector, conn)
	for {
		w, ok, err := schedule.next(ctx, conn)
		if err != nil || !ok {
			return err
		}
		if err := r.copy(ctx, w); err != nil {
			return err
		}
	}
}

// work is a piece of a table.
type work struct {
	// table is its number.
	table int
	piece
	// at is the place of the piece in the part of its table, -1 where pieces are not told apart in progress.
	at int
}

// schedule hands out work in the order of the tables. A table is planned when somebody comes to it.
type schedule struct {
	run       *Run
	collector *collector

	mu    sync.Mutex
	table int
	queue []work
}

// more says whether there is work left that nobody has.
func (s *schedule) more() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue) > 0 || s.table < len(s.run.Tables)
}

// next returns the next piece of work, and false when there is none left.
func (s *schedule) next(ctx context.Context, conn *pgx.Conn) (work, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) == 0 {
		if s.table == len(s.run.Tables) {
			return work{}, false, nil
		}
		if err := s.plan(ctx, conn); err != nil {
			return work{}, false, err
		}
		s.table++
	}
	w := s.queue[0]
	s.queue = s.queue[1:]
	return w, true, ctx.Err()
}

// plan cuts the next table. One that is done has nothing to do.
func (s *schedule) plan(ctx context.Context, conn *pgx.Conn) error {
	t := &s.run.Tables[s.table]
	if s.run.Progress.tableDone(t.Def.ID) {
		s.collector.skip(s.table)
		return nil
	}
	pieces, ordered, err := s.cut(ctx, conn, t)
	if err != nil {
		return err
	}
	if ordered != nil {
		for i, piece := range ordered.pieces {
			if !ordered.done[i] {
				s.queue = append(s.queue, work{table: s.table, piece: piece, at: i})
			}
		}
	} else {
		for _, piece := range pieces {
			s.queue = append(s.queue, work{table: s.table, piece: piece, at: -1})
		}
	}
	return s.collector.begin(ctx, s.table, len(s.queue), ordered)
}

// cut decides how to read a table. Ordered pieces are those of a key.
func (s *schedule) cut(ctx context.Context, conn *pgx.Conn, t *Table) (pieces []piece, ordered *part, err error) {
	entire := []piece{{}}
	if t.Override != "" {
		return entire, nil, nil
	}
	shape, err := readShape(ctx, conn, t.Def, s.run.Threads, s.run.ChunkRows)
	if err != nil {
		return nil, nil, err
	}
	rest := s.run.Progress.rest(t.Def)
	if rest == nil {
		rest = &part{table: t.Def.String(), oid: t.Def.OID, key: keyNames(t.Def), pieces: entire, done: []bool{false}}
		shape.keyed = shape.keyed && (s.run.Resumable || s.run.Threads > 1)
		switch choose(shape) {
		case whole:
			return entire, nil, nil
		case byBlock:
			return blocksOf(shape.pages, shape.chunkPages), nil, nil
		}
	}
	cuts, err := readCuts(ctx, conn, t.Def, shape, gapsOf(*rest))
	if err != nil {
		return nil, nil, err
	}
	refined := refine(*rest, cuts)
	return nil, &refined, nil
}

// describe names the work for errors.
func (w work) describe(t *Table) string {
	condition := w.condition(keyColumns(t.Def))
	if condition == "" {
		return t.Def.String()
	}
	return fmt.Sprintf("%s where %s", t.Def.ID, condition)
}
