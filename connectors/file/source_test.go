// SPDX-License-Identifier: Apache-2.0

package file

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func TestTheSourceRunsOneTaskWithTheConnectorsConfiguration(t *testing.T) {
	c := NewSource()
	props := map[string]string{"file": "/data/in.txt", "topic": "lines", "something.else": "kept"}
	require.NoError(t, c.Start(t.Context(), &conntest.ConnectorContext{}, props))
	configs, err := c.TaskConfigs(t.Context(), 5)
	require.NoError(t, err)
	assert.Equal(t, []map[string]string{props}, configs)
}

func TestTheSourceNamesAllThatIsWrongWithItsConfiguration(t *testing.T) {
	err := NewSource().Start(t.Context(), &conntest.ConnectorContext{}, map[string]string{"batch.size": "many"})
	assert.EqualError(t, err, "Missing required configuration \"topic\" which has no default value.\n"+
		"Invalid value many for configuration batch.size: Not a number of type INT")
}

func TestTheSourceSupportsExactlyOnceWithAFileOnly(t *testing.T) {
	c := NewSource().(connect.ExactlyOnceSupporter)
	assert.True(t, c.SupportsExactlyOnce(map[string]string{"topic": "lines", "file": "/data/in.txt"}))
	assert.False(t, c.SupportsExactlyOnce(map[string]string{"topic": "lines", "file": ""}))
	assert.False(t, c.SupportsExactlyOnce(map[string]string{"topic": "lines"}))
}

// The wanted texts were printed by Kafka's connector for the same input.
func TestTheSourceChecksOffsetsWithKafkasWords(t *testing.T) {
	good := map[string]any{"filename": "/data/in.txt"}
	const (
		notLong  = "The value for the 'position' key in the offset is expected to be a Long value"
		negative = "The value for the 'position' key in the offset should be a non-negative value"
		noFile   = "Offsets cannot be modified if the 'file' configuration is unspecified. " +
			"This is because stdin is used for input and offsets are not tracked."
	)
	tests := []struct {
		name              string
		file              string
		partition, offset map[string]any
		want              string
	}{
		{"a position is taken", "/data/in.txt", good, map[string]any{"position": int64(5)}, ""},
		{"a small integer is a position", "/data/in.txt", good, map[string]any{"position": int32(5)}, ""},
		{"a removal is taken", "/data/in.txt", good, nil, ""},
		{"a removal is taken for any partition", "/data/in.txt", nil, nil, ""},
		{"another file is taken", "/data/in.txt", map[string]any{"filename": "/other"}, map[string]any{"position": int64(5)}, ""},
		{"standard input has no offsets", "", good, map[string]any{"position": int64(5)}, noFile},
		{"an offset without position is refused", "/data/in.txt", good, map[string]any{}, "Offset objects should either be null or contain the key 'position'"},
		{"a text is refused", "/data/in.txt", good, map[string]any{"position": "5"}, notLong},
		{"a fraction is refused", "/data/in.txt", good, map[string]any{"position": 5.0}, notLong},
		{"a null position is refused", "/data/in.txt", good, map[string]any{"position": nil}, notLong},
		{"a negative position is refused", "/data/in.txt", good, map[string]any{"position": int64(-1)}, negative},
		{"no partition is refused", "/data/in.txt", nil, map[string]any{"position": int64(5)}, "Partition objects cannot be null"},
		{"a partition without file is refused", "/data/in.txt", map[string]any{}, map[string]any{"position": int64(5)}, "Partition objects should contain the key 'filename'"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			props := map[string]string{"topic": "lines", "file": tt.file}
			vouched, err := NewSource().(connect.OffsetAlterer).AlterOffsets(t.Context(), props,
				[]connect.PartitionOffset{{Partition: tt.partition, Offset: tt.offset}})
			if tt.want == "" {
				require.NoError(t, err)
				assert.True(t, vouched)
				return
			}
			assert.EqualError(t, err, tt.want)
		})
	}
}

func TestOffsetsAreNotCheckedForABrokenConfiguration(t *testing.T) {
	_, err := NewSource().(connect.OffsetAlterer).AlterOffsets(t.Context(), map[string]string{"file": "/x"}, nil)
	assert.EqualError(t, err, `Missing required configuration "topic" which has no default value.`)
}
