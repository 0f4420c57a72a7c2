// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestABrokerInMemoryTakesAndGivesRecords(t *testing.T) {
	b := open(t, Config{})
	produce(t, b, numbered("t", 100)...)
	require.Equal(t, "99", string(consume(t, b, "t", 100)[99].Value))
}

func TestARestartKeepsEverything(t *testing.T) {
	cfg := Config{Dir: t.TempDir()}
	b := open(t, cfg)
	addr, id := b.Addr(), b.ClusterID()
	createTopic(t, b, "t", map[string]string{"cleanup.policy": "compact"})
	produce(t, b, &kgo.Record{Topic: "t", Key: []byte("k"), Value: []byte("v")})
	var committed kadm.Offsets
	committed.Add(kadm.Offset{Topic: "t", Partition: 0, At: 1})
	require.NoError(t, admin(t, b).CommitAllOffsets(t.Context(), "group", committed))
	require.NoError(t, b.Close())

	b = open(t, cfg)
	require.Equal(t, addr, b.Addr())
	require.Equal(t, id, b.ClusterID())
	require.Equal(t, "v", string(consume(t, b, "t", 1)[0].Value))
	offsets, err := admin(t, b).FetchOffsets(t.Context(), "group")
	require.NoError(t, err)
	at, ok := offsets.Lookup("t", 0)
	require.True(t, ok)
	require.EqualValues(t, 1, at.At)
	require.Equal(t, "compact", topicConfig(t, b, "t")["cleanup.policy"])
}

func TestTheClusterIDLooksLikeKafkas(t *testing.T) {
	b := open(t, Config{Dir: t.TempDir()})
	m, err := admin(t, b).BrokerMetadata(t.Context())
	require.NoError(t, err)
	require.Equal(t, b.ClusterID(), m.Cluster)
	require.Regexp(t, `^[A-Za-z0-9_-]{22}$`, m.Cluster)
	require.Len(t, m.Brokers, 1)
}

func TestTheWantedPortIsTakenWhenItIsFree(t *testing.T) {
	port := freePort(t)
	b := open(t, Config{Dir: t.TempDir(), Port: port})
	require.Equal(t, net.JoinHostPort(loopback, strconv.Itoa(port)), b.Addr())
}

func TestAnotherPortIsKeptOnceTheWantedOneWasTaken(t *testing.T) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	require.NoError(t, err)
	cfg := Config{Dir: t.TempDir(), Port: l.Addr().(*net.TCPAddr).Port}
	b := open(t, cfg)
	other := b.Addr()
	require.NotEqual(t, l.Addr().String(), other)
	require.NoError(t, b.Close())
	require.NoError(t, l.Close())

	require.Equal(t, other, open(t, cfg).Addr())
}

func TestANewPortIsChosenAndLoggedWhenTheKeptOneIsTaken(t *testing.T) {
	var log logged
	cfg := Config{Dir: t.TempDir(), Log: log.logger()}
	b := open(t, cfg)
	addr := b.Addr()
	require.NoError(t, b.Close())
	l, err := net.Listen("tcp", addr)
	require.NoError(t, err)
	defer l.Close()

	require.NotEqual(t, addr, open(t, cfg).Addr())
	require.Equal(t, 1, log.count("it has a new one"))
}

func TestAnotherKafkaOnTheSamePortIsNoticed(t *testing.T) {
	b := open(t, Config{})
	b.id = "another"
	require.ErrorContains(t, b.verify(t.Context()), "another Kafka")
}

func TestUnknownTopicsAreRefusedWithoutAutoCreate(t *testing.T) {
	b := open(t, Config{NoAutoCreate: true})
	err := client(t, b, kgo.UnknownTopicRetries(0)).ProduceSync(t.Context(), numbered("t", 1)...).FirstErr()
	require.ErrorIs(t, err, kerr.UnknownTopicOrPartition)
}

func TestWhatJavaCannotReadIsNotOffered(t *testing.T) {
	versions, err := admin(t, open(t, Config{})).ApiVersions(t.Context())
	require.NoError(t, err)
	v := versions[0]
	_, offered := v.KeyMaxVersion(int16(kmsg.DescribeTopicPartitions))
	require.False(t, offered)
	create, _ := v.KeyMaxVersion(int16(kmsg.CreateTopics))
	require.EqualValues(t, 4, create)
}

func TestCloseCanBeCalledTwice(t *testing.T) {
	b, err := Open(Config{Dir: t.TempDir()})
	require.NoError(t, err)
	require.NoError(t, b.Close())
	require.NoError(t, b.Close())
}

func TestCloseDisconnectsClientsThatWaitForTopics(t *testing.T) {
	b, err := Open(Config{})
	require.NoError(t, err)
	cl := client(t, b)
	require.NoError(t, cl.Ping(t.Context()))
	require.NoError(t, b.Close())
	require.False(t, b.withCluster(nil))
	b.wanted([]string{"too late"})
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func topicConfig(t *testing.T, b *Broker, topic string) map[string]string {
	t.Helper()
	configs, err := admin(t, b).DescribeTopicConfigs(t.Context(), topic)
	require.NoError(t, err)
	require.Len(t, configs, 1)
	return values(configs[0])
}
