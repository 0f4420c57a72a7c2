// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

// table is the offsets of all connectors in memory. Values stay encoded: they are many, and few are ever read.
type table map[string]map[string][]spelling // by connector and encodePartition

// spelling is one key under which a partition is stored. There is mostly one. A second appears where Java or a user wrote
// the same partition with its fields in another order: for Java these are two partitions, and which of them it will look
// up depends on the connector, so all that live are kept equal.
type spelling struct {
	key   []byte
	value []byte // nil: a tombstone; the key is remembered so that it is used again
	at    time.Time
}

func (s spelling) live() bool { return s.value != nil }

// apply takes one record in. It keeps no reference to its arguments: they may be part of a large buffer.
func (t table) apply(key, value []byte, at time.Time) error {
	connector, partition, err := decodeKey(key)
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	if _, err := decodeOffset(value); err != nil {
		return fmt.Errorf("value: %w", err)
	}
	partitions := t[connector]
	if partitions == nil {
		partitions = make(map[string][]spelling)
		t[connector] = partitions
	}
	spellings := partitions[partition]
	same := func(s spelling) bool { return bytes.Equal(s.key, key) }
	if i := slices.IndexFunc(spellings, same); i >= 0 {
		spellings[i].value, spellings[i].at = bytes.Clone(value), at
		return nil
	}
	partitions[partition] = append(spellings, spelling{bytes.Clone(key), bytes.Clone(value), at})
	return nil
}

// newest returns the spelling that was written last; live ones come before tombstones.
func newest(spellings []spelling) (spelling, bool) {
	if len(spellings) == 0 {
		return spelling{}, false
	}
	return slices.MaxFunc(spellings, func(a, b spelling) int {
		if a.live() != b.live() {
			if a.live() {
				return 1
			}
			return -1
		}
		return a.at.Compare(b.at)
	}), true
}

// read returns the offsets of partitions, without those that have none.
func (t table) read(connector string, partitions []*connect.Partition) (map[*connect.Partition]map[string]any, error) {
	found := make(map[*connect.Partition]map[string]any, len(partitions))
	for _, partition := range partitions {
		text, err := encodePartition(partition)
		if err != nil {
			return nil, fmt.Errorf("read offsets of %s: %w", connector, err)
		}
		latest, _ := newest(t[connector][text])
		offset, err := decodeOffset(latest.value)
		if err != nil {
			return nil, fmt.Errorf("read offsets of %s: partition %s: %w", connector, text, err)
		}
		if offset != nil {
			found[partition] = offset
		}
	}
	return found, nil
}

// all returns what GET /connectors/<name>/offsets shows: all partitions with an offset, in Kafka Connect's order, without
// the null partition, as there.
func (t table) all(connector string) ([]connect.PartitionOffset, error) {
	partitions := t[connector]
	var found []connect.PartitionOffset
	for _, text := range slices.Sorted(maps.Keys(partitions)) {
		latest, _ := newest(partitions[text])
		if !latest.live() || text == "null" {
			continue
		}
		_, fields, err := decodeKeyFields(latest.key)
		if err != nil {
			return nil, fmt.Errorf("read offsets of %s: %w", connector, err)
		}
		offset, err := decodeOffset(latest.value)
		if err != nil {
			return nil, fmt.Errorf("read offsets of %s: partition %s: %w", connector, text, err)
		}
		found = append(found, connect.PartitionOffset{Partition: fields, Offset: offset})
	}
	sortAsKafkaConnect(found)
	return found, nil
}

// records returns what has to be written for the offsets, sorted by key.
func (t table) records(connector string, offsets map[*connect.Partition]connect.Offset) ([]topiclog.Record, error) {
	return recordsOf(connector, offsets, func(partition string) [][]byte { return t.keys(connector, partition) })
}

// recordsOf makes the records of offsets, with the keys that are given for each partition.
func recordsOf(connector string, offsets map[*connect.Partition]connect.Offset, keys func(partition string) [][]byte) ([]topiclog.Record, error) {
	records := make([]topiclog.Record, 0, len(offsets))
	for partition, offset := range offsets {
		text, err := encodePartition(partition)
		if err != nil {
			return nil, fmt.Errorf("write offsets of %s: %w", connector, err)
		}
		value, err := encodeOffset(offset)
		if err != nil {
			return nil, fmt.Errorf("write offsets of %s: partition %s: %w", connector, text, err)
		}
		for _, key := range keys(text) {
			records = append(records, topiclog.Record{Key: key, Value: value})
		}
	}
	slices.SortFunc(records, func(a, b topiclog.Record) int { return bytes.Compare(a.Key, b.Key) })
	return records, nil
}

// keys returns the keys to write a partition under: those that live, else the one that did last, else a new one. A Java
// worker that is to go on here finds its offsets only under the bytes that it wrote itself.
func (t table) keys(connector, partition string) [][]byte {
	return keysOf(connector, partition, t[connector][partition])
}

func keysOf(connector, partition string, spellings []spelling) [][]byte {
	latest, known := newest(spellings)
	if !known {
		return [][]byte{encodeKey(connector, partition)}
	}
	if !latest.live() {
		return [][]byte{latest.key}
	}
	var keys [][]byte
	for _, s := range spellings {
		if s.live() && !slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, s.key) }) {
			keys = append(keys, s.key)
		}
	}
	return keys
}
