// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

// restart of a connector alone goes straight to it and waits for its start; one with flags goes through the config topic,
// and is answered with what it will do.
func (h *herder) restart(c actor.Context, m RestartConnector) {
	exists := unlessExists(m.Connector, "Unknown connector: %s")
	if err := exists(h.state); err != nil {
		c.Respond(Reply{Err: err})
		return
	}
	if !lifecycle.Announces(m.RestartRequest) {
		c.RequestWithCustomSender(h.env.connectors, toShare{m.Connector, restartUnit{unitID{m.Connector, theConnector}}}, c.Sender())
		return
	}
	status, err := h.status(m.Connector)
	if err != nil {
		c.Respond(Reply{Err: connect.Errorf(connect.NotFound, "Status for connector %s not found", m.Connector)})
		return
	}
	planned := plannedStatus(status, m.RestartRequest)
	asker := c.Sender()
	request := writeConfig{refuse: exists, records: []clusterlog.Record{clusterlog.RestartRecord(m.RestartRequest)}, deadline: m.Deadline}
	h.write(c, asker, request, func(c actor.Context) {
		c.Send(asker, Reply{Value: &planned})
	})
}

// plannedStatus shows RESTARTING where the restart will act, and everything else as it was.
func plannedStatus(status connect.ConnectorStatus, request connect.RestartRequest) connect.ConnectorStatus {
	if lifecycle.Selects(request, lifecycle.Connector, status.Connector.State) {
		status.Connector.State = connect.Restarting
	}
	for i := range status.Tasks {
		if lifecycle.Selects(request, lifecycle.Task, status.Tasks[i].State) {
			status.Tasks[i].State = connect.Restarting
		}
	}
	return status
}

func (h *herder) restartTask(c actor.Context, m RestartTask) {
	connector, exists := h.state.Connector(m.ID.Connector)
	switch {
	case !exists:
		c.Respond(Reply{Err: h.restartOfUnknown(m.ID)})
	case m.ID.Task < 0 || m.ID.Task >= len(connector.Tasks):
		c.Respond(Reply{Err: h.unknownTask(m.ID)})
	default:
		c.RequestWithCustomSender(h.env.connectors, toShare{m.ID.Connector, restartUnit{unitID{m.ID.Connector, m.ID.Task}}}, c.Sender())
	}
}

// carryOutRestart restarts what a restart record asks for, by the statuses as they are when it is read.
func (h *herder) carryOutRestart(c actor.Context, request connect.RestartRequest) {
	var units []unitID
	for _, u := range h.unitsOf(request.Connector) {
		if lifecycle.Selects(request, u.kind(), h.stateOf(u)) {
			units = append(units, u)
		}
	}
	if len(units) > 0 {
		c.Send(h.env.connectors, toShare{request.Connector, restartUnits{units, lifecycle.Announces(request)}})
	}
}
