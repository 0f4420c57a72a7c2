// SPDX-License-Identifier: Apache-2.0

//go:build real && linux

package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// slowTaskBudget and slowWorkerBudget are the budgets of the worker whose sinks are slow.
	slowTaskBudget, slowWorkerBudget = 32 << 20, 64 << 20
	// slowMemory is what the worker may take: itself, twice its budget for the collector, what clients read into, and what converters make.
	slowMemory = 60<<20 + 2*slowWorkerBudget + 32<<20
	// atOnce is how long pause and stop may take, whatever a connector is doing.
	atOnce = time.Second
	// watchTime is how long the worker is watched at each step, longer than a session and than a poll may take.
	watchTime = 15 * time.Second
	// grace is how long a task may take to end before it is abandoned, stuckEnd how long a worker whose tasks do not end may take.
	grace, stuckEnd = 3 * time.Second, grace + 4*time.Second
)

// waitingBytes is how much waits in Kafka: 1 GB where there is time for it.
func waitingBytes(t *testing.T) int64 {
	if rounds(t) > fewRounds {
		return 1 << 30
	}
	return 200 << 20
}

func TestASlowSinkIsBoundedAnswersAtOnceAndKeepsItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		putMS       int
		compression kgo.CompressionCodec
		random      bool
		restarted   string
		abandoned   float64
	}{
		"each put takes ten seconds":              {10000, kgo.NoCompression(), true, bothRunning, 2},
		"each put takes a third of a second":      {333, kgo.NoCompression(), true, bothRunning, 0},
		"it never returns":                        {-1, kgo.NoCompression(), true, abandonedBoth, 2},
		"it never returns, records compress well": {-1, kgo.ZstdCompression(), false, abandonedBoth, 2},
	} {
		t.Run(name, func(t *testing.T) {
			broker, topic := kafkatest.SharedBroker(t), kafkatest.Topic(t)
			k := lookInto(t, broker.Addr())
			k.create(topic, 4, "delete")
			w, members := startSlow(t, k, topic, c.putMS)
			k.fill(topic, waitingBytes(t), c.compression, c.random)
			k.watch(w, "connect-"+topic, members)
			w.within(atOnce, http.MethodPut, "/connectors/"+topic+"/pause", "PAUSED [PAUSED PAUSED]")
			k.watch(w, "connect-"+topic, members)
			w.within(atOnce, http.MethodPut, "/connectors/"+topic+"/resume", bothRunning)
			w.within(atOnce, http.MethodPost, "/connectors/"+topic+"/restart?includeTasks=true", "")
			eventually(t, settleLimit, func() error {
				if abandoned := w.metric("longshore_abandoned_total"); abandoned != c.abandoned {
					return fmt.Errorf("%v lives were abandoned", abandoned)
				}
				return nil
			})
			w.await(topic, c.restarted)
			w.within(atOnce, http.MethodPut, "/connectors/"+topic+"/stop", "STOPPED ")
			w.await(topic, "STOPPED []")
			w.within(atOnce, http.MethodDelete, "/connectors/"+topic, gone)
			k.awaitGone("connect-" + topic)
			require.LessOrEqual(t, w.memory(), int64(slowMemory), "most bytes of memory that it has had")
			t.Logf("the worker has had %d MB of memory at most, with %d MB in Kafka", w.memory()>>20, waitingBytes(t)>>20)
			w.endWithin(stuckEnd)
		})
	}
}

// startSlow starts a worker with a slow connector. Its tasks have shared the partitions before there are records: a rebalance would wait for
// the first put.
func startSlow(t *testing.T, k *kafka, topic string, putMS int) (w *worker, members map[string]string) {
	w = slowWorker(t, k.addr)
	w.start()
	w.create(topic, "RUNNING", slowConfig(topic, putMS))
	w.await(topic, bothRunning)
	return w, k.awaitMembers("connect-"+topic, 2)
}

func TestARebalanceWaitsForASinkThatIsStuckNoLongerThanAPollMayTake(t *testing.T) {
	broker, topic := kafkatest.SharedBroker(t), kafkatest.Topic(t)
	k := lookInto(t, broker.Addr())
	k.create(topic, 4, "delete")
	w, _ := startSlow(t, k, topic, -1)
	k.fill(topic, 10<<20, kgo.NoCompression(), true)
	k.awaitBusy(w, 2)
	other, err := kgo.NewClient(kgo.SeedBrokers(broker.Addr()), kgo.ConsumerGroup("connect-"+topic), kgo.ConsumeTopics(topic),
		kgo.Balancers(kgo.RangeBalancer()), kgo.DisableAutoCommit(),
		kgo.RebalanceTimeout(5*time.Second)) // the longest one of its members is the group's
	require.NoError(t, err)
	defer other.Close()
	ctx, cancel := context.WithTimeout(t.Context(), settleLimit)
	defer cancel()
	began := time.Now()
	require.NoError(t, other.PollFetches(ctx).Err0())
	t.Logf("another member has its part after %s", time.Since(began).Round(time.Millisecond))
	require.Less(t, time.Since(began), 15*time.Second, "a poll may take five")
	w.within(atOnce, http.MethodPut, "/connectors/"+topic+"/pause", "PAUSED [PAUSED PAUSED]")
	w.within(atOnce, http.MethodPut, "/connectors/"+topic+"/stop", "STOPPED ")
	w.await(topic, "STOPPED []")
	w.endWithin(stuckEnd)
}

func TestAWorkerEndsInTimeWhileItsSinksAreStuck(t *testing.T) {
	for name, c := range map[string]struct {
		putMS int
		// others is how many workers stay, who take the work over.
		others int
	}{
		"each put takes ten seconds":                 {10000, 0},
		"it never returns":                           {-1, 0},
		"it never returns, and another worker stays": {-1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			broker, topic := kafkatest.SharedBroker(t), kafkatest.Topic(t)
			k := lookInto(t, broker.Addr())
			k.create(topic, 4, "delete")
			w, _ := startSlow(t, k, topic, c.putMS)
			k.fill(topic, 10<<20, kgo.NoCompression(), true)
			k.awaitBusy(w, 2)
			var stays *worker
			for range c.others {
				stays = w.beside(map[string]string{"listeners": "http://" + kafkatest.FreeAddress(t)})
				stays.start()
				stays.await(topic, bothRunning)
			}
			w.endWithin(stuckEnd)
			if stays != nil {
				k.awaitBusy(stays, 2) // they are there, too, and stuck
				stays.await(topic, bothRunning)
				stays.endWithin(stuckEnd)
			}
		})
	}
}

// awaitBusy waits until so many tasks of a worker have read records.
func (k *kafka) awaitBusy(w *worker, tasks int) {
	k.t.Helper()
	eventually(k.t, settleLimit, func() error {
		if busy := len(hasRead.FindAllString(w.metrics(), -1)); busy < tasks {
			return fmt.Errorf("%d tasks have read records", busy)
		}
		return nil
	})
}

// endWithin sends SIGTERM and requires that the worker ends by itself in time, with exit code 0.
func (w *worker) endWithin(limit time.Duration) {
	w.api.t.Helper()
	began := time.Now()
	w.drain()
	took := time.Since(began)
	w.api.t.Logf("it has ended %s after SIGTERM", took.Round(time.Millisecond))
	require.LessOrEqual(w.api.t, took, limit)
}

// beside describes another worker of the same cluster.
func (w *worker) beside(more map[string]string) *worker {
	props := maps.Clone(w.props)
	maps.Copy(props, more)
	return &worker{api: api{w.api.t, props["listeners"]}, command: w.command, props: props,
		args: []string{kafkatest.SampleFile(w.api.t, kafkatest.DistributedSample, props)}}
}

// The states of the slow connector.
const (
	bothRunning = "RUNNING [RUNNING RUNNING]"
	// abandonedBoth are told to end and do not: they run nowhere else before they have returned.
	abandonedBoth = "RUNNING [UNASSIGNED UNASSIGNED]"
	gone          = "404"
)

func slowWorker(t *testing.T, broker string) *worker {
	w := distributed(t, broker, nil)
	w.command = ownCommand
	for key, value := range map[string]string{"task.max.buffered.bytes": strconv.Itoa(slowTaskBudget), "worker.max.buffered.bytes": strconv.Itoa(slowWorkerBudget),
		"task.shutdown.graceful.timeout.ms": strconv.FormatInt(grace.Milliseconds(), 10)} {
		w.props[key] = value
	}
	w.args = []string{kafkatest.SampleFile(t, kafkatest.DistributedSample, w.props)}
	return w
}

func slowConfig(topic string, putMS int) map[string]string {
	return map[string]string{"connector.class": "org.example.SlowSink", "tasks.max": "2", "topics": topic, "put.ms": strconv.Itoa(putMS),
		"key.converter": "org.apache.kafka.connect.converters.ByteArrayConverter", "value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter",
		"consumer.override.max.partition.fetch.bytes": "52428800", // the budget is less
		"consumer.override.session.timeout.ms":        shortSession, "consumer.override.max.poll.interval.ms": "5000"}
}

// fill produces so many bytes of records, random ones or such that compress to almost nothing.
func (k *kafka) fill(topic string, bytes int64, codec kgo.CompressionCodec, random bool) {
	k.t.Helper()
	const each = 8 << 10
	client, err := kgo.NewClient(kgo.SeedBrokers(k.addr), kgo.DefaultProduceTopic(topic), kgo.ProducerBatchCompression(codec), kgo.MaxBufferedBytes(64<<20))
	require.NoError(k.t, err)
	defer client.Close()
	value := make([]byte, each)
	for sent := int64(0); sent < bytes; sent += each {
		if random {
			value = make([]byte, each)
			_, _ = rand.Read(value)
		}
		client.Produce(k.t.Context(), &kgo.Record{Value: value}, func(_ *kgo.Record, err error) {
			if err != nil {
				k.t.Error(err)
			}
		})
	}
	require.NoError(k.t, client.Flush(k.t.Context()))
}

// awaitMembers returns the ids of a group's members with what they are assigned, when there are so many.
func (k *kafka) awaitMembers(group string, n int) (members map[string]string) {
	k.t.Helper()
	eventually(k.t, settleLimit, func() error {
		var state string
		members, state = k.members(group)
		shares := slices.Compact(slices.Sorted(maps.Values(members)))
		if len(members) != n || len(shares) != n || shares[0] == "[]" || state != "Stable" {
			return fmt.Errorf("group %s is %s with members %v", group, state, members)
		}
		return nil
	})
	return members
}

func (k *kafka) members(group string) (members map[string]string, state string) {
	k.t.Helper()
	groups, err := k.admin.DescribeGroups(k.t.Context(), group)
	require.NoError(k.t, err)
	members = map[string]string{}
	for _, m := range groups[group].Members {
		assigned, _ := m.Assigned.AsConsumer()
		members[m.MemberID] = fmt.Sprint(assigned.Topics)
	}
	return members, groups[group].State
}

// watch looks at the worker for a while: its memory stays within its bounds, and its group has the same members, who keep what they have.
func (k *kafka) watch(w *worker, group string, members map[string]string) {
	k.t.Helper()
	until := time.After(watchTime)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-until:
			return
		case <-tick.C:
		}
		now, state := k.members(group)
		require.Equal(k.t, "Stable", state)
		require.Equal(k.t, members, now)
		require.LessOrEqual(k.t, w.memory(), int64(slowMemory), "most bytes of memory that it has had")
		require.LessOrEqual(k.t, w.metric("longshore_buffered_bytes"), float64(slowWorkerBudget))
	}
}

func (k *kafka) awaitGone(group string) {
	k.t.Helper()
	eventually(k.t, settleLimit, func() error {
		if members, state := k.members(group); len(members) > 0 {
			return fmt.Errorf("group %s is %s with %d members", group, state, len(members))
		}
		return nil
	})
}

// within makes a call and requires that it is answered in time, and that the status begins with these states by then.
func (w *worker) within(limit time.Duration, method, path, states string) {
	w.api.t.Helper()
	began := time.Now()
	w.must(method, path, nil)
	answered := time.Since(began)
	name := strings.Split(path, "/")[2]
	require.NoError(w.api.t, kafkatest.Eventually(limit, pollEvery, func() error {
		got, err := w.states(name)
		switch {
		case states == gone && err != nil && strings.Contains(err.Error(), gone):
			return nil
		case err != nil:
			return err
		case !strings.HasPrefix(got, states):
			return fmt.Errorf("it is %s", got)
		}
		return nil
	}), "%s %s, answered after %s", method, path, answered)
	took := time.Since(began)
	w.api.t.Logf("%s %s: answered after %s, seen after %s", method, path, answered.Round(time.Millisecond), took.Round(time.Millisecond))
	require.LessOrEqual(w.api.t, took, limit, "%s %s, answered after %s", method, path, answered)
}

var peakMemory = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// memory is the most bytes of memory that the worker's process has had at a time.
func (w *worker) memory() int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.pid()))
	require.NoError(w.api.t, err)
	found := peakMemory.FindSubmatch(status)
	require.NotNil(w.api.t, found)
	kilobytes, err := strconv.ParseInt(string(found[1]), 10, 64)
	require.NoError(w.api.t, err)
	return kilobytes << 10
}

func (w *worker) metrics() string { return string(w.must(http.MethodGet, "/metrics", nil)) }

// hasRead is the line of a task that has read records.
var hasRead = regexp.MustCompile(`(?m)^longshore_task_records_in_total\{.*\} [1-9]`)

// metric is the sum of a metric over its labels.
func (w *worker) metric(name string) (sum float64) {
	for line := range strings.Lines(w.metrics()) {
		if strings.HasPrefix(line, name+" ") || strings.HasPrefix(line, name+"{") {
			value, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:len(line)-1], 64)
			require.NoError(w.api.t, err)
			sum += value
		}
	}
	return sum
}
