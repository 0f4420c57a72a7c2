// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

func TestSendersWithEqualPropertiesShareAClient(t *testing.T) {
	p := newPort(t, "a", "b")
	a, b := p.share("client.id", "connector-producer-a-0"), p.share("client.id", "connector-producer-b-3")
	require.Zero(t, p.Clients(), "a task without records needs none")
	a.writes("a", "1", "2")
	b.writes("b", "1")
	require.Equal(t, int64(1), p.Clients())
	require.Equal(t, sharedID, a.Settings.ClientID)
	a.Close()
	b.writes("b", "2")
	b.Close()
	require.Zero(t, p.Clients(), "the last one closes it")
}

func TestSendersThatDifferInAPropertyDoNotShare(t *testing.T) {
	p := newPort(t, "a", "b")
	jaas := func(password string) string {
		return `org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="` + password + `";`
	}
	for name, pairs := range map[string][2][]string{
		"linger":   {{"linger.ms", "1"}, {"linger.ms", "2"}},
		"not set":  {{"max.request.size", "1048576"}, nil},
		"password": {{"sasl.jaas.config", jaas("one")}, {"sasl.jaas.config", jaas("two")}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := p.share(pairs[0]...), p.share(pairs[1]...)
			defer a.Close()
			defer b.Close()
			a.writes("a", name)
			b.writes("b", name)
			require.Equal(t, int64(2), p.Clients())
		})
	}
}

func TestARenewedKeyStoreMakesAnotherClient(t *testing.T) {
	p, store := newPort(t, "a", "b"), filepath.Join(t.TempDir(), "trust.pem")
	require.NoError(t, os.WriteFile(store, []byte("old"), 0o600))
	a := p.share("ssl.truststore.location", store)
	a.writes("a", "1")
	require.NoError(t, os.WriteFile(store, []byte("new"), 0o600))
	b := p.share("ssl.truststore.location", store)
	b.writes("b", "1")
	require.Equal(t, int64(2), p.Clients())
}

func TestAProducerThatOthersCouldHoldUpHasAClientOfItsOwn(t *testing.T) {
	p := newPort(t, "a", "b")
	for name, pairs := range map[string][]string{
		"one request at a time": {"enable.idempotence", "false"},
		"acks":                  {"acks", "1"},
		"limited time":          {"delivery.timeout.ms", "120000"},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := p.share(pairs...), p.share(pairs...)
			defer a.Close()
			defer b.Close()
			a.writes("a", name)
			b.writes("b", name)
			require.Equal(t, int64(2), p.Clients())
			require.Equal(t, "connector-producer-x-0", a.Settings.ClientID)
		})
	}
}

func TestASenderThatDoesNotShareHasAClientOfItsOwn(t *testing.T) {
	p := newPort(t, "a", "b")
	var all []*writer
	for _, topic := range []string{"a", "b"} {
		s, err := p.Sender(p.props())
		require.NoError(t, err)
		w := &writer{Sender: s, t: t}
		w.writes(topic, "1")
		require.Equal(t, "connector-producer-x-0", s.Settings.ClientID)
		all = append(all, w)
	}
	require.Equal(t, int64(2), p.Clients())
	for _, w := range all {
		w.Close()
	}
}

func TestTwoSendersNeverWriteOneTopicByOneClient(t *testing.T) {
	p := newPort(t, "both", "a", "b")
	a, b := p.share(), p.share()
	a.writes("both", "a1")
	b.writes("b", "b1")
	require.Equal(t, int64(1), p.Clients())
	b.writes("both", "b2")
	require.Equal(t, int64(2), p.Clients())
	a.writes("a", "a2")
	b.writes("b", "b3")
	require.Equal(t, []string{"a1", "b2"}, p.holds("both", 2))
	require.Equal(t, []string{"b1", "b3"}, p.holds("b", 2))
}

// TestANewLifeOfATaskLosesNothingToTheOneBefore: a client that forgets a topic and comes back to it numbers its batches from the start, and
// brokers take the first ones for repetitions.
func TestANewLifeOfATaskLosesNothingToTheOneBefore(t *testing.T) {
	p := newPort(t, "a", "b")
	other := p.share()
	other.writes("b", "1")
	for life := range 4 {
		s := p.share()
		s.writes("a", fmt.Sprint(life))
		s.Close()
	}
	other.writes("b", "2")
	require.Equal(t, []string{"0", "1", "2", "3"}, p.holds("a", 4))
	require.Equal(t, int64(1), p.Clients())
}

func TestABlockedTopicHoldsUpNobodyElse(t *testing.T) {
	for name, block := range map[string]func(p *port) string{
		"a topic that is not there": func(*port) string { return "nowhere" },
		"a topic that takes nothing": func(p *port) string {
			p.block("a", true)
			return "a"
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPort(t, "a", "b")
			stuck, other := p.share(), p.share()
			other.writes("b", "first")
			blocked := block(p)
			for n := range 1000 {
				stuck.write(blocked, strings.Repeat("x", 100_000)+fmt.Sprint(n)) // three times what a producer may buffer
			}
			other.writes("b", "1", "2", "3")
			require.Equal(t, int64(1), p.Clients())
			landed, failed := stuck.outcome()
			require.Empty(t, landed)
			require.Empty(t, failed)

			stuck.Close()
			require.Eventually(t, func() bool { _, failed := stuck.outcome(); return len(failed) == 1000 }, soon, again, "its records end with it")
			other.writes("b", "4")
		})
	}
}

func TestFlushWaitsForNobodyElse(t *testing.T) {
	p := newPort(t, "a", "b")
	stuck, other := p.share("linger.ms", "60000"), p.share("linger.ms", "60000")
	p.block("a", true)
	stuck.write("a", "1")
	ctx, cancel := context.WithCancel(t.Context())
	flushed := make(chan error, 1)
	go func() { flushed <- stuck.Flush(ctx) }()
	other.writes("b", "1")
	cancel()
	require.ErrorIs(t, <-flushed, context.Canceled)
	p.block("a", false)
	require.NoError(t, stuck.Flush(t.Context()))
}

func TestARecordThatIsTooLargeFailsAlone(t *testing.T) {
	p := newPort(t, "a", "b")
	a, b := p.share("max.request.size", "10000", "buffer.memory", "5000"), p.share("max.request.size", "10000", "buffer.memory", "5000")
	require.ErrorIs(t, a.fails("a", strings.Repeat("x", 20_000)), kerr.MessageTooLarge)
	require.ErrorIs(t, a.fails("a", strings.Repeat("x", 6_000)), kerr.MessageTooLarge, "of buffer.memory")
	a.Flush(t.Context())
	b.writes("b", "1")
	_, err := kadm.NewClient(p.client()).AlterTopicConfigs(t.Context(), []kadm.AlterConfig{{Name: "max.message.bytes", Value: kadm.StringPtr("1000")}}, "a")
	require.NoError(t, err)
	require.ErrorIs(t, a.fails("a", strings.Repeat("x", 4_000)), kerr.MessageTooLarge, "of the topic")
	b.writes("b", "2")
	a.write("a", "small")
	require.NoError(t, a.Flush(t.Context()))
	landed, _ := a.outcome()
	require.Equal(t, []string{"small"}, landed)
	require.Equal(t, int64(1), p.Clients())
}

func TestWhatComesAfterCloseIsRefused(t *testing.T) {
	p := newPort(t, "a", "b")
	abandoned, other := p.share(), p.share()
	abandoned.writes("a", "1")
	other.writes("b", "1")
	abandoned.Close()
	abandoned.Close()
	require.ErrorIs(t, abandoned.fails("a", "late"), kgo.ErrClientClosed)
	require.ErrorIs(t, abandoned.fails("c", "late"), kgo.ErrClientClosed)
	require.NoError(t, abandoned.Flush(t.Context()))
	other.writes("b", "2")
	require.Equal(t, []string{"1"}, p.holds("a", 1))
}

// TestProducingWhileItIsClosedNeitherHangsNorLoses has many goroutines produce until they are refused.
func TestProducingWhileItIsClosedNeitherHangsNorLoses(t *testing.T) {
	p := newPort(t, "a", "b")
	other := p.share()
	other.writes("b", "1")
	for range 20 {
		s := p.share()
		s.writes("a", "x")
		var all sync.WaitGroup
		began := make(chan struct{}, 8)
		for range 8 {
			all.Go(func() {
				for n := 0; ; n++ {
					said := make(chan error, 1)
					s.Produce(t.Context(), &kgo.Record{Topic: "a", Partition: kafkaconfig.Unset}, func(_ *kgo.Record, err error) {
						said <- err
						s.Landed(err)
					})
					if n == 0 {
						began <- struct{}{}
					}
					if <-said != nil {
						return
					}
				}
			})
		}
		for range 8 {
			<-began
		}
		s.Close()
		all.Wait()
	}
	other.writes("b", "2")
}

func TestWhoIsHeldUpByAnotherLeavesTheClient(t *testing.T) {
	p := newPort(t, "a", "b", "c")
	stuck, other := p.share(), p.share()
	other.writes("b", "1")
	p.block("a", true)
	stuck.write("a", "1")
	require.Equal(t, 1, p.clock.ring())
	require.Equal(t, int64(1), p.Clients())
	other.writes("b", "2")
	require.Equal(t, 1, p.clock.ring())
	other.writes("b", "3")
	require.Equal(t, int64(2), p.Clients(), "one stays, the other goes")
	stuck.write("a", "2")
	stuck.write("c", "1")
	require.Eventually(t, func() bool { landed, _ := stuck.outcome(); return len(landed) == 1 }, soon, again, "it is held up by nothing but its topic")

	p.block("a", false)
	require.NoError(t, stuck.Flush(t.Context()))
	require.Equal(t, 1, p.clock.ring())
	stuck.writes("a", "3")
	require.Equal(t, int64(1), p.Clients(), "and follows when it can")
	require.Zero(t, p.clock.ring()-1, "two use it again")
	require.Equal(t, []string{"1", "2", "3"}, p.holds("a", 3))
	require.Equal(t, []string{"1", "2", "3"}, p.holds("b", 3))
}

func TestNobodyLeavesWhileKafkaIsAway(t *testing.T) {
	p := newPort(t, "a", "b")
	a, b := p.share(), p.share()
	p.block("a", true)
	p.block("b", true)
	a.write("a", "1")
	b.write("b", "1")
	for range 3 {
		require.Equal(t, 1, p.clock.ring())
	}
	p.block("a", false)
	p.block("b", false)
	require.NoError(t, a.Flush(t.Context()))
	require.NoError(t, b.Flush(t.Context()))
	require.Equal(t, int64(1), p.Clients())
}

func TestAClientWithoutTheRightToWriteIsNotGivenOut(t *testing.T) {
	p := newPort(t, "a", "b", "c")
	idle, a := p.share(), p.share()
	p.mu.Lock()
	p.refuse = kerr.ClusterAuthorizationFailed
	p.mu.Unlock()
	require.ErrorIs(t, a.fails("a", "1"), kerr.ClusterAuthorizationFailed)
	require.ErrorIs(t, idle.fails("b", "1"), kerr.ClusterAuthorizationFailed)
	a.Close()
	p.mu.Lock()
	p.refuse = nil
	p.mu.Unlock()
	next := p.share()
	next.writes("a", "2")
	idle.write("b", "2")
	require.NoError(t, idle.Flush(t.Context()))
	landed, _ := idle.outcome()
	require.Equal(t, []string{"2"}, landed)
}

// TestManyWhoProduceWhileTheirClientIsGivenUpLoseNothing: a record that came to the old client after the others have left would fail, or be
// taken for a repetition.
func TestManyWhoProduceWhileTheirClientIsGivenUpLoseNothing(t *testing.T) {
	const goroutines, rounds, each = 4, 40, 5
	p := newPort(t, "a", "b")
	s, other := p.share(), p.share()
	other.writes("b", "1")
	failed := make(chan error, goroutines*rounds*each)
	round := func() {
		var landed sync.WaitGroup
		landed.Add(each)
		for n := range each {
			s.Produce(t.Context(), &kgo.Record{Topic: "a", Partition: kafkaconfig.Unset}, func(_ *kgo.Record, err error) {
				if err != nil {
					failed <- err
				} else if n == 0 {
					err = kerr.UnknownProducerID // as if it had met that
				}
				landed.Done()
				s.Landed(err)
			})
		}
		landed.Wait()
	}
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for range rounds {
				round()
			}
		})
	}
	all.Wait()
	require.NoError(t, s.Flush(t.Context()))
	require.Empty(t, failed)
	require.Greater(t, p.Clients(), int64(1), "it has left")
	require.Len(t, p.holds("a", goroutines*rounds*each), goroutines*rounds*each)
}

func TestAClientTakesSoManySendersAndNoMore(t *testing.T) {
	var topics []string
	for n := range 130 {
		topics = append(topics, fmt.Sprintf("t%d", n))
	}
	p := newPort(t, topics...)
	var all []*writer
	for _, topic := range topics {
		w := p.share()
		w.writes(topic, "1")
		all = append(all, w)
	}
	require.Equal(t, int64(3), p.Clients())
	for _, w := range all {
		w.Close()
	}
}

func TestWrongPropertiesOfASenderAreToldOneByOne(t *testing.T) {
	p := newPort(t)
	_, err := p.SharedSender(p.props("acks", "9", "linger.ms", "x"))
	require.ErrorContains(t, err, "acks")
	require.ErrorContains(t, err, "linger.ms")
	_, err = p.Sender(p.props("acks", "9"))
	require.Error(t, err)
}

func TestASenderIsClosedWhileKafkaIsAway(t *testing.T) {
	p := newPort(t, "a", "b")
	a, b := p.share(), p.share()
	a.writes("a", "1")
	b.writes("b", "1")
	p.cluster.Close()
	a.write("a", "2")
	b.write("b", "2")
	begun := time.Now()
	a.Close()
	require.Less(t, time.Since(begun), soon)
	require.Eventually(t, func() bool { _, failed := a.outcome(); return len(failed) == 1 }, soon, again)
	_, failed := b.outcome()
	require.Empty(t, failed)
}
