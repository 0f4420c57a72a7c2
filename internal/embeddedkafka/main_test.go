// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open starts a broker that ends with the test.
func open(t *testing.T, cfg Config) *Broker {
	t.Helper()
	b, err := Open(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func client(t *testing.T, b *Broker, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(b.Addr()), kgo.AllowAutoTopicCreation(), kgo.ProducerLinger(0),
		kgo.MetadataMinAge(10 * time.Millisecond)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(cl.Close)
	return cl
}

func admin(t *testing.T, b *Broker) *kadm.Client { return kadm.NewClient(client(t, b)) }

func produce(t *testing.T, b *Broker, records ...*kgo.Record) {
	t.Helper()
	cl := client(t, b)
	defer cl.Close()
	require.NoError(t, cl.ProduceSync(t.Context(), records...).FirstErr())
}

// consume returns n committed records of a topic from its start.
func consume(t *testing.T, b *Broker, topic string, n int) []*kgo.Record {
	t.Helper()
	cl := client(t, b, kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	defer cl.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var got []*kgo.Record
	for len(got) < n {
		fetches := cl.PollFetches(ctx)
		require.NoError(t, fetches.Err())
		got = append(got, fetches.Records()...)
	}
	return got
}

func numbered(topic string, n int) []*kgo.Record {
	records := make([]*kgo.Record, n)
	for i := range records {
		records[i] = &kgo.Record{Topic: topic, Value: fmt.Appendf(nil, "%d", i)}
	}
	return records
}

func createTopic(t *testing.T, b *Broker, topic string, config map[string]string) {
	t.Helper()
	set := map[string]*string{}
	for k, v := range config {
		set[k] = &v
	}
	_, err := admin(t, b).CreateTopic(t.Context(), 1, 1, set, topic)
	require.NoError(t, err)
}

// logged is a log that a test can read.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Count(l.buf.Bytes(), []byte(text))
}

func (l *logged) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// handClock ticks when a test says so.
type handClock struct {
	now   time.Time
	ticks map[time.Duration]chan time.Time
}

func newHandClock(now time.Time) *handClock {
	return &handClock{now: now, ticks: map[time.Duration]chan time.Time{
		retentionEvery: make(chan time.Time), spaceEvery: make(chan time.Time),
	}}
}

func (c *handClock) Now() time.Time { return c.now }

func (c *handClock) Ticker(d time.Duration) (<-chan time.Time, func()) { return c.ticks[d], func() {} }

// tick returns when what the tick sets off is done: the second tick is only taken after that.
func (c *handClock) tick(d time.Duration) {
	c.ticks[d] <- c.now
	c.ticks[d] <- c.now
}
