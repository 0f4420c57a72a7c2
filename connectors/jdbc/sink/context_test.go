// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// written makes records, with offsets in their order.
type written struct {
	topic  string
	offset int64
}

func (w *written) record(keySchema *connect.Schema, key any, valueSchema *connect.Schema, value any) connect.SinkRecord {
	tp := connect.TopicPartition{Topic: w.topic}
	r := connect.NewSinkRecord(connect.Record{Topic: w.topic, Partition: &tp.Partition, KeySchema: keySchema, Key: key, ValueSchema: valueSchema, Value: value}, tp, w.offset)
	w.offset++
	return r
}

// fill makes a struct of values in the order of the fields.
func fill(schema *connect.Schema, values ...any) *connect.Struct {
	s := connect.NewStruct(schema)
	for i, v := range values {
		s.SetAt(i, v)
	}
	return s
}

// sqliteFile is an empty database of the test's own.
func sqliteFile(t testing.TB) string {
	return "jdbc:sqlite:" + filepath.ToSlash(filepath.Join(t.TempDir(), "test.db"))
}

// open connects to a database for what a test does itself.
func open(t testing.TB, url string, properties map[string]string) *database.Session {
	t.Helper()
	d, err := database.New(database.Settings{URL: url, Properties: properties})
	require.NoError(t, err)
	s, err := d.Connect(t.Context())
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// rowsOf reads a query as text, a line for each row.
func rowsOf(t testing.TB, s *database.Session, query string) []string {
	t.Helper()
	rows, err := s.Query(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		out = append(out, text)
	}
	require.NoError(t, rows.Err())
	return out
}

// started is a task at work, stopped at the end of the test.
type started struct {
	connect.SinkTask
	*conntest.SinkContext
}

func start(t testing.TB, c connect.SinkConnector, context *conntest.SinkContext, props map[string]string, more ...string) started {
	t.Helper()
	props = maps.Clone(props)
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	task := c.NewTask()
	require.NoError(t, task.Start(t.Context(), context, props))
	t.Cleanup(func() { require.NoError(t, task.Stop(ctxOf(t))) })
	return started{task, context}
}

func ctxOf(t testing.TB) context.Context { return context.WithoutCancel(t.Context()) }

// letters is a dead letter queue.
type letters struct{ got []string }

func (l *letters) Report(_ context.Context, record connect.SinkRecord, err error) error {
	l.got = append(l.got, fmt.Sprintf("%d: %v", record.Offset, err))
	return nil
}

func (l *letters) String() string { return strings.Join(l.got, "\n") }
