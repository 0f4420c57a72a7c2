// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/pgoutput"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/snapshot"
)

// signals are the commands of users, which come in the stream or in a file, and what they have set going.
type signals struct {
	incremental *snapshot.Incremental
	// hold is a snapshot that the stream is to stop for, nil for none.
	hold *snapshot.Blocking
	// next is when the file is looked at again.
	next time.Time
}

func (r *run) newSignals() signals {
	set := r.settings
	return signals{incremental: snapshot.NewIncremental(snapshot.IncrementalConfig{Settings: set.Incremental, SignalTable: set.Signals.Table,
		Connect: r.database.Connect, Types: r.types, Builder: r.builder, Notices: r.notices(), NewID: newUUID, Now: time.Now, Log: r.log})}
}

// openSignals takes up the incremental snapshot of the offset that the stream goes on from.
func (s *streaming) openSignals() error {
	if s.until != 0 {
		return nil
	}
	if err := s.signals.incremental.Restore(s.tracker.Incremental); err != nil {
		return lasting{err}
	}
	return s.emit(s.tracker.Offset, s.signals.incremental.Start)
}

// newUUID makes a random one, version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// emit has the incremental snapshot add records to the batch. Offset says what of the stream is done when these records are: what makes them come is not
// yet, so that it comes again if they are the last that was stored.
func (s *streaming) emit(offset position.Offset, by func(ctx context.Context, e *snapshot.Emission) error) error {
	t := s.tracker
	at := event.Position{LSN: uint64(t.LSN), LastCommit: uint64(t.Committed), TxID: t.TxID, Time: t.Time, Xmin: t.Xmin}
	e := snapshot.Emission{Records: s.batch.records, At: &at, Offset: offset}
	err := by(s.ctx, &e)
	s.batch.bytes += e.Bytes
	s.batch.records = e.Records
	t.Incremental = s.signals.incremental.Fields()
	return err
}

// signal carries out a command.
func (s *streaming) signal(offset position.Offset, signal snapshot.Signal) error {
	if s.until != 0 {
		s.log.Warn("a signal is passed over, since the snapshot at the start is not finished", "signal", signal.ID, "type", signal.Type)
		return nil
	}
	return s.emit(offset, func(ctx context.Context, e *snapshot.Emission) error {
		hold, err := s.signals.incremental.Signal(ctx, e, signal)
		if hold != nil {
			s.signals.hold = hold
		}
		return err
	})
}

// signalRow looks for a command in a change of the signal table, before the change itself is sent. Offset is that before the change. Where commands
// come by other ways, the marks of an incremental snapshot still come by this one.
func (s *streaming) signalRow(offset position.Offset, m *pgoutput.Message) error {
	switch {
	case m.Kind == pgoutput.Insert:
		signal, is := snapshot.SignalOf(m.New)
		if !is {
			s.log.Warn("a row of the signal table is passed over: it needs an id, a type and data, in three columns", "table", s.settings.Signals.Table)
			return nil
		}
		if !s.settings.Signals.Source && !signal.Mark() {
			return nil
		}
		return s.signal(offset, signal)
	case m.Kind == pgoutput.Delete && len(m.Old) > 0:
		id := string(m.Old[0])
		return s.emit(offset, func(ctx context.Context, e *snapshot.Emission) error {
			return s.signals.incremental.SignalDeleted(ctx, e, id)
		})
	}
	return nil
}

// changed has the incremental snapshot leave out what the stream has newer.
func (s *streaming) changed(t *table, m *pgoutput.Message) {
	if i := s.signals.incremental; i.Running() {
		i.Changed(t.id, t.keys, m.Old, m.New)
	}
}

// passed tells the incremental snapshot that the stream has come to a position, between two transactions.
func (s *streaming) passed(lsn position.LSN) error {
	i := s.signals.incremental
	if !s.settings.Incremental.ReadOnly || !i.Running() || s.tracker.Inside() {
		return nil
	}
	return s.emit(s.tracker.Offset, func(ctx context.Context, e *snapshot.Emission) error { return i.Passed(ctx, e, lsn) })
}

// asks says whether the stream has to find out how far the server is, also when that sends nothing.
func (s *streaming) asks() bool {
	return s.until != 0 || s.settings.Incremental.ReadOnly && s.signals.incremental.Running()
}

// readFile takes the commands out of the signal file, now and then.
func (s *streaming) readFile() {
	set := s.settings.Signals
	now := time.Unix(0, s.at.Now)
	if !set.File || now.Before(s.signals.next) {
		return
	}
	s.signals.next = now.Add(set.PollInterval)
	found, wrong, err := snapshot.ReadSignals(set.FilePath)
	for _, line := range wrong {
		s.log.Warn("a line of the signal file is passed over: it should be a JSON object with id, type and data", "line", line)
	}
	if err != nil {
		s.log.Warn("the signal file could not be read", "error", err)
	}
	s.commands = append(s.commands, found...)
}

// obey carries out the commands of the signal file. One that fails since a connection broke is carried out by the next run.
func (s *streaming) obey() error {
	for len(s.commands) > 0 {
		if err := s.signal(s.tracker.Offset, s.commands[0]); err != nil {
			return err
		}
		s.commands = s.commands[1:]
		if err := s.hold(); err != nil {
			return err
		}
	}
	return nil
}

// hold stops the stream for a blocking snapshot, if there was a command for one.
func (s *streaming) hold() error {
	asked := s.signals.hold
	if asked == nil {
		return nil
	}
	s.signals.hold = nil
	return s.block(asked)
}

// block reads the tables of a blocking snapshot. The stream waits meanwhile, and goes on where it is.
func (s *streaming) block(hold *snapshot.Blocking) error {
	if err := s.flush(); err != nil {
		return err
	}
	session, err := snapshot.Open(s.ctx, snapshot.Opening{Connect: s.database.Connect, Isolation: s.settings.Snapshot.Isolation})
	if err != nil {
		return err
	}
	defer session.Close()
	tables, err := s.blockingTables(session, hold)
	if err != nil {
		return err
	}
	point, t := session.Point(), s.tracker
	offset := t.Offset
	offset.Snapshot = position.BlockingSnapshot
	notices, d := s.notices(), delivery{run: s.run}
	if err := s.notify(s.ctx, notices, "STARTED"); err != nil {
		return err
	}
	err = session.Run(s.ctx, snapshot.Run{Tables: tables, Threads: s.settings.Snapshot.Threads, ChunkRows: s.settings.Snapshot.ChunkRows,
		At:     event.Position{LSN: uint64(t.LSN), LastCommit: uint64(t.Committed), TxID: point.TxID, Time: point.Time},
		Offset: offset, Notices: notices, Deliver: d.deliver, Now: time.Now, Log: s.log, BatchRows: s.limits.records, BatchBytes: min(s.limits.bytes, snapshotBatch)})
	if err != nil {
		return fmt.Errorf("read the blocking snapshot %s: %w", hold.ID, err)
	}
	return s.notify(s.ctx, notices, "COMPLETED")
}

// flush hands over what there is.
func (s *streaming) flush() error {
	if !s.due() {
		return nil
	}
	err := s.outbox.put(s.ctx, s.batch)
	s.batch = s.batches.get()
	s.tick() // Poll may have been away for long
	return err
}

func (s *streaming) blockingTables(session *snapshot.Session, hold *snapshot.Blocking) ([]snapshot.Table, error) {
	wanted := map[catalog.ID]bool{}
	for _, id := range hold.Tables {
		wanted[id] = true
	}
	defs, err := catalog.ReadTables(s.ctx, session.Conn(), s.types, func(id catalog.ID) bool { return wanted[id] })
	if err != nil {
		return nil, fmt.Errorf("read the tables of the database: %w", err)
	}
	var tables []snapshot.Table
	for _, def := range snapshot.Select(defs, s.builder.Filter(), nil) {
		events, err := s.builder.Table(def)
		if err != nil {
			return nil, lasting{fmt.Errorf("make the schemas of %s: %w", def.ID, err)}
		}
		tables = append(tables, snapshot.Table{Def: def, Events: events, Override: hold.Statements[def.String()]})
	}
	return tables, nil
}
