// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
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
	case PatchConnectorConfig:
		h.patch(c, c.Sender(), m)
	case DeleteConnector:
		h.delete(c, m)
	case SetTarget:
		h.setTarget(c, m)
	case RestartConnector:
		h.restart(c, m)
	case RestartTask:
		h.restartTask(c, m)
	case GetOffsets:
		h.getOffsets(c, m)
	case AlterOffsets:
		h.alterOffsets(c, m)
	case ResetOffsets:
		h.resetOffsets(c, m)
	case ResetTopics:
		h.resetTopics(c, m)
	case GetPluginConfig:
		h.pluginConfig(c, m)
	case ValidateConfig:
		h.validateConfig(c, m)
	case SetLogger:
		c.Respond(Reply{Value: h.env.runtime.Loggers.SetLevel(m.Name, m.Level)})
	case SetClusterLogger:
		h.setClusterLogger(c, m)
	case putTaskConfigs:
		h.putTaskConfigs(c, m)
	case fenceZombies:
		h.fenceZombies(c, m)
	}
}

func (h *herder) create(c actor.Context, m CreateConnector) {
	asker := c.Sender()
	h.validate(c, asker, m.Config, m.Deadline, func(c actor.Context) {
		var records []clusterlog.Record
		if m.InitialState != nil {
			records = append(records, clusterlog.TargetRecord(m.Name, *m.InitialState))
		}
		h.storeConfig(c, newConfig{m.Name, m.Config, records, ifExists(m.Name), m.Deadline}, func(c actor.Context, info connect.ConnectorInfo, err error) {
			c.Send(asker, Reply{Value: info, Err: err})
		})
	})
}

// newConfig is a connector's configuration that is about to be stored, after other records, and why it may not be.
type newConfig struct {
	name     string
	config   connect.RawConfig
	before   []clusterlog.Record
	refuse   func(clusterlog.State) error
	deadline time.Time
}

// storeConfig stores a configuration and goes on with what is told of the connector then.
func (h *herder) storeConfig(c actor.Context, m newConfig, then func(actor.Context, connect.ConnectorInfo, error)) {
	plan := h.expectPlan(m.name, m.config, m.deadline)
	request := writeConfig{refuse: m.refuse, records: append(m.before, clusterlog.ConnectorRecord(m.name, m.config)), deadline: m.deadline, patient: true}
	h.tryWrite(c, request, func(c actor.Context, err error) {
		if err != nil {
			h.forgetPlan(m.name, plan)
			then(c, connect.ConnectorInfo{}, err)
			return
		}
		h.whenPlanned(c, m.name, plan, then)
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
	asker := c.Sender()
	h.validate(c, asker, m.Config, m.Deadline, func(c actor.Context) {
		existed := false
		look := func(state clusterlog.State) error {
			_, existed = state.Connector(m.Name)
			return nil
		}
		h.storeConfig(c, newConfig{m.Name, m.Config, nil, look, m.Deadline}, func(c actor.Context, info connect.ConnectorInfo, err error) {
			c.Send(asker, Reply{Value: PutResult{Info: info, Created: !existed}, Err: err})
		})
	})
}

// patch merges with what is stored, and again with what is stored then where somebody else was faster: of two patches at the
// same time both count.
func (h *herder) patch(c actor.Context, asker *actor.PID, m PatchConnectorConfig) {
	connector, exists := h.state.Connector(m.Name)
	if !exists {
		c.Send(asker, Reply{Err: notFound(m.Name)})
		return
	}
	merged := patched(connector.Config, m.Patch)
	h.validate(c, asker, merged, m.Deadline, func(c actor.Context) {
		h.storeConfig(c, newConfig{m.Name, merged, nil, ifChanged(connector), m.Deadline}, func(c actor.Context, info connect.ConnectorInfo, err error) {
			if errors.Is(err, errChangedMeanwhile) {
				h.patch(c, asker, m)
				return
			}
			c.Send(asker, Reply{Value: info, Err: err})
		})
	})
}

// patched returns a configuration with the changes of a patch: null removes a key.
func patched(config, patch connect.RawConfig) connect.RawConfig {
	out := config.Clone()
	for key, value := range patch {
		if value == nil {
			delete(out, key)
		} else {
			out[key] = value
		}
	}
	return out
}

// errChangedMeanwhile asks for another attempt.
var errChangedMeanwhile = errors.New("the configuration was changed meanwhile")

// ifChanged refuses where the configuration was written since, or removed. The news of that reach the herder before the
// refusal does: the next attempt sees them.
func ifChanged(known clusterlog.Connector) func(clusterlog.State) error {
	return func(state clusterlog.State) error {
		if now, exists := state.Connector(known.Name); !exists || now.ConfigOffset != known.ConfigOffset {
			return errChangedMeanwhile
		}
		return nil
	}
}

// validate runs the connector's own checks beside the herder: they may block. What follows is not done when the asker has
// stopped waiting.
func (h *herder) validate(c actor.Context, asker *actor.PID, config connect.RawConfig, deadline time.Time, then func(actor.Context)) {
	h.inTime(c, deadline, func(ctx context.Context) (any, error) {
		result, err := h.env.validate(ctx, config)
		if err == nil {
			err = result.Err()
		}
		return nil, err
	}, func(c actor.Context, _ any, err error) {
		if err != nil {
			c.Send(asker, Reply{Err: err})
			return
		}
		then(c)
	})
}

// inTime runs what may block beside the herder. What is over only after the deadline has timed out, whatever its outcome.
func (h *herder) inTime(c actor.Context, deadline time.Time, work func(context.Context) (any, error), then func(actor.Context, any, error)) {
	background(c, h.ctx, func(ctx context.Context) (any, error) {
		ctx, cancel := within(ctx, h.env.runtime.Clock, deadline.Sub(h.env.runtime.Clock.Now()))
		defer cancel()
		return work(ctx)
	}, func(c actor.Context, value any, err error) {
		if h.env.late(deadline) {
			value, err = nil, errTimedOut()
		}
		then(c, value, err)
	})
}

// write stores records and goes on with the state that has them. A failure is the asker's answer.
func (h *herder) write(c actor.Context, asker *actor.PID, m writeConfig, then func(actor.Context)) {
	h.tryWrite(c, m, func(c actor.Context, err error) {
		if err != nil {
			c.Send(asker, Reply{Err: err})
			return
		}
		then(c)
	})
}

func (h *herder) delete(c actor.Context, m DeleteConnector) {
	h.writeAndConfirm(c, writeConfig{refuse: unlessExists(m.Name, "Connector %s not found"), records: clusterlog.DeleteRecords(m.Name), deadline: m.Deadline})
}

// setTarget stores what a user wants of a connector. A stop takes the tasks away in the same write.
func (h *herder) setTarget(c actor.Context, m SetTarget) {
	var records []clusterlog.Record
	if m.Target == connect.TargetStopped {
		records = append(records, clusterlog.CommitRecord(m.Name, 0))
	}
	records = append(records, clusterlog.TargetRecord(m.Name, m.Target))
	exists := unlessExists(m.Name, "Unknown connector %s")
	if m.Target == connect.TargetStopped && h.env.config.Standalone {
		exists = unlessConfigured(m.Name)
	}
	h.writeAndConfirm(c, writeConfig{refuse: exists, records: records, deadline: m.Deadline})
}

func (h *herder) writeAndConfirm(c actor.Context, request writeConfig) {
	asker := c.Sender()
	h.write(c, asker, request, func(c actor.Context) { c.Send(asker, Reply{}) })
}
