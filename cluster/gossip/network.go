// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
)

const (
	// probeInterval is the time between two probes, probeTimeout how long the first part of one may take.
	probeInterval, probeTimeout = 500 * time.Millisecond, 250 * time.Millisecond
	// streamTimeout is how long an exchange over TCP may take, other than a probe's.
	streamTimeout = 2 * time.Second
	// updateTimeout is how long a new state is waited for: hardly, for it is on its way once it is queued, and a later one takes
	// its place there.
	updateTimeout = time.Millisecond
	// farewell is how long telling the others that this worker leaves may take, and again how long leaving may.
	farewell = time.Second
)

// Network is a worker's part in the network of hints.
type Network struct {
	o    Options
	addr string
	ring *memberlist.Keyring
	// wire is what memberlist and this package dial with, and transport what is behind it.
	wire      memberlist.NodeAwareTransport
	transport *transport
	list      *memberlist.Memberlist
	limit     *limiter

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	closed sync.Once

	// Pokes hold one: what there is to do is looked up then.
	changed, announced, contested, reach chan struct{}

	// turning is held while keys are changed.
	turning sync.Mutex

	// mu is taken inside memberlist's callbacks, which hold its lock: nobody calls memberlist while holding mu.
	mu     sync.Mutex
	roster *roster
	// meta is the card of roster.self, encoded.
	meta []byte
	// reasons are those for which a merge was refused in this round of meeting.
	reasons []reason
	told    map[string]bool
	// asked says that everybody who is known was asked once; introduced is closed when besides nobody else has this worker's name.
	asked, proven bool
	introduced    chan struct{}
}

// Introduced is closed when everybody whom this worker knows was asked once, and no other process that is there has its name. Until
// then it had better tell nobody that it is that worker: it may have to give way.
func (n *Network) Introduced() <-chan struct{} { return n.introduced }

// introduce is told after each round of asking, and when it was found out who of several is there.
func (n *Network) introduce(asked bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = n.asked || asked
	if n.asked && !n.proven && !n.roster.namesakes() {
		n.proven = true
		close(n.introduced)
	}
}

// Join starts to listen and to look for others. It does not wait for them: a worker that finds nobody is a network of its own and
// goes on looking. Errors are those of this machine, such as a port that is in use, and of what Options say.
func Join(o Options) (*Network, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	keys, err := derive(o.Keys)
	if err != nil {
		return nil, err
	}
	ring, err := memberlist.NewKeyring(keys, keys[0])
	if err != nil {
		return nil, fmt.Errorf("make the keys of gossip: %w", err)
	}
	n := &Network{
		o: o, ring: ring, limit: newLimiter(o.Clock), told: map[string]bool{}, introduced: make(chan struct{}),
		changed: poke(), announced: poke(), contested: poke(), reach: poke(),
	}
	n.ctx, n.cancel = context.WithCancel(context.Background())
	if err := n.open(); err != nil {
		n.cancel()
		return nil, err
	}
	for _, run := range []func(){n.deliver, n.announce, n.examine, n.meet} {
		n.wg.Go(run)
	}
	notify(n.changed)
	return n, nil
}

// newcomer is this process as a member, still without an address.
func newcomer(o Options) (member, error) {
	m := member{
		node: nodeName(o.Worker, o.Boot), worker: o.Worker, boot: o.Boot,
		card: card{
			Group: o.Group, State: generation.Leaving, RPC: o.RPC,
			Oldest: o.Oldest, Newest: o.Newest, Started: o.Clock.Now().UnixMilli(),
		},
	}
	// Leaving is the longest state that there is: with it the card has to fit.
	if _, err := m.encode(); err != nil {
		return member{}, err
	}
	m.State = generation.Up
	return m, nil
}

// open binds, and starts memberlist.
func (n *Network) open() error {
	self, err := newcomer(n.o)
	if err != nil {
		return err
	}
	if n.meta, err = self.encode(); err != nil {
		return err
	}
	lines := bridge{n.o.Log.Handler(), n.limit}
	t, err := listen(n.ctx, n.o.Bind, n.o.Clock, lines)
	if err != nil {
		return err
	}
	at, addr, err := advertised(n.ctx, n.o.Advertise, n.o.Bind, t)
	if err != nil {
		_ = t.Shutdown()
		return err
	}
	self.addr, n.addr, n.roster, n.wire, n.transport = at.String(), addr, newRoster(self), t, t
	if n.o.wrap != nil {
		n.wire = n.o.wrap(t)
	}
	conf := settings()
	conf.Name, conf.Transport, conf.Keyring = self.node, n.wire, n.ring
	conf.BindPort, conf.AdvertiseAddr, conf.AdvertisePort = t.GetAutoBindPort(), at.Addr().String(), int(at.Port())
	conf.Logger = slog.NewLogLogger(lines, slog.LevelDebug)
	d := delegate{n}
	conf.Delegate, conf.Events, conf.Merge, conf.Alive = d, d, d, d
	if n.list, err = memberlist.Create(conf); err != nil {
		_ = t.Shutdown()
		return fmt.Errorf("start gossip: %w", err)
	}
	return nil
}

// settings notice a process that was killed after 2 to 3 seconds, and change states in a few tenths of one. A worker that misses
// answers probes at half the pace at most: by memberlist's own measure, an eighth, several deaths at once would be noticed only
// after 5 to 8 seconds instead of 3 to 4.
func settings() *memberlist.Config {
	conf := memberlist.DefaultLANConfig()
	conf.ProbeInterval, conf.ProbeTimeout = probeInterval, probeTimeout
	// Who is suspected has no longer to answer where few are left to confirm it: a false alarm costs the leader a roll call, and a
	// right one that waits costs everybody.
	conf.SuspicionMult, conf.SuspicionMaxTimeoutMult = 3, 1
	conf.GossipInterval, conf.PushPullInterval = 100*time.Millisecond, 5*time.Second
	conf.TCPTimeout = streamTimeout
	conf.AwarenessMaxMultiplier = 2
	return conf
}

// Addr is the address that this worker advertises, host:port.
func (n *Network) Addr() string { return n.addr }

// SetState has the others see another state of this worker. It does not wait for that. Of several states the last counts.
func (n *Network) SetState(state generation.WorkerState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	self := n.roster.self
	self.State = state
	meta, err := self.encode()
	if err != nil {
		n.o.Log.Error("gossip: the state cannot be told", "state", state, "error", err)
		return
	}
	n.roster.self, n.meta = self, meta
	notify(n.announced)
	notify(n.changed)
}

// SetKeys replaces the secrets: the first one encrypts, all of them decrypt. To change the secret of a cluster that runs, give all
// workers the old and the new one, then all the new and the old one, then all the new one.
func (n *Network) SetKeys(secrets [][]byte) error {
	keys, err := derive(secrets)
	if err != nil {
		return err
	}
	n.turning.Lock()
	defer n.turning.Unlock()
	return rotate(n.ring, keys)
}

// Reach looks for others at once.
func (n *Network) Reach() { notify(n.reach) }

// Close ends the network, and waits for all that it has started: usually a quarter of a second, a second at most. With leave the
// others are told before, which takes up to two seconds; without, they notice. It may be called again.
func (n *Network) Close(leave bool) {
	n.closed.Do(func() {
		n.cancel()
		n.wg.Wait()
		if leave {
			n.leave()
		}
		if err := n.list.Shutdown(); err != nil {
			n.o.Log.Warn("gossip: it does not end cleanly", "error", err)
		}
		n.transport.settle()
	})
}

func (n *Network) leave() {
	if n.self().State != generation.Leaving {
		n.SetState(generation.Leaving)
		if err := n.list.UpdateNode(farewell); err != nil {
			n.o.Log.Debug("gossip: the others may not have heard that this worker leaves", "error", err)
		}
	}
	if err := n.list.Leave(farewell); err != nil {
		n.o.Log.Debug("gossip: the others may not have heard that this worker has left", "error", err)
	}
}

// deliver tells of changes. While it is at it, more of them may come together.
func (n *Network) deliver() {
	var last []protocol.Peer
	for n.await(n.changed) {
		n.mu.Lock()
		peers := n.roster.peers()
		n.mu.Unlock()
		if !slices.Equal(peers, last) {
			last = peers
			n.o.Changed(slices.Clone(peers))
		}
	}
}

// announce passes new states on.
func (n *Network) announce() {
	for n.await(n.announced) {
		_ = n.list.UpdateNode(updateTimeout)
	}
}

// refuse tells a reason once.
func (n *Network) refuse(err error) {
	n.mu.Lock()
	kind := fmt.Sprintf("%T", err)
	told := n.told[kind]
	n.told[kind] = true
	n.mu.Unlock()
	if !told {
		n.o.Refused(err)
	}
}

func (n *Network) self() member {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.roster.self
}

// await waits for a poke, and returns false at the end of the network.
func (n *Network) await(poked <-chan struct{}) bool {
	select {
	case <-n.ctx.Done():
		return false
	case <-poked:
		return n.ctx.Err() == nil
	}
}

func poke() chan struct{} { return make(chan struct{}, 1) }

func notify(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
