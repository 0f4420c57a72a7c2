// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"math"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// sortAsKafkaConnect puts offsets into the order in which Kafka Connect shows them: that of a hash table by their
// partitions, made to measure.
func sortAsKafkaConnect(offsets []connect.PartitionOffset) {
	javaprint.SortByHash(offsets, len(offsets), func(o connect.PartitionOffset) uint32 { return hashOf(o.Partition) })
}

// hashOf is java.util.Map.hashCode of a partition's fields.
func hashOf(fields map[string]any) uint32 {
	h := uint32(0)
	for name, value := range fields {
		h += javaprint.HashString(name) ^ hashOfPrimitive(value)
	}
	return h
}

func hashOfPrimitive(value any) uint32 {
	switch v := value.(type) {
	case string:
		return javaprint.HashString(v)
	case bool:
		if v {
			return 1231
		}
		return 1237
	case int64:
		return fold(uint64(v))
	case float64:
		return fold(math.Float64bits(v))
	default:
		return 0
	}
}

// fold is hashCode of java.lang.Long.
func fold(v uint64) uint32 { return uint32(v ^ v>>32) }
