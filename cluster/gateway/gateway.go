// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/internal/clock"
)

// Handler carries out a request. The context has the asker's deadline and ends with the asker's wait. An error travels with its
// class and exactly its text; a panic is an error, too. Handlers run at the same time.
type Handler func(ctx context.Context, e Envelope) (json.RawMessage, error)

// Options are what a gateway needs.
type Options struct {
	// Worker is this worker's id, Boot this process of it: envelopes for others are refused.
	Worker string
	Boot   generation.Boot
	// Bind is the address to listen at, host:port; port 0 is any free one.
	Bind string
	// Advertise is the host, or host:port, that other workers reach it at; "" is Bind. Without a port it is the one that is
	// listened at.
	Advertise string
	// Keys are the secrets of the cluster, of any length: the first is the one that this worker proves itself by, all of them
	// are accepted. They are not used where there is TLS.
	Keys [][]byte
	// TLS is the user's own certificates, for both sides; nil derives them from Keys. Both sides have to show one that the other
	// trusts.
	TLS *tls.Config
	// Kinds are those that Handle knows, others are refused; nil leaves that to Handle, which has UnknownKind for it.
	Kinds []string
	// Handle carries out requests.
	Handle Handler
	// Clock tells the time; nil is the machine's.
	Clock clock.Clock
	// Log gets what nobody is told otherwise; nil is nowhere.
	Log *slog.Logger
	// MaxMessage is how many bytes the body of a request or answer may have; 0 is 16 MiB.
	MaxMessage int
	// MaxHandled is how many requests are handled at the same time; 0 is 256. More are refused.
	MaxHandled int
}

// What is not said in Options.
const (
	defaultMaxMessage = 16 << 20
	defaultMaxHandled = 256
	// envelopeSize is the room for the envelope around a body.
	envelopeSize = 64 << 10
	// handshakeTime bounds the time until a caller has proved who it is, connectTime that until a connection is usable.
	handshakeTime, connectTime = 10 * time.Second, 3 * time.Second
	// farewell is how long a handler whose context has ended may take to return.
	farewell = time.Second
	// A connection with a request on its way is probed after pingAfter, and dead when nothing comes back for pingWait. grpc does
	// not probe more often than that, and without toleratePings the other side would hang up.
	pingAfter, pingWait, toleratePings = 10 * time.Second, 3 * time.Second, 5 * time.Second
)

// Gateway is a worker's door for the others, and its way to theirs. It is safe for concurrent use.
type Gateway struct {
	options  Options
	address  string
	server   *grpc.Server
	sockets  *sockets
	links    links
	handling chan struct{} // has room for as many as may be handled
	served   chan struct{} // closed when nobody listens any more
	complain complaints

	closing   context.Context // ends with Close: nothing is called any more
	close     context.CancelFunc
	closeOnce sync.Once
}

// Listen opens the gateway. Nothing is connected until the first Call.
func Listen(o Options) (*Gateway, error) {
	o = withDefaults(o)
	if o.Handle == nil {
		return nil, errors.New("open the gateway: it has no handler")
	}
	trusted, err := newTrust(o)
	if err != nil {
		return nil, fmt.Errorf("open the gateway: %w", err)
	}
	listener, err := net.Listen("tcp", o.Bind)
	if err != nil {
		return nil, fmt.Errorf("listen for other workers at %s (cluster.bind): %w", o.Bind, err)
	}
	address, err := advertised(o.Advertise, listener.Addr())
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	g := &Gateway{options: o, address: address, sockets: newSockets(trusted), handling: make(chan struct{}, o.MaxHandled), served: make(chan struct{})}
	g.closing, g.close = context.WithCancel(context.Background())
	g.links.open = g.connection
	g.server = g.newServer()
	go func() {
		defer close(g.served)
		if err := g.server.Serve(socketListener{listener, g.sockets}); err != nil && g.closing.Err() == nil {
			o.Log.Error("the gateway does not listen for other workers any more", "address", address, "error", err)
		}
	}()
	return g, nil
}

func withDefaults(o Options) Options {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.MaxMessage <= 0 {
		o.MaxMessage = defaultMaxMessage
	}
	if o.MaxHandled <= 0 {
		o.MaxHandled = defaultMaxHandled
	}
	return o
}

// advertised is the address for other workers: that which is listened at, with the host, and the port if there is one, of advertise.
func advertised(advertise string, listening net.Addr) (string, error) {
	if advertise == "" {
		return listening.String(), nil
	}
	_, port, err := net.SplitHostPort(listening.String())
	if err != nil {
		return "", fmt.Errorf("tell the port of %s: %w", listening, err)
	}
	host, own, err := net.SplitHostPort(advertise)
	switch {
	case err != nil:
		host = advertise
	case own != "" && own != "0":
		port = own
	}
	return net.JoinHostPort(host, port), nil
}

func (g *Gateway) newServer() *grpc.Server {
	o := g.options
	server := grpc.NewServer(
		grpc.Creds(g.proofs(nil)),
		grpc.ForceServerCodecV2(framing{}),
		grpc.MaxRecvMsgSize(o.MaxMessage+envelopeSize),
		grpc.MaxConcurrentStreams(uint32(2*o.MaxHandled)),
		grpc.ConnectionTimeout(handshakeTime),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: toleratePings, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 2 * pingAfter, Timeout: pingWait}),
	)
	server.RegisterService(&service, g)
	return server
}

// Addr is the address that other workers reach this one at, host:port.
func (g *Gateway) Addr() string { return g.address }

// SetKeys replaces the keys of Options for new connections, and drops those that could not be made with the new ones. Without
// keys, and where the user's own certificates are used, it does nothing.
func (g *Gateway) SetKeys(keys [][]byte) {
	if g.options.TLS != nil || len(keys) == 0 {
		return
	}
	trusted, err := derive(keys)
	if err != nil {
		g.options.Log.Error("the gateway keeps the keys that it had", "error", err)
		return
	}
	g.sockets.trustOnly(trusted)
}

// Close ends everything: what is being handled may finish until ctx ends, no new request is taken, and what this worker has
// asked others is given up at once. A handler that ignores its context is left behind.
func (g *Gateway) Close(ctx context.Context) {
	g.closeOnce.Do(func() {
		g.close()
		g.links.closeAll()
		g.sockets.closeUnproved()
		graceful := make(chan struct{})
		go func() {
			defer close(graceful)
			g.server.GracefulStop()
		}()
		select {
		case <-graceful:
		case <-ctx.Done():
			g.sockets.closeAll()
			g.server.Stop()
			g.waitFor(graceful)
		}
		<-g.served
	})
}

// waitFor gives handlers whose context has just ended the time to return.
func (g *Gateway) waitFor(graceful <-chan struct{}) {
	late := make(chan struct{})
	stop := g.options.Clock.AfterFunc(farewell, func() { close(late) })
	defer stop()
	select {
	case <-graceful:
	case <-late:
		g.options.Log.Warn("requests of other workers are still being handled, and are left behind")
	}
}
