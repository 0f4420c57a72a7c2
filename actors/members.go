// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"bytes"
	"context"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/gossip"
	"github.com/longshore-io/connect/cluster/protocol"
)

// members makes this worker one that others can see and reach: it has the gateway open, and gossips. It tells the herder who
// seems alive.
type members struct {
	env     *environment
	network *gossip.Network
	// known are gossip addresses that workers have told of themselves in the status topic.
	known  atomic.Pointer[[]string]
	keys   [][]byte
	state  generation.WorkerState // what others are told; "" for what they are told at first
	ctx    context.Context
	cancel context.CancelFunc
}

// The messages of members, apart from newKeys.
type (
	// meetOthers begins.
	meetOthers struct {
		keys  [][]byte
		known []string
	}
	// knownAddresses are those that are known now.
	knownAddresses struct{ known []string }
	// announce tells others another state of this worker.
	announce struct{ state generation.WorkerState }
	// partFrom takes leave of the others, and is answered with a Reply.
	partFrom struct{}
	// turnedAway says why this worker cannot take part.
	turnedAway struct{ err error }
)

// Receive implements actor.Actor.
func (m *members) Receive(c actor.Context) {
	switch msg := c.Message().(type) {
	case *actor.Started:
		m.ctx, m.cancel = context.WithCancel(context.Background())
	case *actor.Stopping:
		m.cancel()
		if m.network != nil {
			go m.network.Close(false)
		}
	case meetOthers:
		m.known.Store(&msg.known)
		m.keys = msg.keys
		m.begin(c, msg.keys)
	case knownAddresses:
		m.learn(msg.known)
	case newKeys:
		m.rotate(c, msg)
	case announce:
		m.announce(msg.state)
	case partFrom:
		m.part(c, c.Sender())
	case turnedAway:
		c.Send(c.Parent(), cannotRun{connect.Classed(connect.Unusable, msg.err)})
	case resumption:
		msg(c)
	}
}

// begin opens the gateway first: others are told its address.
func (m *members) begin(c actor.Context, keys [][]byte) {
	self, system := c.Self(), c.ActorSystem()
	var rpc string
	opening(c, m.ctx, func(ctx context.Context) (*gossip.Network, error) {
		address, err := request(ctx, system, m.env.gateway, openDoor{keys})
		if err != nil {
			return nil, err
		}
		rpc = address.(string)
		network, err := gossip.Join(gossip.Options{
			Worker: m.env.runtime.WorkerID, Boot: m.env.boot, Group: m.env.config.GroupID, Oldest: protocol.Oldest, Newest: protocol.Newest,
			Bind: m.env.bound(m.env.config.Cluster.Bind), Advertise: m.env.advertised(), RPC: rpc, Keys: keys, Seeds: m.seeds,
			Changed: func(peers []protocol.Peer) { system.Root.Send(m.env.herder, peersChanged{peers}) },
			Refused: func(err error) { system.Root.Send(self, turnedAway{err}) },
			Clock:   m.env.runtime.Clock, Log: m.env.log,
		})
		if err != nil {
			return nil, err
		}
		defer m.env.noteSlow("meeting the other workers", m.env.runtime.Clock.Now())
		// A worker whose name another one has must not write that it is that worker.
		select {
		case <-network.Introduced():
			return network, nil
		case <-ctx.Done():
			network.Close(false)
			return nil, context.Cause(ctx)
		}
	}, func(n *gossip.Network) { n.Close(false) }, func(c actor.Context, network *gossip.Network, err error) {
		if err != nil {
			c.Send(c.Parent(), cannotRun{connect.Classed(connect.Unusable, err)})
			return
		}
		m.network = network
		m.announce(m.state)
		if !slices.EqualFunc(keys, m.keys, bytes.Equal) {
			m.rotate(c, newKeys{m.keys}) // they came meanwhile
		}
		c.Send(m.env.herder, met{network.Addr(), rpc})
	})
}

// seeds is called by the network.
func (m *members) seeds() []string {
	return append(slices.Clone(m.env.config.Cluster.Seeds), *m.known.Load()...)
}

func (m *members) learn(known []string) {
	old := m.known.Swap(&known)
	if m.network != nil && (old == nil || !slices.Equal(*old, known)) {
		m.network.Reach()
	}
}

func (m *members) rotate(c actor.Context, keys newKeys) {
	m.keys = keys.keys
	if m.network == nil {
		return
	}
	if err := m.network.SetKeys(keys.keys); err != nil {
		m.env.log.Warn("new keys of the cluster cannot be used", "error", err)
		return
	}
	c.Send(m.env.gateway, keys)
}

func (m *members) announce(state generation.WorkerState) {
	m.state = state
	if m.network != nil && state != "" {
		m.network.SetState(state)
	}
}

func (m *members) part(c actor.Context, asker *actor.PID) {
	network := m.network
	m.network = nil
	background(c, m.ctx, func(context.Context) (struct{}, error) {
		if network != nil {
			network.Close(true)
		}
		return struct{}{}, nil
	}, func(c actor.Context, _ struct{}, err error) { c.Send(asker, Reply{Err: err}) })
}

// bound is where to listen. A worker without a REST API, in somebody else's process, was told of no host: it stays on its machine
// unless it is told where to listen.
func (e *environment) bound(address string) string {
	if e.isEmbedded() && address == anyFreePort {
		return "127.0.0.1:0"
	}
	return address
}

func (e *environment) isEmbedded() bool { return e.runtime.URL == "" }

// advertised is the host by which others reach this worker, "" for where it listens.
func (e *environment) advertised() string {
	if e.config.Cluster.Advertise != "" {
		return e.config.Cluster.Advertise
	}
	if e.isEmbedded() {
		return ""
	}
	host, _, err := net.SplitHostPort(e.runtime.WorkerID)
	if err != nil {
		return ""
	}
	return host
}

// partLimit is how long taking leave of the others may take.
const partLimit = 2 * time.Second
