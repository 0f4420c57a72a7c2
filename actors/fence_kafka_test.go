// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package actors

import (
	"errors"
	"log/slog"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func offsetsTopicIn(t *testing.T, broker *kafkatest.Broker) *kgo.Client {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()))
	require.NoError(t, err)
	t.Cleanup(client.Close)
	_, err = kadm.NewClient(client).CreateTopic(t.Context(), 25, 1, nil, "offsets")
	require.NoError(t, err)
	return client
}

func TestASuccessorKeepsLateOffsetsOutOfKafka(t *testing.T) {
	broker := kafkatest.StartBroker(t)
	offsetsTopicIn(t, broker)
	aSuccessorKeepsLateOffsetsOut(t, broker.Addr())
}

// TestAWorkerWithoutTheRightToItsIDWritesOffsetsInKafka gives a user all that a worker needs for the offsets topic and no more.
func TestAWorkerWithoutTheRightToItsIDWritesOffsetsInKafka(t *testing.T) {
	broker := kafkatest.StartBroker(t, kafkatest.WithUsers(map[string]string{"alice": "secret"}))
	admin := offsetsTopicIn(t, broker)
	request := kmsg.NewPtrCreateACLsRequest()
	for _, operation := range []kmsg.ACLOperation{kmsg.ACLOperationRead, kmsg.ACLOperationWrite, kmsg.ACLOperationDescribe} {
		acl := kmsg.NewCreateACLsRequestCreation()
		acl.ResourceType, acl.ResourceName, acl.ResourcePatternType = kmsg.ACLResourceTypeTopic, "offsets", kmsg.ACLResourcePatternTypeLiteral
		acl.Principal, acl.Host, acl.Operation, acl.PermissionType = "User:alice", "*", operation, kmsg.ACLPermissionTypeAllow
		request.Creations = append(request.Creations, acl)
	}
	response, err := request.RequestWith(t.Context(), admin)
	require.NoError(t, err)
	for _, result := range response.Results {
		require.Zero(t, result.ErrorCode)
	}
	login := map[string]string{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.jaas.config": kafkatest.PlainLogin("alice", "secret")}
	untilMayRead(t, broker, login)
	w := openOffsetsOf(t, "a:1", broker.SecureAddr(), login)
	writesWithoutID(t, w, "User:alice")
	require.NotContains(t, w.said.String(), "secret")
}

// untilMayRead waits for the rights to reach the broker.
func untilMayRead(t *testing.T, broker *kafkatest.Broker, login map[string]string) {
	props := map[string]string{"bootstrap.servers": broker.SecureAddr()}
	maps.Copy(props, login)
	lease, err := newPool(Runtime{Log: slog.New(slog.DiscardHandler)}).Plain(props)
	require.NoError(t, err)
	defer lease.Close()
	require.NoError(t, kafkatest.Eventually(timeToSee, 10*tick, func() error {
		starts, err := kadm.NewClient(lease.Client).ListStartOffsets(t.Context(), "offsets")
		return errors.Join(err, starts.Error())
	}))
}
