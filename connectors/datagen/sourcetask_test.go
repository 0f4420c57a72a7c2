// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"context"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

// start starts a task with more configuration than it needs at least.
func start(t require.TestingT, tc *conntest.SourceContext, more map[string]string) *sourceTask {
	task := newSourceTask()
	props := map[string]string{"kafka.topic": "made", "task.id": "0"}
	maps.Copy(props, more)
	require.NoError(t, task.Start(context.Background(), tc, props))
	return task
}

// made returns the first n records that a task makes.
func made(t require.TestingT, task *sourceTask, n int) []connect.SourceRecord {
	var all []connect.SourceRecord
	for len(all) < n {
		records, err := task.Poll(context.Background())
		require.NoError(t, err)
		all = append(all, records...)
	}
	return all[:n]
}

func TestWhatARecordIsMadeOfNeverChanges(t *testing.T) {
	for name, c := range map[string]struct {
		props map[string]string
		key   any
		value any
	}{
		"text":        {map[string]string{"value.size": "30", "random.seed": "1"}, nil, "0-1 dgnneckbmiigpailihhdmgfioa"},
		"short text":  {map[string]string{"value.size": "3", "key.shape": "text"}, "0-1", "bom"},
		"one letter":  {map[string]string{"value.size": "1", "key.shape": "number"}, int64(1), "b"},
		"bytes":       {map[string]string{"value.size": "9", "value.shape": "bytes", "random.seed": "-5", "task.id": "7"}, nil, []byte("7-1 fcmgj")},
		"minute text": {map[string]string{"value.size": "5", "task.id": "2000000000"}, nil, "ifjga"},
	} {
		t.Run(name, func(t *testing.T) {
			record := made(t, start(t, &conntest.SourceContext{}, c.props), 2)[1]
			require.Equal(t, c.key, record.Key)
			require.Equal(t, c.value, record.Value)
		})
	}
}

func TestAStructHasAFieldOfEachUsualType(t *testing.T) {
	record := made(t, start(t, &conntest.SourceContext{}, map[string]string{"value.shape": "struct", "value.size": "140"}), 1)[0]
	value := record.Value.(*connect.Struct)
	require.NoError(t, value.Validate())
	want := connect.NewStruct(Schema).With("id", int64(0)).With("task", int32(0)).With("name", "mfmkllkg").With("active", true).
		With("amount", 7182.77).With("created", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).With("comment", "0-0").With("padding", "dbcfldffdbff")
	require.Equal(t, want, value)
}

func TestARecordIsTheSameWheneverItIsMade(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		props := map[string]string{
			"value.shape": rapid.SampledFrom([]string{"text", "bytes", "struct"}).Draw(r, "shape"),
			"key.shape":   rapid.SampledFrom([]string{"none", "text", "number"}).Draw(r, "key"),
			"value.size":  rapid.StringMatching("[1-9][0-9]{0,3}").Draw(r, "size"),
			"random.seed": rapid.StringMatching("-?[1-9][0-9]{0,8}").Draw(r, "seed"),
			"task.id":     rapid.StringMatching("[1-9]?[0-9]").Draw(r, "task"),
		}
		all := made(r, start(r, &conntest.SourceContext{}, props), rapid.IntRange(1, 3000).Draw(r, "records"))
		done := rapid.IntRange(1, len(all)).Draw(r, "done")
		tc := &conntest.SourceContext{}
		require.NoError(r, tc.Stored.Store(all[done-1].SourcePartition, all[done-1].SourceOffset))
		rest := made(r, start(r, tc, props), len(all)-done)
		for i, record := range rest {
			require.Equal(r, all[done+i].Record, record.Record)
		}
	})
}

func TestValuesHaveTheSizeThatWasAskedFor(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		size := rapid.IntRange(1, 5000).Draw(r, "size")
		props := map[string]string{"value.size": whole10(size)}
		for _, record := range made(r, start(r, &conntest.SourceContext{}, props), 100) {
			require.Len(r, record.Value, size)
			require.Empty(r, strings.Trim(record.Value.(string), "abcdefghijklmnop0123456789- "))
		}
		props["value.shape"] = "bytes"
		for _, record := range made(r, start(r, &conntest.SourceContext{}, props), 100) {
			require.Len(r, record.Value, size)
		}
	})
}

func TestNoTwoTasksMakeTheSame(t *testing.T) {
	seen := map[any]bool{}
	for _, task := range []string{"0", "1", "2"} {
		for _, record := range made(t, start(t, &conntest.SourceContext{}, map[string]string{"task.id": task}), 5000) {
			require.False(t, seen[record.Value], record.Value)
			seen[record.Value] = true
		}
	}
}

func TestOffsetsCountWhatIsMade(t *testing.T) {
	tc := &conntest.SourceContext{}
	for life := range int64(3) {
		task := start(t, tc, map[string]string{"random.seed": "9", "task.id": "4", "value.size": "1048576"})
		record := made(t, task, 1)[0]
		require.Equal(t, `{"task.id":4}`, record.SourcePartition.Key())
		require.Equal(t, map[string]any{"current.iteration": life + 1, "random.seed": int64(9)}, record.SourceOffset.Fields())
		require.NoError(t, tc.Stored.Store(record.SourcePartition, record.SourceOffset))
	}
}

func TestATaskThatHasMadeItsIterationsWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tc := &conntest.SourceContext{}
		require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"task.id": 0}), connect.OffsetMap{"current.iteration": 3}))
		task := start(t, tc, map[string]string{"iterations": "5"})
		require.Len(t, made(t, task, 2), 2)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		records, err := task.Poll(ctx)
		require.NoError(t, err)
		require.Empty(t, records)
		require.Error(t, ctx.Err())
	})
}

func TestAWrongTaskIsNamed(t *testing.T) {
	err := newSourceTask().Start(t.Context(), &conntest.SourceContext{}, map[string]string{"kafka.topic": "t"})
	require.EqualError(t, err, `read the task's configuration: task.id "" is not the number of a task`)
	tc := &conntest.SourceContext{}
	require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"task.id": 0}), connect.OffsetMap{"current.iteration": "x"}))
	err = newSourceTask().Start(t.Context(), tc, map[string]string{"kafka.topic": "t", "task.id": "0"})
	require.EqualError(t, err, `resume partition {"task.id":0}: the offset map[current.iteration:x] has no count of records as current.iteration: reset the connector's offsets`)
}
