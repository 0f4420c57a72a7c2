// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"errors"
	"net"
	"sync"
)

// sockets are all TCP connections of a gateway, in both directions, and what they were proved by: so that a change of keys ends
// those that it forbids, and Close those that nobody has proved anything on.
type sockets struct {
	mu      sync.Mutex
	trusted *trust
	open    map[*socket]struct{}
	closed  bool
}

// socket is one of them.
type socket struct {
	*net.TCPConn
	of *sockets
	// link is the one that it was opened for, nil for a caller's.
	link *link
	// own and peer are the keys that it was proved by; they are guarded by the mutex of sockets.
	proved    bool
	own, peer string
}

var errClosing = errors.New("the gateway is closing")

func newSockets(trusted *trust) *sockets {
	return &sockets{trusted: trusted, open: map[*socket]struct{}{}}
}

// add takes a connection in. A gateway that closes takes none.
func (s *sockets) add(conn net.Conn, of *link) (*socket, error) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(errors.New("connections between workers are TCP"), conn.Close())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = tcp.Close()
		return nil, errClosing
	}
	added := &socket{TCPConn: tcp, of: s, link: of}
	s.open[added] = struct{}{}
	return added, nil
}

// Close implements net.Conn.
func (c *socket) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.TCPConn.Close()
}

func (s *sockets) current() *trust {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trusted
}

// prove notes what a connection was proved by, unless that does not count any more.
func (s *sockets) prove(c *socket, own, peer string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errClosing
	case !s.trusted.believes(own, peer):
		return errSecretsDiffer
	}
	c.proved, c.own, c.peer = true, own, peer
	return nil
}

// trustOnly changes what is trusted, and ends what is not any more.
func (s *sockets) trustOnly(trusted *trust) {
	s.mu.Lock()
	s.trusted = trusted
	s.mu.Unlock()
	s.end(func(c *socket) bool { return c.proved && !trusted.believes(c.own, c.peer) })
}

// closeUnproved ends connections that are not, or not yet, of a worker, and those that come later.
func (s *sockets) closeUnproved() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end(func(c *socket) bool { return !c.proved })
}

func (s *sockets) closeAll() { s.end(func(*socket) bool { return true }) }

func (s *sockets) end(which func(*socket) bool) {
	s.mu.Lock()
	var ending []*socket
	for c := range s.open {
		if which(c) {
			ending = append(ending, c)
		}
	}
	s.mu.Unlock()
	for _, c := range ending {
		_ = c.Close()
	}
}

// socketListener takes in whoever calls.
type socketListener struct {
	net.Listener
	sockets *sockets
}

// Accept implements net.Listener.
func (l socketListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	added, err := l.sockets.add(conn, nil)
	if err != nil {
		return nil, err
	}
	return added, nil
}
