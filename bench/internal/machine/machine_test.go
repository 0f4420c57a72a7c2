// SPDX-License-Identifier: Apache-2.0

package machine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCPUTimeIsWhatUserAndSystemModeUsed(t *testing.T) {
	got, err := cpuTime([]byte("4711 (a (b) c) S 1 1 1 0 -1 4194560 100 200 0 0 250 31 7 8 20 0 1 0"))
	require.NoError(t, err)
	require.Equal(t, 2810*time.Millisecond, got)
}

func TestAStatFileThatIsNoneIsAnError(t *testing.T) {
	for _, text := range []string{"", "4711 (java) S 1", "4711 (java) S 1 1 1 0 -1 4194560 100 200 0 0 many 31 7"} {
		_, err := cpuTime([]byte(text))
		require.ErrorContains(t, err, "read the CPU time", "%q", text)
	}
}

func TestAFieldOfProcIsFoundByItsName(t *testing.T) {
	const status = "Name:\tjava\nVmPeak:\t  90 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n"
	got, err := procField(status, "VmHWM:")
	require.NoError(t, err)
	require.EqualValues(t, 2048, got)
	_, err = procField(status, "VmNone:")
	require.ErrorContains(t, err, "VmNone:")
}
