// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// kafka is what the suite itself does with the broker: it fills topics, and reads all that connectors write while they do.
type kafka struct {
	client *kgo.Client
	admin  *kadm.Client

	mu      sync.Mutex
	records map[string]map[int32][]*kgo.Record
}

func newKafka(t *testing.T, broker string) *kafka {
	t.Helper()
	const often = 250 * time.Millisecond
	// The topics of the workers themselves have no second dash.
	cl, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumeRegex(), kgo.ConsumeTopics(`^dp[jo]-.*-.*`), kgo.MetadataMaxAge(often),
		kgo.MetadataMinAge(often/5), kgo.FetchMaxWait(often), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.RecordPartitioner(kgo.ManualPartitioner()))
	require.NoError(t, err)
	k := &kafka{client: cl, admin: kadm.NewClient(cl), records: map[string]map[int32][]*kgo.Record{}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		k.collect(t.Context())
	}()
	t.Cleanup(func() {
		cl.Close()
		<-ended
	})
	return k
}

func (k *kafka) collect(ctx context.Context) {
	for {
		fetches := k.client.PollFetches(ctx)
		if fetches.IsClientClosed() || ctx.Err() != nil {
			return
		}
		k.mu.Lock()
		fetches.EachRecord(func(r *kgo.Record) {
			if k.records[r.Topic] == nil {
				k.records[r.Topic] = map[int32][]*kgo.Record{}
			}
			k.records[r.Topic][r.Partition] = append(k.records[r.Topic][r.Partition], r)
		})
		k.mu.Unlock()
	}
}

// fill makes the topics of sinks and produces into them. It also makes those that sources write to, but for scenarios that are about
// that: hundreds at a time would have to wait for each other.
func (k *kafka) fill(t *testing.T, scenarios []*scenario, made map[string]int32) {
	t.Helper()
	var records []*kgo.Record
	partitions := map[int32][]string{}
	for _, s := range scenarios {
		for _, topic := range s.inputs() {
			most := int32(0)
			for _, m := range s.input {
				if topic == "in-"+s.name+"-"+m.topic {
					most = max(most, m.partition)
					records = append(records, &kgo.Record{Topic: topic, Partition: m.partition, Key: m.key, Value: m.value, Headers: m.headers,
						Timestamp: time.UnixMilli(m.timestamp())})
				}
			}
			partitions[most+1] = append(partitions[most+1], topic)
		}
	}
	for topic, n := range made {
		partitions[n] = append(partitions[n], topic)
	}
	for n, topics := range partitions {
		created, err := k.admin.CreateTopics(t.Context(), n, 1, nil, topics...)
		require.NoError(t, err)
		require.NoError(t, created.Error())
	}
	require.NoError(t, k.client.ProduceSync(t.Context(), records...).FirstErr())
}

// consumed returns an error while the group of a sink has not committed all that there is in its topics.
func (k *kafka) consumed(ctx context.Context, group string, topics []string) error {
	ends, err := k.admin.ListEndOffsets(ctx, topics...)
	if err != nil {
		return err
	}
	committed, err := k.admin.FetchOffsets(ctx, group)
	if err != nil {
		return err // the group is not there yet
	}
	var missing []string
	ends.Each(func(end kadm.ListedOffset) {
		if at, has := committed.Lookup(end.Topic, end.Partition); end.Offset > 0 && (!has || at.At != end.Offset) {
			missing = append(missing, fmt.Sprintf("%s/%d %d of %d", end.Topic, end.Partition, at.At, end.Offset))
		}
	})
	if len(missing) > 0 {
		return fmt.Errorf("not committed: %s", strings.Join(missing, ", "))
	}
	return nil
}

// written returns what connectors wrote to topics whose names begin with a prefix: for each topic its records by partition. It is
// an error where not all was read yet.
func (k *kafka) written(ctx context.Context, prefix string, ends kadm.ListedOffsets) (map[string][][]*kgo.Record, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := map[string][][]*kgo.Record{}
	for topic, partitions := range ends {
		if !strings.HasPrefix(topic, prefix) {
			continue
		}
		out[topic] = make([][]*kgo.Record, len(partitions))
		for p, end := range partitions {
			got := k.records[topic][p]
			if len(got) == 0 && end.Offset > 0 || len(got) > 0 && got[len(got)-1].Offset+1 < end.Offset {
				return nil, fmt.Errorf("%s/%d was not read to its end yet", topic, p)
			}
			out[topic][p] = slices.Clone(got)
		}
	}
	return out, nil
}

// ends are the ends of all topics that connectors wrote to.
func (k *kafka) ends(ctx context.Context) (kadm.ListedOffsets, error) {
	topics, err := k.admin.ListTopics(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range topics.Names() {
		if strings.HasPrefix(name, "dpj-") || strings.HasPrefix(name, "dpo-") {
			names = append(names, name)
		}
	}
	ends, err := k.admin.ListEndOffsets(ctx, names...)
	if err == nil {
		err = ends.Error()
	}
	return ends, err
}
