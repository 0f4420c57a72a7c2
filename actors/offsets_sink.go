// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// The names that offsets of sinks have in the REST API.
const (
	kafkaTopicField     = "kafka_topic"
	kafkaPartitionField = "kafka_partition"
	kafkaOffsetField    = "kafka_offset"
)

// sinkKeeper is the offsets of a sink connector: those of its consumer group.
type sinkKeeper struct {
	connector, group string
	admin            *kadm.Client
	lease            *kafkaconfig.Lease
}

func newSinkKeeper(env *environment, connector string, props map[string]string) (*sinkKeeper, error) {
	lease, err := env.pool.Plain(kafkaconfig.WorkerAdmin(env.config.Raw, props, connector))
	if err != nil {
		return nil, connect.Classed(connect.Fatal, fmt.Errorf("make the admin client of connector %s: %w", connector, err))
	}
	group := kafkaconfig.SinkConsumer(env.config.Raw, props, connector, 0)["group.id"]
	return &sinkKeeper{connector, group, kadm.NewClient(lease.Client), lease}, nil
}

func (k *sinkKeeper) close() { k.lease.Close() }

func (k *sinkKeeper) read(ctx context.Context) ([]connect.PartitionOffset, error) {
	committed, err := k.admin.FetchOffsets(ctx, k.group)
	if errors.Is(err, kerr.GroupIDNotFound) {
		return nil, nil
	}
	if err == nil {
		err = committed.Error()
	}
	if err != nil {
		return nil, offsetsErrorf(err, "Failed to retrieve consumer group offsets for sink connector %s", k.connector)
	}
	var found []connect.PartitionOffset
	for _, o := range committed.Sorted() {
		if o.At >= 0 {
			found = append(found, sinkOffset(o.Topic, o.Partition, map[string]any{kafkaOffsetField: o.At}))
		}
	}
	return found, nil
}

func sinkOffset(topic string, partition int32, offset map[string]any) connect.PartitionOffset {
	return connect.PartitionOffset{Partition: map[string]any{kafkaTopicField: topic, kafkaPartitionField: int64(partition)}, Offset: offset}
}

func (*sinkKeeper) parse(wanted []connect.PartitionOffset) ([]connect.PartitionOffset, error) {
	return parseSinkOffsets(wanted)
}

// parseSinkOffsets checks offsets with Kafka Connect's words. Numbers may be texts. Of two offsets for one partition the
// last counts.
func parseSinkOffsets(wanted []connect.PartitionOffset) ([]connect.PartitionOffset, error) {
	normal := make([]connect.PartitionOffset, 0, len(wanted))
	at := make(map[connect.TopicPartition]int, len(wanted))
	for _, w := range wanted {
		tp, err := parseSinkPartition(w.Partition)
		if err != nil {
			return nil, err
		}
		offset, err := parseSinkOffset(w.Offset)
		if err != nil {
			return nil, err
		}
		entry := sinkOffset(tp.Topic, tp.Partition, offset)
		if i, twice := at[tp]; twice {
			normal[i] = entry
			continue
		}
		at[tp] = len(normal)
		normal = append(normal, entry)
	}
	return normal, nil
}

func parseSinkPartition(fields map[string]any) (connect.TopicPartition, error) {
	var tp connect.TopicPartition
	if fields == nil {
		return tp, connect.Errorf(connect.BadConfig, "The partition for a sink connector offset cannot be null or missing")
	}
	topic, hasTopic := fields[kafkaTopicField]
	partition, hasPartition := fields[kafkaPartitionField]
	switch {
	case !hasTopic || !hasPartition:
		return tp, connect.Errorf(connect.BadConfig, "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'")
	case topic == nil:
		return tp, connect.Errorf(connect.BadConfig, "Kafka topic names must be valid strings and may not be null")
	case partition == nil:
		return tp, connect.Errorf(connect.BadConfig, "Kafka partitions must be valid numbers and may not be null")
	}
	number, err := strconv.ParseInt(javatext.String(partition), 10, 32)
	if err != nil {
		return tp, connect.Errorf(connect.BadConfig, "Failed to parse the following Kafka partition value in the provided offsets: '%s'. "+
			"Partition values for sink connectors need to be integers.", javatext.String(partition))
	}
	return connect.TopicPartition{Topic: javatext.String(topic), Partition: int32(number)}, nil
}

func parseSinkOffset(fields map[string]any) (map[string]any, error) {
	if fields == nil {
		return nil, nil
	}
	value, has := fields[kafkaOffsetField]
	if !has {
		return nil, connect.Errorf(connect.BadConfig, "The offset for a sink connector should either be null or contain the key 'kafka_offset'")
	}
	offset, err := strconv.ParseInt(javatext.String(value), 10, 64)
	if err != nil {
		return nil, connect.Errorf(connect.BadConfig, "Failed to parse the following Kafka offset value in the provided offsets: '%s'. "+
			"Offset values for sink connectors need to be integers.", javatext.String(value))
	}
	return map[string]any{kafkaOffsetField: offset}, nil
}

// write commits in the place of the group's members; Kafka refuses while there are any.
func (k *sinkKeeper) write(ctx context.Context, wanted []connect.PartitionOffset) error {
	commits, removals := kadm.Offsets{}, kadm.TopicsSet{}
	for _, w := range wanted {
		topic, partition := w.Partition[kafkaTopicField].(string), int32(w.Partition[kafkaPartitionField].(int64))
		if w.Offset == nil {
			removals.Add(topic, partition)
			continue
		}
		offset := w.Offset[kafkaOffsetField].(int64)
		if offset < 0 {
			return offsetsErrorf(errors.New("Invalid negative offset"), "Failed to modify offsets for sink connector %s", k.connector) //nolint:staticcheck // Kafka's text
		}
		commits.Add(kadm.Offset{Topic: topic, Partition: partition, At: offset, LeaderEpoch: -1})
	}
	err := k.commit(ctx, commits)
	if err == nil {
		err = k.remove(ctx, removals)
	}
	return k.refusal(err, "alter", "Failed to alter consumer group offsets for connector "+k.connector)
}

func (k *sinkKeeper) commit(ctx context.Context, offsets kadm.Offsets) error {
	if len(offsets) == 0 {
		return nil
	}
	answer, err := k.admin.CommitOffsets(ctx, k.group, offsets)
	return cmp.Or(err, answer.Error())
}

func (k *sinkKeeper) remove(ctx context.Context, partitions kadm.TopicsSet) error {
	if len(partitions) == 0 {
		return nil
	}
	answer, err := k.admin.DeleteOffsets(ctx, k.group, partitions)
	if errors.Is(err, kerr.GroupIDNotFound) {
		return nil // nothing was committed
	}
	return cmp.Or(err, answer.Error())
}

// reset deletes the group: its offsets go with it.
func (k *sinkKeeper) reset(ctx context.Context, _ []connect.PartitionOffset) error {
	_, err := k.admin.DeleteGroup(ctx, k.group)
	if errors.Is(err, kerr.GroupIDNotFound) {
		return nil
	}
	return k.refusal(err, "reset", "Failed to reset consumer group offsets for sink connector "+k.connector)
}

// membersSay are Kafka's answers to a change of the offsets of a group that somebody is in.
var membersSay = []error{kerr.UnknownMemberID, kerr.GroupSubscribedToTopic, kerr.NonEmptyGroup, kerr.RebalanceInProgress,
	kerr.IllegalGeneration, kerr.StaleMemberEpoch, kerr.FencedMemberEpoch}

func (k *sinkKeeper) refusal(err error, verb, otherwise string) error {
	if err == nil {
		return nil
	}
	if slices.ContainsFunc(membersSay, func(code error) bool { return errors.Is(err, code) }) {
		return offsetsErrorf(fmt.Errorf("%w: group %s: %w", errStillMembers, k.group, err),
			"Failed to %s consumer group offsets for connector %s either because its tasks haven't stopped completely yet or the connector was resumed "+
				"before the request to %s its offsets could be successfully completed. If the connector is in a stopped state, this operation can be safely "+
				"retried. If it doesn't eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks.", verb, k.connector, verb)
	}
	return offsetsErrorf(fmt.Errorf("group %s: %w", k.group, err), "%s", otherwise)
}
