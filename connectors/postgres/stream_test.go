// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/pgoutput"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
	"github.com/longshore-io/connect/connectors/postgres/settings"
	"github.com/longshore-io/connect/connectors/postgres/snapshot"
)

// flow is the stream part of a run whose server the test plays.
type flow struct {
	t    *testing.T
	task *task
	run  *run
	far  *replicationtest.Stream
	done chan error
}

func newTask(t *testing.T, server *replicationtest.Server, more map[string]string) *task {
	props := map[string]string{"topic.prefix": "p", "plugin.name": "pgoutput", "database.hostname": "127.0.0.1", "database.port": strconv.Itoa(server.Port()),
		"database.user": "u", "database.dbname": "d", "database.sslmode": "disable"}
	maps.Copy(props, more)
	s, err := settings.Parse(props)
	require.NoError(t, err)
	k := &task{log: slog.New(slog.DiscardHandler), settings: s, partition: connect.MustPartition(map[string]any{"server": "p"}), outbox: newOutbox(),
		limits: limits{records: s.Flow.MaxBatch, bytes: largestBatch}}
	k.builder, err = builderOf(s, k.partition, k.log)
	require.NoError(t, err)
	k.database, err = replication.NewDatabase(s.Database)
	require.NoError(t, err)
	return k
}

// newFlow starts a stream. Its events are logical decoding messages, for which the database need not be asked anything.
func newFlow(t *testing.T, more map[string]string, boundaries connect.TransactionContext) *flow {
	server := replicationtest.New(t)
	server.Answer = func(query string) replicationtest.Reply {
		if strings.HasPrefix(query, "START_REPLICATION") {
			return replicationtest.Streams()
		}
		return replicationtest.Row("60000")
	}
	f := &flow{t: t, task: newTask(t, server, more), done: make(chan error, 1)}
	f.task.boundaries = boundaries
	f.run = &run{task: f.task}
	conn, err := f.task.database.Replicate(t.Context())
	require.NoError(t, err)
	stream, err := conn.Stream(t.Context(), replication.StreamOptions{Slot: "s", Publication: "p", StatusInterval: time.Hour})
	require.NoError(t, err)
	f.far = server.Stream(t)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		defer stream.Close()
		f.done <- f.run.along(ctx, stream, func(*streaming) {})
	}()
	t.Cleanup(func() {
		stop()
		<-f.done
	})
	return f
}

// poll takes records until there are so many.
func (f *flow) poll(n int) (out []connect.SourceRecord) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), replicationtest.Patience)
	defer cancel()
	for len(out) < n {
		records, err := f.task.Poll(ctx)
		require.NoError(f.t, err)
		require.NoError(f.t, ctx.Err(), "only %d of %d records have come", len(out), n)
		out = append(out, records...) // a copy: the batch is used again
	}
	return out
}

func begin(lsn, final uint64, xid uint32) []byte {
	b := binary.BigEndian.AppendUint64([]byte{'B'}, final)
	b = binary.BigEndian.AppendUint64(b, 0)
	return replicationtest.Data(lsn, lsn, binary.BigEndian.AppendUint32(b, xid))
}

func commit(lsn uint64) []byte {
	b := binary.BigEndian.AppendUint64([]byte{'C', 0}, lsn-8)
	b = binary.BigEndian.AppendUint64(b, lsn)
	return replicationtest.Data(lsn, lsn, binary.BigEndian.AppendUint64(b, 0))
}

func emitted(lsn uint64, transactional bool) []byte {
	b := []byte{'M', 0}
	if transactional {
		b[1] = 1
	}
	b = append(binary.BigEndian.AppendUint64(b, lsn), "prefix\x00"...)
	return replicationtest.Data(lsn, lsn, append(b, 0, 0, 0, 1, 'x'))
}

// processed is ts_ms of the envelope of a logical message.
func processed(t *testing.T, r connect.SourceRecord) time.Time {
	ms, err := r.Value.(*connect.Struct).Get("ts_ms")
	require.NoError(t, err)
	return time.UnixMilli(ms.(int64))
}

// Kafka's transaction would stay open until there is another event, which may be longer than it may live.
func TestATransactionOfKafkaEndsAlsoWhereTheCommitComesAfterItsRecords(t *testing.T) {
	asked := &conntest.Boundaries{}
	f := newFlow(t, map[string]string{"max.batch.size": "2", "max.queue.size": "4"}, asked)
	f.far.Send(t, begin(100, 200, 7), emitted(100, true), emitted(110, true))
	require.Len(t, f.poll(2), 2)
	commits, _ := asked.Take()
	require.Empty(t, commits, "the transaction is not over")
	f.far.Send(t, commit(208))
	ctx, cancel := context.WithTimeout(t.Context(), replicationtest.Patience)
	defer cancel()
	records, err := f.task.Poll(ctx)
	require.NoError(t, err)
	require.Empty(t, records)
	commits, _ = asked.Take()
	require.Equal(t, []*connect.SourceRecord{nil}, commits)
}

func TestWhatBelongsToNoTransactionLeavesNoneOfKafkaOpen(t *testing.T) {
	asked := &conntest.Boundaries{}
	f := newFlow(t, map[string]string{"heartbeat.interval.ms": "10"}, asked)
	f.far.Send(t, emitted(100, false))
	for range 3 {
		f.poll(1)
		commits, _ := asked.Take()
		require.Len(t, commits, 1, "a message and heartbeats are committed by themselves")
	}
}

func TestAHeartbeatInTheMidstOfATransactionDoesNotEndIt(t *testing.T) {
	asked := &conntest.Boundaries{}
	f := newFlow(t, map[string]string{"heartbeat.interval.ms": "10"}, asked)
	f.far.Send(t, begin(100, 200, 7), emitted(100, true))
	f.poll(4)
	commits, _ := asked.Take()
	require.Empty(t, commits)
}

// A consumer that is slower than the server always finds more that was received already.
func TestTheTimeOfEventsGoesOnBehindABacklog(t *testing.T) {
	const events = 40_000
	f := newFlow(t, map[string]string{"max.batch.size": "100", "max.queue.size": "200"}, nil)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		var all []byte
		for i := range uint64(events) {
			all = append(all, emitted(100+8*i, false)...)
		}
		f.far.Send(t, all)
	}()
	first := f.poll(1)
	began := time.Now()
	require.Eventually(t, func() bool { return time.Since(began) > 50*time.Millisecond }, time.Minute, time.Millisecond)
	got := append(first, f.poll(events-len(first))...)
	<-sent
	require.False(t, processed(t, got[1000]).Before(began.Truncate(time.Millisecond)), "an event in the midst was processed after the pause")
}

func TestTheTimeOfAnEventIsThatOfItsComing(t *testing.T) {
	f := newFlow(t, nil, nil)
	began := time.Now()
	require.Eventually(t, func() bool { return time.Since(began) > 20*time.Millisecond }, time.Minute, time.Millisecond)
	came := time.Now().Truncate(time.Millisecond)
	f.far.Send(t, emitted(100, false))
	require.False(t, processed(t, f.poll(1)[0]).Before(came))
}

func TestABrokenStreamLeavesWhatItHasReadAndItsPlace(t *testing.T) {
	f := newFlow(t, map[string]string{"max.batch.size": "2", "max.queue.size": "4"}, nil)
	f.far.Send(t, begin(100, 200, 7), emitted(100, true), emitted(110, true), emitted(120, true))
	f.far.Break()
	require.Len(t, f.poll(3), 3)
	err := <-f.done
	f.done <- err
	require.True(t, passes(err), "%v", err)
	require.Equal(t, &position.Offset{LSN: 120, MessageType: position.Message, TxID: 7, Time: f.task.current.Time, Timed: true}, f.task.current)
}

// unconnected is a stream whose incremental snapshots get no connection.
func unconnected(t *testing.T, k *task, why error) *streaming {
	return &streaming{run: &run{task: k}, ctx: t.Context(), tracker: position.Track(position.Offset{Committed: 50}), batch: k.batches.get(),
		signals: signals{incremental: snapshot.NewIncremental(snapshot.IncrementalConfig{SignalTable: "public.signals", Builder: k.builder, Log: k.log,
			Connect: func(context.Context) (*pgx.Conn, error) { return nil, why }})}}
}

// The row of the command comes again, and with it the command.
func TestACommandThatCouldNotBeCarriedOutIsStillToCome(t *testing.T) {
	k := newTask(t, replicationtest.New(t), map[string]string{"signal.data.collection": "public.signals"})
	broken := errors.New("broken")
	text := &catalog.Type{OID: 25, Name: "text", Kind: catalog.KindBase, Modifier: -1}
	def := &catalog.Table{ID: catalog.ID{Schema: "public", Name: "signals"}}
	for _, name := range []string{"id", "type", "data"} {
		def.Columns = append(def.Columns, catalog.Column{Name: name, Type: text, Modifier: -1, Optional: true})
	}
	events, err := k.builder.Table(def)
	require.NoError(t, err)
	s := unconnected(t, k, broken)
	s.tracker.Begin(100, 200, 5, 7)
	before := s.tracker.Offset
	row := [][]byte{[]byte("1"), []byte("execute-snapshot"), []byte(`{"data-collections": ["public.t"]}`)}
	err = s.changeOfSignals(100, &pgoutput.Message{Kind: pgoutput.Insert, New: row}, position.Insert, &table{id: def.ID, columns: 3, event: events, signal: true})
	require.ErrorIs(t, err, broken)
	require.Equal(t, before, s.tracker.Offset)
	require.Empty(t, s.batch.records)
}

// What was taken out of the file is nowhere else.
func TestCommandsOfTheFileWaitForAConnection(t *testing.T) {
	k := newTask(t, replicationtest.New(t), nil)
	broken := errors.New("broken")
	both := []snapshot.Signal{{ID: "1", Type: "execute-snapshot", Data: `{"data-collections": ["public.t"]}`}, {ID: "2", Type: "log", Data: `{"message": "x"}`}}
	k.commands = both
	require.ErrorIs(t, unconnected(t, k, broken).obey(), broken)
	require.Equal(t, both, k.commands)
	k.commands = both[1:]
	require.NoError(t, unconnected(t, k, broken).obey())
	require.Empty(t, k.commands)
}

func TestAConnectionThatIsFoundClosedIsOpenedAgain(t *testing.T) {
	k := newTask(t, replicationtest.New(t), nil)
	dead, err := k.database.Connect(t.Context())
	require.NoError(t, err)
	require.NoError(t, dead.Close(t.Context()))
	s := &streaming{run: &run{task: k, sql: dead}, ctx: t.Context()}
	asked := 0
	require.NoError(t, s.ask(func(conn *pgx.Conn) error {
		if asked++; conn.IsClosed() {
			return errors.New("conn closed")
		}
		return nil
	}))
	require.Equal(t, 2, asked)
	require.NotSame(t, dead, s.sql)
	require.NoError(t, s.sql.Close(t.Context()))
}

// A server that goes down ends the session of the query before that of the stream.
func TestAServerThatGoesDownIsNoLastingFailureOfTheHeartbeat(t *testing.T) {
	for code, goesOn := range map[string]bool{"57P01": false, "57P03": false, "42P01": false, "23505": true} {
		ended := false
		a := &action{log: slog.New(slog.DiscardHandler), fail: func() { ended = true }}
		require.Equal(t, goesOn, a.goesOn(&pgconn.PgError{Code: code}), code)
		require.Equal(t, !goesOn, ended)
		if !goesOn {
			require.True(t, passes(a.failed()), code)
		}
	}
}

// To begin the snapshot anew would lose what was deleted meanwhile.
func TestASnapshotIsNotReadAnewBecauseAConnectionBreaks(t *testing.T) {
	for code, anew := range map[string]bool{"57P01": false, "53400": true} {
		server := replicationtest.New(t)
		server.Answer = func(string) replicationtest.Reply { return replicationtest.Refuse(code, "refused") }
		var logs conntest.Logs
		k := newTask(t, server, nil)
		k.log = logs.Logger()
		_, _, err := (&run{task: k, slot: &position.Slot{Name: "s"}}).openSession(t.Context(), snapshot.Decision{Stream: true, CatchUp: true, Snapshot: true})
		require.Error(t, err, "the server of the test has no tables")
		require.Equal(t, anew, strings.Contains(logs.Text(), "the tables are read anew"), code)
	}
}
