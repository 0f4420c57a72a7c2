// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/pgoutput"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
)

// streaming is the stream part of a run.
type streaming struct {
	*run
	ctx     context.Context
	stream  *replication.Stream
	decoder pgoutput.Decoder
	tracker *position.Tracker
	at      event.Position
	tables  map[uint32]*table
	heart   heart
	xmin    xminFetch
	signals signals
	batch   *batch // nil while it is offered

	// until is where the stream ends, 0 for never. Until there offsets say that a snapshot is under way, of which kind and how far.
	until      position.LSN
	kind, done string
}

// idle is how long the stream waits for a frame at most before it looks around.
const idle = 30 * time.Second

// stream follows the slot from where the run is until something fails.
func (r *run) stream(ctx context.Context) error {
	return r.streamWith(ctx, func(*streaming) {})
}

func (r *run) streamWith(ctx context.Context, set func(*streaming)) error {
	stream, err := r.openStream(ctx)
	if err != nil {
		return err
	}
	defer stream.Close()
	return r.along(ctx, stream, set)
}

// along follows a stream that was opened.
func (r *run) along(ctx context.Context, stream *replication.Stream, set func(*streaming)) error {
	r.confirmer.set(stream)
	defer r.confirmer.set(nil)
	defer context.AfterFunc(ctx, stream.Interrupt)()
	s := &streaming{run: r, ctx: ctx, stream: stream, decoder: pgoutput.Decoder{Unchanged: event.Unchanged}, tracker: position.Track(r.from),
		tables: map[uint32]*table{}, signals: r.newSignals(), batch: r.batches.get()}
	set(s)
	if r.settings.Events.TransactionTopic {
		s.at.Transaction = &r.counts
	}
	s.heart = newHeart(r.settings.Heartbeat, r.database, r.log, stream.Interrupt)
	defer s.heart.stop()
	err := s.follow()
	stream.Close() // a server that goes down waits for that, and to leave may take long
	s.leave()
	if failure := s.heart.failure(); failure != nil {
		return failure
	}
	return err
}

// openStream starts the stream, in slot.max.retries more attempts if the slot is in use: whoever had it may not have noticed that its connection is gone.
func (r *run) openStream(ctx context.Context) (*replication.Stream, error) {
	if err := r.publish(ctx); err != nil {
		return nil, err
	}
	for _, err := range replication.SetIdentities(ctx, r.sql, r.settings.Publication.ReplicaIdentities, r.tables) {
		r.log.Error("a replica identity could not be set", "error", err)
	}
	if err := r.seek(ctx); err != nil {
		return nil, err
	}
	s := r.settings.Slot
	options := replication.StreamOptions{Slot: s.Name, Start: r.from.Start(), Publication: r.settings.Publication.Name, Params: s.StreamParams, StatusInterval: s.StatusInterval}
	for attempt := 0; ; attempt++ {
		repl := r.repl
		r.repl = nil
		stream, err := repl.Stream(ctx, options)
		if err == nil {
			r.log.Info("streaming", "slot", s.Name, "from", options.Start.String())
			return stream, nil
		}
		if ctx.Err() != nil || attempt >= s.MaxRetries || !passes(err) {
			return nil, err
		}
		r.log.Warn("the stream could not be started and is tried again", "in", s.RetryDelay, "error", err)
		if err := connect.Sleep(ctx, s.RetryDelay); err != nil {
			return nil, err
		}
		if err := r.replicate(ctx); err != nil {
			return nil, err
		}
	}
}

// seek moves a slot that is behind to the stored offset, where that is asked for.
func (r *run) seek(ctx context.Context) error {
	to := r.from.Confirmable()
	if !r.settings.Slot.SeekToOffset || r.slot == nil || to <= r.slot.Confirmed {
		return nil
	}
	return replication.AdvanceSlot(ctx, r.sql, r.settings.Slot.Name, to)
}

// framesPerTick is after how many frames the clock is read while more of them have been received.
const framesPerTick = 64

// follow takes frames until something fails. Before it waits, what was read is offered to Poll.
func (s *streaming) follow() error {
	defer s.signals.incremental.Close()
	s.tick()
	if err := s.openSignals(); err != nil {
		return err
	}
	for n := 0; ; n++ {
		waits := !s.stream.Buffered()
		frame, err := s.next(waits)
		s.recover()
		if waits || n%framesPerTick == 0 {
			s.tick()
		}
		switch {
		case err != nil:
			return s.ended(err)
		case frame.Data != nil:
			err = s.message(frame)
		case s.asks():
			err = s.progress(frame.End)
		}
		if err == nil {
			err = s.afterFrame()
		}
		if err != nil {
			return err
		}
	}
}

// next takes a frame. Before it waits for one, what was read is offered to Poll; but first a moment passes, as in a stream that runs more is there
// then, and to be woken for each message of the server would cost more than to read it.
func (s *streaming) next(waits bool) (replication.Frame, error) {
	if waits && s.due() {
		if err := connect.Sleep(s.ctx, linger); err != nil {
			return replication.Frame{}, err
		}
		frame, err := s.stream.Next(atOnce)
		if err != nil || frame.Data != nil || frame.End != 0 {
			return frame, err
		}
		s.outbox.offer(s.batch)
		s.batch = nil
	}
	return s.stream.Next(s.patience())
}

const (
	// linger is how long a record may be late so that it comes together with others.
	linger = time.Millisecond
	// atOnce takes what has come, and does not wait for more.
	atOnce = 20 * time.Microsecond
)

// afterFrame does what is due between two messages.
func (s *streaming) afterFrame() error {
	s.readFile()
	if err := s.obey(); err != nil {
		return err
	}
	if err := s.hold(); err != nil {
		return err
	}
	s.beat()
	if s.limits.exceeded(s.batch) {
		return s.flush()
	}
	return nil
}

// patience is how long to wait for a frame.
func (s *streaming) patience() time.Duration {
	wait := min(idle, s.heart.wait())
	if s.settings.Signals.File {
		wait = min(wait, s.settings.Signals.PollInterval)
	}
	if s.asks() {
		wait = min(wait, pingEvery)
	}
	return wait
}

// progress is told how far the server has read its log, 0 where it has not said; then it is asked.
func (s *streaming) progress(server position.LSN) error {
	switch {
	case server == 0:
		return s.stream.Ping()
	case s.until == 0:
		return s.passed(server)
	case server >= s.until:
		return errCaughtUp
	}
	return nil
}

// due says whether there is something to hand over: records, or the end of a transaction whose records Poll has had. Records outside of
// transactions do not wait for the end of one.
func (s *streaming) due() bool {
	if !s.tracker.Midway() {
		s.batch.end = len(s.batch.records)
	}
	return len(s.batch.records) > 0 || s.boundaries != nil && s.batch.end == 0 && !s.outbox.ended()
}

// recover takes the batch back that was offered, or another one if Poll has it.
func (s *streaming) recover() {
	if s.batch != nil {
		return
	}
	if s.batch = s.outbox.reclaim(); s.batch == nil {
		s.batch = s.batches.get()
	}
}

// tick reads the clock: once for all that was received together.
func (s *streaming) tick() { s.at.Now = time.Now().UnixNano() }

// ended tells a stop from a failure.
func (s *streaming) ended(err error) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	return err
}

// leave hands over what is left, and notes where the next run goes on: behind it.
func (s *streaming) leave() {
	if s.batch != nil && s.due() && s.outbox.put(s.ctx, s.batch) != nil {
		return
	}
	if s.tracker.LSN == 0 && s.current == nil {
		return
	}
	now := s.tracker.Offset
	now.Transaction = s.counts.ID()
	now.Snapshot, now.Progress = s.kind, s.done
	s.current = &now
}

// closeSoon closes a connection without waiting long for the server.
func closeSoon(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	_ = conn.Close(ctx)
}

const closeGrace = 300 * time.Millisecond
