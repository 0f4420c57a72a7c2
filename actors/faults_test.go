// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/embeddedkafka"
)

func TestWhatATaskCannotDoFailsItWithATraceThatSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	for name, c := range map[string]struct {
		config map[string]string
		want   []string
	}{
		"a record larger than the topic takes": {
			map[string]string{"connector.class": "FileStreamSource", "file": write("large.txt", strings.Repeat("x", 2<<20)+"\n"), "topic": "large"},
			[]string{"topic large", "larger than", "max.message.bytes"},
		},
		"a topic that is not there and not made": {
			map[string]string{"connector.class": "FileStreamSource", "file": write("small.txt", "x\n"), "topic": "missing", "producer.override.max.block.ms": "1000"},
			[]string{"topic missing", "does not exist", "create it"},
		},
		"a topic with a name that cannot be": {
			map[string]string{"connector.class": "FileStreamSource", "file": write("small2.txt", "x\n"), "topic": "no such/topic", "producer.override.max.block.ms": "1000"},
			[]string{"no such/topic"},
		},
		"an input that is a folder": {
			map[string]string{"connector.class": "FileStreamSource", "file": dir, "topic": "folder"},
			[]string{dir},
		},
		"an output on a full disk": {
			map[string]string{"connector.class": "FileStreamSink", "file": "/dev/full", "topics": "filled"},
			[]string{"/dev/full", "no space left"},
		},
		"a dead letter queue with more replicas than there are brokers": {
			map[string]string{"connector.class": "FileStreamSink", "file": filepath.Join(dir, "dead.txt"), "topics": "filled", "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dead"},
			[]string{"Could not initialize dead letter queue with topic=dead", "errors.deadletterqueue.topic.replication.factor"},
		},
		"a converter that is not here": {
			map[string]string{"connector.class": "FileStreamSource", "file": write("small3.txt", "x\n"), "topic": "filled", "value.converter": "com.example.NoConverter"},
			nil, // refused when it is created
		},
	} {
		t.Run(name, func(t *testing.T) {
			broker, err := embeddedkafka.Open(embeddedkafka.Config{Log: slog.New(slog.DiscardHandler), NoAutoCreate: true})
			require.NoError(t, err)
			defer func() { require.NoError(t, broker.Close()) }()
			createTopics(t, broker.Addr(), "large", "folder", "filled")
			produce(t, broker.Addr(), "filled", "a line")
			w := startWorker(t, broker, plugins(), nil)
			defer w.stop(t)
			c.config["name"] = "c"
			_, err = w.CreateConnector(t.Context(), connect.CreateRequest{Name: "c", Config: connect.Raw(c.config)})
			if c.want == nil {
				require.Equal(t, connect.BadConfig, connect.Classify(err))
				return
			}
			require.NoError(t, err)
			status := w.until(t, "c", connect.Running, connect.Failed)
			for _, want := range c.want {
				assert.Contains(t, status.Tasks[0].Trace, want)
			}
		})
	}
}

func createTopics(t *testing.T, broker string, topics ...string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	require.NoError(t, err)
	defer client.Close()
	_, err = kadm.NewClient(client).CreateTopics(t.Context(), 1, 1, nil, topics...)
	require.NoError(t, err)
}

func produce(t *testing.T, broker, topic, value string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Value: []byte(value)}).FirstErr())
}
