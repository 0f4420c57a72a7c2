// SPDX-License-Identifier: Apache-2.0

package topiclog_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect/internal/topiclog"
)

func tryEnsure(t *testing.T, cluster *kfake.Cluster, change func(*topiclog.Spec)) (logged string, err error) {
	t.Helper()
	s := spec()
	if change != nil {
		change(&s)
	}
	var out bytes.Buffer
	err = topiclog.Ensure(soon(t), kadm.NewClient(newClient(t, cluster)), s, slog.New(slog.NewTextHandler(&out, nil)))
	return out.String(), err
}

func makeTopic(t *testing.T, cluster *kfake.Cluster, partitions int32, policy string) {
	t.Helper()
	_, err := kadm.NewClient(newClient(t, cluster)).CreateTopic(soon(t), partitions, 1, map[string]*string{"cleanup.policy": &policy}, topic)
	require.NoError(t, err)
}

func TestAMissingTopicIsCreatedCompacted(t *testing.T) {
	cluster := newCluster(t)
	_, err := tryEnsure(t, cluster, func(s *topiclog.Spec) {
		s.Partitions, s.SinglePartition = 3, false
		s.Configs = map[string]string{"cleanup.policy": "delete", "segment.bytes": "1048576"}
	})
	require.NoError(t, err)
	admin := kadm.NewClient(newClient(t, cluster))
	topics, err := admin.ListTopics(soon(t), topic)
	require.NoError(t, err)
	assert.Len(t, topics[topic].Partitions, 3)
	configs, err := admin.DescribeTopicConfigs(soon(t), topic)
	require.NoError(t, err)
	got := map[string]string{}
	for _, c := range configs[0].Configs {
		got[c.Key] = c.MaybeValue()
	}
	assert.Equal(t, "compact", got["cleanup.policy"])
	assert.Equal(t, "1048576", got["segment.bytes"])
}

func TestTheBrokersDefaultsAreMinusOne(t *testing.T) {
	_, err := tryEnsure(t, newCluster(t), func(s *topiclog.Spec) { s.Partitions, s.ReplicationFactor = -1, -1 })
	require.NoError(t, err)
}

func TestATopicThatFitsIsAccepted(t *testing.T) {
	cluster := newCluster(t)
	makeTopic(t, cluster, 1, "compact")
	logged, err := tryEnsure(t, cluster, nil)
	require.NoError(t, err)
	assert.Empty(t, logged)
}

func TestATopicThatIsNotCompactedIsRefusedWithTheCommandThatMendsIt(t *testing.T) {
	for _, policy := range []string{"delete", "compact,delete"} {
		t.Run(policy, func(t *testing.T) {
			cluster := newCluster(t)
			makeTopic(t, cluster, 1, policy)
			_, err := tryEnsure(t, cluster, nil)
			var refused *topiclog.PolicyError
			require.ErrorAs(t, err, &refused)
			assert.EqualError(t, err, "Topic 'connect-configs' supplied via the 'config.storage.topic' property is required to have "+
				"'cleanup.policy=compact' to guarantee consistency and durability of connector configurations, but found the topic currently "+
				"has 'cleanup.policy="+policy+"'. Continuing would likely result in eventually losing connector configurations and problems "+
				"restarting this Connect cluster in the future. Change the 'config.storage.topic' property in the Connect worker "+
				"configurations to use a topic with 'cleanup.policy=compact'. To mend this topic: kafka-configs --bootstrap-server kafka:9092 "+
				"--alter --entity-type topics --entity-name connect-configs --add-config cleanup.policy=compact")
		})
	}
}

func TestASecondPartitionIsRefusedWhereOneIsNeeded(t *testing.T) {
	cluster := newCluster(t)
	makeTopic(t, cluster, 2, "compact")
	_, err := tryEnsure(t, cluster, nil)
	var refused *topiclog.PartitionsError
	require.ErrorAs(t, err, &refused)
	assert.ErrorContains(t, err, "Topic 'connect-configs' supplied via the 'config.storage.topic' property is required to have a single "+
		"partition in order to guarantee consistency of connector configurations, but found 2 partitions.")
	assert.ErrorContains(t, err, "name another topic in 'config.storage.topic'")
}

func TestTooFewBrokersAreWaitedForAndThenNamed(t *testing.T) {
	cluster := newCluster(t)
	_, err := tryEnsure(t, cluster, func(s *topiclog.Spec) { s.ReplicationFactor, s.CreateTimeout = 3, 600*time.Millisecond })
	require.ErrorIs(t, err, kerr.InvalidReplicationFactor)
	assert.ErrorContains(t, err, "3 replicas need as many brokers and 1 answer: start more brokers or set config.storage.replication.factor=1")
}

func TestBrokersThatJoinInTimeAreEnough(t *testing.T) {
	cluster := newCluster(t)
	refused := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Observe: true, Count: -1})
	joined := make(chan error, 1)
	go func() {
		err := refused.Wait(context.Background(), 1)
		for node := int32(1); err == nil && node <= 2; node++ {
			_, _, err = cluster.AddNode(node, 0)
		}
		joined <- err
	}()
	_, err := tryEnsure(t, cluster, func(s *topiclog.Spec) { s.ReplicationFactor = 3 })
	require.NoError(t, receive(t, joined))
	require.NoError(t, err)
}

func TestATopicThatMayNotBeCreatedIsLookedForAndThenMissed(t *testing.T) {
	cluster := newCluster(t)
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.TopicAuthorizationFailed, Count: -1})
	logged, err := tryEnsure(t, cluster, func(s *topiclog.Spec) { s.MetadataTimeout = 600 * time.Millisecond })
	require.ErrorIs(t, err, kerr.UnknownTopicOrPartition)
	assert.ErrorContains(t, err, "Could not look up partition metadata for topic 'connect-configs' in the allotted period.")
	assert.ErrorContains(t, err, "this worker may not create it")
	assert.Contains(t, logged, "may not be created by this worker and is assumed to exist")
}

func TestATopicThatMayNotBeSeenIsRefusedAtOnce(t *testing.T) {
	cluster := newCluster(t)
	makeTopic(t, cluster, 1, "compact")
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Metadata, kmsg.CreateTopics}, Topic: topic, Err: kerr.TopicAuthorizationFailed, Count: -1})
	_, err := tryEnsure(t, cluster, nil)
	require.ErrorIs(t, err, kerr.TopicAuthorizationFailed)
	assert.ErrorContains(t, err, "kafka-acls --bootstrap-server kafka:9092 --add --allow-principal User:alice --operation Read --operation Write "+
		"--operation Describe --operation DescribeConfigs --operation Create --topic connect-configs")
}

func TestSettingsThatMayNotBeReadAreNotChecked(t *testing.T) {
	cluster := newCluster(t)
	makeTopic(t, cluster, 1, "delete")
	cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.DescribeConfigs}, Err: kerr.TopicAuthorizationFailed, Count: -1})
	logged, err := tryEnsure(t, cluster, nil)
	require.NoError(t, err)
	assert.Contains(t, logged, "cannot be read and are not checked")
}
