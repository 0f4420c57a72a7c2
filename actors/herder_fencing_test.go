// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

func TestTasksOfAnEarlierConfigurationAreFencedAsKafkaConnectDoes(t *testing.T) {
	for name, c := range map[string]struct {
		pending             bool
		fenced, count, want int
		write               bool
	}{
		"fenced already":                    {fenced: 3, count: 3},
		"never run exactly once":            {pending: true, fenced: -1, count: 3, write: true},
		"one task that is followed by one":  {pending: true, fenced: 1, count: 1, write: true},
		"one task that is followed by more": {pending: true, fenced: 1, count: 2, want: 1, write: true},
		"one task that is followed by none": {pending: true, fenced: 1, count: 0, want: 1, write: true},
		"more that are followed by one":     {pending: true, fenced: 3, count: 1, want: 3, write: true},
		"none that are followed by some":    {pending: true, fenced: 0, count: 2, write: true},
	} {
		t.Run(name, func(t *testing.T) {
			tasks, write := fencingNeeded(clusterlog.Connector{PendingFencing: c.pending, FencedTasks: c.fenced, TaskCount: c.count})
			assert.Equal(t, c.want, tasks)
			assert.Equal(t, c.write, write)
		})
	}
}

// stateOf is what records add up to.
func stateOf(records ...clusterlog.Record) clusterlog.State {
	reader := clusterlog.NewReader()
	for i, r := range records {
		reader.Apply(int64(i), []byte(r.Key), r.Value)
	}
	return reader.State()
}

func TestARoundOfFencingIsWrittenForTheConfigurationThatItWasFor(t *testing.T) {
	config, tasks := clusterlog.ConnectorRecord("c", connect.RawConfig{}), clusterlog.TaskRecords("c", make([]connect.RawConfig, 1))
	commit, count := clusterlog.CommitRecord("c", 1), clusterlog.TaskCountRecord("c", 1)
	refuse := unlessFenced(fencingOf{"c", 0})
	require.NoError(t, refuse(stateOf(config, tasks[0], commit)))
	require.ErrorIs(t, refuse(stateOf(config, tasks[0], commit, count)), errNothingToWrite)
	require.Equal(t, connect.NotFound, connect.Classify(refuse(stateOf())))
	err := refuse(stateOf(config, tasks[0], commit, tasks[0], commit))
	require.EqualError(t, err, "Fencing failed because new task configurations were generated for the connector")
	require.True(t, passes(err), "the task asks again")
}

func TestAClaimThatFailsSaysWhatToDo(t *testing.T) {
	lease, err := newPool(Runtime{}.withDefaults()).Producer(map[string]string{"bootstrap.servers": "k:9092", "transactional.id": "g-c-0", "transaction.timeout.ms": "900000"})
	require.NoError(t, err)
	defer lease.Close()
	r := &sourceRun{lifeOf: lifeOf{env: &environment{config: Config{Raw: map[string]string{"group.id": "g"}}}}, producer: lease}
	require.EqualError(t, r.claimFailure(t.Context(), kerr.TransactionalIDAuthorizationFailed), "take the transactional id g-c-0: "+kerr.TransactionalIDAuthorizationFailed.Error()+
		" (User:ANONYMOUS has no right to use the transactional id g-c-0, without which its records cannot be written exactly once; an administrator gives it with: "+
		"kafka-acls --bootstrap-server k:9092 --add --allow-principal User:ANONYMOUS --operation Write --operation Describe --transactional-id g- --resource-pattern-type prefixed)")
	require.ErrorContains(t, r.claimFailure(t.Context(), kerr.InvalidTransactionTimeout), "lower producer.override.transaction.timeout.ms of the connector, which is 15m0s now")
	require.Equal(t, connect.Fenced, connect.Classify(r.claimFailure(t.Context(), kerr.ProducerFenced)))
	var unsettled *unsettledError
	require.ErrorAs(t, r.claimFailure(t.Context(), errors.New("no broker answers")), &unsettled)
	ended, end := context.WithCancelCause(t.Context())
	end(errEnded)
	require.ErrorIs(t, r.claimFailure(ended, kerr.InvalidTransactionTimeout), errEnded)
}

func TestTheTransactionalIDOfATaskIsKafkaConnects(t *testing.T) {
	props := kafkaconfig.ExactlyOnceProducer(map[string]string{"group.id": "g"}, map[string]string{"producer.override.transactional.id": "mine", "producer.override.enable.idempotence": "false"}, "c-1", 2)
	require.Equal(t, "g-c-1-2", props["transactional.id"])
	require.Equal(t, "true", props["enable.idempotence"])
}
