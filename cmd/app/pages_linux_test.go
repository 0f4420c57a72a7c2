// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyConstantPartsOfTheProgramAreForgotten(t *testing.T) {
	for line, want := range map[string]bool{
		"00400000-00500000 r-xp 00000000 fe:00 7    /opt/bin/connect\n":           true,
		"00500000-00600000 r--p 00100000 fe:00 7    /opt/bin/connect\n":           true,
		"00600000-00700000 rw-p 00200000 fe:00 7    /opt/bin/connect\n":           false,
		"7f0000000000-7f0000010000 r-xp 00000000 fe:00 8    /lib/libc.so.6\n":     false,
		"7f0000000000-7f0000010000 r--p 00000000 00:00 0    \n":                   false,
		"00400000-00500000 r-xp 00000000 fe:00 7    /opt/other/opt/bin/connect\n": false,
		"no line of maps\n": false,
	} {
		from, size, is := constantPart(line, "/opt/bin/connect")
		require.Equal(t, want, is, line)
		if is {
			require.NotZero(t, from)
			require.EqualValues(t, 0x100000, size)
		}
	}
}

func TestWhatIsForgottenIsNotResident(t *testing.T) {
	before := residentOfFiles(t)
	forgetPages()
	require.Less(t, residentOfFiles(t), before/2)
}

// residentOfFiles is how many kB of files the process has mapped and touched.
func residentOfFiles(t *testing.T) (kB int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	_, rest, has := strings.Cut(string(status), "RssFile:")
	require.True(t, has)
	_, err = fmt.Sscan(rest, &kB)
	require.NoError(t, err)
	return kB
}
