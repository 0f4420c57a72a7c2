// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// openTimeout bounds what Open asks of its own broker. It takes milliseconds, or as long as a large compaction.
const openTimeout = 5 * time.Minute

// never is the interval of kfake's own compaction: a hundred years in milliseconds.
const never = 100 * 365 * 24 * time.Hour

// Broker is an embedded Kafka that runs.
type Broker struct {
	cfg    Config
	folder *folder // nil in memory
	gate   *gate
	space  *space // nil in memory
	log    *brokerLog
	id     string

	client *kgo.Client  // through the gate, from inside
	admin  *kadm.Client // on client
	stop   context.CancelFunc
	tasks  sync.WaitGroup

	mu      sync.RWMutex // held for reading while the cluster is called: a call after its end would wait for ever
	cluster *kfake.Cluster
	closed  bool
}

// Open starts a broker and returns when clients can use it. What is in cfg.Dir from earlier runs is there again. The error says
// what to do about a folder or port that cannot be used.
func Open(cfg Config) (*Broker, error) {
	b := &Broker{cfg: cfg.withDefaults(), id: newClusterID()}
	b.log = &brokerLog{log: b.cfg.Log}
	if err := b.open(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Addr is the broker's bootstrap address, host:port.
func (b *Broker) Addr() string { return b.gate.Addr().String() }

// ClusterID is the id of the one-broker cluster. It belongs to the data folder.
func (b *Broker) ClusterID() string { return b.id }

// Close disconnects the clients, writes what is still to be written and frees the data folder. A second call does nothing.
func (b *Broker) Close() error {
	if b.stop != nil {
		b.stop()
	}
	b.tasks.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	if b.client != nil {
		b.client.Close()
	}
	if b.cluster != nil {
		b.log.collect()
		b.cluster.Close()
	}
	if b.gate != nil {
		b.gate.Close()
	}
	err := b.log.failed()
	if b.folder != nil {
		err = errors.Join(err, b.folder.close())
	}
	return err
}

func (b *Broker) open() error {
	if err := b.openDir(); err != nil {
		return err
	}
	if err := b.startCluster(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), openTimeout)
	defer cancel()
	if b.folder != nil {
		if err := b.settle(ctx); err != nil {
			return err
		}
	}
	b.gate.open()
	if err := b.verify(ctx); err != nil {
		return err
	}
	b.housekeep()
	return nil
}

// openDir takes the data folder and the port that goes with it.
func (b *Broker) openDir() error {
	remembered := 0
	if b.cfg.Dir != "" {
		f, err := openFolder(b.cfg.Dir)
		if err != nil {
			return err
		}
		b.folder, b.id, remembered = f, f.format.ClusterID, f.format.Port
		b.space = &space{dir: f.dir, min: b.cfg.MinFreeBytes, free: b.cfg.FreeSpace, log: b.cfg.Log}
		b.space.check()
	}
	l, err := listen(remembered, b.cfg.Port)
	if err != nil {
		return err
	}
	b.gate = newGate(l, func(c net.Conn) net.Conn { return &guardedConn{Conn: c, requests: b} })
	if b.folder == nil {
		return nil
	}
	port := l.Addr().(*net.TCPAddr).Port
	if remembered != 0 && remembered != port {
		b.cfg.Log.Warn("the embedded Kafka's port is in use by another program; it has a new one", "old", remembered, "new", port)
	}
	return b.folder.keepPort(port)
}

func (b *Broker) startCluster() error {
	opts := []kfake.Opt{
		kfake.NumBrokers(1), kfake.DefaultNumPartitions(1), kfake.ClusterID(b.id), kfake.MaxVersions(offeredVersions()),
		kfake.ListenFn(func(string, string) (net.Listener, error) { return b.gate, nil }), kfake.WithLogger(b.log),
		kfake.BrokerConfigs(map[string]string{"log.cleaner.backoff.ms": strconv.FormatInt(never.Milliseconds(), 10)}),
	}
	if b.folder != nil {
		opts = append(opts, kfake.DataDir(b.folder.path(kafkaName)))
	}
	cluster, err := kfake.NewCluster(opts...)
	if err != nil {
		return fmt.Errorf("start the embedded Kafka: %w", err)
	}
	b.cluster = cluster
	if b.space != nil {
		b.space.refuseWhenLow(cluster)
	}
	// The shortest age there is, for the client answers from memory what it was told so recently.
	b.client, err = kgo.NewClient(kgo.SeedBrokers(b.Addr()), kgo.Dialer(b.gate.dial), kgo.MetadataMinAge(10*time.Millisecond))
	if err != nil {
		return fmt.Errorf("make the embedded Kafka's own client: %w", err)
	}
	b.admin = kadm.NewClient(b.client)
	return nil
}

// offeredVersions are those of current Kafka, less the two that kfake answers with values that Java's admin tools cannot read: null
// for the eligible leader replicas (DescribeTopicPartitions), and an unknown config source (CreateTopics from version 5 on).
func offeredVersions() *kversion.Versions {
	v := kversion.Stable()
	v.SetMaxKeyVersion(int16(kmsg.DescribeTopicPartitions), -1)
	v.SetMaxKeyVersion(int16(kmsg.CreateTopics), 4)
	return v
}

// verify asks over the network who answers on our address. Some systems let two programs listen on one port when only one of them
// names the interface.
func (b *Broker) verify(ctx context.Context) error {
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.Addr()))
	if err != nil {
		return fmt.Errorf("make a client for the embedded Kafka: %w", err)
	}
	defer cl.Close()
	m, err := kadm.NewClient(cl).BrokerMetadata(ctx)
	if err != nil {
		return fmt.Errorf("ask the embedded Kafka on %s who it is: %w", b.Addr(), err)
	}
	if m.Cluster != b.id {
		return fmt.Errorf("another Kafka (cluster %s, not %s) answers on %s: stop it or choose another port", m.Cluster, b.id, b.Addr())
	}
	return nil
}

// withCluster calls f unless the cluster has ended, in which case it returns false.
func (b *Broker) withCluster(f func(*kfake.Cluster)) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.closed {
		return false
	}
	f(b.cluster)
	return true
}

// arriving implements requests.
func (b *Broker) arriving(size int) {
	if b.space != nil {
		b.space.arriving(size)
	}
}

// wanted implements requests. Errors are kfake's to tell: it answers the metadata request that follows.
func (b *Broker) wanted(topics []string) {
	if b.cfg.NoAutoCreate || b.space != nil && b.space.low.Load() {
		return
	}
	for _, t := range topics {
		b.withCluster(func(c *kfake.Cluster) {
			if c.TopicInfo(t) == nil {
				// What is wrong with it is in the answer to the client.
				_ = c.CreateTopic(t, 0, nil)
			}
		})
	}
}

// housekeep starts what goes on until Close.
func (b *Broker) housekeep() {
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	b.every(ctx, retentionEvery, func() {
		if err := b.applyRetention(ctx); err != nil && ctx.Err() == nil {
			b.cfg.Log.Warn("could not delete old records from the embedded Kafka; next attempt later", "error", err, "in", retentionEvery)
		}
	})
	if b.space != nil {
		b.every(ctx, spaceEvery, b.space.check)
	}
}

func (b *Broker) every(ctx context.Context, d time.Duration, f func()) {
	ticks, stop := b.cfg.Clock.Ticker(d)
	b.tasks.Go(func() {
		defer stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks:
				f()
			}
		}
	})
}
