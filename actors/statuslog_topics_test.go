// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"slices"
	"strings"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestATopicThatWasNotedRightBeforeItsConnectorWentIsForgotten(t *testing.T) {
	w := prepared().start(t, nil)
	_, err := w.Info(t.Context()) // everything is read
	require.NoError(t, err)
	release := w.status.block()
	defer release()
	statuslog := actor.NewPID(w.pid.Address, w.pid.Id+"/statuslog")
	w.system.Root.Send(statuslog, putStatus{id: unitID{"c", theConnector}, state: connect.Running})
	require.Eventually(t, func() bool { return w.status.waiting.Load() == 1 }, timeToSee, tick)
	w.system.Root.Send(statuslog, putTopic{connect.TaskID{Connector: "c"}, "orders"})
	w.system.Root.Send(statuslog, deleteStatus{id: unitID{"c", theConnector}, topics: true})
	release()

	require.Eventually(t, func() bool {
		return slices.ContainsFunc(w.status.log(), func(r string) bool { return strings.HasPrefix(r, "status-topic-orders:connector-c => {") })
	}, timeToSee, tick)
	require.Eventually(t, func() bool {
		topics, err := w.ConnectorTopics(t.Context(), "c")
		return err == nil && len(topics) == 0
	}, timeToSee, tick)
	_, err = w.ConnectorStatus(t.Context(), "c")
	require.EqualError(t, err, "No status found for connector c")
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
