// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc/credentials"

	"github.com/longshore-io/connect/internal/clock"
)

// proofs are the handshakes of one gateway. Each uses the keys that hold when it begins.
type proofs struct {
	gateway *Gateway
	link    *link // nil for the server's side
}

func (g *Gateway) proofs(of *link) credentials.TransportCredentials { return proofs{g, of} }

// What the called side says, in one byte, right after the handshake of TLS and before HTTP/2 begins. With TLS 1.3 a caller has
// ended its handshake before the other side has looked at its key, and would learn of a refusal late, or only that somebody has
// hung up.
const (
	stranger = 0
	welcome  = 1
)

// ClientHandshake implements credentials.TransportCredentials.
func (p proofs) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	trusted := p.gateway.sockets.current()
	conn, info, err := credentials.NewTLS(trusted.clientConfig(p.link.address)).ClientHandshake(ctx, authority, raw)
	if err == nil {
		if err = welcomed(ctx, conn); err == nil {
			err = p.prove(raw, trusted, info)
		}
		if err != nil {
			_ = conn.Close()
		}
	}
	if err != nil {
		p.link.failed(err)
		return nil, nil, err
	}
	return conn, info, nil
}

// welcomed waits for the word of the called side.
func welcomed(ctx context.Context, conn net.Conn) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	var word [1]byte
	_, err := io.ReadFull(conn, word[:])
	switch {
	case !stop():
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("it has not let this worker in: %w", err)
	case word[0] != welcome:
		return errSecretsDiffer
	}
	return nil
}

// ServerHandshake implements credentials.TransportCredentials.
func (p proofs) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	trusted := p.gateway.sockets.current()
	conn, info, err := credentials.NewTLS(trusted.serverConfig()).ServerHandshake(raw)
	if err == nil {
		if err = p.admit(conn, p.prove(raw, trusted, info)); err != nil {
			_ = conn.Close()
		}
	}
	if err != nil {
		p.gateway.complain.about(p.gateway.options, raw.RemoteAddr(), err)
		return nil, nil, err
	}
	return conn, info, nil
}

// admit tells a caller whether it is let in.
func (p proofs) admit(conn net.Conn, refused error) error {
	word := []byte{welcome}
	if refused != nil {
		word[0] = stranger
	}
	_, err := conn.Write(word)
	if refused != nil {
		return refused
	}
	return err
}

func (p proofs) prove(raw net.Conn, trusted *trust, info credentials.AuthInfo) error {
	c, known := raw.(*socket)
	shown, isTLS := info.(credentials.TLSInfo)
	if !known || !isTLS {
		return fmt.Errorf("a connection of type %T was not opened by this gateway", raw)
	}
	return p.gateway.sockets.prove(c, trusted.own, publicKey(shown.State))
}

// Info implements credentials.TransportCredentials.
func (proofs) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls"}
}

// Clone implements credentials.TransportCredentials.
func (p proofs) Clone() credentials.TransportCredentials { return p }

// OverrideServerName implements credentials.TransportCredentials; grpc does not call it any more.
func (proofs) OverrideServerName(string) error { return nil }

// complaints are lines about callers that prove nothing, at most one in a while.
type complaints struct {
	mu      sync.Mutex
	last    time.Time
	skipped int
}

const complaintsEvery = 10 * time.Second

// about tells of a caller. Those who only look whether somebody listens, and hang up, are not told of.
func (c *complaints) about(o Options, who net.Addr, err error) {
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.ECONNRESET) {
		return
	}
	if skipped, tell := c.now(o.Clock); tell {
		o.Log.Warn("a caller of the gateway has not proved that it is a worker of this cluster",
			slog.String("caller", who.String()), slog.Any("error", err), slog.Int("others_since", skipped))
	}
}

func (c *complaints) now(clock clock.Clock) (skipped int, tell bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.Now()
	if !c.last.IsZero() && now.Sub(c.last) < complaintsEvery {
		c.skipped++
		return 0, false
	}
	skipped, c.last, c.skipped = c.skipped, now, 0
	return skipped, true
}
