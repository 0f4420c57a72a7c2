// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/clock"
)

// registry is a Kafka that knows topics and writes down what it is asked.
type registry struct {
	topics   map[string]error // of a description; nil for a topic that is there
	refusals map[string]kadm.CreateTopicResponse
	away     int // that many calls fail
	calls    []string
}

func (r *registry) unreachable() error {
	if r.away--; r.away >= 0 {
		return errors.New("unreachable")
	}
	return nil
}

func (r *registry) ListTopics(_ context.Context, topics ...string) (kadm.TopicDetails, error) {
	r.calls = append(r.calls, fmt.Sprint("describe ", topics))
	if err := r.unreachable(); err != nil {
		return nil, err
	}
	found := kadm.TopicDetails{}
	for _, topic := range topics {
		err, known := r.topics[topic]
		if !known {
			err = kerr.UnknownTopicOrPartition
		}
		found[topic] = kadm.TopicDetail{Topic: topic, Err: err}
	}
	return found, nil
}

func (r *registry) CreateTopics(_ context.Context, partitions int32, replicas int16, configs map[string]*string, topics ...string) (kadm.CreateTopicResponses, error) {
	var policy string
	if p := configs["cleanup.policy"]; p != nil {
		policy = *p
	}
	r.calls = append(r.calls, fmt.Sprint("create ", topics, " ", partitions, "x", replicas, policy))
	if err := r.unreachable(); err != nil {
		return nil, err
	}
	made := kadm.CreateTopicResponses{}
	for _, topic := range topics {
		made[topic] = r.refusals[topic]
		if made[topic].Err == nil {
			r.topics[topic] = nil
		}
	}
	return made, nil
}

var groupProps = map[string]string{
	"topic.creation.groups":             "compacted, wide",
	"topic.creation.default.partitions": "3", "topic.creation.default.replication.factor": "-1",
	"topic.creation.compacted.include": "c_.*, k_.*", "topic.creation.compacted.exclude": "c_not_.*", "topic.creation.compacted.cleanup.policy": "compact",
	"topic.creation.wide.include": ".*_.*", "topic.creation.wide.partitions": "9",
}

func newCreation(t *testing.T, admin topicAdmin) *topicCreation {
	groups, err := validate.ReadTopicGroups(groupProps)
	require.NoError(t, err)
	return &topicCreation{admin: admin, groups: groups, broker: "b:9092", clock: instantly{}, random: func() float64 { return 0 },
		log: slog.New(slog.DiscardHandler), known: map[string]bool{}}
}

// instantly is a clock that does not let anybody wait.
type instantly struct{ clock.System }

func (instantly) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func goingTo(topics ...string) []flight {
	flights := make([]flight, len(topics))
	for i, topic := range topics {
		flights[i].record = kgo.Record{Topic: topic}
	}
	return flights
}

func TestATopicIsMadeAsItsFirstGroupSays(t *testing.T) {
	for topic, want := range map[string]string{
		"c_a": "3x-1compact", "k_a": "3x-1compact", // the default's partitions
		"c_not_a": "9x-1", "a_b": "9x-1", "ac_": "9x-1", // a pattern matches the whole name
		"plain": "3x-1",
	} {
		kafka := &registry{topics: map[string]error{}}
		require.NoError(t, newCreation(t, kafka).ensure(t.Context(), goingTo(topic)))
		require.Equal(t, []string{"describe [" + topic + "]", "create [" + topic + "] " + want}, kafka.calls)
	}
}

func TestTopicsAreLookedUpTogetherAndOnce(t *testing.T) {
	kafka := &registry{topics: map[string]error{"there": nil, "leaderless": kerr.LeaderNotAvailable}}
	c := newCreation(t, kafka)
	for range 3 {
		require.NoError(t, c.ensure(t.Context(), goingTo("there", "a", "there", "leaderless", "b", "a")))
	}
	require.NoError(t, c.ensure(t.Context(), nil))
	require.Equal(t, []string{"describe [there a leaderless b]", "create [a b] 3x-1"}, kafka.calls)
}

func TestATopicThatSomebodyElseMakesMeanwhileIsAsGood(t *testing.T) {
	kafka := &registry{topics: map[string]error{}, refusals: map[string]kadm.CreateTopicResponse{"a": {Err: kerr.TopicAlreadyExists}}}
	c := newCreation(t, kafka)
	require.NoError(t, c.ensure(t.Context(), goingTo("a")))
	require.True(t, c.known["a"])
}

func TestAKafkaThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	kafka := &registry{topics: map[string]error{}, away: 2}
	require.NoError(t, newCreation(t, kafka).ensure(t.Context(), goingTo("a")))
	require.Equal(t, []string{"describe [a]", "describe [a]", "describe [a]", "create [a] 3x-1"}, kafka.calls)

	slow := &registry{topics: map[string]error{}, refusals: map[string]kadm.CreateTopicResponse{"a": {Err: kerr.RequestTimedOut}}}
	ctx, cancel := context.WithCancelCause(t.Context())
	c := newCreation(t, slow)
	c.clock = endsIt{cancel: cancel}
	require.ErrorIs(t, c.ensure(ctx, goingTo("a")), errEnded)
}

// endsIt is a clock during whose pauses the life is ended.
type endsIt struct {
	clock.System
	cancel context.CancelCauseFunc
}

func (e endsIt) Sleep(ctx context.Context, _ time.Duration) error {
	e.cancel(errEnded)
	return ctx.Err()
}

func TestATopicThatCannotBeMadeFailsTheTaskInKafkasWords(t *testing.T) {
	const wide = "(name=a_b, numPartitions=9, replicationFactor=-1, replicasAssignments=null, configs={})"
	for name, c := range map[string]struct {
		described error
		answer    kadm.CreateTopicResponse
		want      string
	}{
		"no right to make it": {kerr.UnknownTopicOrPartition, kadm.CreateTopicResponse{Err: kerr.TopicAuthorizationFailed},
			"Task failed to create new topic " + wide + ". Ensure that the task is authorized to create topics or that the topic exists and restart the task"},
		"a wrong setting": {kerr.UnknownTopicOrPartition, kadm.CreateTopicResponse{Err: kerr.InvalidConfig, ErrMessage: "Unknown topic config name: x"},
			"Unable to create topic(s) 'a_b'"},
		"too many replicas": {kerr.UnknownTopicOrPartition, kadm.CreateTopicResponse{Err: kerr.InvalidReplicationFactor, ErrMessage: "only 1 broker"},
			"Error while attempting to create/find topic(s) 'a_b'"},
		"no right to look":        {kerr.TopicAuthorizationFailed, kadm.CreateTopicResponse{}, "Not authorized to describe topic(s) 'a_b' on the brokers b:9092"},
		"a name that cannot be":   {kerr.InvalidTopicException, kadm.CreateTopicResponse{}, "Error while attempting to describe topics 'a_b'"},
		"the words of the broker": {kerr.UnknownTopicOrPartition, kadm.CreateTopicResponse{Err: kerr.PolicyViolation, ErrMessage: "no names with a"}, "no names with a"},
	} {
		t.Run(name, func(t *testing.T) {
			kafka := &registry{topics: map[string]error{"a_b": c.described}, refusals: map[string]kadm.CreateTopicResponse{"a_b": c.answer}}
			err := newCreation(t, kafka).ensure(t.Context(), goingTo("a_b"))
			require.ErrorContains(t, err, c.want)
			require.NotEqual(t, connect.Transient, connect.Classify(err))
		})
	}
}

func TestOneTopicThatCannotBeMadeDoesNotHideTheOthers(t *testing.T) {
	kafka := &registry{topics: map[string]error{}, refusals: map[string]kadm.CreateTopicResponse{"b": {Err: kerr.PolicyViolation}}}
	c := newCreation(t, kafka)
	require.ErrorIs(t, c.ensure(t.Context(), goingTo("a", "b", "c")), kerr.PolicyViolation)
	require.True(t, c.known["a"] && c.known["c"] && !c.known["b"])
}

func TestATaskWhoseTopicsAreTheBrokersMatterAsksForNone(t *testing.T) {
	var none *topicCreation
	require.NoError(t, none.ensure(t.Context(), goingTo("a")))
	none.close()
}
