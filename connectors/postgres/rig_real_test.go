// SPDX-License-Identifier: Apache-2.0

//go:build real

package postgres

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// patience is how long a test waits for what has to come.
const patience = 30 * time.Second

// rig runs tasks on a database of the test's own, and keeps what they return.
type rig struct {
	t     *testing.T
	db    *databasetest.Server
	props map[string]string
	tc    conntest.SourceContext
	task  connect.SourceTask
	seen  []seen
	// keepSlot leaves the slot to another rig of the test.
	keepSlot bool
}

// seen is a record as tests look at it: the values are taken at once, as a task may use its batches again.
type seen struct {
	topic, op, text string
	key, value      *connect.Struct
	offset          connect.Offset
	partition       *connect.Partition
}

func newRig(t *testing.T, db *databasetest.Server, more map[string]string) *rig {
	r := &rig{t: t, db: db, props: map[string]string{
		"name": "c", "connector.class": Class, "topic.prefix": "p", "plugin.name": "pgoutput", "snapshot.mode": "no_data",
		"database.hostname": "127.0.0.1", "database.port": strconv.Itoa(db.Port), "database.user": db.User, "database.password": db.Password,
		"database.dbname": db.Database, "slot.name": "s_" + db.Database, "retriable.restart.connector.wait.ms": "100",
		"slot.max.retries": "1", "slot.retry.delay.ms": "100",
	}}
	maps.Copy(r.props, more)
	t.Cleanup(func() {
		if r.task != nil {
			r.stop()
		}
		if r.keepSlot {
			return
		}
		_ = db.Run(context.Background(), fmt.Sprintf("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '%s' AND NOT active", r.props["slot.name"]))
	})
	return r
}

// start starts a task, and waits until it streams unless it is not to.
func (r *rig) start() *rig {
	r.task = New().NewTask()
	require.NoError(r.t, r.task.Start(r.t.Context(), &r.tc, r.props))
	return r
}

// streaming waits until the slot has a reader. It is active for a moment while it is made, too.
func (r *rig) streaming() *rig {
	r.t.Helper()
	r.await("the slot has a reader", func() bool {
		rows, err := r.db.Rows(context.Background(), "SELECT 1 FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid WHERE r.state <> 'startup' AND s.slot_name = '"+r.props["slot.name"]+"'")
		return err == nil && len(rows) > 0
	})
	return r
}

// active is t or f, or nothing where there is no slot.
func (r *rig) active() string {
	rows, err := r.db.Rows(context.Background(), "SELECT active FROM pg_replication_slots WHERE slot_name = '"+r.props["slot.name"]+"'")
	if err != nil || len(rows) == 0 {
		return ""
	}
	return rows[0][0]
}

func (r *rig) await(what string, is func() bool) {
	r.t.Helper()
	require.Eventually(r.t, is, patience, 20*time.Millisecond, what)
}

// poll takes records until there are so many more with an operation or a topic of their own.
func (r *rig) poll(n int) []seen {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	from := len(r.seen)
	for len(r.seen) < from+n {
		records, err := r.task.Poll(ctx)
		require.NoError(r.t, err)
		require.NoError(r.t, ctx.Err(), "only %d of %d records have come; log:\n%s", len(r.seen)-from, n, r.tc.Logs.Text())
		r.keep(records)
	}
	return r.seen[from:]
}

// quiet polls for a while in which nothing may come.
func (r *rig) quiet(d time.Duration) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	defer cancel()
	for ctx.Err() == nil {
		records, err := r.task.Poll(ctx)
		require.NoError(r.t, err)
		before := len(r.seen)
		r.keep(records)
		require.Empty(r.t, texts(r.seen[before:]), "records that should not come")
	}
}

// failed polls until the task fails.
func (r *rig) failed() error {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	for ctx.Err() == nil {
		if _, err := r.task.Poll(ctx); err != nil {
			return err
		}
	}
	require.FailNow(r.t, "the task did not fail", r.tc.Logs.Text())
	return nil
}

func (r *rig) keep(records []connect.SourceRecord) {
	for i := range records {
		rec := &records[i]
		s := seen{topic: rec.Topic, offset: rec.SourceOffset, partition: rec.SourcePartition}
		s.key, _ = rec.Key.(*connect.Struct)
		s.value, _ = rec.Value.(*connect.Struct)
		s.op, s.text = textOf(rec)
		r.seen = append(r.seen, s)
	}
}

// textOf is the operation and the row of a record: c 1|a for an insert into a table t(id, v).
func textOf(rec *connect.SourceRecord) (op, text string) {
	value, is := rec.Value.(*connect.Struct)
	switch {
	case !is:
		return "", "tombstone"
	case value.Schema().Field("op") == nil:
		return "", fmt.Sprint(rec.Topic)
	}
	got, _ := value.Get("op")
	op = got.(string)
	row := "after"
	if op == "d" {
		row = "before"
	}
	if value.Schema().Field(row) == nil {
		return op, op
	}
	columns, _ := value.Get(row)
	text = op
	if s, is := columns.(*connect.Struct); is && s != nil {
		for i := range s.Schema().Fields() {
			sep := "|"
			if i == 0 {
				sep = " "
			}
			text += sep + fmt.Sprint(s.At(i))
		}
	}
	return op, text
}

func texts(records []seen) []string {
	out := []string{}
	for _, s := range records {
		out = append(out, s.text)
	}
	return out
}

// store stores the last offset that is there, as the runtime does, and tells the task.
func (r *rig) store() *rig {
	r.t.Helper()
	for i := len(r.seen) - 1; i >= 0; i-- {
		if r.seen[i].offset != nil {
			require.NoError(r.t, r.tc.Stored.Store(r.seen[i].partition, r.seen[i].offset))
			break
		}
	}
	if r.task != nil {
		require.NoError(r.t, r.task.(connect.Committer).Commit(r.t.Context()))
	}
	return r
}

// storeAt stores the offset of the nth record, from 0, and forgets what came later.
func (r *rig) storeAt(n int) *rig {
	require.NoError(r.t, r.tc.Stored.Store(r.seen[n].partition, r.seen[n].offset))
	r.seen = r.seen[:n+1]
	return r
}

// stop stops the task, which has a second for it.
func (r *rig) stop() *rig {
	r.t.Helper()
	began := time.Now()
	require.NoError(r.t, r.task.Stop(context.Background()))
	require.Less(r.t, time.Since(began), time.Second, "Stop took too long")
	r.task = nil
	r.await("the slot has no reader", func() bool {
		return r.active() != "t"
	})
	return r
}

func (r *rig) stored() map[string]any {
	fields, err := r.tc.Stored.Offset(r.t.Context(), connect.MustPartition(map[string]any{"server": "p"}))
	require.NoError(r.t, err)
	return fields
}
