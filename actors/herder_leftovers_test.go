// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

// What a cluster of Kafka Connect has left in its topics, as that writes it.

const (
	javaCalm = `{"properties":{"connector.class":"org.example.CalmSourceConnector","tasks.max":"2","name":"c"}}`
	javaTask = `{"properties":{"task.class":"org.example.CalmSourceTask","tasks.max":"2","connector.class":"org.example.CalmSourceConnector","name":"c","number":"%"}}`
)

func task(number string) string {
	out := []byte{}
	for _, b := range []byte(javaTask) {
		if b == '%' {
			out = append(out, number...)
			continue
		}
		out = append(out, b)
	}
	return string(out)
}

func TestTasksThatCompactionHasTakenApartAreMadeAgainFromTheConnector(t *testing.T) {
	for name, before := range map[string][]topiclog.Record{
		"a task record is missing":     {record("connector-c", javaCalm), record("task-c-1", task("1")), record("commit-c", `{"tasks":2}`)},
		"all task records are missing": {record("connector-c", javaCalm), record("commit-c", `{"tasks":2}`)},
		"there is no commit":           {record("connector-c", javaCalm), record("task-c-0", task("0"))},
		"there is the connector alone": {record("connector-c", javaCalm)},
		"the commit came too early":    {record("commit-c", `{"tasks":2}`), record("connector-c", javaCalm), record("task-c-0", task("0")), record("task-c-1", task("1"))},
	} {
		t.Run(name, func(t *testing.T) {
			w := prepared()
			w.config.before = before
			w.start(t, nil)
			w.until(t, "c", connect.Running, connect.Running, connect.Running)
			tasks, err := w.Tasks(t.Context(), "c")
			require.NoError(t, err)
			require.Len(t, tasks, 2)
			log := w.config.log()
			require.Len(t, log, 3)
			require.Contains(t, log[0], "task-c-0 => ")
			require.Contains(t, log[1], "task-c-1 => ")
			require.Equal(t, `commit-c => {"tasks":2}`, log[2])
		})
	}
}

func TestTasksThatAreCompleteAreNotWrittenAgain(t *testing.T) {
	w := prepared()
	w.config.before = []topiclog.Record{record("connector-c", javaCalm), record("task-c-0", task("0")), record("task-c-1", task("1")), record("commit-c", `{"tasks":2}`),
		record("restart-connector-c", `{"include-tasks":true,"only-failed":false}`)}
	w.start(t, nil)
	w.until(t, "c", connect.Running, connect.Running, connect.Running)
	require.Eventually(t, func() bool { return w.source.called("TaskConfigs") == 1 }, timeToSee, tick)
	_, err := w.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c"})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return w.source.called("TaskConfigs") == 2 }, timeToSee, tick)
	require.NoError(t, w.PauseConnector(t.Context(), "c"))
	require.Equal(t, []string{`target-state-c => {"state":"PAUSED","state.v2":"PAUSED"}`}, w.config.log())
	require.Equal(t, 2, w.source.called("Start c"), "the restart that was asked for in the past is not carried out")
	require.Equal(t, 2, w.source.called("Task.Start c"))
}

func TestTheStatesThatUsersWantAreThoseOfTheTopic(t *testing.T) {
	w := prepared()
	w.config.before = []topiclog.Record{
		record("target-state-stopped", `{"state":"PAUSED","state.v2":"STOPPED"}`), record("connector-stopped", `{"properties":{"connector.class":"CalmSource","name":"stopped"}}`), record("commit-stopped", `{"tasks":0}`),
		record("connector-old", `{"properties":{"connector.class":"CalmSource","name":"old"}}`), record("target-state-old", `{"state":"PAUSED"}`),
	}
	w.status.before = []topiclog.Record{
		record("status-connector-gone", `{"state":"RUNNING","trace":null,"worker_id":"java:8083","generation":7,"version":"4.1.0"}`),
		record("status-task-gone-0", `{"state":"RUNNING","trace":null,"worker_id":"java:8083","generation":7,"version":"4.1.0"}`),
		record("status-task-stopped-0", `{"state":"UNASSIGNED","trace":null,"worker_id":"java:8083","generation":7,"version":null}`),
		record("status-topic-t:connector-gone", `{"topic":{"name":"t","connector":"gone","task":0,"discoverTimestamp":1}}`),
		record("status-topic-t:connector-stopped", `{"topic":{"name":"t","connector":"stopped","task":0,"discoverTimestamp":1}}`),
	}
	w.start(t, nil)
	w.until(t, "stopped", connect.Stopped)
	w.until(t, "old", connect.Paused)
	require.Eventually(t, func() bool {
		_, err := w.ConnectorStatus(t.Context(), "gone")
		topics, _ := w.ConnectorTopics(t.Context(), "gone")
		return err != nil && len(topics) == 0
	}, timeToSee, tick, "what a connector has left that was deleted while nobody was there")
	topics, err := w.ConnectorTopics(t.Context(), "stopped")
	require.NoError(t, err)
	require.Equal(t, []string{"t"}, topics)
	require.Empty(t, w.config.log())

	require.NoError(t, w.ResumeConnector(t.Context(), "stopped"))
	w.until(t, "stopped", connect.Running, connect.Running)
}

func TestAnEmptyConfigTopicIsNoReasonToForgetStatuses(t *testing.T) {
	w := prepared()
	w.status.before = []topiclog.Record{
		record("status-connector-there", `{"state":"RUNNING","trace":null,"worker_id":"java:8083","generation":7,"version":"4.1.0"}`),
	}
	w.start(t, nil)
	class := "CalmSource"
	_, err := w.CreateConnector(t.Context(), connect.CreateRequest{Name: "new", Config: connect.RawConfig{"name": new("new"), "connector.class": &class}})
	require.NoError(t, err)
	w.until(t, "new", connect.Running, connect.Running)
	_, err = w.ConnectorStatus(t.Context(), "there")
	require.NoError(t, err, "the name of the topic may be mistyped")
}

// javaOnly are the records of a connector whose class is not here.
func javaOnly() []topiclog.Record {
	return []topiclog.Record{
		record("connector-j", `{"properties":{"connector.class":"org.example.CalmSorceConnector","name":"j","z":"1","a":null}}`),
		record("task-j-0", `{"properties":{"task.class":"org.example.X","number":"0"}}`), record("task-j-1", `{"properties":{"task.class":"org.example.X","number":"1"}}`),
		record("commit-j", `{"tasks":2}`),
	}
}

func TestAConnectorOfAClassThatIsNotHereFailsAndIsLeftAsItIs(t *testing.T) {
	w := prepared()
	w.config.before = javaOnly()
	w.start(t, nil)
	status := w.until(t, "j", connect.Failed, connect.Failed, connect.Failed)
	for _, trace := range []string{status.Connector.Trace, status.Tasks[0].Trace, status.Tasks[1].Trace} {
		assert.Contains(t, trace, "org.example.CalmSorceConnector")
		assert.Contains(t, trace, "org.example.CalmSourceConnector", "the nearest that is here")
	}
	assert.Equal(t, connect.UnknownType, status.Type)
	_, err := w.RestartConnector(t.Context(), connect.RestartRequest{Connector: "j", IncludeTasks: true})
	require.NoError(t, err)
	w.until(t, "j", connect.Failed, connect.Failed, connect.Failed)
	tasks, err := w.Tasks(t.Context(), "j")
	require.NoError(t, err)
	require.Len(t, tasks, 2)
	require.NoError(t, w.PauseConnector(t.Context(), "j"))
	require.NoError(t, w.ResumeConnector(t.Context(), "j"))
	require.Equal(t, []string{
		`restart-connector-j => {"include-tasks":true,"only-failed":false}`,
		`target-state-j => {"state":"PAUSED","state.v2":"PAUSED"}`, `target-state-j => {"state":"STARTED","state.v2":"STARTED"}`,
	}, w.config.log(), "configuration and tasks stay as Kafka Connect wrote them")

	require.NoError(t, w.StopConnector(t.Context(), "j"))
	w.until(t, "j", connect.Stopped)
	require.NoError(t, w.DeleteConnector(t.Context(), "j"))
	_, err = w.Connector(t.Context(), "j")
	require.EqualError(t, err, "Connector j not found")
}

func TestATaskWhosePluginsAreNotHereFailsWithTheKeyAndTheNearest(t *testing.T) {
	for key, config := range map[string]string{
		"key.converter":     `"key.converter":"org.apache.kafka.connect.storage.StrinConverter"`,
		"header.converter":  `"header.converter":"org.example.SimplHeaderConverter"`,
		"transforms.t.type": `"transforms":"t","transforms.t.type":"org.example.Mask$Value"`,
		"predicates.p.type": `"transforms":"t","transforms.t.type":"org.example.Pass","transforms.t.predicate":"p","predicates":"p","predicates.p.type":"org.example.HasKey"`,
	} {
		t.Run(key, func(t *testing.T) {
			w := prepared()
			w.config.before = []topiclog.Record{
				record("connector-c", `{"properties":{"connector.class":"org.example.CalmSourceConnector","name":"c",`+config+`}}`),
				record("task-c-0", `{"properties":{"task.class":"org.example.CalmSourceTask","connector.class":"org.example.CalmSourceConnector","name":"c","number":"0",`+config+`}}`),
				record("commit-c", `{"tasks":1}`),
			}
			w.start(t, nil)
			trace := w.until(t, "c", connect.Running, connect.Failed).Tasks[0].Trace
			assert.Contains(t, trace, key)
			switch key {
			case "key.converter":
				assert.Contains(t, trace, "org.apache.kafka.connect.storage.StrinConverter")
				assert.Contains(t, trace, "org.apache.kafka.connect.storage.StringConverter")
			case "header.converter":
				assert.Contains(t, trace, "org.apache.kafka.connect.storage.SimpleHeaderConverter")
			}
			require.Eventually(t, func() bool { return w.source.called("TaskConfigs") == 1 }, timeToSee, tick)
			require.NoError(t, w.SetClusterLoggerLevel(t.Context(), "last", "INFO"))
			require.Equal(t, []string{`logger-cluster-last => {"level":"INFO"}`}, w.config.log())
		})
	}
}
