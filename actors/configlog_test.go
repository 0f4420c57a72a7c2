// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/internal/topiclog"
)

// TestNewsOfTheConfigTopicAreTakenTogether has the herder busy while records come: it takes all of them at once, each once, with a state
// that has them.
func TestNewsOfTheConfigTopicAreTakenTogether(t *testing.T) {
	system := quietSystem()
	told := 0
	f := &configFollower{env: &environment{herder: actor.NewPID("nonhost", "nobody")}, root: system.Root, reader: clusterlog.NewReader()}
	read := func(r clusterlog.Record) {
		told++
		f.apply(topiclog.Record{Key: []byte(r.Key), Value: r.Value, Offset: int64(told)})
	}
	read(clusterlog.ConnectorRecord("before", nil))
	read(clusterlog.Record{Key: "longshore-generation", Value: []byte("{}")})
	f.endReplay()
	news, untaken := f.take()
	require.True(t, untaken)
	require.Empty(t, news.events, "what was there when the worker started has no events")
	require.Len(t, news.own, 1)
	require.Equal(t, []string{"before"}, news.state.Connectors())

	_, untaken = f.take()
	require.False(t, untaken)
	read(clusterlog.ConnectorRecord("a", nil))
	read(clusterlog.Record{Key: "longshore-generation", Value: []byte("{}")})
	read(clusterlog.LoggerRecord("x", "INFO"))
	read(clusterlog.DeleteRecords("before")[0])
	news, untaken = f.take()
	require.True(t, untaken)
	require.Equal(t, []clusterlog.Event{clusterlog.ConnectorConfigured{Name: "a"}, clusterlog.LoggerLevelSet{Namespace: "x", Level: "INFO"},
		clusterlog.ConnectorRemoved{Name: "before"}}, news.events)
	require.Len(t, news.own, 1)
	require.Equal(t, []string{"a"}, news.state.Connectors())
	_, untaken = f.take()
	require.False(t, untaken)
}

func TestADrainLetsTheWriteThatIsUnderWayEnd(t *testing.T) {
	w := prepared().start(t, nil)
	release := w.config.block()
	defer release()
	created, drained := make(chan error, 1), make(chan error, 1)
	go func() { created <- w.SetClusterLoggerLevel(context.Background(), "last", "INFO") }()
	require.Eventually(t, func() bool { return w.config.waiting.Load() == 1 }, timeToSee, tick)
	go func() { drained <- w.Drain(context.Background()) }()
	require.Eventually(t, func() bool {
		_, _, err := w.Health(t.Context())
		return err == nil // the worker goes on answering meanwhile
	}, timeToSee, tick)
	require.False(t, w.config.closed.Load())
	release()
	require.NoError(t, <-drained)
	require.NoError(t, <-created)
	require.Equal(t, []string{`logger-cluster-last => {"level":"INFO"}`}, w.config.log())
	require.True(t, w.config.closed.Load())
}
