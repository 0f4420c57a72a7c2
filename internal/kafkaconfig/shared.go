// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// sendersPerClient is how many senders a client takes in its life. Each request and each look for topics costs a client time for every
// topic that it knows: without a bound a thousand tasks would cost each other a thousand times as much as one.
const sendersPerClient = 64

// stallLook is how often clients with several senders are looked at. A sender of which nothing lands from one look to the next, while
// another's records do, is stalled.
const stallLook = 5 * time.Second

// group are the senders with the same properties, and their clients.
type group struct {
	pool     *Pool
	key      groupKey // zero where nobody else may come
	settings Settings
	opts     []kgo.Opt
	room     int // senders per client

	senders int // under the pool's mutex

	mu      sync.Mutex
	clients []*shared
	looking bool
}

// shared is a client of a group. A topic is one sender's for as long as the client lives: see the package comment.
type shared struct {
	client  *kgo.Client
	retired atomic.Bool // it takes nobody any more, and those who use it leave when they can

	// Under the mutex of the group:
	taken  int             // senders that have ever come
	topics map[string]bool // that were ever written to
	users  map[*Sender]*glance
}

// glance is what the last look has seen of a sender.
type glance struct {
	landed int64
	flying bool
}

func (c *shared) isRetired() bool { return c.retired.Load() }

// place finds a client for a topic of a sender: one of those that it uses, or another with room, or a new one. On a client a topic is only
// ever one sender's. The topic "" is none.
func (g *group) place(s *Sender, uses []*shared, topic string) (*shared, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	free := func(c *shared) bool { return !c.isRetired() && !c.topics[topic] }
	for _, c := range uses {
		if free(c) {
			c.topics[topic] = topic != ""
			return c, nil
		}
	}
	for _, c := range g.clients {
		if free(c) && c.taken < g.room && c.users[s] == nil {
			g.attach(c, s, topic)
			return c, nil
		}
	}
	client, err := g.pool.open(g.opts, g.settings)
	if err != nil {
		return nil, err
	}
	c := &shared{client: client, topics: map[string]bool{}, users: map[*Sender]*glance{}}
	g.clients = append(g.clients, c)
	g.attach(c, s, topic)
	return c, nil
}

func (g *group) attach(c *shared, s *Sender, topic string) {
	c.taken++
	c.topics[topic] = topic != ""
	c.users[s] = &glance{}
	g.lookLater()
}

// detach ends a sender's use of a client, and says whether others still use it; it is closed where not.
func (g *group) detach(c *shared, s *Sender) bool {
	g.mu.Lock()
	delete(c.users, s)
	last := len(c.users) == 0
	if last {
		c.retired.Store(true)
		g.clients = slices.DeleteFunc(g.clients, func(have *shared) bool { return have == c })
	}
	g.mu.Unlock()
	if last {
		g.pool.close(c.client)
	}
	return !last
}

// left is told when a sender has been closed.
func (g *group) left() {
	g.pool.mu.Lock()
	defer g.pool.mu.Unlock()
	g.senders--
	if g.senders == 0 && g.pool.groups[g.key] == g {
		delete(g.pool.groups, g.key)
	}
}

// retire gives up the clients of a sender. It never waits: promises call it.
func (g *group) retire(s *Sender) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.clients {
		if c.users[s] == nil {
			continue
		}
		c.retired.Store(true)
		for user := range c.users {
			user.mustLeave()
		}
	}
	g.lookLater()
}

// lookLater keeps an eye on clients that several use, and on those that are to be left.
func (g *group) lookLater() {
	if g.looking || !slices.ContainsFunc(g.clients, func(c *shared) bool { return len(c.users) > 1 || c.isRetired() }) {
		return
	}
	g.looking = true
	g.pool.clock.AfterFunc(stallLook, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.looking = false
		for _, c := range g.clients {
			g.look(c)
		}
		g.lookLater()
	})
}

// look gives a client up where nothing of one sender has landed since the last look, although it had records under way, while another's
// have. Where nobody's land, it is Kafka that is away, and another client would not get there either. Of a client that was given up, all
// whose records land leave. The others keep it: what is under way cannot be moved.
func (g *group) look(c *shared) {
	stuck, going := false, []*Sender(nil)
	for s, before := range c.users {
		now := glance{landed: s.landed.Load(), flying: s.flying() > 0}
		if now.landed != before.landed {
			going = append(going, s)
		} else if before.flying && now.flying {
			stuck = true
		}
		*before = now
	}
	if stuck && len(going) > 0 && !c.isRetired() {
		g.pool.log.Info("some tasks wait for Kafka's answers and others do not: they will not share a Kafka client any more", "client", g.settings.ClientID)
		c.retired.Store(true)
	}
	if c.isRetired() {
		for _, s := range going {
			s.mustLeave()
		}
	}
}

// damages says whether a client that has met err may meet it again and again although what has led to it was mended: these are kept with the
// producer's id.
func damages(err error) bool {
	for _, each := range []error{kerr.ClusterAuthorizationFailed, kerr.InvalidProducerEpoch, kerr.InvalidProducerIDMapping,
		kerr.UnknownProducerID, kerr.OutOfOrderSequenceNumber} {
		if errors.Is(err, each) {
			return true
		}
	}
	return false
}

// Sender leases the producer of a source task that shares its client with nobody. Wrong properties come back joined, one [*Error] each.
func (p *Pool) Sender(props map[string]string) (*Sender, error) {
	g, err := p.newGroup(props)
	if err != nil {
		return nil, err
	}
	g.room, g.senders = 1, 1
	return newSender(g), nil
}

// SharedSender leases the producer of a source task that may share clients with those whose properties are all equal, client.id apart:
// that of the clients is [PoolOptions.SharedID]. Producers that others could hold up have their own, as with [Pool.Sender]: those that are
// not idempotent, and those whose records may not take as long as they need.
func (p *Pool) SharedSender(props map[string]string) (*Sender, error) {
	theirs := maps.Clone(props)
	theirs["client.id"] = p.sharedID
	key := keyOf(theirs)
	if s := p.join(key, nil); s != nil {
		return s, nil
	}
	g, err := p.newGroup(theirs)
	if err != nil {
		return nil, err
	}
	if !g.settings.sharable {
		return p.Sender(props)
	}
	g.room, g.key = sendersPerClient, key
	g.opts = append(g.opts, kgo.UnknownTopicRetries(othersAsk*g.settings.unknownTries))
	return p.join(key, g), nil
}

// join returns a sender of the group that has the key, which is fresh where there is none.
func (p *Pool) join(key groupKey, fresh *group) *Sender {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.groups[key]
	if g == nil {
		if fresh == nil {
			return nil
		}
		g = fresh
		p.groups[key] = g
	}
	g.senders++
	return newSender(g)
}

// othersAsk is how many times as often a shared client may be told that a topic is unknown. It counts answers, and asks for all of its topics
// when one of them is new.
const othersAsk = 2

// newGroup leaves the bound of what is under way to the senders: one that has used it up must not keep the others.
func (p *Pool) newGroup(props map[string]string) (*group, error) {
	opts, settings, err := p.Options(Producer, props)
	if err != nil {
		return nil, err
	}
	return &group{pool: p, settings: settings, opts: append(opts, kgo.MaxBufferedBytes(0), kgo.MaxBufferedRecords(math.MaxInt32))}, nil
}

// groupKey is a digest of properties, so that no second copy of their passwords lies about.
type groupKey [sha256.Size]byte

// keyOf is different for properties of which one is different, and for key stores with another content: who has renewed those and starts
// a task again gets a client with the new ones.
func keyOf(props map[string]string) groupKey {
	digest := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(props)) {
		add(digest, name)
		add(digest, props[name])
		if strings.HasSuffix(name, "store.location") {
			content, err := os.ReadFile(props[name])
			add(digest, string(content))
			add(digest, fmt.Sprint(err != nil))
		}
	}
	return groupKey(digest.Sum(nil))
}

func add(to hash.Hash, text string) {
	_ = binary.Write(to, binary.BigEndian, uint64(len(text)))
	_, _ = io.WriteString(to, text)
}
