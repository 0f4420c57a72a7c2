// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"encoding/json"
	"time"

	connect "github.com/longshore-io/connect"
)

// wireTable has the messages that travel between workers. Names and JSON fields stay what they are once released: workers of two
// versions run side by side during an upgrade.
var wireTable = []wireKind{
	wired("create_connector", valueOf[connect.ConnectorInfo],
		func(m CreateConnector) wireCreate { return wireCreate{m.Name, m.Config, m.InitialState} },
		func(w wireCreate, deadline time.Time) CreateConnector {
			return CreateConnector{connect.CreateRequest{Name: w.Name, Config: w.Config, InitialState: w.InitialState}, deadline}
		}),
	wired("put_connector_config", valueOfPut,
		func(m PutConnectorConfig) wireConfig { return wireConfig{m.Name, m.Config} },
		func(w wireConfig, deadline time.Time) PutConnectorConfig {
			return PutConnectorConfig{w.Name, w.Config, deadline}
		}),
	wired("patch_connector_config", valueOf[connect.ConnectorInfo],
		func(m PatchConnectorConfig) wireConfig { return wireConfig{m.Name, m.Patch} },
		func(w wireConfig, deadline time.Time) PatchConnectorConfig {
			return PatchConnectorConfig{w.Name, w.Config, deadline}
		}),
	wired("delete_connector", noValue,
		func(m DeleteConnector) wireNamed { return wireNamed{m.Name} },
		func(w wireNamed, deadline time.Time) DeleteConnector { return DeleteConnector{w.Name, deadline} }),
	wired("set_target", noValue,
		func(m SetTarget) wireTarget { return wireTarget{m.Name, m.Target} },
		func(w wireTarget, deadline time.Time) SetTarget { return SetTarget{w.Name, w.Target, deadline} }),
	wired("restart_connector", valueOf[*connect.ConnectorStatus],
		func(m RestartConnector) wireRestart { return wireRestart(m.RestartRequest) },
		func(w wireRestart, deadline time.Time) RestartConnector {
			return RestartConnector{connect.RestartRequest(w), deadline}
		}),
	wired("restart_task", noValue,
		func(m RestartTask) connect.TaskID { return m.ID },
		func(w connect.TaskID, deadline time.Time) RestartTask { return RestartTask{w, deadline} }),
	wired("alter_offsets", valueOf[string],
		func(m AlterOffsets) wireOffsets { return wireOffsets{m.Name, toWireOffsets(m.Offsets)} },
		func(w wireOffsets, deadline time.Time) AlterOffsets {
			return AlterOffsets{w.Name, fromWireOffsets(w.Offsets), deadline}
		}),
	wired("reset_offsets", valueOf[string],
		func(m ResetOffsets) wireNamed { return wireNamed{m.Name} },
		func(w wireNamed, deadline time.Time) ResetOffsets { return ResetOffsets{w.Name, deadline} }),
	wired("set_cluster_logger", noValue,
		func(m SetClusterLogger) wireLogger { return wireLogger{m.Name, m.Level} },
		func(w wireLogger, deadline time.Time) SetClusterLogger {
			return SetClusterLogger{w.Name, w.Level, deadline}
		}),
	wired("put_task_configs", noValue,
		func(m putTaskConfigs) wireTasks { return wireTasks{m.connector, m.from, m.tasks, m.again} },
		func(w wireTasks, deadline time.Time) putTaskConfigs {
			return putTaskConfigs{connector: w.Connector, from: w.From, tasks: w.Tasks, again: w.Again, deadline: deadline}
		}),
	wired("fence_zombies", noValue,
		func(m fenceZombies) wireNamed { return wireNamed{m.connector} },
		func(w wireNamed, deadline time.Time) fenceZombies { return fenceZombies{w.Name, deadline} }),
}

// The bodies.
type (
	wireNamed struct {
		Name string `json:"name"`
	}
	wireConfig struct {
		Name   string            `json:"name"`
		Config connect.RawConfig `json:"config"`
	}
	wireCreate struct {
		Name         string               `json:"name"`
		Config       connect.RawConfig    `json:"config"`
		InitialState *connect.TargetState `json:"initial_state"`
	}
	wireTarget struct {
		Name   string              `json:"name"`
		Target connect.TargetState `json:"target"`
	}
	wireRestart struct {
		Connector    string `json:"connector"`
		IncludeTasks bool   `json:"include_tasks"`
		OnlyFailed   bool   `json:"only_failed"`
	}
	wireOffsets struct {
		Name    string       `json:"name"`
		Offsets []wireOffset `json:"offsets"`
	}
	wireLogger struct {
		Name  string `json:"name"`
		Level string `json:"level"`
	}
	wireTasks struct {
		Connector string              `json:"connector"`
		From      connect.RawConfig   `json:"from"`
		Tasks     []connect.RawConfig `json:"tasks"`
		Again     bool                `json:"again"`
	}
	wirePutResult struct {
		Info    connect.ConnectorInfo `json:"info"`
		Created bool                  `json:"created"`
	}
)

// valueOf reads the value that a kind is answered with.
func valueOf[V any](body json.RawMessage) (any, error) {
	var value V
	err := json.Unmarshal(body, &value)
	return value, err
}

func valueOfPut(body json.RawMessage) (any, error) {
	var value wirePutResult
	err := json.Unmarshal(body, &value)
	return PutResult(value), err
}

// noValue is for kinds that are answered with nil; what a newer worker adds does not count.
func noValue(json.RawMessage) (any, error) { return nil, nil }
