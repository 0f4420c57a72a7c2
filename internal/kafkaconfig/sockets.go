// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// socketBuffers are send.buffer.bytes and receive.buffer.bytes. Those that were not set are 0, and the operating system's to choose:
// Java's defaults are smaller than what today's systems grow a buffer to.
type socketBuffers struct{ send, receive int }

func (v *values) bufferSize(key string) int {
	if !v.isGiven(key) {
		return 0
	}
	return int(max(v.number(key), 0)) // -1 leaves it to the operating system
}

// sized is a connection whose buffers can be set, as a TCP connection's can.
type sized interface {
	SetReadBuffer(bytes int) error
	SetWriteBuffer(bytes int) error
}

// withBuffers sets the buffers of each connection that has any. A nil dialer is the ordinary network.
func withBuffers(dial Dialer, sizes socketBuffers) Dialer {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	if sizes == (socketBuffers{}) {
		return dial
	}
	return func(ctx context.Context, network, host string) (net.Conn, error) {
		conn, err := dial(ctx, network, host)
		if err != nil {
			return nil, err
		}
		if err := sizes.set(conn); err != nil {
			return nil, errors.Join(fmt.Errorf("set the buffers of the connection to %s: %w", host, err), conn.Close())
		}
		return conn, nil
	}
}

func (s socketBuffers) set(conn net.Conn) error {
	c, ok := conn.(sized)
	if !ok {
		return nil
	}
	var err error
	if s.receive > 0 {
		err = c.SetReadBuffer(s.receive)
	}
	if s.send > 0 {
		err = errors.Join(err, c.SetWriteBuffer(s.send))
	}
	return err
}
