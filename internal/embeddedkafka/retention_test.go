// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"
)

func TestRetentionIsReadAsKafkaMeansIt(t *testing.T) {
	for name, c := range map[string]struct {
		config map[string]string
		want   retention
	}{
		"age and size":                   {map[string]string{retentionMs: "1000", retentionBytes: "5"}, retention{time.Second, 5}},
		"none":                           {map[string]string{retentionMs: "-1", retentionBytes: "-1"}, keepAll},
		"compacted topics keep all":      {map[string]string{cleanupPolicy: "compact", retentionMs: "1"}, keepAll},
		"compacted and deleted do not":   {map[string]string{cleanupPolicy: "compact,delete", retentionMs: "1000"}, retention{time.Second, -1}},
		"longer than durations can hold": {map[string]string{retentionMs: "9223372036854775807"}, keepAll},
		"unreadable":                     {map[string]string{retentionMs: "soon"}, keepAll},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, retentionOf(c.config)) })
	}
}

func TestWhereAPartitionShouldBegin(t *testing.T) {
	for name, c := range map[string]struct {
		r     retention
		p     kfake.PartitionInfo
		fresh int64
		want  int64
	}{
		"at its first young record":       {retention{time.Hour, -1}, kfake.PartitionInfo{LogStartOffset: 10, HighWatermark: 100}, 40, 40},
		"where it does when all is young": {retention{time.Hour, -1}, kfake.PartitionInfo{LogStartOffset: 10, HighWatermark: 100}, 10, 10},
		"at its last record if all old":   {retention{time.Hour, -1}, kfake.PartitionInfo{LogStartOffset: 10, HighWatermark: 100}, 100, 99},
		"at half when twice too large":    {retention{-1, 500}, kfake.PartitionInfo{HighWatermark: 100, NumBytes: 1000}, 0, 50},
		"where it does when small":        {retention{-1, 500}, kfake.PartitionInfo{HighWatermark: 100, NumBytes: 500}, 0, 0},
		"at its last record for size 0":   {retention{-1, 0}, kfake.PartitionInfo{HighWatermark: 100, NumBytes: 1000}, 0, 99},
		"nowhere else when empty":         {retention{0, 0}, kfake.PartitionInfo{LogStartOffset: 7, HighWatermark: 7}, 7, 7},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, c.r.firstKept(&c.p, c.fresh)) })
	}
}

func TestRetentionNeverMovesBackNorTakesTheLastRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.Int64Range(0, 1<<50).Draw(t, "start")
		end := start + rapid.Int64Range(0, 1<<50).Draw(t, "records")
		p := kfake.PartitionInfo{LogStartOffset: start, HighWatermark: end, NumBytes: rapid.Int64Range(0, 1<<60).Draw(t, "size")}
		r := retention{time.Duration(rapid.Int64Range(-1, 1<<40).Draw(t, "age")), rapid.Int64Range(-1, 1<<60).Draw(t, "bytes")}
		got := r.firstKept(&p, rapid.Int64Range(-1, end).Draw(t, "fresh"))
		if got < start || got > max(start, end-1) {
			t.Fatalf("firstKept = %d of %d..%d", got, start, end)
		}
	})
}

func TestOldRecordsGoAndCompactedTopicsStay(t *testing.T) {
	now := time.Now()
	clock, dir := newHandClock(now), t.TempDir()
	b := open(t, Config{Dir: dir, Clock: clock})
	createTopic(t, b, "plain", nil) // a week, as in Kafka
	createTopic(t, b, "idle", nil)
	createTopic(t, b, "compacted", map[string]string{"cleanup.policy": "compact", "retention.ms": "1000"})
	old := now.Add(-8 * 24 * time.Hour)
	for _, r := range []*kgo.Record{
		{Topic: "plain", Key: []byte("k"), Value: []byte("old"), Timestamp: old},
		{Topic: "plain", Key: []byte("k"), Value: []byte("new"), Timestamp: now},
		{Topic: "idle", Value: []byte("old"), Timestamp: old},
		{Topic: "idle", Value: []byte("last"), Timestamp: old},
		{Topic: "compacted", Key: []byte("k"), Value: []byte("old"), Timestamp: old},
	} {
		produce(t, b, r)
	}
	clock.tick(retentionEvery)

	require.EqualValues(t, 1, startOf(t, b, "plain"))
	require.Equal(t, "new", string(consume(t, b, "plain", 1)[0].Value))
	require.Zero(t, startOf(t, b, "compacted"))
	require.Equal(t, "last", string(consume(t, b, "idle", 1)[0].Value))

	require.NoError(t, b.Close())
	b = open(t, Config{Dir: dir})
	produce(t, b, &kgo.Record{Topic: "idle", Value: []byte("next")})
	require.EqualValues(t, 2, consume(t, b, "idle", 2)[1].Offset, "offsets went back after retention")
}

func startOf(t *testing.T, b *Broker, topic string) int64 {
	t.Helper()
	offsets, err := admin(t, b).ListStartOffsets(t.Context(), topic)
	require.NoError(t, err)
	at, ok := offsets.Lookup(topic, 0)
	require.True(t, ok)
	return at.Offset
}
