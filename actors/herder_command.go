// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
	"github.com/longshore-io/connect/actors/validate"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

// command carries out a change: it checks what can be checked from memory, writes the records, and answers when they were
// read back.
func (h *herder) command(c actor.Context, m any) {
	switch m := m.(type) {
	case CreateConnector:
		h.create(c, m)
	case PutConnectorConfig:
		h.put(c, m)
	case DeleteConnector:
		h.delete(c, m)
	case SetTarget:
		h.setTarget(c, m)
	case RestartConnector:
		h.restart(c, m)
	case RestartTask:
		h.restartTask(c, m)
	}
}

func (h *herder) create(c actor.Context, m CreateConnector) {
	h.validate(c, m.Config, m.Deadline, func(c actor.Context, asker *actor.PID) {
		var records []clusterlog.Record
		if m.InitialState != nil {
			records = append(records, clusterlog.TargetRecord(m.Name, *m.InitialState))
		}
		request := writeConfig{refuse: ifExists(m.Name), records: append(records, clusterlog.ConnectorRecord(m.Name, m.Config)), deadline: m.Deadline}
		h.write(c, asker, request, func(c actor.Context) {
			info, err := h.info(m.Name)
			c.Send(asker, Reply{Value: info, Err: err})
		})
	})
}

func ifExists(name string) func(clusterlog.State) error {
	return func(state clusterlog.State) error {
		if _, exists := state.Connector(name); exists {
			return connect.Errorf(connect.Exists, "Connector %s already exists", name)
		}
		return nil
	}
}

// unlessExists refuses with Kafka's text for what is asked.
func unlessExists(name, text string) func(clusterlog.State) error {
	return func(state clusterlog.State) error {
		if _, exists := state.Connector(name); !exists {
			return connect.Errorf(connect.NotFound, text, name)
		}
		return nil
	}
}

func (h *herder) put(c actor.Context, m PutConnectorConfig) {
	h.validate(c, m.Config, m.Deadline, func(c actor.Context, asker *actor.PID) {
		_, exists := h.state.Connector(m.Name)
		request := writeConfig{records: []clusterlog.Record{clusterlog.ConnectorRecord(m.Name, m.Config)}, deadline: m.Deadline}
		h.write(c, asker, request, func(c actor.Context) {
			info, err := h.info(m.Name)
			c.Send(asker, Reply{Value: PutResult{Info: info, Created: !exists}, Err: err})
		})
	})
}

// validate runs the connector's own checks beside the herder: they may block. What follows is not done when the asker has
// stopped waiting.
func (h *herder) validate(c actor.Context, config connect.RawConfig, deadline time.Time, then func(actor.Context, *actor.PID)) {
	asker := c.Sender()
	background(c, h.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, h.env.runtime.Clock, deadline.Sub(h.env.runtime.Clock.Now()))
		defer cancel()
		result, err := validate.Connector(ctx, validate.Input{Plugins: h.env.plugins, Config: config, Worker: h.env.config.Validation()})
		if err == nil {
			err = result.Err()
		}
		return struct{}{}, err
	}, func(c actor.Context, _ struct{}, err error) {
		switch {
		case err != nil:
			c.Send(asker, Reply{Err: err})
		case !h.env.runtime.Clock.Now().Before(deadline):
			c.Send(asker, Reply{Err: connect.Errorf(connect.TimedOut, "Request timed out")})
		default:
			then(c, asker)
		}
	})
}

// write stores records and goes on with the state that has them. A failure is the asker's answer.
func (h *herder) write(c actor.Context, asker *actor.PID, m writeConfig, then func(actor.Context)) {
	system := c.ActorSystem()
	background(c, h.ctx, func(ctx context.Context) (any, error) {
		// Longer than the asker waits: what was begun in time is done, and its state is worth having.
		ctx, cancel := within(ctx, h.env.runtime.Clock, m.deadline.Sub(h.env.runtime.Clock.Now())+writeLimit)
		defer cancel()
		return request(ctx, system, h.env.configlog, m)
	}, func(c actor.Context, state any, err error) {
		if err != nil {
			c.Send(asker, Reply{Err: err})
			return
		}
		h.adopt(state.(clusterlog.State))
		then(c)
	})
}

func (h *herder) delete(c actor.Context, m DeleteConnector) {
	h.writeAndConfirm(c, writeConfig{unlessExists(m.Name, "Connector %s not found"), clusterlog.DeleteRecords(m.Name), m.Deadline})
}

// setTarget stores what a user wants of a connector. A stop takes the tasks away in the same write.
func (h *herder) setTarget(c actor.Context, m SetTarget) {
	var records []clusterlog.Record
	if m.Target == connect.TargetStopped {
		records = append(records, clusterlog.CommitRecord(m.Name, 0))
	}
	records = append(records, clusterlog.TargetRecord(m.Name, m.Target))
	h.writeAndConfirm(c, writeConfig{unlessExists(m.Name, "Unknown connector %s"), records, m.Deadline})
}

func (h *herder) writeAndConfirm(c actor.Context, request writeConfig) {
	asker := c.Sender()
	h.write(c, asker, request, func(c actor.Context) { c.Send(asker, Reply{}) })
}

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
	request := writeConfig{exists, []clusterlog.Record{clusterlog.RestartRecord(m.RestartRequest)}, m.Deadline}
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
		c.Respond(Reply{Err: connect.Errorf(connect.NotFound, "Unknown connector: %s", m.ID.Connector)})
	case m.ID.Task < 0 || m.ID.Task >= len(connector.Tasks):
		c.Respond(Reply{Err: connect.Errorf(connect.NotFound, "Unknown task: %s-%d", m.ID.Connector, m.ID.Task)})
	default:
		c.RequestWithCustomSender(h.env.connectors, toShare{m.ID.Connector, restartUnit{unitID{m.ID.Connector, m.ID.Task}}}, c.Sender())
	}
}

// putTaskConfigs writes what is not stored already: every commit restarts the tasks. Whether that is so is seen from the
// state right before the write.
func (h *herder) putTaskConfigs(c actor.Context, m putTaskConfigs) {
	tasks := make([]connect.RawConfig, len(m.configs))
	for i, config := range m.configs {
		tasks[i] = connect.Raw(config)
	}
	records := append(clusterlog.TaskRecords(m.connector, tasks), clusterlog.CommitRecord(m.connector, len(tasks)))
	h.writeAndConfirm(c, writeConfig{records: records, deadline: m.deadline, refuse: unlessPlanned(m.connector, tasks)})
}

// errNothingToWrite is an answer that is none.
var errNothingToWrite = errors.New("the task configurations are stored already, or the connector shall have none")

func unlessPlanned(name string, tasks []connect.RawConfig) func(clusterlog.State) error {
	return func(state clusterlog.State) error {
		connector, exists := state.Connector(name)
		if !exists || connector.Target == connect.TargetStopped || !connector.Changes(tasks) {
			return errNothingToWrite
		}
		return nil
	}
}
