// SPDX-License-Identifier: Apache-2.0

package statuslog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/statuslog"
)

var task0 = connect.TaskID{Connector: "src", Task: 0}

// TestRecordsAreThoseOfKafkaConnect compares with records that a Java worker of Kafka 4.1.0 has written.
func TestRecordsAreThoseOfKafkaConnect(t *testing.T) {
	for _, c := range []struct {
		name       string
		record     statuslog.Record
		key, value string
	}{
		{
			"a connector",
			statuslog.ConnectorRecord("src", statuslog.Status{State: connect.Running, WorkerID: "127.0.0.1:38083", Generation: 3, Version: new("4.1.0")}),
			"status-connector-src", `{"state":"RUNNING","trace":null,"worker_id":"127.0.0.1:38083","generation":3,"version":"4.1.0"}`,
		},
		{
			"a task whose instance is gone",
			statuslog.TaskRecord(task0, statuslog.Status{State: connect.Unassigned, WorkerID: "127.0.0.1:38083", Generation: 15}),
			"status-task-src-0", `{"state":"UNASSIGNED","trace":null,"worker_id":"127.0.0.1:38083","generation":15,"version":null}`,
		},
		{
			"a failure",
			statuslog.TaskRecord(task0, statuslog.Status{State: connect.Failed, Trace: "a <b>\n\tat c", WorkerID: "w:1", Version: new("")}),
			"status-task-src-0", `{"state":"FAILED","trace":"a <b>\n\tat c","worker_id":"w:1","generation":0,"version":""}`,
		},
		{
			"a topic",
			statuslog.TopicRecord(statuslog.Topic{Name: "t1", Connector: "src", Task: 0, Discovered: time.UnixMilli(1795387680057)}),
			"status-topic-t1:connector-src", `{"topic":{"name":"t1","connector":"src","task":0,"discoverTimestamp":1795387680057}}`,
		},
		{"a connector's tombstone", statuslog.ConnectorTombstone("src"), "status-connector-src", ""},
		{"a task's tombstone", statuslog.TaskTombstone(task0), "status-task-src-0", ""},
		{"a topic's tombstone", statuslog.TopicTombstone("src", "t1"), "status-topic-t1:connector-src", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.key, c.record.Key)
			assert.Equal(t, c.value, string(c.record.Value))
			assert.Equal(t, c.value == "", c.record.Value == nil, "only a tombstone has no value")
		})
	}
}

func TestMayWrite(t *testing.T) {
	status := func(worker string, generation int) statuslog.Status {
		return statuslog.Status{State: connect.Running, WorkerID: worker, Generation: generation}
	}
	for _, c := range []struct {
		name         string
		cached, next statuslog.Status
		want         bool
	}{
		{"where nothing is known", statuslog.Status{}, status("a", 1), true},
		{"over its own of a higher generation", status("a", 9), status("a", 1), true},
		{"over another's of a lower generation", status("b", 1), status("a", 2), true},
		{"over another's of the same generation", status("b", 2), status("a", 2), true},
		{"not over another's of a higher generation", status("b", 3), status("a", 2), false},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, statuslog.MayWrite(c.cached, c.next)) })
	}
}

// apply reads lines of the form `key => value`, with null for a tombstone.
func apply(tb require.TestingT, cache *statuslog.Cache, lines ...string) {
	for _, line := range lines {
		key, text, _ := strings.Cut(line, " => ")
		var value []byte
		if text != "null" {
			value = []byte(text)
		}
		_, err := cache.Apply([]byte(key), value)
		require.NoError(tb, err)
	}
}

func state(state string, generation int) string { return stateOf("w:1", state, generation) }

func stateOf(worker, state string, generation int) string {
	return fmt.Sprintf(`{"state":%q,"trace":null,"worker_id":%q,"generation":%d,"version":null}`, state, worker, generation)
}

// show prints a view as one line per connector.
func show(v statuslog.View) string {
	var lines []string
	for _, name := range v.Connectors() {
		line := name
		if s, ok := v.ConnectorStatus(name); ok {
			line += fmt.Sprintf(" %s/%d", s.State, s.Generation)
		}
		for _, task := range v.Tasks(name) {
			line += fmt.Sprintf(" %d:%s/%d", task.Task, task.State, task.Generation)
		}
		for _, topic := range v.Topics(name) {
			line += " " + topic.Name
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestWhatRecordsAddUpTo(t *testing.T) {
	topic := `{"topic":{"name":"t","connector":"c","task":0,"discoverTimestamp":1}}`
	for _, c := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"the latest status of a connector holds", []string{"status-connector-c => " + state("RUNNING", 2), "status-connector-c => " + state("UNASSIGNED", 1)}, "c UNASSIGNED/1"},
		{
			"tasks are sorted by number",
			[]string{"status-task-c-10 => " + state("RUNNING", 1), "status-task-c-2 => " + state("PAUSED", 1), "status-task-c-10 => " + state("FAILED", 1)},
			"c 2:PAUSED/1 10:FAILED/1",
		},
		{"names may hold dashes", []string{"status-task-a-b-7-1 => " + state("RUNNING", 1), "status-connector-a => " + state("RUNNING", 1)}, "a RUNNING/1\na-b-7 1:RUNNING/1"},
		{
			"UNASSIGNED of an older generation does not hide a RUNNING task",
			[]string{"status-task-c-0 => " + state("RUNNING", 2), "status-task-c-0 => " + state("UNASSIGNED", 1)}, "c 0:RUNNING/2",
		},
		{
			"nor does one of the same generation from another worker",
			[]string{"status-task-c-0 => " + stateOf("new:1", "RUNNING", 2), "status-task-c-0 => " + stateOf("old:1", "UNASSIGNED", 2)}, "c 0:RUNNING/2",
		},
		{
			"but the worker that said RUNNING is believed",
			[]string{"status-task-c-0 => " + state("RUNNING", 2), "status-task-c-0 => " + state("UNASSIGNED", 2)}, "c 0:UNASSIGNED/2",
		},
		{
			"one of a newer generation does",
			[]string{"status-task-c-0 => " + state("RUNNING", 2), "status-task-c-0 => " + state("UNASSIGNED", 3)}, "c 0:UNASSIGNED/3",
		},
		{
			"any hides a task that is not RUNNING",
			[]string{"status-task-c-0 => " + state("FAILED", 2), "status-task-c-0 => " + state("UNASSIGNED", 1)}, "c 0:UNASSIGNED/1",
		},
		{
			"one that a former owner has written late hides nothing of the next one's",
			[]string{
				"status-task-c-0 => " + stateOf("new:1", "PAUSED", 2), "status-task-c-0 => " + stateOf("old:1", "UNASSIGNED", 1),
				"status-connector-c => " + stateOf("new:1", "RUNNING", 2), "status-connector-c => " + stateOf("old:1", "UNASSIGNED", 1),
			}, "c RUNNING/2 0:PAUSED/2",
		},
		{
			"other states of older generations are taken as they come",
			[]string{"status-task-c-0 => " + state("RUNNING", 2), "status-task-c-0 => " + state("FAILED", 1)}, "c 0:FAILED/1",
		},
		{
			"a task's tombstone removes it",
			[]string{"status-task-c-0 => " + state("RUNNING", 1), "status-task-c-1 => " + state("RUNNING", 1), "status-task-c-0 => null"},
			"c 1:RUNNING/1",
		},
		{
			"a connector's tombstone takes its tasks along, and no others",
			[]string{
				"status-connector-c => " + state("RUNNING", 1), "status-task-c-0 => " + state("RUNNING", 1),
				"status-task-c-d-0 => " + state("RUNNING", 1), "status-connector-c => null",
			},
			"c-d 0:RUNNING/1",
		},
		{
			"a connector's tombstone leaves its topics",
			[]string{"status-connector-c => " + state("RUNNING", 1), "status-topic-t:connector-c => " + topic, "status-connector-c => null"},
			"c t",
		},
		{
			"topics are sorted by name, and told once",
			[]string{"status-topic-u:connector-c => " + topic, "status-topic-t:connector-c => " + topic, "status-topic-t:connector-c => " + topic},
			"c t u",
		},
		{"connectors may hold colons", []string{"status-topic-t:connector-a:connector-b => " + topic}, "a:connector-b t"},
		{"a reset removes topics", []string{"status-topic-t:connector-c => " + topic, "status-topic-t:connector-c => null"}, ""},
		{"tombstones of what is not known change nothing", []string{"status-connector-c => null", "status-task-c-0 => null", "status-topic-t:connector-c => null"}, ""},
		{
			"a task's tombstone leaves the others of its connector",
			[]string{"status-task-c-0 => " + state("RUNNING", 1), "status-task-c-5 => null"}, "c 0:RUNNING/1",
		},
		{
			"unknown fields are ignored, version may be missing as before Kafka 4.1",
			[]string{`status-connector-c => {"state":"STOPPED","trace":null,"worker_id":"w","generation":4,"more":{}}`}, "c STOPPED/4",
		},
		{"records of our own are ignored", []string{"longshore-worker-w:1 => {"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := statuslog.NewCache()
			apply(t, cache, c.lines...)
			assert.Equal(t, c.want, show(cache.View()))
		})
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	cache := statuslog.NewCache()
	want := statuslog.Status{State: connect.Failed, Trace: "line 1\nCaused by: line 2", WorkerID: "w:1", Generation: 7, Version: new("1.0")}
	topic := statuslog.Topic{Name: "t", Connector: "src", Task: 3, Discovered: time.UnixMilli(1795387680057).UTC()}
	for _, r := range []statuslog.Record{
		statuslog.ConnectorRecord("src", want), statuslog.TaskRecord(task0, want), statuslog.TopicRecord(topic),
	} {
		name, err := cache.Apply([]byte(r.Key), r.Value)
		require.NoError(t, err)
		require.Equal(t, "src", name)
	}
	view := cache.View()
	connector, ok := view.ConnectorStatus("src")
	require.True(t, ok)
	assert.Equal(t, want, connector)
	task, ok := view.TaskStatus(task0)
	require.True(t, ok)
	assert.Equal(t, want, task)
	assert.Equal(t, []statuslog.Topic{topic}, view.Topics("src"))
	assert.True(t, view.Uses("src", "t"))
	assert.False(t, view.Uses("src", "u"))
	assert.Equal(t, connect.InstanceStatus{State: connect.Failed, Trace: want.Trace, WorkerID: "w:1", Version: want.Version}, task.Info())

	_, ok = view.ConnectorStatus("other")
	assert.False(t, ok)
	_, ok = view.TaskStatus(connect.TaskID{Connector: "src", Task: 1})
	assert.False(t, ok)
	assert.Empty(t, view.Tasks("other"))
	assert.Empty(t, view.Topics("other"))
}

func TestRecordsThatCannotBeUnderstood(t *testing.T) {
	for _, c := range []struct{ name, key, value, reason string }{
		{"no key", "", `{}`, "such a key"},
		{"an unknown key", "status-worker-x", `{}`, "such a key"},
		{"a connector without name", "status-connector-", `{}`, "such a key"},
		{"a task without name", "status-task--1", `{}`, "such a key"},
		{"a task without number", "status-task-c", `{}`, "such a key"},
		{"a topic without connector", "status-topic-t", `{}`, "such a key"},
		{"a topic with an empty connector", "status-topic-t:connector-", `{}`, "such a key"},
		{"no topic", "status-topic-:connector-c", `{}`, "such a key"},
		{"a topic whose first colon is not the separator", "status-topic-t:x:connector-c", `{}`, "such a key"},
		{"no JSON", "status-connector-c", `{`, "not JSON"},
		{"JSON null", "status-connector-c", `null`, "no tombstone"},
		{"an array", "status-task-c-0", `[]`, "not a JSON object"},
		{"no state", "status-task-c-0", `{"generation":1}`, "none of Kafka Connect's"},
		{"a destroyed task", "status-task-c-0", state("DESTROYED", 1), "none of Kafka Connect's"},
		{"no generation", "status-task-c-0", `{"state":"RUNNING"}`, "generation"},
		{"a trace that is no text", "status-task-c-0", `{"state":"RUNNING","generation":1,"trace":{}}`, "is no text"},
		{"half a topic", "status-topic-t:connector-c", `{"topic":{"task":0}}`, "discoverTimestamp"},
		{"a topic of another form", "status-topic-t:connector-c", `{"topic":[]}`, "discoverTimestamp"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := statuslog.NewCache()
			name, err := cache.Apply([]byte(c.key), []byte(c.value))
			require.ErrorContains(t, err, c.reason)
			assert.NotContains(t, err.Error(), "\n")
			assert.Empty(t, name)
			assert.Empty(t, cache.View().Connectors())
		})
	}
}

func drawRecord(t *rapid.T) statuslog.Record {
	name := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name")
	id := connect.TaskID{Connector: name, Task: rapid.IntRange(0, 2).Draw(t, "task")}
	topic := rapid.SampledFrom([]string{"t", "u"}).Draw(t, "topic")
	status := statuslog.Status{
		State:      rapid.SampledFrom([]connect.State{connect.Running, connect.Unassigned, connect.Failed}).Draw(t, "state"),
		Generation: rapid.IntRange(0, 2).Draw(t, "generation"),
	}
	return rapid.SampledFrom([]statuslog.Record{
		statuslog.ConnectorRecord(name, status), statuslog.TaskRecord(id, status), statuslog.TaskRecord(id, status),
		statuslog.TopicRecord(statuslog.Topic{Name: topic, Connector: name}),
		statuslog.ConnectorTombstone(name), statuslog.TaskTombstone(id), statuslog.TopicTombstone(name, topic),
	}).Draw(t, "record")
}

func TestViewsAreWhatAReplayOfTheirPrefixGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.SliceOfN(rapid.Custom(drawRecord), 0, 40).Draw(t, "log")
		cache := statuslog.NewCache()
		views := []statuslog.View{cache.View()}
		for _, r := range log {
			_, err := cache.Apply([]byte(r.Key), r.Value)
			require.NoError(t, err)
			views = append(views, cache.View())
		}
		fresh := statuslog.NewCache()
		for n, view := range views {
			if n > 0 {
				_, err := fresh.Apply([]byte(log[n-1].Key), log[n-1].Value)
				require.NoError(t, err)
			}
			replayed := statuslog.NewCache()
			for _, r := range log[:n] {
				_, err := replayed.Apply([]byte(r.Key), r.Value)
				require.NoError(t, err)
			}
			require.Equal(t, show(replayed.View()), show(view), "after %d records", n)
		}
		require.Equal(t, show(fresh.View()), show(views[len(log)]), "without views in between")
	})
}

// BenchmarkStatusOfAThousandConnectors is what GET /connectors?expand=status asks for.
func BenchmarkStatusOfAThousandConnectors(b *testing.B) {
	cache := statuslog.NewCache()
	for i := range 1000 {
		name := fmt.Sprint("c", i)
		apply(b, cache, "status-connector-"+name+" => "+state("RUNNING", 1))
		for task := range 4 {
			apply(b, cache, fmt.Sprintf("status-task-%s-%d => %s", name, task, state("RUNNING", 1)))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		view, tasks := cache.View(), 0
		for _, name := range view.Connectors() {
			if _, ok := view.ConnectorStatus(name); ok {
				tasks += len(view.Tasks(name))
			}
		}
		require.Equal(b, 4000, tasks)
	}
}

func FuzzApply(f *testing.F) {
	for _, line := range []string{
		"status-connector-c => " + state("RUNNING", 1), "status-task-c-0 => " + state("UNASSIGNED", 1), "status-connector-c => null",
		`status-topic-t:connector-c => {"topic":{"name":"t","connector":"c","task":0,"discoverTimestamp":1}}`, "status-task-c-0 => null",
		"status-task-c-99999999999 => {}", `status-connector-c => {"state":"RUNNING","generation":1e99}`, "longshore-x => {", " => ",
	} {
		key, value, _ := strings.Cut(line, " => ")
		f.Add([]byte(key), []byte(value), value == "null")
	}
	f.Fuzz(func(t *testing.T, key, value []byte, tombstone bool) {
		cache := statuslog.NewCache()
		apply(t, cache, "status-connector-c => "+state("RUNNING", 1), "status-task-c-0 => "+state("RUNNING", 1))
		before := cache.View()
		shown := show(before)
		if tombstone {
			value = nil
		}
		name, err := cache.Apply(key, value)
		require.Equal(t, shown, show(before), "a view does not change")
		if err != nil {
			require.Empty(t, name)
			require.NotContains(t, err.Error(), "\n")
			require.Equal(t, shown, show(cache.View()))
		}
	})
}
