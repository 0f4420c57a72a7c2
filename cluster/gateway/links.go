// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"
)

// links are the connections to other workers, by address: one each, made when it is needed.
type links struct {
	open func(*link) (*grpc.ClientConn, error)

	mu     sync.Mutex
	byAddr map[string]*link
	uses   int64 // counts, to know which was not used for longest
	closed bool
}

const (
	// mostLinks is how many are kept; more only while they are used.
	mostLinks = 128
	// idleTime is how long a connection that nobody uses stays open.
	idleTime = 5 * time.Minute
	// knownFor is how long a reading of another worker's clock is good, and quick how long it may have been on its way.
	knownFor, quick = 10 * time.Minute, 100 * time.Millisecond
)

// link is the connection to one address.
type link struct {
	address string
	conn    *grpc.ClientConn

	// calls and used are guarded by the mutex of links.
	calls int
	used  int64
	gone  bool // not among the links any more: closed with the last call

	mu    sync.Mutex
	err   error   // why the last attempt to connect has failed
	clock reading // of the other side's clock
	ended error   // set when it was closed on purpose
}

// reading is what another worker's clock has shown at an instant of this one's.
type reading struct {
	theirs int64
	at     time.Time
}

// connection prepares the connection of a link; it is made when it is used. It goes straight there: a proxy of the environment
// is not for workers.
func (g *Gateway) connection(l *link) (*grpc.ClientConn, error) {
	fast := backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second}
	conn, err := grpc.NewClient("passthrough:///"+l.address,
		grpc.WithTransportCredentials(g.proofs(l)),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) { return g.dial(ctx, l, address) }),
		grpc.WithNoProxy(),
		grpc.WithDisableServiceConfig(),
		grpc.WithDisableRetry(),
		grpc.WithIdleTimeout(idleTime),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: fast, MinConnectTimeout: connectTime}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingAfter, Timeout: pingWait}),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(framing{}), grpc.MaxCallRecvMsgSize(g.options.MaxMessage+envelopeSize)),
		grpc.WithStatsHandler(tracker{}),
	)
	if err != nil {
		return nil, fmt.Errorf("prepare a connection to the worker at %s: %w", l.address, err)
	}
	return conn, nil
}

func (g *Gateway) dial(ctx context.Context, l *link, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err == nil {
		var added *socket
		if added, err = g.sockets.add(conn, l); err == nil {
			return added, nil
		}
	}
	l.failed(err)
	return nil, err
}

// take returns the link of an address for one call; release ends the call.
func (s *links) take(address string) (*link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosing
	}
	l, there := s.byAddr[address]
	if !there {
		l = &link{address: address}
		var err error
		if l.conn, err = s.open(l); err != nil {
			return nil, err
		}
		s.makeRoom()
		if s.byAddr == nil {
			s.byAddr = map[string]*link{}
		}
		s.byAddr[address] = l
	}
	s.uses++
	l.calls, l.used = l.calls+1, s.uses
	return l, nil
}

// makeRoom closes the link that was not used for longest, if there are too many.
func (s *links) makeRoom() {
	if len(s.byAddr) < mostLinks {
		return
	}
	var oldest *link
	for _, l := range s.byAddr {
		if l.calls == 0 && (oldest == nil || l.used < oldest.used) {
			oldest = l
		}
	}
	if oldest != nil {
		delete(s.byAddr, oldest.address)
		_ = oldest.conn.Close()
	}
}

func (s *links) release(l *link) {
	s.mu.Lock()
	l.calls--
	last := l.gone && l.calls == 0
	s.mu.Unlock()
	if last {
		_ = l.conn.Close()
	}
}

// retire has the next call begin with a new connection. Others that use this one go on.
func (s *links) retire(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.gone = true
	if s.byAddr[l.address] == l {
		delete(s.byAddr, l.address)
	}
}

func (s *links) closeAll() {
	s.mu.Lock()
	all := s.byAddr
	s.byAddr, s.closed = nil, true
	s.mu.Unlock()
	for _, l := range all {
		l.close()
	}
}

func (l *link) close() {
	l.mu.Lock()
	l.ended = errClosing
	l.mu.Unlock()
	_ = l.conn.Close()
}

// failed notes why there is no connection.
func (l *link) failed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

// why is the best known cause of a failure that grpc reports as err.
func (l *link) why(err error, delivered Delivery) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ended != nil:
		return l.ended
	case l.err != nil && delivered == NotDelivered:
		return l.err
	}
	return err
}

// observe notes what the other worker's clock has shown, unless the answer was on its way for so long that it says little.
func (l *link) observe(sent, got time.Time, theirs int64) {
	if theirs == 0 || got.Sub(sent) > quick {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock = reading{theirs, got}
}

// theirs is an instant by the other worker's clock, 0 where that is not known. It is rather too early than too late.
func (l *link) theirs(instant, now time.Time) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clock.theirs == 0 || now.Sub(l.clock.at) > knownFor {
		return 0
	}
	return l.clock.theirs + instant.Sub(l.clock.at).Milliseconds()
}
