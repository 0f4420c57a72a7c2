// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

func TestARecordStaysInThePartitionThatItNames(t *testing.T) {
	for _, class := range []string{"", "org.apache.kafka.clients.producer.RoundRobinPartitioner"} {
		t.Run("partitioner.class="+class, func(t *testing.T) {
			cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(4, "t"))
			require.NoError(t, err)
			defer cluster.Close()
			props := map[string]string{"bootstrap.servers": cluster.ListenAddrs()[0]}
			if class != "" {
				props["partitioner.class"] = class
			}
			lease, err := NewPool(PoolOptions{}).Producer(props)
			require.NoError(t, err)
			defer lease.Close()

			for partition := range int32(4) {
				r, err := lease.Client.ProduceSync(t.Context(), &kgo.Record{Topic: "t", Partition: partition, Key: []byte("one key")}).First()
				require.NoError(t, err)
				require.Equal(t, partition, r.Partition)
			}
			_, err = lease.Client.ProduceSync(t.Context(), &kgo.Record{Topic: "t", Partition: 4}).First()
			require.Error(t, err, "there are partitions 0 to 3")
			r, err := lease.Client.ProduceSync(t.Context(), &kgo.Record{Topic: "t", Partition: Unset, Value: []byte("v")}).First()
			require.NoError(t, err)
			require.GreaterOrEqual(t, r.Partition, int32(0))
		})
	}
}
