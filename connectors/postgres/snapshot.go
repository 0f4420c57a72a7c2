// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/settings"
	"github.com/longshore-io/connect/connectors/postgres/snapshot"
)

// begin brings the run to where its stream begins.
func (r *run) begin(ctx context.Context, d snapshot.Decision) error {
	notices := r.notices()
	switch {
	case d.Snapshot:
		return r.takeSnapshot(ctx, d, notices)
	case r.known || !d.Stream:
		return r.notify(ctx, notices, "SKIPPED")
	}
	// The slot's position is where a stream without a snapshot begins, so that is the offset until something comes.
	r.from, r.known = position.Offset{LSN: r.slotLSN(), Time: time.Now().UnixMicro(), Timed: true}, true
	if err := r.notify(ctx, notices, "SKIPPED"); err != nil {
		return err
	}
	return r.firstHeartbeat(ctx)
}

// slotLSN is where the slot's stream begins.
func (r *run) slotLSN() position.LSN {
	switch {
	case r.slot == nil:
		return r.created.LSN
	case r.slot.Confirmed != 0:
		return r.slot.Confirmed
	}
	return r.slot.Restart
}

// takeSnapshot reads the tables as they are at one moment, after which the stream begins at that moment.
func (r *run) takeSnapshot(ctx context.Context, d snapshot.Decision, notices *snapshot.Notices) error {
	if err := connect.Sleep(ctx, r.settings.Snapshot.Delay); err != nil {
		return err
	}
	session, caughtUp, err := r.openSession(ctx, d)
	if err != nil {
		return err
	}
	defer session.Close()
	if caughtUp {
		if err := r.catchUp(ctx, session.Point().LSN, position.InitialSnapshot, r.from.Progress); err != nil {
			return err
		}
	}
	if err := r.notify(ctx, notices, "STARTED"); err != nil {
		return err
	}
	if err := r.read(ctx, session, d, caughtUp, notices); err != nil {
		return fmt.Errorf("read the snapshot: %w", err)
	}
	if err := r.notify(ctx, notices, "COMPLETED"); err != nil {
		return err
	}
	if err := r.firstHeartbeat(ctx); err != nil {
		return err
	}
	if !d.Stream {
		return nil
	}
	return connect.Sleep(ctx, r.settings.Snapshot.StreamingDelay)
}

// openSession holds a moment still: that at which the slot was just made; or one that parts what the slot has in what comes before the rows and what after
// them; or, without a stream or a free slot, now. It says whether what comes before is to be sent, and can be.
func (r *run) openSession(ctx context.Context, d snapshot.Decision) (*snapshot.Session, bool, error) {
	o := snapshot.Opening{Connect: r.database.Connect, Isolation: r.settings.Snapshot.Isolation}
	catchUp := false
	switch {
	case !d.Stream:
	case r.slot == nil:
		o.Exported, o.LSN = r.created.Snapshot, r.created.LSN
	default:
		conn, created, err := r.moment(ctx)
		if noSlotFree(err) {
			r.log.Warn("no replication slot is free for a moment, so the tables are read anew and the stream begins now: raise max_replication_slots or max_wal_senders", "error", err)
			break
		}
		if err != nil {
			return nil, false, err
		}
		defer conn.Close()
		o.Exported, o.LSN, catchUp = created.Snapshot, created.LSN, d.CatchUp
	}
	session, err := snapshot.Open(ctx, o)
	return session, catchUp, err
}

// read reads the tables, and notes what the stream goes on with.
func (r *run) read(ctx context.Context, session *snapshot.Session, d snapshot.Decision, caughtUp bool, notices *snapshot.Notices) error {
	progress, err := snapshot.ParseProgress("")
	if d.Resume && caughtUp {
		progress, err = snapshot.ParseProgress(r.from.Progress)
	}
	if err != nil {
		return lasting{err}
	}
	tables, err := r.snapshotTables(ctx, session)
	if err != nil {
		return err
	}
	s := r.settings.Snapshot
	point := session.Point()
	offset := position.Offset{LSN: point.LSN, TxID: point.TxID, Time: point.Time, Timed: true}
	of := offset
	of.Snapshot = position.InitialSnapshot
	delivery := delivery{run: r}
	err = session.Run(ctx, snapshot.Run{Tables: tables, Threads: s.Threads, ChunkRows: s.ChunkRows, Progress: progress, Resumable: s.Resume && d.Stream,
		At: event.Position{LSN: uint64(point.LSN), TxID: point.TxID, Time: point.Time}, Offset: of, Notices: notices, Deliver: delivery.deliver,
		Now: time.Now, Log: r.log, BatchRows: r.limits.records, BatchBytes: min(r.limits.bytes, snapshotBatch)})
	if err != nil {
		r.interrupted(delivery.last)
		return err
	}
	r.from, r.known = offset, true
	r.current = &offset
	return nil
}

// snapshotBatch bounds the text that one batch of rows is made from.
const snapshotBatch = 512 << 10

// interrupted notes the offset of the last row that Poll has had, for the next run.
func (r *run) interrupted(last connect.Offset) {
	if last == nil {
		return
	}
	if offset, err := position.Load(last.Fields()); err == nil {
		r.current = &offset
	}
}

// snapshotTables are the tables whose rows are read, as they are at the moment.
func (r *run) snapshotTables(ctx context.Context, session *snapshot.Session) ([]snapshot.Table, error) {
	found, err := catalog.ReadTables(ctx, session.Conn(), r.types, r.builder.Filter().Table)
	if err != nil {
		return nil, fmt.Errorf("read the tables of the database: %w", err)
	}
	s := r.settings.Snapshot
	selected := snapshot.Select(found, r.builder.Filter(), s.Include)
	if s.Locking == settings.LockShared {
		if err := session.Lock(ctx, s.LockTimeout, selected); err != nil {
			return nil, err
		}
	}
	tables := make([]snapshot.Table, len(selected))
	for i, def := range selected {
		events, err := r.builder.Table(def)
		if err != nil {
			return nil, lasting{fmt.Errorf("make the schemas of %s: %w", def.ID, err)}
		}
		tables[i] = snapshot.Table{Def: def, Events: events, Override: s.Overrides[def.String()]}
	}
	return tables, nil
}

// delivery gives the rows of a snapshot to Poll.
type delivery struct {
	run  *run
	last connect.Offset
}

// deliver waits until Poll has taken the records, so that the reading of tables is as fast as their writing to Kafka.
func (d *delivery) deliver(ctx context.Context, records []connect.SourceRecord, bytes int) error {
	b := d.run.batches.get()
	b.records = append(b.records, records...)
	b.bytes, b.end = bytes, len(records)
	if err := d.run.outbox.put(ctx, b); err != nil {
		return err
	}
	d.last = records[len(records)-1].SourceOffset
	return nil
}

// notices makes notifications, nil where nobody wants them.
func (r *run) notices() *snapshot.Notices {
	n := r.settings.Notifications
	if !n.Sink && !n.Log {
		return nil
	}
	notices := &snapshot.Notices{Builder: r.builder, Connector: r.settings.TopicPrefix, NewID: newUUID}
	if n.Log {
		notices.Log = func(n event.Notification) {
			r.log.Info("notification", "aggregate", n.Aggregate, "type", n.Type, "data", n.Data)
		}
	}
	return notices
}

// firstHeartbeat stores the offset at the end of a snapshot, also of one without rows.
func (r *run) firstHeartbeat(ctx context.Context) error {
	if r.settings.Heartbeat.Interval <= 0 {
		return nil
	}
	offset := r.from
	at := event.Position{Now: time.Now().UnixNano(), Offset: &offset}
	d := delivery{run: r}
	return d.deliver(ctx, r.builder.Heartbeat(nil, &at), 0)
}

// notify sends a notification of a step of a snapshot.
func (r *run) notify(ctx context.Context, notices *snapshot.Notices, step string) error {
	at := event.Position{Now: time.Now().UnixNano()}
	records := notices.Records(notices.Initial(step), &at)
	if len(records) == 0 {
		return nil
	}
	d := delivery{run: r}
	return d.deliver(ctx, records, 0)
}
