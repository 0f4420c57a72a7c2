// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import "github.com/twmb/franz-go/pkg/kgo"

// Unset is the Partition of a record for which the partitioner chooses. It must be set: franz-go's zero is partition 0.
const Unset = -1

// chosenFirst is a partitioner that leaves a record in the partition that it already names, as Java's producer does. A
// record that names a partition which the topic does not have fails.
type chosenFirst struct{ kgo.Partitioner }

// ForTopic implements kgo.Partitioner.
func (c chosenFirst) ForTopic(topic string) kgo.TopicPartitioner {
	inner := c.Partitioner.ForTopic(topic)
	if backup, ok := inner.(kgo.TopicBackupPartitioner); ok {
		return chosenFirstByBackup{chosenFirstInTopic{inner}, backup}
	}
	return chosenFirstInTopic{inner}
}

type chosenFirstInTopic struct{ kgo.TopicPartitioner }

func (c chosenFirstInTopic) RequiresConsistency(r *kgo.Record) bool {
	return r.Partition != Unset || c.TopicPartitioner.RequiresConsistency(r)
}

func (c chosenFirstInTopic) Partition(r *kgo.Record, n int) int {
	if r.Partition != Unset {
		return int(r.Partition)
	}
	return c.TopicPartitioner.Partition(r, n)
}

type chosenFirstByBackup struct {
	chosenFirstInTopic
	inner kgo.TopicBackupPartitioner
}

func (c chosenFirstByBackup) PartitionByBackup(r *kgo.Record, n int, backup kgo.TopicBackupIter) int {
	if r.Partition != Unset {
		return int(r.Partition)
	}
	return c.inner.PartitionByBackup(r, n, backup)
}
