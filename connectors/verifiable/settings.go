// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"context"
	"fmt"
	"maps"
	"strconv"

	"github.com/longshore-io/connect"
)

// Keys of the configurations, of source partitions and of offsets.
const (
	nameKey           = "name"
	idKey             = "id"
	topicKey          = "topic"
	throughputKey     = "throughput"
	completeKey       = "complete.record.data"
	messagesKey       = "num.messages"
	multipleSchemaKey = "multiple.schema"
	partitionsKey     = "partition.count"

	idField    = "id"
	seqnoField = "seqno"
)

// plan gives each task the connector's configuration and its own number as id.
func plan(props map[string]string, tasks int) []map[string]string {
	configs := make([]map[string]string, tasks)
	for i := range configs {
		configs[i] = make(map[string]string, len(props)+1)
		maps.Copy(configs[i], props)
		configs[i][idKey] = strconv.Itoa(i)
	}
	return configs
}

// settings reads a task's configuration and keeps the first mistake. The connectors define no keys, as Kafka's do not: what is wrong
// shows when a task starts.
type settings struct {
	task  string
	props map[string]string
	err   error
}

func (s *settings) number(key string, bits int) int64 {
	text, set := s.props[key]
	n, err := strconv.ParseInt(text, 10, bits)
	switch {
	case !set:
		s.wrong(key, "it is missing")
	case err != nil:
		s.wrong(key, fmt.Sprintf("%q is not a whole number of %d bits", text, bits))
	}
	return n
}

func (s *settings) required(key string) string {
	if s.props[key] == "" {
		s.wrong(key, "it is missing")
	}
	return s.props[key]
}

func (s *settings) wrong(key, reason string) {
	if s.err == nil {
		s.err = connect.Errorf(connect.Fatal, "Invalid %s configuration: %s: %s", s.task, key, reason)
	}
}

// firstSeqno is the number after the stored one, 0 where none is stored.
func firstSeqno(ctx context.Context, offsets connect.OffsetReader, partition *connect.Partition) (int64, error) {
	stored, err := offsets.Offset(ctx, partition)
	if err != nil {
		return 0, fmt.Errorf("read the stored offset of partition %s: %w", partition, err)
	}
	if stored == nil {
		return 0, nil
	}
	last, is := stored[seqnoField].(int64)
	if !is {
		return 0, connect.Errorf(connect.Fatal, "resume partition %s: the stored offset %v has no whole number as %s: reset the connector's offsets",
			partition, stored, seqnoField)
	}
	return last + 1, nil
}

// seqno is the offset of a message: its number.
type seqno int64

// Fields returns Kafka's form of the offset.
func (s seqno) Fields() map[string]any { return map[string]any{seqnoField: int64(s)} }
