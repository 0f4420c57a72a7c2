// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package kafkaconfig_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// theRightToWrite gives alice the topics whose names begin with mine.
func theRightToWrite(t *testing.T, admin *kgo.Client) {
	request := kmsg.NewPtrCreateACLsRequest()
	for _, operation := range []kmsg.ACLOperation{kmsg.ACLOperationWrite, kmsg.ACLOperationDescribe} {
		acl := kmsg.NewCreateACLsRequestCreation()
		acl.ResourceType, acl.ResourceName, acl.ResourcePatternType = kmsg.ACLResourceTypeTopic, "mine", kmsg.ACLResourcePatternTypePrefixed
		acl.Principal, acl.Host, acl.Operation, acl.PermissionType = "User:alice", "*", operation, kmsg.ACLPermissionTypeAllow
		request.Creations = append(request.Creations, acl)
	}
	response, err := request.RequestWith(t.Context(), admin)
	require.NoError(t, err)
	for _, result := range response.Results {
		require.Zero(t, result.ErrorCode)
	}
}

// TestTheTroubleOfOneSenderIsNobodyElsesOnKafka has senders with all sorts of trouble on one client, and one without.
func TestTheTroubleOfOneSenderIsNobodyElsesOnKafka(t *testing.T) {
	broker := kafkatest.StartBroker(t, kafkatest.WithoutAutoCreate(), kafkatest.WithUsers(map[string]string{"alice": "secret"}))
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()))
	require.NoError(t, err)
	defer client.Close()
	admin := kadm.NewClient(client)
	for topic, settings := range map[string]map[string]*string{"mine-good": nil, "theirs": nil,
		"mine-small": {"max.message.bytes": kadm.StringPtr("1000")}} {
		_, err := admin.CreateTopic(t.Context(), 1, 1, settings, topic)
		require.NoError(t, err)
	}
	theRightToWrite(t, client)
	pool := kafkaconfig.NewPool(kafkaconfig.PoolOptions{SharedID: sharedID})
	share := func() *writer {
		s, err := pool.SharedSender(with("bootstrap.servers", broker.SecureAddr(), "security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN",
			"sasl.jaas.config", kafkatest.PlainLogin("alice", "secret"), "delivery.timeout.ms", "2147483647"))
		require.NoError(t, err)
		t.Cleanup(s.Close)
		return &writer{Sender: s, t: t}
	}
	good := share()
	require.NoError(t, good.LogIn(t.Context()))
	require.NoError(t, kafkatest.Eventually(soon, 20*again, func() error { // until the rights have reached the broker
		good.write("mine-good", "try")
		_ = good.Flush(t.Context())
		if landed, failed := good.outcome(); len(landed) == 0 {
			return errors.Join(failed...)
		}
		return nil
	}))
	goesOn := func(while string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		before, _ := good.outcome()
		good.write("mine-good", "1", "2", "3")
		require.NoError(t, good.Flush(ctx), while)
		landed, _ := good.outcome()
		require.Len(t, landed, len(before)+3, while)
	}

	stuck := share()
	stuck.write("mine-nowhere", "1", "2")
	goesOn("a topic is not there")
	require.ErrorIs(t, share().fails("theirs", "1"), kerr.TopicAuthorizationFailed)
	goesOn("a topic is forbidden")
	require.ErrorIs(t, share().fails("mine bad/name", "1"), kerr.InvalidTopicException)
	goesOn("a topic cannot be")
	large := share()
	require.ErrorIs(t, large.fails("mine-small", strings.Repeat("x", 2000)), kerr.MessageTooLarge)
	require.ErrorIs(t, large.fails("mine-small", strings.Repeat("x", 2_000_000)), kerr.MessageTooLarge)
	goesOn("records are too large")
	require.Equal(t, int64(1), pool.Clients())

	landed, failed := stuck.outcome()
	require.Empty(t, landed)
	require.Empty(t, failed)
	stuck.Close()
	require.Eventually(t, func() bool { _, failed := stuck.outcome(); return len(failed) == 2 }, soon, again)
	goesOn("one has left")
	next := share()
	next.writes("mine-small", "1")
	require.Equal(t, int64(2), pool.Clients(), "the first client has numbered batches of that topic already")
}
