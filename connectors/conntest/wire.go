// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Wire is a way to a server over TCP that can hang and be cut: a connector is configured with its address in place of the server's.
type Wire struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	state *sync.Cond
	hangs bool
	cut   bool
	done  bool
	ends  map[net.Conn]bool
}

// NewWire makes a way to the server at target, a host with its port. It ends with the test.
func NewWire(t testing.TB, target string) *Wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &Wire{listener: listener, target: target, ends: map[net.Conn]bool{}}
	w.state = sync.NewCond(&w.mu)
	go w.accept()
	t.Cleanup(w.end)
	return w
}

// Addr is the host and port to connect to.
func (w *Wire) Addr() string { return w.listener.Addr().String() }

// Hang holds everything back, in both directions and on new connections, which stay open, until mend is called.
func (w *Wire) Hang() (mend func()) {
	w.set(func() { w.hangs = true })
	return func() { w.set(func() { w.hangs = false }) }
}

// Cut ends all connections, and new ones at once, until mend is called.
func (w *Wire) Cut() (mend func()) {
	w.set(func() { w.cut = true; w.closeEnds() })
	return func() { w.set(func() { w.cut = false }) }
}

func (w *Wire) end() {
	w.set(func() { w.done = true; w.closeEnds() })
	_ = w.listener.Close()
}

func (w *Wire) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
	w.state.Broadcast()
}

func (w *Wire) closeEnds() {
	for end := range w.ends {
		_ = end.Close()
	}
	clear(w.ends)
}

func (w *Wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		go w.join(near)
	}
}

// join connects to the server, as soon as nothing hangs, and copies until an end is closed.
func (w *Wire) join(near net.Conn) {
	if !w.hold(near) || !w.flows() {
		_ = near.Close()
		return
	}
	far, err := net.Dial("tcp", w.target)
	if err != nil || !w.hold(far) {
		w.drop(near, far)
		return
	}
	go w.pump(near, far)
	w.pump(far, near)
}

// hold notes an end, so that it can be cut; false where it is cut already.
func (w *Wire) hold(end net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut || w.done {
		return false
	}
	w.ends[end] = true
	return true
}

// flows waits until nothing hangs; false where the wire is gone.
func (w *Wire) flows() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.hangs && !w.done {
		w.state.Wait()
	}
	return !w.done
}

func (w *Wire) pump(from, to net.Conn) {
	defer w.drop(from, to)
	chunk := make([]byte, 32<<10)
	for {
		n, err := from.Read(chunk)
		if n > 0 && w.flows() {
			if _, err := to.Write(chunk[:n]); err != nil {
				return
			}
		}
		if err != nil {
			w.flows() // while the wire hangs the other side does not see that this one has ended
			return
		}
	}
}

func (w *Wire) drop(ends ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, end := range ends {
		if end != nil {
			_ = end.Close()
			delete(w.ends, end)
		}
	}
}
