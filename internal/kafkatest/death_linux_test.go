// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package kafkatest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// inChild makes this test binary the process that is to be killed.
const inChild = "KAFKATEST_CHILD_DIR"

func TestABrokerDiesWithTheProcessThatStartedIt(t *testing.T) {
	if dir := os.Getenv(inChild); dir != "" {
		b, err := NewBroker(t.Context(), BrokerConfig{Dir: dir})
		require.NoError(t, err)
		fmt.Println("broker", b.PID())
		select {} // until the parent kills us
	}
	child := exec.Command(os.Args[0], "-test.run=^TestABrokerDiesWithTheProcessThatStartedIt$")
	child.Env = append(os.Environ(), inChild+"="+t.TempDir())
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	pid := brokerPID(t, bufio.NewScanner(out))

	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())
	require.Eventually(t, func() bool { return gone(pid) }, 10*time.Second, 20*time.Millisecond)
}

func brokerPID(t *testing.T, lines *bufio.Scanner) int {
	t.Helper()
	for lines.Scan() {
		if s, ok := strings.CutPrefix(lines.Text(), "broker "); ok {
			pid, err := strconv.Atoi(s)
			require.NoError(t, err)
			return pid
		}
	}
	require.FailNow(t, "the child ended without starting a broker")
	return 0
}

// gone also counts a zombie: an orphan that nobody has waited for yet is dead all the same.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}
