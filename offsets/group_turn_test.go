// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

func TestADeadPartitionDelaysItsOwnOffsetsOnly(t *testing.T) {
	cluster := newBroker(t)
	w := openGroup(t, cluster.ListenAddrs(), 300*time.Millisecond)
	require.NoError(t, w.Write(t.Context(), "c", at(t, "first", 1)))
	dead := w.log.PartitionOf(recordKey(t, w, "0"))
	fault := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: offsetsTopic, Partitions: []int32{dead}, Err: kerr.NotLeaderForPartition, Count: -1})
	var wg sync.WaitGroup
	outcomes := make([]error, 20)
	for i := range outcomes {
		wg.Go(func() { outcomes[i] = w.Write(t.Context(), "c", at(t, fmt.Sprint(i), i)) })
	}
	wg.Wait()
	refused := 0
	for i, err := range outcomes {
		if w.log.PartitionOf(recordKey(t, w, fmt.Sprint(i))) == dead {
			refused++
			require.ErrorContains(t, err, fmt.Sprintf("partition %d of topic connect-offsets takes no offsets", dead))
			continue
		}
		require.NoError(t, err)
		requireAt(t, w, "c", fmt.Sprint(i), i)
	}
	require.NotZero(t, refused)
	fault.Remove()
	require.NoError(t, w.Write(t.Context(), "c", at(t, "0", 7)), "it goes on when the partition is back")
	requireAt(t, w, "c", "0", 7)
}

func recordKey(t *testing.T, w writer, name string) []byte {
	records, err := w.Records("c", at(t, name, 0))
	require.NoError(t, err)
	return records[0].Key
}

func TestAWriteThatIsRefusedSpoilsNobody(t *testing.T) {
	w := openGroup(t, newBroker(t).ListenAddrs(), 10*time.Second)
	big := map[*connect.Partition]connect.Offset{partition(t, map[string]any{"f": "big"}): connect.OffsetMap{"n": strings.Repeat("x", 2<<20)}}
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() { assert.NoError(t, w.Write(t.Context(), "c", at(t, fmt.Sprint(i), i))) })
		wg.Go(func() { assert.ErrorIs(t, w.Write(t.Context(), "big", big), kerr.MessageTooLarge) })
	}
	wg.Wait()
	for i := range 5 {
		requireAt(t, w, "c", fmt.Sprint(i), i)
	}
}

func TestALongWriteIsSplit(t *testing.T) {
	c := &counted{}
	w := openGroupWith(t, newBroker(t).ListenAddrs(), 30*time.Second, func(real Claimant) Claimant { c.Claimant = real; return c })
	long := map[*connect.Partition]connect.Offset{}
	for i := range mostRecords + 1 {
		long[partition(t, map[string]any{"f": i})] = connect.OffsetMap{"n": i}
	}
	require.NoError(t, w.Write(t.Context(), "c", long))
	assert.EqualValues(t, 2, c.puts.Load())
	all, err := w.All("c")
	require.NoError(t, err)
	assert.Len(t, all, mostRecords+1, "what is written is read back")
}

func TestTwoTopicsShareATransaction(t *testing.T) {
	brokers := newBroker(t).ListenAddrs()
	c := &counted{hold: make(chan struct{})}
	w := openGroupWith(t, brokers, 10*time.Second, func(real Claimant) Claimant { c.Claimant = real; return c })
	var log *topiclog.Log
	own, err := OpenTopicOf("c", quiet, func(apply func(topiclog.Record)) (Log, error) {
		var err error
		log, err = topiclog.Open(t.Context(), topiclog.Options{Topic: "own", Client: quick(brokers...), ReadCommitted: true, Apply: apply})
		return w.On("own", log), err
	})
	require.NoError(t, err)
	defer log.Close()
	outcomes := make(chan error, 2)
	go func() { outcomes <- own.Write(t.Context(), "c", at(t, "x", 1)) }()
	go func() { outcomes <- w.Write(t.Context(), "c", at(t, "x", 2)) }()
	w.untilWaiting(t, 2)
	close(c.hold)
	require.NoError(t, <-outcomes)
	require.NoError(t, <-outcomes)
	requireAt(t, own, "c", "x", 1)
	requireAt(t, w, "c", "x", 2)
}
