// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

const (
	soon  = 20 * time.Second
	again = 5 * time.Millisecond
)

// atHand is a clock whose alarms the test lets go off.
type atHand struct {
	clock.System
	mu     sync.Mutex
	alarms []func()
}

func (c *atHand) AfterFunc(_ time.Duration, f func()) func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alarms = append(c.alarms, f)
	return func() bool { return true }
}

// ring lets go off all that are set, and says how many those were.
func (c *atHand) ring() int {
	c.mu.Lock()
	alarms := c.alarms
	c.alarms = nil
	c.mu.Unlock()
	for _, f := range alarms {
		f()
	}
	return len(alarms)
}

// port is a broker that leaves out what it is sent for some topics, and a pool of clients for it.
type port struct {
	*testing.T
	*kafkaconfig.Pool
	cluster *kfake.Cluster
	clock   *atHand

	mu      sync.Mutex
	blocked map[[16]byte]bool
	refuse  *kerr.Error // what it answers to whoever wants a producer's id
}

const sharedID = "longshore-producer-here"

func newPort(t *testing.T, topics ...string) *port {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, topics...))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	p := &port{T: t, cluster: cluster, clock: &atHand{}, blocked: map[[16]byte]bool{}}
	p.Pool = kafkaconfig.NewPool(kafkaconfig.PoolOptions{Clock: p.clock, SharedID: sharedID})
	t.Cleanup(func() { require.Zero(t, p.Clients(), "clients are left open") })
	cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		p.mu.Lock()
		defer p.mu.Unlock()
		produce := request.(*kmsg.ProduceRequest)
		produce.Topics = slices.DeleteFunc(produce.Topics, func(topic kmsg.ProduceRequestTopic) bool { return p.blocked[topic.TopicID] })
		return nil, nil, false
	})
	cluster.ControlKey(int16(kmsg.InitProducerID), func(request kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.refuse == nil {
			return nil, nil, false
		}
		response := request.ResponseKind().(*kmsg.InitProducerIDResponse)
		response.ErrorCode = p.refuse.Code
		return response, nil, true
	})
	return p
}

func (p *port) client() *kgo.Client {
	client, err := kgo.NewClient(kgo.SeedBrokers(p.cluster.ListenAddrs()...))
	require.NoError(p, err)
	p.Cleanup(client.Close)
	return client
}

// block has the broker say nothing to records of a topic, or take them again.
func (p *port) block(topic string, on bool) {
	found, err := kadm.NewClient(p.client()).ListTopics(p.Context(), topic)
	require.NoError(p, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.blocked[found[topic].ID] = on
}

func (p *port) props(pairs ...string) map[string]string {
	props := map[string]string{"bootstrap.servers": strings.Join(p.cluster.ListenAddrs(), ","), "client.id": "connector-producer-x-0", "delivery.timeout.ms": "2147483647", "linger.ms": "0"}
	for i := 0; i < len(pairs); i += 2 {
		props[pairs[i]] = pairs[i+1]
	}
	return props
}

// writer is a sender with what became of its records.
type writer struct {
	*kafkaconfig.Sender
	t *testing.T

	mu     sync.Mutex
	landed []string
	failed []error
}

func (p *port) share(pairs ...string) *writer {
	s, err := p.SharedSender(p.props(pairs...))
	require.NoError(p, err)
	p.Cleanup(s.Close)
	return &writer{Sender: s, t: p.T}
}

func (w *writer) write(topic string, values ...string) {
	for _, value := range values {
		w.Produce(w.t.Context(), &kgo.Record{Topic: topic, Partition: kafkaconfig.Unset, Value: []byte(value)}, func(r *kgo.Record, err error) {
			w.mu.Lock()
			defer func() {
				w.mu.Unlock()
				w.Landed(err)
			}()
			if err != nil {
				w.failed = append(w.failed, err)
				return
			}
			w.landed = append(w.landed, string(r.Value))
		})
	}
}

// outcome is what has become of the records so far.
func (w *writer) outcome() (landed []string, failed []error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.landed), slices.Clone(w.failed)
}

// writes has records land, each before this returns.
func (w *writer) writes(topic string, values ...string) {
	w.t.Helper()
	before, _ := w.outcome()
	w.write(topic, values...)
	ctx, cancel := context.WithTimeout(w.t.Context(), soon)
	defer cancel()
	require.NoError(w.t, w.Flush(ctx))
	landed, failed := w.outcome()
	require.Equal(w.t, append(before, values...), landed)
	require.Empty(w.t, failed)
}

// fails returns the error of a record.
func (w *writer) fails(topic, value string) error {
	w.t.Helper()
	_, before := w.outcome()
	w.write(topic, value)
	require.Eventually(w.t, func() bool { _, failed := w.outcome(); return len(failed) > len(before) }, soon, again)
	_, failed := w.outcome()
	return failed[len(before)]
}

// holds returns the values of a topic.
func (p *port) holds(topic string, n int) []string {
	client, err := kgo.NewClient(kgo.SeedBrokers(p.cluster.ListenAddrs()...), kgo.ConsumeTopics(topic))
	require.NoError(p, err)
	defer client.Close()
	ctx, cancel := context.WithTimeout(p.Context(), soon)
	defer cancel()
	var values []string
	for len(values) < n {
		fetched := client.PollFetches(ctx)
		require.NoError(p, fetched.Err0())
		fetched.EachRecord(func(r *kgo.Record) { values = append(values, string(r.Value)) })
	}
	return values
}
