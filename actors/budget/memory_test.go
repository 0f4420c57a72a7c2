// SPDX-License-Identifier: Apache-2.0

package budget

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestTheDefaultIsAPartOfTheMemoryWithinBounds(t *testing.T) {
	for memory, want := range map[int64]int64{
		0:        256 << 20,
		32 << 20: 16 << 20,
		1 << 30:  256 << 20,
		64 << 30: 512 << 20,
	} {
		require.Equal(t, want, Default(memory), "of %d", memory)
	}
}

func TestTheMemoryOfAProcessIsTheLeastThatLimitsIt(t *testing.T) {
	const total = 8000000 << 10
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"another system": {want: 0},
		"a machine":      {files: map[string]string{}, want: total},
		"a container":    {files: map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "536870912\n"}, want: 512 << 20},
		"no limit":       {files: map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, want: total},
		"a service": {files: map[string]string{"proc/self/cgroup": "0::/system.slice/connect.service\n",
			"sys/fs/cgroup/system.slice/connect.service/memory.max": "max\n", "sys/fs/cgroup/system.slice/memory.max": "1073741824\n"}, want: 1 << 30},
		"control groups of version 1": {files: map[string]string{"proc/self/cgroup": "5:cpu:/a\n4:memory:/a\n",
			"sys/fs/cgroup/memory/a/memory.limit_in_bytes": "1073741824\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, want: 1 << 30},
	} {
		t.Run(name, func(t *testing.T) {
			root := fstest.MapFS{}
			if c.files != nil {
				root["proc/meminfo"] = &fstest.MapFile{Data: []byte("MemTotal:        8000000 kB\nMemFree:         1 kB\n")}
			}
			for file, text := range c.files {
				root[file] = &fstest.MapFile{Data: []byte(text)}
			}
			require.Equal(t, c.want, ofSystem(root))
		})
	}
}

func TestAWorkerKnowsItsMemoryOrTakesADefault(t *testing.T) {
	require.GreaterOrEqual(t, Memory(), int64(0))
	require.Positive(t, Default(Memory()))
}
