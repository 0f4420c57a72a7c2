// SPDX-License-Identifier: Apache-2.0

package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
)

// byRank are the restart requests in Kafka Connect's order, the one that does least first.
var byRank = []connect.RestartRequest{
	{Connector: "c", OnlyFailed: true},
	{Connector: "c", OnlyFailed: true, IncludeTasks: true},
	{Connector: "c"},
	{Connector: "c", IncludeTasks: true},
}

func TestMergedRequestIsTheOneThatDoesMore(t *testing.T) {
	for i, a := range byRank {
		for j, b := range byRank {
			assert.Equal(t, byRank[max(i, j)], lifecycle.Merge(a, b), "%+v with %+v", a, b)
		}
	}
}

func TestSelects(t *testing.T) {
	for _, c := range []struct {
		name     string
		request  connect.RestartRequest
		kind     lifecycle.Kind
		reported connect.State
		want     bool
	}{
		{"a plain restart takes a running connector", byRank[2], lifecycle.Connector, connect.Running, true},
		{"a plain restart takes a paused connector", byRank[2], lifecycle.Connector, connect.Paused, true},
		{"a plain restart leaves failed tasks alone", byRank[2], lifecycle.Task, connect.Failed, false},
		{"only failed leaves a running connector alone", byRank[0], lifecycle.Connector, connect.Running, false},
		{"only failed takes a failed connector", byRank[0], lifecycle.Connector, connect.Failed, true},
		{"only failed without tasks leaves failed tasks alone", byRank[0], lifecycle.Task, connect.Failed, false},
		{"only failed with tasks takes failed tasks", byRank[1], lifecycle.Task, connect.Failed, true},
		{"only failed with tasks leaves running tasks alone", byRank[1], lifecycle.Task, connect.Running, false},
		{"with tasks takes running tasks", byRank[3], lifecycle.Task, connect.Running, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, lifecycle.Selects(c.request, c.kind, c.reported))
		})
	}
}

func TestOnlyThePlainRestartIsNotAnnounced(t *testing.T) {
	for i, r := range byRank {
		assert.Equal(t, i != 2, lifecycle.Announces(r), "%+v", r)
	}
}
