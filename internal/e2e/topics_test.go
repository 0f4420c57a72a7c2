// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// readLimit bounds one look into Kafka.
const readLimit = 30 * time.Second

// kafka looks at what is in a broker, past the worker.
type kafka struct {
	t     *testing.T
	addr  string
	admin *kadm.Client
}

func lookInto(t *testing.T, addr string) *kafka {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.MetadataMinAge(pollEvery))
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return &kafka{t, addr, kadm.NewClient(client)}
}

// ends are the end offsets of the partitions of a topic.
func (k *kafka) ends(topic string) map[int32]int64 {
	k.t.Helper()
	return k.endsOf(topic, k.admin.ListEndOffsets)
}

func (k *kafka) endsOf(topic string, list func(context.Context, ...string) (kadm.ListedOffsets, error)) map[int32]int64 {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), readLimit)
	defer cancel()
	offsets, err := list(ctx, topic)
	require.NoError(k.t, err)
	ends := map[int32]int64{}
	for p, o := range offsets[topic] {
		if o.Err == nil {
			ends[p] = o.Offset
		}
	}
	return ends
}

// end is the end offset of a topic with one partition, 0 while there is no such topic.
func (k *kafka) end(topic string) int64 { return k.ends(topic)[0] }

// records are all records of a topic so far, by partition and in their order.
func (k *kafka) records(topic string) []*kgo.Record {
	k.t.Helper()
	return k.recordsTo(topic, k.ends(topic))
}

// committedRecords are those without the ones of transactions that are open or were aborted.
func (k *kafka) committedRecords(topic string) []*kgo.Record {
	k.t.Helper()
	return k.recordsTo(topic, k.endsOf(topic, k.admin.ListCommittedOffsets), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
}

func (k *kafka) recordsTo(topic string, ends map[int32]int64, opts ...kgo.Opt) []*kgo.Record {
	k.t.Helper()
	from, missing := map[int32]kgo.Offset{}, map[int32]int64{}
	for p, end := range ends {
		if end > 0 {
			from[p], missing[p] = kgo.NewOffset().AtStart(), end
		}
	}
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(k.addr), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: from}),
		kgo.KeepControlRecords())...) // the last offset of a partition may be that of a transaction's marker
	require.NoError(k.t, err)
	defer client.Close()
	ctx, cancel := context.WithTimeout(k.t.Context(), readLimit)
	defer cancel()
	var records []*kgo.Record
	for len(missing) > 0 {
		fetches := client.PollFetches(ctx)
		require.NoError(k.t, fetches.Err0())
		fetches.EachRecord(func(r *kgo.Record) {
			if r.Offset+1 >= missing[r.Partition] {
				delete(missing, r.Partition)
			}
			if !r.Attrs.IsControl() {
				records = append(records, r)
			}
		})
	}
	slices.SortStableFunc(records, func(a, b *kgo.Record) int { return int(a.Partition - b.Partition) })
	return records
}

// stored is the position that the offsets topic has for the file of a source connector, 0 for none. Workers of ours write offsets in
// transactions: those of one that was aborted are left in the topic.
func (k *kafka) stored(topic, connector, file string) int64 {
	k.t.Helper()
	return k.position(k.committedRecords(topic), connector, file)
}

// position is the last of a file's positions among records, 0 for none.
func (k *kafka) position(records []*kgo.Record, connector, file string) int64 {
	k.t.Helper()
	key, position := offsetKey(connector, file), int64(0)
	for _, r := range records {
		if string(r.Key) == key {
			var offset struct{ Position int64 }
			require.NoError(k.t, json.Unmarshal(r.Value, &offset))
			position = offset.Position
		}
	}
	return position
}

// undecided is the position in a transaction that is still open, as a worker leaves it that is killed: it will count, or it will not.
// It is false where there is none.
func (k *kafka) undecided(topic, connector, file string) (position int64, found bool) {
	k.t.Helper()
	stable, open := k.endsOf(topic, k.admin.ListCommittedOffsets), []*kgo.Record{}
	for _, r := range k.records(topic) {
		if r.Offset >= stable[r.Partition] && string(r.Key) == offsetKey(connector, file) {
			open = append(open, r)
		}
	}
	return k.position(open, connector, file), len(open) > 0
}

// offsetKey is the key of a file source's offset, as Kafka Connect writes it.
func offsetKey(connector, file string) string {
	return fmt.Sprintf(`["%s",{"filename":"%s"}]`, connector, strings.ReplaceAll(file, `\`, `\\`))
}

// committed is the offset that a sink connector has committed in a topic with one partition, 0 for none. The first question
// about a group makes Kafka create what it keeps groups in, and is to be asked again.
func (k *kafka) committed(connector, topic string) (offset int64) {
	k.t.Helper()
	eventually(k.t, readLimit, func() error {
		offsets, err := k.admin.FetchOffsets(k.t.Context(), "connect-"+connector)
		o, _ := offsets.Lookup(topic, 0)
		offset = o.At
		return err
	})
	return offset
}

// topics are the names of all topics but Kafka's own.
func (k *kafka) topics() []string {
	k.t.Helper()
	topics, err := k.admin.ListTopics(k.t.Context())
	require.NoError(k.t, err)
	return topics.Names()
}

// create creates a topic.
func (k *kafka) create(topic string, partitions int32, policy string) {
	k.t.Helper()
	_, err := k.admin.CreateTopic(k.t.Context(), partitions, 1, map[string]*string{"cleanup.policy": &policy}, topic)
	require.NoError(k.t, err)
}
