// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// IncrementalConfig is what an incremental snapshot works with.
type IncrementalConfig struct {
	Settings settings.Incremental
	// SignalTable is signal.data.collection.
	SignalTable string
	// Connect opens a connection for queries; it is called when there is something to read.
	Connect func(ctx context.Context) (*pgx.Conn, error)
	Types   *catalog.Types
	Builder *event.Builder
	// Notices are told of the progress; nil for nobody.
	Notices *Notices
	// NewID makes a random UUID, Now is the clock.
	NewID func() string
	Now   func() time.Time
	Log   *slog.Logger
}

// Incremental reads tables in chunks beside the stream. A chunk is read between two marks in the stream; rows whose key is streamed between the
// marks are left out, and the rest is sent at the second mark. It belongs to the goroutine that reads the stream.
type Incremental struct {
	config IncrementalConfig
	conn   *pgx.Conn
	state  pending
	paused bool

	table *Table
	// keys are the places of the key of records, ordered those by which chunks go on.
	keys, ordered []int
	window        window
	// fewer is how many rows a chunk has at most because they are large; 0 where they are not.
	fewer int
	// opening and closing are the ids of the marks that are under way, "" for none; with read.only the second mark is a position.
	opening, closing string
	until            position.LSN
	scanned          int64
}

// Emission is where records go: after those in Records, with the position and the offset that the stream has now. Bytes is about how much text
// they were made from.
type Emission struct {
	Records []connect.SourceRecord
	Bytes   int
	At      *event.Position
	Offset  position.Offset
}

// Blocking is a snapshot for which the stream is to be held.
type Blocking struct {
	// ID is that of the signal.
	ID string
	// Tables are to be read; Statements take the place of our own by schema.table.
	Tables     []catalog.ID
	Statements map[string]string
}

// NewIncremental makes one that has nothing to do.
func NewIncremental(config IncrementalConfig) *Incremental {
	return &Incremental{config: config, window: newWindow()}
}

// Restore takes up what a stored offset says.
func (i *Incremental) Restore(fields map[string]any) error {
	state, err := readPending(fields)
	i.state = state
	return err
}

// Fields are those to store with the offsets of the stream; nil when nothing runs. The map must not be changed.
func (i *Incremental) Fields() map[string]any { return i.state.fields() }

// Running says whether there are tables to read.
func (i *Incremental) Running() bool { return i.state.running() }

// Close gives back the connection.
func (i *Incremental) Close() {
	if i.conn != nil {
		closeConn(i.conn)
		i.conn = nil
	}
}

// Start goes on with what was restored, when the stream begins.
func (i *Incremental) Start(ctx context.Context, e *Emission) error {
	if !i.Running() {
		return nil
	}
	return i.next(ctx, e)
}

// Signal carries out a signal. What is wrong with it is logged, and the signal is lost. A blocking snapshot is for the caller.
func (i *Incremental) Signal(ctx context.Context, e *Emission, s Signal) (*Blocking, error) {
	if s.Mark() {
		return nil, i.mark(ctx, e, s)
	}
	defer i.release()
	c, err := s.command()
	if err != nil {
		i.config.Log.Warn("the signal is passed over", "error", err)
		return nil, nil
	}
	switch s.Type {
	case executeSignal:
		return i.execute(ctx, e, s.ID, c)
	case stopSignal:
		return nil, i.stop(ctx, e, s.ID, c)
	case pauseSignal:
		i.pause(e, s.ID)
	case resumeSignal:
		return nil, i.resume(ctx, e, s.ID)
	case logSignal:
		i.config.Log.Info("a signal has a message", "signal", s.ID, "message", strings.ReplaceAll(c.Message, "{}", fmt.Sprint(e.Offset.Fields())))
	default:
		i.config.Log.Warn("there is no such type of signal", "signal", s.ID, "type", s.Type)
	}
	return nil, nil
}

// release gives back the connection where nothing is to be read.
func (i *Incremental) release() {
	if !i.Running() {
		i.Close()
	}
}

// mark is one of the rows that we wrote into the signal table ourselves.
func (i *Incremental) mark(ctx context.Context, e *Emission, s Signal) error {
	switch {
	case s.Type == openSignal && s.ID == i.opening:
		i.window.open = true
	case s.Type == closeSignal && s.ID == i.closing:
		return i.close(ctx, e)
	}
	return nil
}

// SignalDeleted is told of each row that is deleted from the signal table: where the marks are deleted that is the second one.
func (i *Incremental) SignalDeleted(ctx context.Context, e *Emission, id string) error {
	if i.config.Settings.Watermark != settings.InsertDelete || id == "" || id != i.opening {
		return nil
	}
	return i.close(ctx, e)
}

// Changed is told of each change of a captured table, with the places of its key, which are those of another definition than ours where the stream is behind,
// and with its old and new row where there are.
func (i *Incremental) Changed(id catalog.ID, keys []int, rows ...[][]byte) {
	if !i.window.open || i.table == nil || i.table.Def.ID != id {
		return
	}
	for _, row := range rows {
		if key, known := keyOf(row, keys); known && row != nil {
			i.window.drop(key)
		}
	}
}

// Truncated is told of each captured table that is emptied.
func (i *Incremental) Truncated(id catalog.ID) {
	if i.window.open && i.table != nil && i.table.Def.ID == id {
		open := i.window.open
		i.window = newWindow()
		i.window.open = open
	}
}

// Passed is told how far the stream is: after each commit, and when the server has nothing more. With read.only that takes the place of the
// second mark: all that the chunk's rows have in them has been streamed then.
func (i *Incremental) Passed(ctx context.Context, e *Emission, lsn position.LSN) error {
	if i.until == 0 || lsn < i.until {
		return nil
	}
	return i.close(ctx, e)
}

// close sends what is left of the chunk, and reads the next.
func (i *Incremental) close(ctx context.Context, e *Emission) error {
	i.opening, i.closing, i.until = "", "", 0
	i.send(e)
	return i.next(ctx, e)
}

// send sends the rows of the window. Each has an offset that says that it is sent.
func (i *Incremental) send(e *Emission) {
	at := *e.At
	now := i.config.Now()
	at.Mark, at.Time, at.Now = event.SnapshotIncremental, now.UnixMicro(), now.UnixNano()
	at.Transaction = nil
	for _, row := range i.window.rows {
		if row == nil {
			continue
		}
		e.Bytes += size(row)
		i.state.sent = keyAt(row, i.ordered)
		at.Offset = &incrementalOffset{e.Offset, i.state}
		e.Records = i.table.Events.Read(e.Records, row, &at)
	}
	if n := len(i.window.rows); n > 0 {
		i.scanned += int64(n)
		i.state.sent = keyAt(i.window.final, i.ordered)
	}
	i.window = newWindow()
}

func size(row [][]byte) int {
	n := 0
	for _, value := range row {
		n += len(value)
	}
	return n
}

// incrementalOffset is the offset of the stream with what an incremental snapshot has sent; it is put into words when it is stored.
type incrementalOffset struct {
	offset position.Offset
	state  pending
}

var _ connect.Offset = (*incrementalOffset)(nil)

// Fields implements connect.Offset.
func (o *incrementalOffset) Fields() map[string]any {
	offset := o.offset
	offset.Incremental = o.state.fields()
	return offset.Fields()
}
