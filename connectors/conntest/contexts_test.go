// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestOffsetsComeBackAsTheRuntimeGivesThem(t *testing.T) {
	var o Offsets
	shard := connect.MustPartition(map[string]any{"shard": int32(1)})
	none, err := o.Offset(t.Context(), shard)
	require.NoError(t, err)
	assert.Nil(t, none)

	require.NoError(t, o.Store(shard, connect.OffsetMap{"n": int32(7), "big": int64(1)<<60 + 1, "f": 1.5, "s": "x", "b": true, "z": nil}))
	require.NoError(t, o.Store(nil, connect.OffsetMap{"n": 1}))
	got, err := o.Offset(t.Context(), connect.MustPartition(map[string]any{"shard": int64(1)}))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"n": int64(7), "big": int64(1)<<60 + 1, "f": 1.5, "s": "x", "b": true, "z": nil}, got)

	require.NoError(t, o.Store(shard, nil))
	got, err = o.Offset(t.Context(), shard)
	require.NoError(t, err)
	assert.Nil(t, got)
	assert.ErrorContains(t, o.Store(shard, connect.OffsetMap{"list": []any{}}), "primitive types")
}

func TestLogsCountByLevel(t *testing.T) {
	var l Logs
	l.Logger().Warn("first")
	l.Logger().Info("level=WARN in a text")
	l.Logger().Warn("second")
	assert.Equal(t, 2, l.Count(slog.LevelWarn))
	assert.Contains(t, l.Text(), "first")
}

func TestAConnectorContextKeepsWhatItIsTold(t *testing.T) {
	var c ConnectorContext
	c.RequestTaskReconfiguration()
	c.RaiseError(errors.New("lost the source"))
	c.Logger().Info("hello")
	assert.Equal(t, 1, c.Reconfigurations())
	assert.EqualError(t, errors.Join(c.Raised()...), "lost the source")
	assert.Contains(t, c.Logs.Text(), "hello")
	require.NoError(t, c.Stored.Store(nil, connect.OffsetMap{"n": 1}))
	got, err := c.Offsets().Offset(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"n": int64(1)}, got)
}

func TestASinkContextKeepsWhatItIsTold(t *testing.T) {
	c := SinkContext{Partitions: []connect.TopicPartition{partition}}
	assert.Equal(t, c.Partitions, c.Assignment())
	assert.Nil(t, c.Errant())
	flow := c.Flow()
	flow.Rewind(map[connect.TopicPartition]int64{partition: 3})
	flow.Pause(partition, connect.TopicPartition{Topic: "other"})
	flow.Resume(partition)
	flow.Timeout(time.Minute)
	flow.RequestCommit()
	c.Logger().Info("hello")
	assert.Equal(t, Flow{
		Rewound: map[connect.TopicPartition]int64{partition: 3},
		Paused:  map[connect.TopicPartition]bool{{Topic: "other"}: true},
		After:   time.Minute,
		Commits: 1,
	}, c.Steered)
	assert.Contains(t, c.Logs.Text(), "hello")
}
