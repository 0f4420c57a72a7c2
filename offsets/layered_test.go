// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

var _ store = (*Layered)(nil)

func unbounded() (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}

// layers are a connector's topic over a worker's, in memory.
type layers struct {
	*Layered
	own, worker *topic
}

func openLayers(t *testing.T) layers {
	worker, workerLog := openTopic(t, quiet)
	ownLog := &topic{clock: workerLog.clock}
	own, err := OpenTopicOf("c", quiet, func(apply func(topiclog.Record)) (Log, error) {
		ownLog.apply = apply
		return ownLog, nil
	})
	require.NoError(t, err)
	return layers{NewLayered(own, worker, quiet, unbounded), ownLog, workerLog}
}

func (l layers) settle(t *testing.T) {
	require.NoError(t, l.Settle(t.Context()))
	require.NoError(t, l.ReadToEnd(t.Context()))
}

func TestWhatTheConnectorsTopicDoesNotHaveIsReadFromTheWorkers(t *testing.T) {
	l := openLayers(t)
	l.worker.put(t, `["c",{"f":"old"}]`, `{"n":1}`)
	l.worker.put(t, `["c",{"f":"both"}]`, `{"n":2}`)
	l.own.put(t, `["c",{"f":"both"}]`, `{"n":3}`)
	l.own.put(t, `["other",{"f":"x"}]`, `{"n":4}`)
	l.settle(t)

	all, err := l.All("c")
	require.NoError(t, err)
	assert.Equal(t, []connect.PartitionOffset{
		{Partition: map[string]any{"f": "old"}, Offset: map[string]any{"n": int64(1)}},
		{Partition: map[string]any{"f": "both"}, Offset: map[string]any{"n": int64(3)}},
	}, all)
	assert.NotContains(t, l.Layered.own.table, "other", "other connectors' offsets take memory")
}

func TestAKeyOfTheWorkersTopicGoesOnInTheConnectors(t *testing.T) {
	l := openLayers(t)
	javaKey := `["c",{"table":"x","protocol":"1"}]`
	l.worker.put(t, javaKey, `{"id":1}`)
	l.settle(t)
	p := partition(t, map[string]any{"protocol": "1", "table": "x"})

	require.NoError(t, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"id": 2}}))
	l.settle(t)
	assert.Equal(t, map[string]string{javaKey: `{"id":2}`}, l.own.live())
	assert.Equal(t, map[string]string{javaKey: `{"id":2}`}, l.worker.live())

	require.NoError(t, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: nil}))
	l.settle(t)
	assert.Empty(t, l.own.live())
	assert.Empty(t, l.worker.live())
}

func TestAnOffsetIsRemovedNowhereWhereTheWorkersTopicRefuses(t *testing.T) {
	l := openLayers(t)
	l.own.put(t, `["c",{"f":"x"}]`, `{"n":1}`)
	l.settle(t)
	l.worker.failure = errors.New("no")
	p := partition(t, map[string]any{"f": "x"})

	require.ErrorContains(t, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: nil}), "no")
	assert.Equal(t, map[string]string{`["c",{"f":"x"}]`: `{"n":1}`}, l.own.live())
	require.NoError(t, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": 2}}),
		"an offset that is not removed only has to be in the connector's own topic")
	require.NoError(t, l.Settle(t.Context()))
	assert.Equal(t, map[string]string{`["c",{"f":"x"}]`: `{"n":2}`}, l.own.live())
}

// gatedTopic holds writes until they are let through.
type gatedTopic struct {
	*topic
	came, let chan struct{}
}

func (g gatedTopic) PutBatch(ctx context.Context, records []topiclog.Record) error {
	g.came <- struct{}{}
	<-g.let
	return g.topic.PutBatch(ctx, records)
}

func TestATombstoneIsNotOvertakenByAnOffsetThatIsStillOnItsWay(t *testing.T) {
	l := openLayers(t)
	gated := gatedTopic{l.worker, make(chan struct{}), make(chan struct{})}
	l.Layered.worker.log = gated
	p := partition(t, map[string]any{"f": "x"})
	require.NoError(t, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": 1}}))
	<-gated.came // the offset is on its way
	require.NoError(t, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": 2}}))
	removed := make(chan error)
	go func() {
		removed <- l.Write(context.Background(), "c", map[*connect.Partition]connect.Offset{p: nil})
	}()
	for open := true; open; {
		select {
		case err := <-removed:
			require.NoError(t, err)
			open = false
		case <-gated.came:
		case gated.let <- struct{}{}:
		}
	}
	close(gated.let)
	l.settle(t)
	assert.Empty(t, l.own.live())
	assert.Empty(t, l.worker.live())
}

// TestMergingIsTheConnectorsOffsetElseTheWorkers drives both topics with any mix of writes and compares with two maps.
func TestMergingIsTheConnectorsOffsetElseTheWorkers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := openLayers(t)
		names := []string{"a", "b", "c"}
		partitions := map[string]*connect.Partition{}
		for _, name := range names {
			partitions[name] = partition(t, map[string]any{"f": name})
		}
		own, worker := map[string]int64{}, map[string]int64{}
		steps := rapid.IntRange(1, 20).Draw(r, "steps")
		for n := range int64(steps) {
			name := rapid.SampledFrom(names).Draw(r, "partition")
			key := `["c",{"f":"` + name + `"}]`
			text, err := json.Marshal(map[string]int64{"n": n})
			require.NoError(r, err)
			switch rapid.IntRange(0, 3).Draw(r, "what") {
			case 0: // written before the connector had a topic, or by whoever has it without
				l.worker.put(t, key, string(text))
				worker[name] = n
			case 1:
				require.NoError(r, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{partitions[name]: connect.OffsetMap{"n": n}}))
				own[name], worker[name] = n, n
			case 2:
				require.NoError(r, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{partitions[name]: nil}))
				delete(own, name)
				delete(worker, name)
			case 3: // a Java worker that could not write the worker's topic
				l.own.put(t, key, string(text))
				own[name] = n
			}
			l.settle(t)
			requireMerged(t, r, l, partitions, own, worker)
		}
	})
}

func requireMerged(t *testing.T, r *rapid.T, l layers, partitions map[string]*connect.Partition, own, worker map[string]int64) {
	var want []connect.PartitionOffset
	for _, name := range []string{"a", "b", "c"} {
		n, found := own[name]
		if !found {
			n, found = worker[name]
		}
		read, err := l.Read("c", partitions[name])
		require.NoError(r, err)
		if !found {
			require.Empty(r, read)
			continue
		}
		require.Equal(r, map[string]any{"n": n}, read[partitions[name]])
		want = append(want, connect.PartitionOffset{Partition: map[string]any{"f": name}, Offset: map[string]any{"n": n}})
	}
	all, err := l.All("c")
	require.NoError(r, err)
	require.ElementsMatch(r, want, all)
}

func TestOffsetsOfLostWorkAreNotCopiedLater(t *testing.T) {
	l := openLayers(t)
	gated := gatedTopic{l.worker, make(chan struct{}), make(chan struct{})}
	l.Layered.worker.log = gated
	kept, gone := partition(t, map[string]any{"f": "kept"}), partition(t, map[string]any{"f": "gone"})
	lost := false // read and written while nothing is copied
	require.NoError(t, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{kept: connect.OffsetMap{"n": 1}}))
	<-gated.came
	require.NoError(t, l.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{kept: connect.OffsetMap{"n": 2}}))
	ctx := While(t.Context(), func() bool { return !lost })
	require.NoError(t, l.Write(ctx, "c", map[*connect.Partition]connect.Offset{gone: connect.OffsetMap{"n": 3}}))
	lost = true
	gated.let <- struct{}{}
	<-gated.came
	gated.let <- struct{}{}
	l.settle(t)
	assert.Equal(t, map[string]string{`["c",{"f":"kept"}]`: `{"n":2}`}, l.worker.live())
	assert.Len(t, l.own.live(), 2)
}
