// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/longshore-io/connect/actors/lifecycle"
	"github.com/longshore-io/connect/cluster/generation"
)

// destination says which worker of a cluster carries out a command: the leader, whatever is written; the owner, what concerns something
// that runs.
type destination struct {
	leader bool
	unit   generation.Unit // where it is not the leader's
}

// destinationOf returns false for what every worker does by itself.
func destinationOf(m any) (destination, bool) {
	owner := func(connector string, task int) (destination, bool) {
		return destination{unit: generation.Unit{Connector: connector, Task: task}}, true
	}
	switch m := m.(type) {
	case CreateConnector, PutConnectorConfig, PatchConnectorConfig, DeleteConnector, SetTarget, AlterOffsets, ResetOffsets, SetClusterLogger, putTaskConfigs, fenceZombies:
		return destination{leader: true}, true
	case RestartConnector:
		if lifecycle.Announces(m.RestartRequest) {
			return destination{leader: true}, true
		}
		return owner(m.Connector, theConnector)
	case RestartTask:
		return owner(m.ID.Connector, m.ID.Task)
	}
	return destination{}, false
}

// worker returns who carries a command out by what is agreed now: this worker for what is not there, since it knows that, and ""
// while nobody does.
func (d destination) worker(a *agreement, self string) string {
	switch {
	case a == nil:
		return ""
	case d.leader && a.leads:
		return self
	case d.leader:
		return a.state.Leader
	}
	connector, exists := a.connectors.Connector(d.unit.Connector)
	if !exists || d.unit.Task < theConnector || d.unit.Task >= len(connector.Tasks) {
		return self
	}
	return a.state.Grants[d.unit].Worker
}

// route has a command carried out where it has to be: here on a standalone worker, else by whoever leads, or owns what it is about.
func (h *herder) route(c actor.Context, m any) {
	if _, travels := destinationOf(m); h.seat == nil || !travels {
		h.command(c, m)
		return
	}
	c.RequestWithCustomSender(h.env.gateway, carry{m.(timed)}, c.Sender())
}

// carryOutHere does what was found to be this worker's, and answers errMoved where it is not any more.
func (h *herder) carryOutHere(c actor.Context, m any) {
	to, _ := destinationOf(m)
	switch {
	case !h.ready() || h.seat == nil || h.seat.node == nil || h.draining:
		c.Respond(Reply{Err: errMoved})
	case h.env.late(m.(timed).due()):
		c.Respond(Reply{Err: errTimedOut()})
	case to.worker(h.env.agreed.Load(), h.env.runtime.WorkerID) != h.env.runtime.WorkerID:
		c.Respond(Reply{Err: errMoved})
	default:
		h.command(c, m)
	}
}
