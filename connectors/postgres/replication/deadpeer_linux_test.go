// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
)

func TestAConnectionWhoseOtherSideIsGoneIsGivenUp(t *testing.T) {
	server := replicationtest.New(t)
	for keepAlive, want := range map[bool]int{true: 75_000, false: 0} {
		s := of(server)
		s.TCPKeepAlive = keepAlive
		conn, err := database(t, s).Replicate(t.Context())
		require.NoError(t, err)
		raw, err := conn.conn.Conn().(*net.TCPConn).SyscallConn()
		require.NoError(t, err)
		require.NoError(t, raw.Control(func(fd uintptr) {
			after, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT)
			require.NoError(t, err)
			require.Equal(t, want, after)
		}))
		conn.Close()
	}
}
