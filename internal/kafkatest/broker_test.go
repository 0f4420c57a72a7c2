// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package kafkatest

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

func TestJarsHoldBrokerAndConnect(t *testing.T) {
	dir := Jars(t)
	for _, jar := range []string{"kafka_2.13", "connect-runtime", "connect-file", "connect-json", "connect-transforms", "connect-mirror"} {
		require.FileExists(t, filepath.Join(dir, jar+"-4.1.0.jar"))
	}
}

func TestSharedBrokerKeepsWhatIsProduced(t *testing.T) {
	b, topic := SharedBroker(t), Topic(t)
	Produce(t, b.Addr(), lines(topic, 0, 100)...)
	got := ConsumeAll(t, b.Addr(), topic, 100)
	require.Len(t, got, 100)
	require.Equal(t, "line 99", string(got[99].Value))
	require.Same(t, b, SharedBroker(t))
}

func TestABrokerThatWasKilledHasItsDataAfterStart(t *testing.T) {
	b, topic := StartBroker(t), Topic(t)
	addr, pid := b.Addr(), b.PID()
	Produce(t, addr, lines(topic, 0, 100)...)

	require.NoError(t, b.Kill())
	require.Zero(t, b.PID())
	_, err := net.DialTimeout("tcp", addr, time.Second)
	require.Error(t, err, "something still listens on the killed broker's port")

	require.NoError(t, b.Start())
	require.Equal(t, addr, b.Addr())
	require.NotEqual(t, pid, b.PID())
	Produce(t, addr, lines(topic, 100, 1)...)
	require.Len(t, ConsumeAll(t, addr, topic, 101), 101)

	require.NoError(t, b.Stop())
	require.NoError(t, b.Stop(), "stopping what does not run is fine")
	require.NoError(t, b.Start())
	require.ErrorContains(t, b.Start(), "it runs")
	require.Len(t, ConsumeAll(t, addr, topic, 101), 101)
}

func TestOptionsReachTheBroker(t *testing.T) {
	b := StartBroker(t, WithMaxHeap("400m"), WithoutAutoCreate(), WithProperties(map[string]string{"num.partitions": "3"}))
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.Addr()), kgo.AllowAutoTopicCreation(), kgo.UnknownTopicRetries(0))
	require.NoError(t, err)
	defer cl.Close()

	err = cl.ProduceSync(t.Context(), lines("nobody-created-it", 0, 1)...).FirstErr()
	require.ErrorIs(t, err, kerr.UnknownTopicOrPartition)
	created, err := kadm.NewClient(cl).CreateTopic(t.Context(), -1, -1, nil, "created")
	require.NoError(t, err)
	require.EqualValues(t, 3, created.NumPartitions)
}

func TestTheBrokerHasTheFeaturesOfAFormattedCluster(t *testing.T) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(SharedBroker(t).Addr()))
	require.NoError(t, err)
	defer cl.Close()
	missing, err := missingFeatures(t.Context(), cl)
	require.NoError(t, err)
	require.Empty(t, missing)
}

func TestABrokerThatCannotStartSaysWhatItsLogSays(t *testing.T) {
	_, err := NewBroker(t.Context(), BrokerConfig{Dir: t.TempDir(), Properties: map[string]string{"num.partitions": "none"}})
	require.ErrorContains(t, err, "the process has ended")
	require.ErrorContains(t, err, "num.partitions")
}

func TestNewPortsAreTriedWhenSomebodyTookTheFirst(t *testing.T) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	require.NoError(t, err)
	defer l.Close()
	taken, calls := l.Addr().(*net.TCPAddr).Port, 0
	b := &Broker{cfg: BrokerConfig{Dir: t.TempDir()}, jars: Jars(t)}
	require.NoError(t, b.format())

	err = b.startOn(t.Context(), func(n int) ([]int, error) {
		calls++
		ports, err := freePorts(n)
		if calls == 1 && err == nil {
			ports[0] = taken
		}
		return ports, err
	})
	require.NoError(t, err)
	defer b.Kill()
	require.Equal(t, 2, calls)
	require.NoError(t, metadata(t.Context(), b.Addr()))
}

func lines(topic string, from, n int) []*kgo.Record {
	records := make([]*kgo.Record, n)
	for i := range records {
		records[i] = &kgo.Record{Topic: topic, Value: fmt.Appendf(nil, "line %d", from+i)}
	}
	return records
}

// metadata asks once, so that a paused broker shows as an error.
func metadata(ctx context.Context, addr string) error {
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.RequestRetries(0), kgo.DialTimeout(time.Second),
		kgo.RequestTimeoutOverhead(time.Second))
	if err != nil {
		return err
	}
	defer cl.Close()
	_, err = kadm.NewClient(cl).BrokerMetadata(ctx)
	return err
}
