// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is a standard output that keeps what each call has written.
type screen struct {
	mu     sync.Mutex
	text   bytes.Buffer
	writes int
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	return s.text.Write(p)
}

// lines returns what was printed; every line has to be an object of JSON.
func (s *screen) lines(t testing.TB) []map[string]any {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text.Len() == 0 {
		return nil
	}
	require.True(t, strings.HasSuffix(s.text.String(), "\n"))
	var out []map[string]any
	for line := range strings.SplitSeq(strings.TrimSuffix(s.text.String(), "\n"), "\n") {
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &fields), line)
		out = append(out, fields)
	}
	return out
}

// upTo is a pace that lets messages with a number below a limit be made.
type upTo struct {
	limit *atomic.Int64
	task  *sourceTask
}

func (p upTo) due(ctx context.Context, most int) int {
	for ctx.Err() == nil {
		if n := p.limit.Load() - p.task.next; n > 0 {
			return int(min(n, int64(most)))
		}
		_ = connect.Sleep(ctx, time.Millisecond)
	}
	return 0
}

// limitedSource makes tasks that go up to a limit and print to a screen.
type limitedSource struct {
	source
	limit *atomic.Int64
}

func (s *limitedSource) NewTask() connect.SourceTask {
	task := newSourceTask()
	task.stdout = &screen{}
	task.paced = func(int64, func() time.Time) pacer { return upTo{s.limit, task} }
	return task
}

func TestTheSourceKeepsTheContract(t *testing.T) {
	var limit *atomic.Int64
	conntest.Source(t, conntest.SourceCase{
		New: func() connect.SourceConnector { return &limitedSource{limit: limit} },
		Prepare: func(*testing.T) conntest.SourceSetup {
			limit = &atomic.Int64{}
			return conntest.SourceSetup{
				Props: map[string]string{"name": "src", "topic": "numbers", "throughput": "-1"},
				Feed:  func(n int) { limit.Add(int64(n)) },
			}
		},
	})
}

// screenSink makes tasks that print to one screen.
type screenSink struct {
	sink
	stdout *screen
}

func (s *screenSink) NewTask() connect.SinkTask {
	task := newSinkTask()
	task.stdout = s.stdout
	return task
}

func TestTheSinkKeepsTheContract(t *testing.T) {
	var stdout *screen
	conntest.Sink(t, conntest.SinkCase{
		New: func() connect.SinkConnector { return &screenSink{stdout: stdout} },
		Prepare: func(t *testing.T) conntest.SinkSetup {
			stdout = &screen{}
			return conntest.SinkSetup{
				Props: map[string]string{"name": "dst"},
				Missing: func(records []connect.SinkRecord) error {
					flushed := map[any]bool{}
					for _, line := range stdout.lines(t) {
						if line["flushed"] == true {
							flushed[line["seqno"]] = true
						}
					}
					for _, record := range records {
						if !flushed[float64(record.Value.(int64))] {
							return fmt.Errorf("%v was not flushed", record.Value)
						}
					}
					return nil
				},
			}
		},
		Record: func(n int) connect.Record {
			return connect.Record{KeySchema: connect.Int32, Key: int32(0), ValueSchema: connect.Int64, Value: int64(n)}
		},
	})
}

// schemaUpTo is upTo for a SchemaSource.
type schemaUpTo struct {
	limit *atomic.Int64
	task  *schemaTask
}

func (p schemaUpTo) due(ctx context.Context, most int) int {
	for ctx.Err() == nil {
		if n := p.limit.Load() - p.task.next; n > 0 {
			return int(min(n, int64(most)))
		}
		_ = connect.Sleep(ctx, time.Millisecond)
	}
	return 0
}

// limitedSchemaSource makes tasks that go up to a limit and print to a screen.
type limitedSchemaSource struct {
	connect.SourceConnector
	limit *atomic.Int64
}

func (s *limitedSchemaSource) NewTask() connect.SourceTask {
	task := newSchemaTask()
	task.stdout = &screen{}
	task.paced = func(int64, func() time.Time) pacer { return schemaUpTo{s.limit, task} }
	return task
}

func TestTheSchemaSourceKeepsTheContract(t *testing.T) {
	var limit *atomic.Int64
	conntest.Source(t, conntest.SourceCase{
		New: func() connect.SourceConnector { return &limitedSchemaSource{NewSchemaSource(), limit} },
		Prepare: func(*testing.T) conntest.SourceSetup {
			limit = &atomic.Int64{}
			return conntest.SourceSetup{
				Props: map[string]string{"topic": "numbers", "num.messages": "1000", "throughput": "-1"},
				Feed:  func(n int) { limit.Add(int64(n)) },
			}
		},
	})
}

func TestTheSchemaSourceGivesEachTaskItsNumber(t *testing.T) {
	c := NewSchemaSource()
	require.NoError(t, c.Start(t.Context(), &conntest.ConnectorContext{}, map[string]string{"topic": "t"}))
	configs, err := c.TaskConfigs(t.Context(), 3)
	require.NoError(t, err)
	require.Equal(t, []map[string]string{{"topic": "t", "id": "0"}, {"topic": "t", "id": "1"}, {"topic": "t", "id": "2"}}, configs)
	require.Equal(t, connect.KafkaVersion, c.Version())
	require.Empty(t, c.Config())
	require.NoError(t, c.Stop(t.Context()))
}
