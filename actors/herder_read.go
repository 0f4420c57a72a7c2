// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	clusterstatus "github.com/longshore-io/connect/cluster/statuslog"
)

// read answers questions from memory and says whether the message was one.
func (h *herder) read(c actor.Context, m any) bool {
	switch m := m.(type) {
	case GetWorker:
		c.Respond(Reply{Value: h.env.info})
	case ListConnectors:
		c.Respond(Reply{Value: h.state.Connectors()})
	case GetConnector:
		respond(c, func() (connect.ConnectorInfo, error) { return h.info(m.Name) })
	case GetConnectorStatus:
		respond(c, func() (connect.ConnectorStatus, error) { return h.status(m.Name) })
	case GetDigests:
		c.Respond(Reply{Value: h.digests(m)})
	case ListTasks:
		respond(c, func() ([]connect.TaskInfo, error) { return h.tasks(m.Name) })
	case ListTopics:
		respond(c, func() ([]string, error) { return h.topics(m.Name) })
	case GetTaskStatus:
		respond(c, func() (connect.TaskStatus, error) { return h.taskStatus(m.ID) })
	case ListPlugins:
		c.Respond(Reply{Value: h.plugins(m.ConnectorsOnly)})
	case ListLoggers:
		c.Respond(Reply{Value: h.env.runtime.Loggers.Levels()})
	case GetCluster:
		respond(c, h.cluster)
	case GetLogger:
		respond(c, func() (connect.LoggerLevel, error) { return h.logger(m.Name) })
	default:
		return false
	}
	return true
}

func respond[T any](c actor.Context, answer func() (T, error)) {
	value, err := answer()
	c.Respond(Reply{Value: value, Err: err})
}

func notFound(name string) error {
	return connect.Errorf(connect.NotFound, "Connector %s not found", name)
}

func (h *herder) info(name string) (connect.ConnectorInfo, error) {
	connector, exists := h.state.Connector(name)
	if !exists {
		return connect.ConnectorInfo{}, notFound(name)
	}
	return infoOf(connector, h.typeOf(connector.Config)), nil
}

func infoOf(connector clusterlog.Connector, typ connect.ConnectorType) connect.ConnectorInfo {
	tasks := make([]connect.TaskID, len(connector.Tasks))
	for i := range tasks {
		tasks[i] = connect.TaskID{Connector: connector.Name, Task: i}
	}
	return connect.ConnectorInfo{Name: connector.Name, Config: connector.Config, Tasks: tasks, Type: typ}
}

func (h *herder) typeOf(config connect.RawConfig) connect.ConnectorType {
	class, _ := config.Get("connector.class")
	info, err := h.env.plugins.Find(class, connect.SourcePlugin, connect.SinkPlugin)
	switch {
	case err != nil:
		return connect.UnknownType
	case info.Type == connect.SourcePlugin:
		return connect.Source
	}
	return connect.Sink
}

func (h *herder) status(name string) (connect.ConnectorStatus, error) {
	out, known := statusIn(h.env.statuses.view(), name)
	if !known {
		return out, connect.Errorf(connect.NotFound, "No status found for connector %s", name)
	}
	connector, _ := h.state.Connector(name)
	out.Type = h.typeOf(connector.Config)
	return out, nil
}

// statusIn is the status of a connector without its type.
func statusIn(view clusterstatus.View, name string) (connect.ConnectorStatus, bool) {
	status, known := view.ConnectorStatus(name)
	if !known {
		return connect.ConnectorStatus{}, false
	}
	tasks := view.Tasks(name)
	out := connect.ConnectorStatus{Name: name, Connector: status.Info(), Tasks: make([]connect.TaskStatus, len(tasks))}
	for i, task := range tasks {
		out.Tasks[i] = connect.TaskStatus{ID: task.Task, InstanceStatus: task.Info()}
	}
	return out, true
}

// digests leaves out connectors without a status where statuses are asked for, as Kafka Connect does. The type is looked up
// once for each class: a thousand connectors are of a few.
func (h *herder) digests(m GetDigests) map[string]connect.ConnectorDigest {
	names, view, types := h.state.Connectors(), h.env.statuses.view(), map[string]connect.ConnectorType{}
	out := make(map[string]connect.ConnectorDigest, len(names))
	for _, name := range names {
		connector, _ := h.state.Connector(name)
		class, _ := connector.Config.Get("connector.class")
		if _, known := types[class]; !known {
			types[class] = h.typeOf(connector.Config)
		}
		var digest connect.ConnectorDigest
		if m.Status {
			status, known := statusIn(view, name)
			if !known {
				continue
			}
			status.Type = types[class]
			digest.Status = &status
		}
		if m.Info {
			info := infoOf(connector, types[class])
			digest.Info = &info
		}
		out[name] = digest
	}
	return out
}

func (h *herder) tasks(name string) ([]connect.TaskInfo, error) {
	connector, exists := h.state.Connector(name)
	if !exists {
		return nil, notFound(name)
	}
	out := make([]connect.TaskInfo, len(connector.Tasks))
	for i, config := range connector.Tasks {
		out[i] = connect.TaskInfo{ID: connect.TaskID{Connector: name, Task: i}, Config: config}
	}
	return out, nil
}

func (h *herder) taskStatus(id connect.TaskID) (connect.TaskStatus, error) {
	status, known := h.env.statuses.view().TaskStatus(id)
	if !known {
		return connect.TaskStatus{}, connect.Errorf(connect.NotFound, "No status found for task %s-%d", id.Connector, id.Task)
	}
	return connect.TaskStatus{ID: id.Task, InstanceStatus: status.Info()}, nil
}

// plugins leaves config providers out: Kafka Connect does not list them.
func (h *herder) plugins(connectorsOnly bool) []connect.PluginInfo {
	return slices.DeleteFunc(h.env.plugins.List(), func(p connect.PluginInfo) bool {
		connector := p.Type == connect.SourcePlugin || p.Type == connect.SinkPlugin
		return p.Type == connect.ConfigProviderPlugin || connectorsOnly && !connector
	})
}

// unitsOf lists a connector's instance and its tasks.
func (h *herder) unitsOf(name string) []unitID {
	connector, exists := h.state.Connector(name)
	if !exists {
		return nil
	}
	units := []unitID{{name, theConnector}}
	for i := range connector.Tasks {
		units = append(units, unitID{name, i})
	}
	return units
}

func (h *herder) stateOf(id unitID) connect.State {
	if id.task == theConnector {
		status, _ := h.env.statuses.view().ConnectorStatus(id.connector)
		return status.State
	}
	status, _ := h.env.statuses.view().TaskStatus(id.taskID())
	return status.State
}

func (id unitID) kind() lifecycle.Kind {
	if id.task == theConnector {
		return lifecycle.Connector
	}
	return lifecycle.Task
}
