// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func at(ms int64) func() time.Time { return func() time.Time { return time.UnixMilli(ms) } }

// startSource starts a task that prints to a screen, with more configuration than it needs at least.
func startSource(t testing.TB, tc *conntest.SourceContext, more map[string]string) (*sourceTask, *screen) {
	t.Helper()
	task, stdout := newSourceTask(), &screen{}
	task.stdout, task.now = stdout, at(1000)
	props := map[string]string{"name": `a "b"`, "id": "3", "topic": "numbers", "throughput": "-1"}
	maps.Copy(props, more)
	require.NoError(t, task.Start(t.Context(), tc, props))
	return task, stdout
}

func TestEachMessageIsPrintedWhenItIsMadeAndWhenItIsCommitted(t *testing.T) {
	task, stdout := startSource(t, &conntest.SourceContext{}, nil)
	task.pace = upTo{limit: limitOf(2), task: task}
	records, err := task.Poll(t.Context())
	require.NoError(t, err)
	require.Len(t, records, 2)
	require.Equal(t, `{"name":"a \"b\"","task":3,"topic":"numbers","time_ms":1000,"seqno":0}`+"\n"+
		`{"name":"a \"b\"","task":3,"topic":"numbers","time_ms":1000,"seqno":1}`+"\n", stdout.text.String())
	require.Equal(t, 1, stdout.writes)

	task.now = at(2000)
	require.NoError(t, task.CommitRecord(t.Context(), &records[1], nil))
	require.Contains(t, stdout.text.String(), "\n"+`{"name":"a \"b\"","task":3,"topic":"numbers","time_ms":2000,"seqno":1,"committed":true}`+"\n")

	require.Equal(t, connect.Record{Topic: "numbers", KeySchema: connect.Int32, Key: int32(3), ValueSchema: connect.Int64, Value: int64(1)}, records[1].Record)
	require.Equal(t, `{"id":3}`, records[1].SourcePartition.Key())
	require.Equal(t, map[string]any{"seqno": int64(1)}, records[1].SourceOffset.Fields())
}

func TestCompleteRecordDataMakesTheValueAStruct(t *testing.T) {
	task, stdout := startSource(t, &conntest.SourceContext{}, map[string]string{"complete.record.data": "TRUE"})
	task.pace = upTo{limit: limitOf(1), task: task}
	records, err := task.Poll(t.Context())
	require.NoError(t, err)
	want := connect.NewStruct(completeSchema).With("name", `a "b"`).With("task", int32(3)).With("topic", "numbers").With("time_ms", int64(1000)).With("seqno", int64(0))
	require.True(t, want.Equal(records[0].Value.(*connect.Struct)))
	require.NoError(t, task.CommitRecord(t.Context(), &records[0], nil))
	require.EqualValues(t, 0, stdout.lines(t)[1]["seqno"])
}

func TestATaskGoesOnAfterTheStoredNumber(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tc := &conntest.SourceContext{}
		stored := rapid.Int64Range(0, 1<<53).Draw(r, "stored")
		require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"id": 3}), seqno(stored)))
		task, _ := startSource(t, tc, nil)
		records, err := task.Poll(t.Context())
		require.NoError(t, err)
		for i, record := range records {
			require.Equal(t, stored+1+int64(i), record.Value)
		}
		require.Len(t, records, atOnce)
	})
}

func TestAStoredOffsetThatIsNoNumberIsNamed(t *testing.T) {
	tc := &conntest.SourceContext{}
	require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"id": 0}), connect.OffsetMap{"seqno": "x"}))
	err := newSourceTask().Start(t.Context(), tc, map[string]string{"id": "0", "topic": "t", "throughput": "1"})
	require.EqualError(t, err, `resume partition {"id":0}: the stored offset map[seqno:x] has no whole number as seqno: reset the connector's offsets`)
}

func TestAWrongConfigurationIsNamed(t *testing.T) {
	source, schema := func() connect.SourceTask { return newSourceTask() }, func() connect.SourceTask { return newSchemaTask() }
	for name, c := range map[string]struct {
		make  func() connect.SourceTask
		props map[string]string
		want  string
	}{
		"no topic":             {source, map[string]string{"id": "0", "throughput": "1"}, "Invalid VerifiableSourceTask configuration: topic: it is missing"},
		"no throughput":        {source, map[string]string{"id": "0", "topic": "t"}, "Invalid VerifiableSourceTask configuration: throughput: it is missing"},
		"a throughput of text": {source, map[string]string{"id": "0", "topic": "t", "throughput": "fast"}, `Invalid VerifiableSourceTask configuration: throughput: "fast" is not a whole number of 64 bits`},
		"no messages":          {schema, map[string]string{"id": "0", "topic": "t", "throughput": "1"}, "Invalid SchemaSourceTask configuration: num.messages: it is missing"},
		"no partitions":        {schema, map[string]string{"id": "0", "topic": "t", "throughput": "1", "num.messages": "1", "partition.count": "0"}, "Invalid SchemaSourceTask configuration: partition.count: it must be at least 1"},
	} {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, c.make().Start(t.Context(), &conntest.SourceContext{}, c.props), c.want)
		})
	}
	require.EqualError(t, newSinkTask().Start(t.Context(), &conntest.SinkContext{}, nil), "Invalid VerifiableSinkTask configuration: id: it is missing")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("it is full") }

func TestAnOutputThatTakesNothingFailsTheTask(t *testing.T) {
	task, _ := startSource(t, &conntest.SourceContext{}, nil)
	task.made.out, task.committed.out = broken{}, broken{}
	_, err := task.Poll(t.Context())
	assert.EqualError(t, err, "write to standard output: it is full")
	err = task.CommitRecord(t.Context(), &connect.SourceRecord{SourceOffset: seqno(1)}, nil)
	assert.EqualError(t, err, "write to standard output: it is full")
}

func TestTheLinesOfTasksAreNotMixed(t *testing.T) {
	const tasks, polls = 4, 50
	stdout := &screen{}
	var done sync.WaitGroup
	for range tasks {
		task, _ := startSource(t, &conntest.SourceContext{}, nil)
		task.made.out, task.committed.out = stdout, stdout
		done.Go(func() {
			for range polls {
				records, err := task.Poll(t.Context())
				assert.NoError(t, err)
				assert.NoError(t, task.CommitRecord(t.Context(), &records[0], nil))
			}
		})
	}
	done.Wait()
	require.Len(t, stdout.lines(t), tasks*polls*(atOnce+1))
}

func TestThePaceIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		perSecond int64
		after     time.Duration
		want      int
	}{
		"slow": {2, 10500 * time.Millisecond, 22}, "one": {1, 3500 * time.Millisecond, 4}, "fast": {10000, time.Second + time.Microsecond, 10001}, "none but the first": {0, time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), c.after)
				defer cancel()
				p, made := newPace(c.perSecond, time.Now), 0
				for ctx.Err() == nil {
					made += p.due(ctx, atOnce)
				}
				require.Equal(t, c.want, made)
			})
		})
	}
}

func TestThePaceIsNeverAhead(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		now := time.Unix(0, 0)
		perSecond := rapid.Int64Range(1, 1_000_000).Draw(r, "perSecond")
		p := newPace(perSecond, func() time.Time { return now })
		made, begun := 0, now
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			now = now.Add(time.Duration(rapid.Int64Range(int64(time.Second)/perSecond+1, int64(time.Second)+1).Draw(r, "pass")))
			made += p.due(t.Context(), atOnce)
			require.LessOrEqual(r, float64(made), now.Sub(begun).Seconds()*float64(perSecond)+1.001)
		}
		require.Positive(r, made)
	})
}

func TestTheSchemaSourceMakesSoManyMessagesInTwoVersions(t *testing.T) {
	task, stdout := newSchemaTask(), &screen{}
	task.stdout = stdout
	tc := &conntest.SourceContext{}
	require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"id": 1}), seqno(6)))
	require.NoError(t, task.Start(t.Context(), tc, map[string]string{"id": "1", "topic": "t", "throughput": "-1", "num.messages": "3", "multiple.schema": "true", "partition.count": "5"}))
	records, err := task.Poll(t.Context())
	require.NoError(t, err)
	require.Equal(t, "{\"task\": 1, \"seqno\": 7}\n{\"task\": 1, \"seqno\": 8}\n{\"task\": 1, \"seqno\": 9}\n", stdout.text.String())
	require.Len(t, records, 3)
	for i, want := range []struct {
		version      int
		partitioning int32
	}{{1, 2}, {2, 3}, {1, 4}} {
		value := records[i].Value.(*connect.Struct)
		require.NoError(t, value.Validate())
		version, _ := records[i].ValueSchema.Version()
		require.Equal(t, want.version, version)
		partitioning, err := value.Get("partitioning")
		require.NoError(t, err)
		require.Equal(t, want.partitioning, partitioning)
		require.Equal(t, int32(1), *records[i].Partition)
		require.Equal(t, "key", records[i].Key)
	}
	require.True(t, strings.HasSuffix(records[1].ValueSchema.String(), "record:STRUCT}"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	records, err = task.Poll(ctx)
	require.NoError(t, err)
	require.Empty(t, records)
	require.NoError(t, task.Stop(t.Context()))
}
