// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/embeddedkafka"
)

func openKafka(t *testing.T) string {
	t.Helper()
	kafka, err := embeddedkafka.Open(embeddedkafka.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, kafka.Close()) })
	return kafka.Addr()
}

// startedNode is a worker on a Kafka in memory.
func startedNode(t *testing.T, c *command) *node {
	t.Helper()
	config, errs := runConfig(openKafka(t), 0)
	require.Empty(t, errs)
	log := newLog(c.err, connect.LogDebug, false)
	server, err := listen(t.Context(), config, log)
	require.NoError(t, err)
	n, err := startNode(t.Context(), server, config, c.plugins, log)
	require.NoError(t, err)
	return n
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	c := newCommand("longshore")
	n := startedNode(t, c)
	stopping, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	exit := c.start(t, func(p *program) int {
		return p.tend(tended{node: n, begin: n.awaitKafka, end: func() error {
			defer close(ended)
			close(stopping)
			<-release
			return nil
		}})
	})
	c.signal <- os.Interrupt
	<-stopping
	require.Equal(t, exitCutOff, c.interrupt(t, exit))
	close(release)
	<-ended
}

func TestAWorkerThatCannotBeginIsStopped(t *testing.T) {
	c := newCommand("longshore")
	n := startedNode(t, c)
	exit := c.start(t, func(p *program) int {
		return p.tend(tended{node: n, begin: func(context.Context) error { return errors.New("no way") }})
	})
	require.Equal(t, exitWrong, c.await(t, exit))
	require.Contains(t, c.err.String(), "longshore: no way\n")
}

func TestAWorkerIsHealthyOnceItHasBegun(t *testing.T) {
	c := newCommand("longshore")
	n := startedNode(t, c)
	release := make(chan struct{})
	exit := c.start(t, func(p *program) int {
		return p.tend(tended{node: n, begin: func(ctx context.Context) error {
			err := n.awaitKafka(ctx)
			<-release
			return err
		}})
	})
	api := herder{n.client, &n.ready}
	_, err := n.client.Info(t.Context())
	require.NoError(t, err)
	health, _, err := api.Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, connect.Starting, health)
	close(release)
	require.Eventually(t, func() bool {
		health, _, err := api.Health(t.Context())
		return err == nil && health == connect.Healthy
	}, 30*time.Second, 10*time.Millisecond)
	require.Equal(t, exitDone, c.interrupt(t, exit), c.err.String())
}

func TestATopicThatIsNotCompactedEndsTheWorkerWithALine(t *testing.T) {
	kafka := openKafka(t)
	client, err := kgo.NewClient(kgo.SeedBrokers(kafka))
	require.NoError(t, err)
	defer client.Close()
	policy := "delete"
	_, err = kadm.NewClient(client).CreateTopic(t.Context(), 1, 1, map[string]*string{"cleanup.policy": &policy}, "my-configs")
	require.NoError(t, err)

	c := newCommand("connect-distributed", writeFile(t, t.TempDir(), "worker.properties", "bootstrap.servers="+kafka+`
group.id=g
key.converter=StringConverter
value.converter=StringConverter
listeners=http://localhost:0
config.storage.topic=my-configs
offset.storage.topic=my-offsets
status.storage.topic=my-status
config.storage.replication.factor=1
offset.storage.replication.factor=1
status.storage.replication.factor=1
`))
	require.Equal(t, exitWrong, c.await(t, c.start(t, (*program).distributed)))
	require.Regexp(t, `(?m)^connect-distributed: .*my-configs.*cleanup\.policy.*$`, c.err.String())
}
