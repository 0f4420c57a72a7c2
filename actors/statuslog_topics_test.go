// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

func TestATopicThatWasNotedRightBeforeItsConnectorWentIsForgotten(t *testing.T) {
	topic := &fakeTopic{}
	l := startStatuslog(t, topic.asTopic)
	require.Eventually(t, func() bool { return len(l.all()) == 1 }, timeToSee, tick) // everything is read
	release := topic.block()
	defer release()
	tell := func(m any) { l.system.Root.Send(l.env.statuslog, m) }
	tell(putStatus{id: unitID{"c", theConnector}, state: connect.Running})
	require.Eventually(t, func() bool { return topic.waiting.Load() == 1 }, timeToSee, tick)
	tell(putTopic{connect.TaskID{Connector: "c"}, "orders"})
	tell(deleteStatus{id: unitID{"c", theConnector}, topics: true})
	release()

	_, err := request(t.Context(), l.system, l.env.statuslog, finishLog{})
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(topic.log(), func(r string) bool { return strings.HasPrefix(r, "status-topic-orders:connector-c => {") }))
	require.Empty(t, l.env.statuses.view().Connectors(), "nothing is left of it")
}

func TestWhatIsThereAgainIsNotForgotten(t *testing.T) {
	status := func(generation string) string {
		return `{"state":"RUNNING","trace":null,"worker_id":"b:8083","generation":` + generation + `,"version":null}`
	}
	topic := &fakeTopic{before: []topiclog.Record{
		record("status-connector-gone", status("7")), record("status-task-gone-0", status("5")),
		record("status-connector-back", status("9")), record("status-task-back-0", status("9")),
		record("status-connector-fewer", status("5")), record("status-task-fewer-1", status("7")), record("status-task-fewer-2", status("9")),
	}}
	l := startStatuslog(t, topic.asTopic)
	for _, name := range []string{"gone", "back"} {
		l.system.Root.Send(l.env.statuslog, deleteStatus{id: unitID{name, theConnector}, upTo: 8, topics: true})
	}
	for task := 1; task < 3; task++ {
		l.system.Root.Send(l.env.statuslog, deleteStatus{id: unitID{"fewer", task}, upTo: 8})
	}
	_, err := request(t.Context(), l.system, l.env.statuslog, finishLog{})
	require.NoError(t, err)
	require.Equal(t, []string{"status-connector-gone => ", "status-task-gone-0 => ", "status-task-fewer-1 => "}, topic.log())
}

func TestConnectorsThatGoTogetherAreForgottenTogether(t *testing.T) {
	gone := func(name string) any { return deleteStatus{id: unitID{name, theConnector}, topics: true} }
	goneTask := deleteStatus{id: unitID{"a", 0}, topics: true}
	state := func(name string) any { return putStatus{id: unitID{name, theConnector}, state: connect.Running} }
	used := func(name string) any { return putTopic{connect.TaskID{Connector: name}, "orders"} }
	for name, c := range map[string]struct {
		queue []any
		n     int
		left  []any
	}{
		"all at once":                          {[]any{gone("a"), gone("b"), state("c")}, 3, []any{gone("a"), gone("b"), state("c")}},
		"what was to be said of one who goes":  {[]any{gone("a"), state("b"), used("b"), gone("b")}, 4, []any{gone("a"), gone("b")}},
		"who comes back":                       {[]any{gone("a"), state("a")}, 2, []any{gone("a"), state("a")}},
		"who comes back and goes again":        {[]any{gone("a"), state("a"), gone("a"), state("a")}, 4, []any{gone("a"), state("a")}},
		"a task that goes after its connector": {[]any{gone("a"), putStatus{id: unitID{"a", 0}}, used("a"), goneTask}, 4, []any{gone("a"), goneTask}},
		"a task that goes before it":           {[]any{putStatus{id: unitID{"a", 0}}, goneTask, gone("a")}, 3, []any{gone("a")}},
		"up to what has to be alone":           {[]any{gone("a"), resetTopics{name: "b"}, gone("b")}, 1, []any{gone("a")}},
		"up to the end":                        {[]any{gone("a"), finishLog{}, state("a")}, 1, []any{gone("a")}},
	} {
		n, left := (&statuslog{queue: c.queue}).remaining()
		require.Equal(t, c.n, n, name)
		require.Equal(t, c.left, left, name)
	}
}
