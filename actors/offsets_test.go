// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/connectors/file"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/topiclog"
)

const (
	alteredText = "The offsets for this connector have been altered successfully"
	resetText   = "The offsets for this connector have been reset successfully"
	notStopped  = "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by " +
		"issuing a 'PUT' request to the '/connectors/c/stop' endpoint"
)

// altering is a hostile source that has a say in changes of its offsets.
type altering struct {
	hostileSource
	alter func(ctx context.Context, offsets []connect.PartitionOffset) (bool, error)
}

func (a altering) AlterOffsets(ctx context.Context, _ map[string]string, offsets []connect.PartitionOffset) (bool, error) {
	return a.alter(ctx, offsets)
}

func alteringCluster(t *testing.T, alter func(context.Context, []connect.PartitionOffset) (bool, error)) *cluster {
	p := plugins()
	p.AddSource("test.AlteringSourceConnector", func() connect.SourceConnector { return altering{hostileSource{newHostile()}, alter} })
	c := startWorker(t, startBroker(t), p, nil)
	c.create(t, "c", map[string]string{"connector.class": "AlteringSource"})
	c.until(t, "c", connect.Running, connect.Running)
	require.NoError(t, c.StopConnector(t.Context(), "c"))
	return c
}

func offset(partition, offset map[string]any) []connect.PartitionOffset {
	return []connect.PartitionOffset{{Partition: partition, Offset: offset}}
}

func (c *cluster) requireOffsets(t *testing.T, name string, want ...connect.PartitionOffset) {
	t.Helper()
	got, err := c.ConnectorOffsets(t.Context(), name)
	require.NoError(t, err)
	require.ElementsMatch(t, want, got)
}

func (c *cluster) untilOffsets(t *testing.T, name string, want []connect.PartitionOffset) {
	t.Helper()
	var got []connect.PartitionOffset
	require.Eventually(t, func() bool {
		got, _ = c.ConnectorOffsets(t.Context(), name)
		return len(got) == len(want) && equalOffsets(got, want)
	}, 15*time.Second, 10*time.Millisecond, "offsets of %s", name)
}

func equalOffsets(a, b []connect.PartitionOffset) bool {
	for i := range a {
		if connect.MustPartition(a[i].Partition).Key() != connect.MustPartition(b[i].Partition).Key() ||
			connect.MustPartition(a[i].Offset).Key() != connect.MustPartition(b[i].Offset).Key() {
			return false
		}
	}
	return true
}

// sourceOffsetsAreChanged is what a file source goes through, with an offsets topic of its own or without.
func sourceOffsetsAreChanged(t *testing.T, c *cluster, more map[string]string) {
	ctx, in := t.Context(), filepath.Join(t.TempDir(), "in.txt")
	require.NoError(t, os.WriteFile(in, []byte("one\ntwo\n"), 0o600))
	config := map[string]string{"connector.class": "FileStreamSource", "file": in, "topic": "lines"}
	for k, v := range more {
		config[k] = v
	}
	c.create(t, "c", config)
	partition := map[string]any{"filename": in}
	c.untilOffsets(t, "c", offset(partition, map[string]any{"position": int64(8)}))

	_, err := c.AlterConnectorOffsets(ctx, "c", offset(partition, map[string]any{"position": int64(4)}))
	require.EqualError(t, err, notStopped)
	require.Equal(t, connect.BadConfig, connect.Classify(err))
	_, err = c.ResetConnectorOffsets(ctx, "c")
	require.EqualError(t, err, notStopped)

	require.NoError(t, c.StopConnector(ctx, "c"))
	message, err := c.AlterConnectorOffsets(ctx, "c", append(
		offset(partition, map[string]any{"position": int64(1)}), offset(partition, map[string]any{"position": int64(4)})...))
	require.NoError(t, err)
	require.Equal(t, alteredText, message)
	c.requireOffsets(t, "c", offset(partition, map[string]any{"position": int64(4)})...)
	_, err = c.AlterConnectorOffsets(ctx, "c", offset(partition, map[string]any{"position": int64(-1)}))
	require.EqualError(t, err, "The value for the 'position' key in the offset should be a non-negative value")
	require.Equal(t, connect.Fatal, connect.Classify(err))

	require.NoError(t, c.ResumeConnector(ctx, "c"))
	c.untilOffsets(t, "c", offset(partition, map[string]any{"position": int64(8)}))
	require.NoError(t, c.StopConnector(ctx, "c"))
	message, err = c.AlterConnectorOffsets(ctx, "c", offset(partition, nil))
	require.NoError(t, err)
	require.Equal(t, alteredText, message)
	c.requireOffsets(t, "c")

	require.NoError(t, c.ResumeConnector(ctx, "c"))
	c.untilOffsets(t, "c", offset(partition, map[string]any{"position": int64(8)}))
	require.NoError(t, c.StopConnector(ctx, "c"))
	for range 2 { // the second finds nothing, which is no error
		message, err = c.ResetConnectorOffsets(ctx, "c")
		require.NoError(t, err)
		require.Equal(t, resetText, message)
		c.requireOffsets(t, "c")
	}
}

func TestOffsetsOfASourceAreShownAlteredAndReset(t *testing.T) {
	c := startWorker(t, startBroker(t), plugins(), nil)
	sourceOffsetsAreChanged(t, c, nil)
	require.NoError(t, c.DeleteConnector(t.Context(), "c"))
}

func TestOffsetsOfAConnectorWithATopicOfItsOwn(t *testing.T) {
	broker := startBroker(t)
	c := startWorker(t, broker, plugins(), map[string]string{"offset.storage.partitions": "3"})
	sourceOffsetsAreChanged(t, c, map[string]string{"offsets.storage.topic": "c-offsets"})
	ownTopicHolds(t, c, broker.Addr())
}

// ownTopicHolds looks at what is in Kafka after a last alteration.
func ownTopicHolds(t *testing.T, c *cluster, broker string) {
	_, err := c.AlterConnectorOffsets(t.Context(), "c", offset(map[string]any{"filename": "x"}, map[string]any{"position": int64(7)}))
	require.NoError(t, err)
	for _, topic := range []string{"c-offsets", "connect-offsets"} {
		require.Eventually(t, func() bool {
			return liveRecords(t, broker, topic)[`["c",{"filename":"x"}]`] == `{"position":7}`
		}, 10*time.Second, 20*time.Millisecond, "topic %s", topic)
		require.Len(t, liveRecords(t, broker, topic), 1, "topic %s", topic)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	require.NoError(t, err)
	defer client.Close()
	admin := kadm.NewClient(client)
	topics, err := admin.ListTopics(t.Context(), "c-offsets")
	require.NoError(t, err)
	require.Len(t, topics["c-offsets"].Partitions, 3, "as many as the worker's offsets topic has")
	configs, err := admin.DescribeTopicConfigs(t.Context(), "c-offsets")
	require.NoError(t, err)
	for _, config := range configs[0].Configs {
		if config.Key == "cleanup.policy" {
			require.Equal(t, "compact", config.MaybeValue())
		}
	}
	_, err = c.ResetConnectorOffsets(t.Context(), "c") // offsets outlive their connector: the next of the name would have them
	require.NoError(t, err)
	require.Empty(t, liveRecords(t, broker, "connect-offsets"))
}

// liveRecords is what compaction leaves of a topic.
func liveRecords(t *testing.T, broker, topic string) map[string]string {
	live := map[string]string{}
	log, err := topiclog.Open(t.Context(), topiclog.Options{Topic: topic, Client: []kgo.Opt{kgo.SeedBrokers(broker)}, Apply: func(r topiclog.Record) {
		if delete(live, string(r.Key)); r.Value != nil {
			live[string(r.Key)] = string(r.Value)
		}
	}})
	require.NoError(t, err)
	log.Close()
	return live
}

func TestKeysThatJavaWroteAreWrittenAgain(t *testing.T) {
	broker := startBroker(t)
	c := startWorker(t, broker, plugins(), nil)
	javaKeyIsWrittenAgain(t, c, broker.Addr())
}

func javaKeyIsWrittenAgain(t *testing.T, c *cluster, broker string) {
	javaKey := `["java",{"topic":"t","partition":0,"cluster":"a"}]`
	log, err := topiclog.Open(t.Context(), topiclog.Options{Topic: "connect-offsets", Client: []kgo.Opt{kgo.SeedBrokers(broker)}, Apply: func(topiclog.Record) {}})
	require.NoError(t, err)
	defer log.Close()
	require.NoError(t, log.Put(t.Context(), []byte(javaKey), []byte(`{"offset":41}`)))
	initial := connect.TargetStopped
	_, err = c.CreateConnector(t.Context(), connect.CreateRequest{Name: "java", InitialState: &initial,
		Config: connect.Raw(map[string]string{"name": "java", "connector.class": "FileStreamSource", "file": "x", "topic": "t"})})
	require.NoError(t, err)
	partition := map[string]any{"cluster": "a", "partition": int64(0), "topic": "t"}
	c.requireOffsets(t, "java", offset(partition, map[string]any{"offset": int64(41)})...)
	_, err = c.AlterConnectorOffsets(t.Context(), "java", offset(partition, nil))
	require.NoError(t, err)
	c.requireOffsets(t, "java")
	require.NotContains(t, liveRecords(t, broker, "connect-offsets"), javaKey)
}

func TestOffsetsOfAStandaloneWorkerAreInItsFile(t *testing.T) {
	c := startStandaloneAt(t, startBroker(t).Addr())
	sourceOffsetsAreChanged(t, c, map[string]string{"offsets.storage.topic": "ignored"})
}

func TestOffsetsOfWhatIsNotThere(t *testing.T) {
	c := startWorker(t, startBroker(t), plugins(), nil)
	_, err := c.ConnectorOffsets(t.Context(), "nope")
	require.EqualError(t, err, "Connector nope not found")
	_, err = c.AlterConnectorOffsets(t.Context(), "nope", offset(nil, nil))
	require.EqualError(t, err, "Connector nope not found")
	_, err = c.ResetConnectorOffsets(t.Context(), "nope")
	require.EqualError(t, err, "Connector nope not found")
	require.Equal(t, connect.NotFound, connect.Classify(err))
}

func TestWhatAConnectorSaysAboutAChangeIsTheAnswer(t *testing.T) {
	var vouched bool
	var refusal error
	var seen []connect.PartitionOffset
	c := alteringCluster(t, func(_ context.Context, offsets []connect.PartitionOffset) (bool, error) {
		seen = append([]connect.PartitionOffset{}, offsets...)
		if errors.Is(refusal, errPanic) {
			panic("boom")
		}
		for i := range offsets {
			offsets[i].Offset = map[string]any{"n": "meddled with"}
		}
		return vouched, refusal
	})
	partition := map[string]any{"p": int64(1)}
	alter := func() (string, error) {
		return c.AlterConnectorOffsets(t.Context(), "c", offset(partition, map[string]any{"n": 1}))
	}

	message, err := alter()
	require.NoError(t, err)
	require.Equal(t, "The Connect framework-managed offsets for this connector have been altered successfully. However, if this connector manages offsets "+
		"externally, they will need to be manually altered in the system that the connector uses.", message)
	require.Equal(t, offset(partition, map[string]any{"n": int64(1)}), seen)
	c.requireOffsets(t, "c", offset(partition, map[string]any{"n": int64(1)})...)
	vouched = true
	message, err = alter()
	require.NoError(t, err)
	require.Equal(t, alteredText, message)
	for text, e := range map[string]error{
		"these do not exist": connect.Errorf(connect.NotFound, "these do not exist"),
		"Failed to modify offsets for connector c because it doesn't support external modification of offsets": errors.ErrUnsupported,
		"Failed to modify offsets for source connector c":                                                      errPanic,
	} {
		refusal = e
		_, err = alter()
		require.EqualError(t, err, text)
		require.Equal(t, connect.Fatal, connect.Classify(err))
	}
	_, err = c.AlterConnectorOffsets(t.Context(), "c", offset(map[string]any{"p": []any{}}, nil))
	require.EqualError(t, err, "Offsets may only contain primitive types as values, but field p contains ARRAY")
	refusal = nil
	message, err = c.ResetConnectorOffsets(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, resetText, message)
	require.Equal(t, offset(partition, nil), seen)
	c.requireOffsets(t, "c")
}

var errPanic = errors.New("panics")

func TestAConnectorThatHangsInAChangeHarmsOnlyLaterChanges(t *testing.T) {
	entered, release := make(chan struct{}, 8), make(chan struct{})
	c := alteringCluster(t, func(context.Context, []connect.PartitionOffset) (bool, error) {
		entered <- struct{}{}
		<-release
		return true, nil
	})
	soon := func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), time.Second) }
	partition := map[string]any{"p": int64(1)}

	ctx, cancel := soon()
	defer cancel()
	_, err := c.AlterConnectorOffsets(ctx, "c", offset(partition, map[string]any{"n": int64(1)}))
	require.EqualError(t, err, "Timed out while calling the 'alterOffsets' method for source connector c")
	<-entered
	atOnce(t, "resume", func(ctx context.Context) error { return c.ResumeConnector(ctx, "c") })
	c.until(t, "c", connect.Running, connect.Running)
	require.NoError(t, c.StopConnector(t.Context(), "c"))
	ctx, cancel = soon()
	defer cancel()
	_, err = c.AlterConnectorOffsets(ctx, "c", offset(partition, map[string]any{"n": int64(2)}))
	require.EqualError(t, err, "Request timed out")
	close(release)
	_, err = c.ResetConnectorOffsets(t.Context(), "c")
	require.NoError(t, err)
	require.Len(t, entered, 1, "the change that timed out was carried out")
	c.requireOffsets(t, "c")
}

func TestAResumeDuringAChangeWaitsForItOrRefusesIt(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	c := alteringCluster(t, func(context.Context, []connect.PartitionOffset) (bool, error) {
		close(entered)
		<-release
		return true, nil
	})
	failed := make(chan error)
	go func() {
		_, err := c.AlterConnectorOffsets(context.Background(), "c", offset(map[string]any{"p": int64(1)}, map[string]any{"n": int64(1)}))
		failed <- err
	}()
	<-entered
	require.NoError(t, c.ResumeConnector(t.Context(), "c"))
	close(release)
	require.EqualError(t, <-failed, notStopped)
	c.until(t, "c", connect.Running, connect.Running)
	c.untilOffsets(t, "c", offset(map[string]any{"p": int64(1)}, map[string]any{"o": int64(1)})) // the task's own
}

// A task that does not end is abandoned; a change waits for that, and nothing of the task comes after it.
func TestAChangeWaitsForTasksThatAreStillEnding(t *testing.T) {
	source := newHostile()
	c := hostileCluster(t, source, newHostile())
	do, release := block()
	defer release()
	source.on("Poll", do)
	c.create(t, "c", map[string]string{"connector.class": "HostileSource"})
	c.until(t, "c", connect.Running, connect.Running)
	require.Eventually(t, func() bool { return source.count("Poll") > 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, c.StopConnector(t.Context(), "c"))
	message, err := c.ResetConnectorOffsets(t.Context(), "c")
	require.NoError(t, err)
	require.Contains(t, message, "manually reset")
	c.peacefulGoesOn(t)
}

func TestAClassThatIsNotThereHasNoOffsets(t *testing.T) {
	broker := startBroker(t)
	c := startWorker(t, broker, plugins(), nil)
	c.create(t, "c", map[string]string{"connector.class": "FileStreamSource", "file": "x", "topic": "t"})
	c.stop(t)
	without := &connect.Plugins{}
	for _, info := range plugins().List() {
		converter, err := plugins().Converter(info.Class)
		if err == nil {
			without.AddConverter(info.Class, func() connect.Converter { return converter })
		}
	}
	without.AddSink(file.SinkClass, file.NewSink)
	without.AddHeaderConverter("org.apache.kafka.connect.storage.SimpleHeaderConverter", func() connect.HeaderConverter {
		made, _ := plugins().HeaderConverter("org.apache.kafka.connect.storage.SimpleHeaderConverter")
		return made
	})
	c = startWorker(t, broker, without, nil)
	_, err := c.ConnectorOffsets(t.Context(), "c")
	require.ErrorContains(t, err, "Class FileStreamSource could not be found")
	require.Equal(t, connect.Fatal, connect.Classify(err))
}

func startStandaloneAt(t *testing.T, broker string) *cluster {
	t.Helper()
	config, errs := actors.StandaloneConfigFrom(map[string]string{"bootstrap.servers": broker, "offset.flush.interval.ms": "100",
		"offset.storage.file.filename": filepath.Join(t.TempDir(), "offsets"), "key.converter": stringconverter.Class, "value.converter": stringconverter.Class})
	require.Empty(t, errs)
	props, err := actors.WorkerProps(config, plugins(), actors.WithRuntime(actors.Runtime{Log: testLog(t)}))
	require.NoError(t, err)
	return spawnCluster(t, props)
}
