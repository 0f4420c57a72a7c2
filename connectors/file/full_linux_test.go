// SPDX-License-Identifier: Apache-2.0

package file

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

// /dev/full is a device of Linux that has no room.
func TestADeviceThatIsFullFailsTheTaskAtPut(t *testing.T) {
	task := startSink(t, &conntest.SinkContext{}, "/dev/full")
	err := task.Put(t.Context(), sinkRecords("a"))
	assert.EqualError(t, err, "write to file /dev/full: write /dev/full: no space left on device: "+
		"make room there and restart the task; nothing is lost, the records are delivered again")
	assert.Equal(t, connect.Fatal, connect.Classify(err))
	require.NoError(t, task.Stop(t.Context()))
}
