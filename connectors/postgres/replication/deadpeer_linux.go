// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// abandon has the system end a connection whose other side acknowledges nothing for so long. By itself it goes on for a quarter of an hour, since
// status updates are always under way and keep-alive probes are for idle connections.
func abandon(after time.Duration) func(network, address string, conn syscall.RawConn) error {
	return func(_, _ string, conn syscall.RawConn) error {
		var refused error
		err := conn.Control(func(fd uintptr) {
			refused = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(after.Milliseconds()))
		})
		return errors.Join(err, refused)
	}
}
