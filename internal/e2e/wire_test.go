// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// wire carries connections and can be cut without a sound, as a network loses packets: nothing is refused and nothing ends. What was
// said on a connection goes on its way when the wire is mended; one that is begun while it is cut never gets anywhere.
type wire struct {
	mu sync.Mutex
	// mended is closed when a wire that was cut is whole again; nil while it is.
	mended chan struct{}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mended == nil {
		w.mended = make(chan struct{})
	}
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mended != nil {
		close(w.mended)
		w.mended = nil
	}
}

// broken returns nil while the wire is whole, else what is closed when it is mended.
func (w *wire) broken() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mended
}

// await waits until the wire is whole, and returns false where the test ends first.
func (w *wire) await(over <-chan struct{}) bool {
	for {
		mended := w.broken()
		if mended == nil {
			return true
		}
		select {
		case <-mended:
		case <-over:
			return false
		}
	}
}

// exchange keeps the connections of wires.
type exchange struct {
	busy    sync.WaitGroup
	ctx     context.Context
	closers []io.Closer
}

// newExchange makes one that lasts as long as the test.
func newExchange(t *testing.T) *exchange {
	ctx, end := context.WithCancel(context.Background())
	x := &exchange{ctx: ctx}
	t.Cleanup(func() {
		end()
		for _, closer := range x.closers {
			_ = closer.Close()
		}
		x.busy.Wait()
	})
	return x
}

// listen sends connections to an address on to another one, each over the wire that is chosen for it; nil is no wire.
func (x *exchange) listen(t *testing.T, at, target string, choose func(net.Conn) *wire) {
	t.Helper()
	listener, err := net.Listen("tcp", at)
	require.NoError(t, err)
	x.closers = append(x.closers, listener)
	x.busy.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			x.busy.Go(func() { x.join(conn, target, choose(conn)) })
		}
	})
}

func (x *exchange) join(conn net.Conn, target string, w *wire) {
	defer conn.Close()
	if w == nil {
		return
	}
	if w.broken() != nil {
		defer context.AfterFunc(x.ctx, func() { _ = conn.Close() })()
		_, _ = io.Copy(io.Discard, conn) // until the caller gives up
		return
	}
	onward, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer onward.Close()
	ended := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{onward, conn}, {conn, onward}} {
		x.busy.Go(func() {
			x.pass(pair[0], pair[1], w)
			ended <- struct{}{}
		})
	}
	select {
	case <-ended:
	case <-x.ctx.Done():
	}
}

// pass copies what is said while the wire is whole.
func (x *exchange) pass(to io.Writer, from io.Reader, w *wire) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !w.await(x.ctx.Done()) {
			return
		}
		if _, failed := to.Write(buffer[:n]); failed != nil || err != nil {
			return
		}
	}
}
