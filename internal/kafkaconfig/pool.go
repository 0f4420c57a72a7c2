// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kversion"
	"github.com/twmb/franz-go/plugin/kslog"

	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/quietlog"
)

// Pool hands out Kafka clients: one for each [Lease], and some for many a [Sender], as the package comment says.
type Pool struct {
	dial     Dialer
	log      *slog.Logger
	hooks    []kgo.Hook
	clock    clock.Clock
	sharedID string
	clients  atomic.Int64 // that are open

	mu     sync.Mutex
	groups map[groupKey]*group
}

// PoolOptions are what all clients of a pool have in common.
type PoolOptions struct {
	// Dial opens every connection to a broker; nil means the ordinary network.
	Dial Dialer
	// Log receives the clients' own log lines and the warnings about properties; nil drops them.
	Log *slog.Logger
	// Hooks are told of connections, requests and records of every client.
	Hooks []kgo.Hook
	// Clock tells when clients that several use are looked at; nil means the machine's.
	Clock clock.Clock
	// SharedID is the client.id of clients that several use.
	SharedID string
}

// NewPool makes a pool. It opens no connection.
func NewPool(o PoolOptions) *Pool {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	return &Pool{dial: o.Dial, log: o.Log, hooks: o.Hooks, clock: o.Clock, sharedID: o.SharedID, groups: map[groupKey]*group{}}
}

// Clients is how many clients are open that the pool has made.
func (p *Pool) Clients() int64 { return p.clients.Load() }

// Lease is the right to use a client until Close.
type Lease struct {
	// Client is ready to use. It connects when it is first used.
	Client *kgo.Client
	// Settings are what the client was made from.
	Settings Settings

	once sync.Once
	pool *Pool
}

// Close gives the client back: it leaves its group unless the member is static, and records not yet acknowledged are failed.
func (l *Lease) Close() { l.once.Do(func() { l.pool.close(l.Client) }) }

// Producer leases a producer for the composed properties. Wrong properties come back joined, one [*Error] each.
func (p *Pool) Producer(props map[string]string, extra ...kgo.Opt) (*Lease, error) {
	return p.lease(Producer, props, extra)
}

// Consumer leases a consumer for the composed properties; extra says what it consumes and who hears of rebalances.
func (p *Pool) Consumer(props map[string]string, extra ...kgo.Opt) (*Lease, error) {
	return p.lease(Consumer, props, extra)
}

// Plain leases a client that neither produces nor consumes, such as one for a kadm.Client.
func (p *Pool) Plain(props map[string]string, extra ...kgo.Opt) (*Lease, error) {
	return p.lease(Plain, props, extra)
}

// Options returns what a client of this pool is made from, for packages that make their clients themselves.
func (p *Pool) Options(role Role, props map[string]string) ([]kgo.Opt, Settings, error) {
	settings, errs := Parse(role, props)
	if len(errs) > 0 {
		return nil, Settings{}, errors.Join(errs...)
	}
	log := p.log.With("client", settings.ClientID)
	opts := append(settings.Options(p.dial), kgo.WithLogger(kslog.New(quietlog.Quiet(log))), kgo.MaxVersions(spokenVersions()))
	if len(p.hooks) > 0 {
		opts = append(opts, kgo.WithHooks(p.hooks...))
	}
	return opts, settings, nil
}

// apiVersionsKey and apiVersions are the request with which a client asks what a broker speaks, and the version of it that Kafka 4.1 knows.
const apiVersionsKey, apiVersions = 18, 4

// spokenVersions are those of franz-go, but for that of the first request on each connection: a broker that does not know the newest of it
// refuses it and is asked again, which made five requests of the three that a new client needs.
func spokenVersions() *kversion.Versions {
	v := kversion.Stable()
	v.SetMaxKeyVersion(apiVersionsKey, apiVersions)
	return v
}

func (p *Pool) lease(role Role, props map[string]string, extra []kgo.Opt) (*Lease, error) {
	opts, settings, err := p.Options(role, props)
	if err != nil {
		return nil, err
	}
	client, err := p.open(append(opts, extra...), settings)
	if err != nil {
		return nil, err
	}
	return &Lease{Client: client, Settings: settings, pool: p}, nil
}

func (p *Pool) open(opts []kgo.Opt, settings Settings) (*kgo.Client, error) {
	client, err := kgo.NewClient(opts...)
	if err != nil {
		return nil, fmt.Errorf("make Kafka client %s: %w", settings.ClientID, err)
	}
	p.clients.Add(1)
	return client, nil
}

func (p *Pool) close(client *kgo.Client) {
	client.CloseAllowingRebalance()
	p.clients.Add(-1)
}
