// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestASteadyPaceTogetherWithARandomOneIsRefused(t *testing.T) {
	values := map[string]*connect.ConfigValue{}
	for _, v := range sourceConfig.Validate(map[string]string{"kafka.topic": "t", "rate": "5", "max.interval": "100"}) {
		values[v.Name] = v
	}
	require.NoError(t, (&source{}).ValidateConfig(t.Context(), nil, values))
	require.Equal(t, []string{"Invalid value 100 for configuration max.interval: Either this or rate may be set, not both"}, values["max.interval"].Errors)
}

func TestWhatConfluentsConnectorHasAndThisHasNotIsRefused(t *testing.T) {
	err := NewSource().Start(t.Context(), nil, map[string]string{"kafka.topic": "t", "quickstart": "users"})
	require.EqualError(t, err, "Invalid value users for configuration quickstart: "+
		"This connector has no quickstarts and reads no Avro schemas: remove the key, and set value.shape, value.size and key.shape")
}

func TestTasksDifferInTheirNumberOnly(t *testing.T) {
	c := NewSource()
	require.NoError(t, c.Start(t.Context(), nil, map[string]string{"kafka.topic": "t"}))
	configs, err := c.TaskConfigs(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, []map[string]string{{"kafka.topic": "t", "task.id": "0"}, {"kafka.topic": "t", "task.id": "1"}}, configs)
}

func TestOnlyOffsetsFromWhichATaskCanGoOnAreTaken(t *testing.T) {
	task := map[string]any{"task.id": int64(1)}
	for name, c := range map[string]struct {
		offset connect.PartitionOffset
		want   string
	}{
		"a count":        {connect.PartitionOffset{Partition: task, Offset: map[string]any{"current.iteration": int64(7)}}, ""},
		"removed":        {connect.PartitionOffset{}, ""},
		"no task":        {connect.PartitionOffset{Offset: map[string]any{"current.iteration": int64(7)}}, "partition map[] has no task.id: it should be the number of a task"},
		"below zero":     {connect.PartitionOffset{Partition: task, Offset: map[string]any{"current.iteration": int64(-1)}}, "check the offset of partition map[task.id:1]: the offset map[current.iteration:-1] has no count of records as current.iteration: reset the connector's offsets"},
		"nothing to use": {connect.PartitionOffset{Partition: task, Offset: map[string]any{}}, "check the offset of partition map[task.id:1]: the offset map[] has no count of records as current.iteration: reset the connector's offsets"},
	} {
		t.Run(name, func(t *testing.T) {
			vouched, err := (&source{}).AlterOffsets(t.Context(), nil, []connect.PartitionOffset{c.offset})
			if c.want != "" {
				require.EqualError(t, err, c.want)
				return
			}
			require.NoError(t, err)
			require.True(t, vouched)
		})
	}
}
