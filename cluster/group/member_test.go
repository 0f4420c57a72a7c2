// SPDX-License-Identifier: Apache-2.0

package group

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const name = "connect-cluster"

// ours and java are what members of the two kinds bring along.
var (
	ours = []string{protocol}
	java = []string{"sessioned", "compatible", "default"}
)

// scene is a broker with one group.
type scene struct {
	t       *testing.T
	cluster *kfake.Cluster
	mu      sync.Mutex
	log     bytes.Buffer
}

func newScene(t *testing.T) *scene {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.BrokerConfigs(map[string]string{"group.min.session.timeout.ms": "100"}))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	return &scene{t: t, cluster: cluster}
}

func (s *scene) client(id string) *kgo.Client {
	client, err := kgo.NewClient(kgo.SeedBrokers(s.cluster.ListenAddrs()...), kgo.ClientID(id),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }))
	require.NoError(s.t, err)
	s.t.Cleanup(client.Close)
	return client
}

func (s *scene) soon() context.Context {
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	s.t.Cleanup(cancel)
	return ctx
}

// Write takes the log.
func (s *scene) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(p)
}

func (s *scene) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

func (s *scene) options(session time.Duration) Options {
	return Options{Group: name, Worker: "here:8083", Session: session, Heartbeat: 50 * time.Millisecond, Client: s.client("longshore-here:8083"),
		Rights: kafkaconfig.Rights{Bootstrap: "kafka:9092", User: "User:alice"}, Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(s, nil))}
}

func (s *scene) join(session time.Duration) *Member {
	s.t.Helper()
	m, err := Join(s.soon(), s.options(session))
	require.NoError(s.t, err)
	s.t.Cleanup(m.Leave)
	return m
}

// other is a member that a test moves itself, such as a Java worker. It gives no signs of life.
func (s *scene) other(kind string, protocols []string, session time.Duration) *Member {
	o := s.options(session)
	o.Client = s.client("connect-java:8083")
	m := &Member{o: o}
	id, err := m.enterAs(s.soon(), kind, protocols, "")
	require.ErrorIs(s.t, err, kerr.MemberIDRequired)
	m.state.id, err = m.enterAs(s.soon(), kind, protocols, id)
	require.NoError(s.t, err)
	return m
}

func (m *Member) enterAs(ctx context.Context, kind string, protocols []string, id string) (string, error) {
	r := kmsg.NewPtrJoinGroupRequest()
	r.Group, r.ProtocolType, r.MemberID, r.SessionTimeoutMillis = m.o.Group, kind, id, int32(m.o.Session.Milliseconds())
	r.RebalanceTimeoutMillis = r.SessionTimeoutMillis
	for _, p := range protocols {
		r.Protocols = append(r.Protocols, kmsg.JoinGroupRequestProtocol{Name: p})
	}
	got, err := r.RequestWith(ctx, m.o.Client)
	if err != nil {
		return "", err
	}
	return got.MemberID, kerr.ErrorForCode(got.ErrorCode)
}

func (s *scene) awaitState(state string) *kmsg.DescribeGroupsResponseGroup {
	s.t.Helper()
	client := s.client("looking")
	var g kmsg.DescribeGroupsResponseGroup
	require.Eventually(s.t, func() bool {
		r := kmsg.NewPtrDescribeGroupsRequest()
		r.Groups = []string{name}
		got, err := r.RequestWith(s.soon(), client)
		require.NoError(s.t, err)
		g = got.Groups[0]
		return g.State == state
	}, 20*time.Second, 10*time.Millisecond)
	return &g
}

func TestAMemberKeepsWorkersOfKafkaConnectOutUntilItLeaves(t *testing.T) {
	s := newScene(t)
	m := s.join(10 * time.Second)
	g := s.awaitState("Stable")
	require.Equal(t, "connect", g.ProtocolType)
	require.Equal(t, "longshore", g.Protocol)
	require.Len(t, g.Members, 1)
	require.Equal(t, "here:8083", string(g.Members[0].ProtocolMetadata))

	worker := &Member{o: s.options(10 * time.Second)}
	_, err := worker.enterAs(s.soon(), protocolType, java, "")
	require.ErrorIs(t, err, kerr.InconsistentGroupProtocol)
	m.Leave()
	s.other(protocolType, java, 10*time.Second)
	require.Empty(t, m.Lost())
	require.Empty(t, s.said())
}

func TestAMemberStaysLongerThanItsSession(t *testing.T) {
	s := newScene(t)
	beats := s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Observe: true, Count: -1})
	m := s.join(200 * time.Millisecond)
	require.NoError(t, beats.Wait(s.soon(), 12))
	worker := &Member{o: s.options(10 * time.Second)}
	_, err := worker.enterAs(s.soon(), protocolType, java, "")
	require.ErrorIs(t, err, kerr.InconsistentGroupProtocol)
	require.Empty(t, m.Lost())
}

func TestWorkersOfKafkaConnectThatStayAreNamedInTheRefusal(t *testing.T) {
	s := newScene(t)
	s.other(protocolType, java, time.Minute)
	_, err := Join(s.soon(), s.options(300*time.Millisecond))
	var occupied *OccupiedError
	require.ErrorAs(t, err, &occupied)
	require.ErrorContains(t, err, "workers of Kafka Connect run in group connect-cluster (connect-java:8083 on ")
	require.ErrorContains(t, err, "stop them first, or give this worker another group.id and other topics")
	require.NotContains(t, err.Error(), "\n")
	require.Equal(t, 1, strings.Count(s.said(), "waiting for them to leave"), s.said())
}

func TestWorkersOfKafkaConnectThatLeaveInTimeAreWaitedFor(t *testing.T) {
	s := newScene(t)
	worker := s.other(protocolType, java, time.Minute)
	tries := s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Observe: true, Count: -1})
	joined := make(chan error, 1)
	o := s.options(20 * time.Second)
	go func() {
		m, err := Join(s.soon(), o)
		if err == nil {
			m.Leave()
		}
		joined <- err
	}()
	require.NoError(t, tries.Wait(s.soon(), 2))
	require.NoError(t, worker.leave(s.soon(), worker.state.id))
	require.NoError(t, <-joined)
}

func TestAGroupOfConsumersIsRefusedAtOnce(t *testing.T) {
	s := newScene(t)
	s.other("consumer", []string{"range"}, time.Minute)
	_, err := Join(s.soon(), s.options(time.Minute))
	require.ErrorContains(t, err, "group.id=connect-cluster is the group of other clients of this Kafka, of type consumer (connect-java:8083 on ")
	require.ErrorContains(t, err, "give the worker a group.id that nothing else uses")
	require.Empty(t, s.said())
}

func TestTheSecondOfTwoLongshoreWorkersComesInWithoutWaitingForTheFirst(t *testing.T) {
	s := newScene(t)
	s.other(protocolType, ours, time.Minute) // as one that was killed, whose session lasts
	ctx, cancel := context.WithTimeout(s.soon(), 20*time.Second)
	defer cancel()
	m, err := Join(ctx, s.options(10*time.Second))
	require.NoError(t, err)
	m.Leave()
}

func TestAMemberThatWasForgottenComesBack(t *testing.T) {
	for text, code := range map[string]*kerr.Error{
		"its session has ended": kerr.UnknownMemberID, "the others have gone on": kerr.IllegalGeneration, "others come": kerr.RebalanceInProgress,
		"the coordinator moves": kerr.NotCoordinator,
	} {
		t.Run(text, func(t *testing.T) {
			s := newScene(t)
			m := s.join(10 * time.Second)
			s.awaitState("Stable")
			once := s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Err: code})
			require.NoError(t, once.Wait(s.soon(), 1))
			after := s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Observe: true, Count: -1})
			require.NoError(t, after.Wait(s.soon(), 2))
			s.awaitState("Stable")
			require.Empty(t, m.Lost())
			require.Empty(t, s.said())
		})
	}
}

func TestAMemberThatFindsItsGroupTakenOverSaysSo(t *testing.T) {
	s := newScene(t)
	m := s.join(10 * time.Second)
	s.awaitState("Stable")
	s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Err: kerr.UnknownMemberID, Count: -1})
	s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.InconsistentGroupProtocol, Count: -1})
	select {
	case err := <-m.Lost():
		require.ErrorContains(t, err, "workers of Kafka Connect have taken over group connect-cluster while this worker could not be reached")
	case <-s.soon().Done():
		require.FailNow(t, "nobody was told")
	}
}

func TestAMissingRightIsToldWithTheCommandThatGivesIt(t *testing.T) {
	for name, key := range map[string]kmsg.Key{"joining": kmsg.JoinGroup, "finding the coordinator": kmsg.FindCoordinator} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{key}, Err: kerr.GroupAuthorizationFailed, Count: -1})
			_, err := Join(s.soon(), s.options(10*time.Second))
			require.ErrorIs(t, err, kerr.GroupAuthorizationFailed)
			require.ErrorContains(t, err, "kafka-acls --bootstrap-server kafka:9092 --add --allow-principal User:alice --operation Read --group connect-cluster")
		})
	}
}

func TestARightThatIsTakenAwayLaterIsToldOnceAndTheWorkerGoesOn(t *testing.T) {
	s := newScene(t)
	m := s.join(10 * time.Second)
	s.awaitState("Stable")
	denied := s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Err: kerr.GroupAuthorizationFailed, Count: -1})
	require.NoError(t, denied.Wait(s.soon(), 3))
	require.Empty(t, m.Lost())
	require.Equal(t, 1, strings.Count(s.said(), "no member of its group any more"), s.said())
}

func TestASessionThatTheBrokersDoNotAllowIsToldWithTheProperty(t *testing.T) {
	s := newScene(t)
	_, err := Join(s.soon(), s.options(50*time.Millisecond))
	require.ErrorIs(t, err, kerr.InvalidSessionTimeout)
	require.ErrorContains(t, err, "session.timeout.ms=50 must be between")
}

func TestJoiningEndsWithItsContext(t *testing.T) {
	s := newScene(t)
	s.cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.CoordinatorLoadInProgress, Count: -1})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := Join(ctx, s.options(10*time.Second))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "join group connect-cluster")
}
