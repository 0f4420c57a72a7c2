// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"

	"github.com/longshore-io/connect/internal/clock"
)

const (
	// binds is how often a free port is asked for: one that is free for TCP may be taken for UDP.
	binds = 10
	// probeMargin is how late the second part of a probe may begin.
	probeMargin = 50 * time.Millisecond
)

// transport is memberlist's own, whose connections to others end with the network. It knows until when memberlist may be in the
// middle of a probe, for which nothing waits when it is shut down.
type transport struct {
	*memberlist.NetTransport
	ctx   context.Context
	clock clock.Clock
	mu    sync.Mutex
	until time.Time
}

// WriteToAddress sends a packet. One to a node by its name may be a probe's.
func (t *transport) WriteToAddress(b []byte, a memberlist.Address) (time.Time, error) {
	if a.Name != "" {
		t.probing(probeTimeout)
	}
	return t.NetTransport.WriteToAddress(b, a)
}

func (t *transport) probing(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if until := t.clock.Now().Add(d); until.After(t.until) {
		t.until = until
	}
}

// settle waits until no probe is under way.
func (t *transport) settle() {
	for {
		t.mu.Lock()
		left := t.until.Sub(t.clock.Now())
		t.mu.Unlock()
		// What follows on a probe's first part needs a moment to begin.
		if left += probeMargin; left <= 0 || t.clock.Sleep(context.Background(), left) != nil {
			return
		}
	}
}

// DialTimeout dials an address.
func (t *transport) DialTimeout(addr string, timeout time.Duration) (net.Conn, error) {
	return t.DialAddressTimeout(memberlist.Address{Addr: addr}, timeout)
}

// DialAddressTimeout dials the address of a node.
func (t *transport) DialAddressTimeout(a memberlist.Address, timeout time.Duration) (net.Conn, error) {
	if timeout < streamTimeout {
		// The second part of a probe, which lasts as long as this may take.
		t.probing(timeout)
	}
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(t.ctx, "tcp", a.Addr)
	if err != nil {
		return nil, err
	}
	return &endingConn{Conn: conn, stop: context.AfterFunc(t.ctx, func() { _ = conn.Close() })}, nil
}

// endingConn is closed by its user or by the end of a context.
type endingConn struct {
	net.Conn
	stop func() bool
}

// Close closes it.
func (c *endingConn) Close() error {
	c.stop()
	return c.Conn.Close()
}

// listen binds exactly the address asked for.
func listen(ctx context.Context, bind string, c clock.Clock, log slog.Handler) (*transport, error) {
	host, port, err := splitAddr(bind)
	if err != nil {
		return nil, fmt.Errorf("bind address %q of gossip: %w", bind, err)
	}
	ip := ""
	if host != "" {
		addr, err := resolve(ctx, host)
		if err != nil {
			return nil, fmt.Errorf("bind address %q of gossip: %w", bind, err)
		}
		ip = addr.String()
	}
	var failed error
	for range binds {
		inner, err := memberlist.NewNetTransport(&memberlist.NetTransportConfig{
			BindAddrs: []string{ip}, BindPort: port, Logger: slog.NewLogLogger(log, slog.LevelDebug),
		})
		if err == nil {
			return &transport{NetTransport: inner, ctx: ctx, clock: c}, nil
		}
		failed = err
		if port != 0 {
			break
		}
	}
	return nil, fmt.Errorf("listen for gossip on %s: %w", bind, failed)
}

// advertised is where others reach the worker: ip:port for memberlist, and the same as the user has written it.
func advertised(ctx context.Context, advertise, bind string, t *transport) (netip.AddrPort, string, error) {
	bound := uint16(t.GetAutoBindPort()) //nolint:gosec // a port
	host, port := strings.Trim(advertise, "[]"), bound
	if h, p, err := splitAddr(advertise); err == nil && advertise != "" {
		host, port = h, uint16(p) //nolint:gosec // checked by splitAddr
	}
	if host == "" {
		host, _, _ = splitAddr(bind)
	}
	ip, err := usable(ctx, host)
	if err != nil {
		return netip.AddrPort{}, "", fmt.Errorf("address %q that gossip is to advertise: %w", advertise, err)
	}
	if port == 0 {
		port = bound
	}
	at := netip.AddrPortFrom(ip, port)
	if host == "" || isUnspecified(host) {
		return at, at.String(), nil
	}
	return at, net.JoinHostPort(host, strconv.Itoa(int(port))), nil
}

// usable is an address of host that others can dial: where host is all addresses, the machine's first usable one.
func usable(ctx context.Context, host string) (netip.Addr, error) {
	if host != "" && !isUnspecified(host) {
		return resolve(ctx, host)
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return netip.Addr{}, fmt.Errorf("ask for the addresses of the machine: %w", err)
	}
	return firstUsable(addrs)
}

// firstUsable prefers version 4 over version 6 and both over loopback. Link-local ones need a zone, which gossip cannot tell.
func firstUsable(addrs []net.Addr) (netip.Addr, error) {
	var four, six, loopback netip.Addr
	for _, addr := range addrs {
		prefix, err := netip.ParsePrefix(addr.String())
		if err != nil {
			continue
		}
		ip := prefix.Addr().Unmap()
		switch {
		case ip.IsLoopback() && !loopback.IsValid():
			loopback = ip
		case ip.IsGlobalUnicast() && ip.Is4() && !four.IsValid():
			four = ip
		case ip.IsGlobalUnicast() && ip.Is6() && !six.IsValid():
			six = ip
		}
	}
	for _, ip := range []netip.Addr{four, six, loopback} {
		if ip.IsValid() {
			return ip, nil
		}
	}
	return netip.Addr{}, errors.New("the machine has no address")
}

// resolve prefers version 4 where a name has both.
func resolve(ctx context.Context, host string) (netip.Addr, error) {
	all, err := lookup(ctx, host)
	if err != nil {
		return netip.Addr{}, err
	}
	for _, ip := range all {
		if ip.Is4() {
			return ip, nil
		}
	}
	return all[0], nil
}

// lookup returns at least one address, or an error.
func lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip.Unmap()}, nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", host, err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("look up %s: it has no address", host)
	}
	for i, ip := range found {
		found[i] = ip.Unmap()
	}
	return found, nil
}

func splitAddr(addr string) (string, int, error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("port %q: must be a number from 0 to 65535", text)
	}
	return host, int(port), nil
}

func isUnspecified(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsUnspecified()
}
