// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"encoding/json"
	"fmt"

	"github.com/longshore-io/connect"
)

// Normalize returns offsets that somebody wants stored as they are stored: whole numbers are int64, others float64, and of two
// entries for one partition the last counts. A value that cannot be stored is a *connect.DataError with Kafka's text.
func Normalize(entries []connect.PartitionOffset) ([]connect.PartitionOffset, error) {
	normal := make([]connect.PartitionOffset, 0, len(entries))
	at := make(map[string]int, len(entries))
	for _, e := range entries {
		entry, text, err := normalized(e)
		if err != nil {
			return nil, err
		}
		if i, twice := at[text]; twice {
			normal[i] = entry
			continue
		}
		at[text] = len(normal)
		normal = append(normal, entry)
	}
	return normal, nil
}

func normalized(e connect.PartitionOffset) (connect.PartitionOffset, string, error) {
	partition, err := normalFields(e.Partition)
	if err != nil {
		return e, "", err
	}
	offset, err := normalFields(e.Offset)
	if err != nil {
		return e, "", err
	}
	text, err := appendFields(nil, partition)
	return connect.PartitionOffset{Partition: partition, Offset: offset}, string(text), err
}

func normalFields(fields map[string]any) (map[string]any, error) {
	if fields == nil {
		return nil, nil
	}
	normal := make(map[string]any, len(fields))
	for name, value := range fields {
		v, err := normalValue(name, value)
		if err != nil {
			return nil, err
		}
		normal[name] = v
	}
	return normal, nil
}

func normalValue(name string, value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, string, float64:
		return v, nil
	case float32:
		return float64(v), nil
	case json.Number:
		n, err := asNumber(name, v.String())
		if err != nil { // Java's name of what does not fit
			return nil, &connect.DataError{Reason: "Offsets may only contain primitive types as values, but field " + name + " contains class java.math.BigInteger"}
		}
		return n, nil
	}
	if n, ok := asInt64(value); ok {
		return n, nil
	}
	return nil, notPrimitive(name, value)
}

// ToWrite returns normalized offsets in the form that stores write.
func ToWrite(normal []connect.PartitionOffset) (map[*connect.Partition]connect.Offset, error) {
	writes := make(map[*connect.Partition]connect.Offset, len(normal))
	for _, e := range normal {
		partition, err := connect.NewPartition(e.Partition)
		if err != nil {
			return nil, fmt.Errorf("make a partition of %v: %w", e.Partition, err)
		}
		writes[partition] = connect.OffsetMap(e.Offset)
	}
	return writes, nil
}
