// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
)

// loopback is the only interface: the broker asks nobody for a password.
const loopback = "127.0.0.1"

// listen binds the first port that is free out of the remembered one, the wanted one and any.
func listen(remembered, wanted int) (net.Listener, error) {
	for _, port := range []int{remembered, wanted} {
		if port == 0 {
			continue
		}
		if l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port))); err == nil {
			return l, nil
		}
	}
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return nil, fmt.Errorf("listen on a free port of %s: %w", loopback, err)
	}
	return l, nil
}

// gate is the broker's listener. Until it is opened only connections made with dial come through: clients wait in the kernel's
// queue while the broker puts its data in order.
type gate struct {
	net.Listener
	wrap   func(net.Conn) net.Conn // around every connection from outside
	inside chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newGate(l net.Listener, wrap func(net.Conn) net.Conn) *gate {
	return &gate{Listener: l, wrap: wrap, inside: make(chan net.Conn), closed: make(chan struct{})}
}

// open lets clients in.
func (g *gate) open() { go g.acceptOutside() }

// acceptOutside hands connections over until the listener closes, which is the only way its Accept fails for good.
func (g *gate) acceptOutside() {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return
		}
		select {
		case g.inside <- g.wrap(conn):
		case <-g.closed:
			conn.Close()
			return
		}
	}
}

// Accept is what kfake calls.
func (g *gate) Accept() (net.Conn, error) {
	select {
	case conn := <-g.inside:
		return conn, nil
	case <-g.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and, when the gate was opened, the goroutine behind it.
func (g *gate) Close() error {
	var err error
	g.once.Do(func() {
		close(g.closed)
		err = g.Listener.Close()
	})
	return err
}

// dial connects to the broker from inside the process, whatever the address. It also works while the gate is shut.
func (g *gate) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case g.inside <- theirs:
		return ours, nil
	case <-g.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
