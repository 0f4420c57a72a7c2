// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"time"

	connect "github.com/longshore-io/connect"
)

// The messages that a worker actor accepts. Each is answered exactly once with a Reply; NewClient wraps them in typed
// calls. A Deadline is when the asker stops waiting: a command that could not be begun by then is not carried out.
type (
	// GetWorker is answered with connect.WorkerInfo.
	GetWorker struct{}
	// GetHealth is answered with HealthReport, also while the worker starts.
	GetHealth struct{}
	// GetCluster is answered with connect.ClusterInfo; a worker on its own has none and answers NotFound.
	GetCluster struct{}
	// ListConnectors is answered with []string, the names in order.
	ListConnectors struct{}
	// GetConnector is answered with connect.ConnectorInfo.
	GetConnector struct{ Name string }
	// GetConnectorStatus is answered with connect.ConnectorStatus.
	GetConnectorStatus struct{ Name string }
	// GetDigests is answered with map[string]connect.ConnectorDigest.
	GetDigests struct{ Info, Status bool }
	// ListTasks is answered with []connect.TaskInfo.
	ListTasks struct{ Name string }
	// GetTaskStatus is answered with connect.TaskStatus.
	GetTaskStatus struct{ ID connect.TaskID }
	// ListTopics is answered with []string, the topics that a connector uses.
	ListTopics struct{ Name string }
	// GetOffsets is answered with []connect.PartitionOffset.
	GetOffsets struct {
		Name     string
		Deadline time.Time
	}
	// ListPlugins is answered with []connect.PluginInfo.
	ListPlugins struct{ ConnectorsOnly bool }
	// GetPluginConfig is answered with []connect.ConfigKeyInfo. Version is a range, "" for any.
	GetPluginConfig struct{ Name, Version string }
	// ValidateConfig is answered with connect.ConfigInfos.
	ValidateConfig struct {
		Config   connect.RawConfig
		Deadline time.Time
	}
	// ListLoggers is answered with map[string]connect.LoggerLevel.
	ListLoggers struct{}
	// GetLogger is answered with connect.LoggerLevel.
	GetLogger struct{ Name string }

	// CreateConnector is answered with connect.ConnectorInfo.
	CreateConnector struct {
		connect.CreateRequest
		Deadline time.Time
	}
	// PutConnectorConfig is answered with PutResult.
	PutConnectorConfig struct {
		Name     string
		Config   connect.RawConfig
		Deadline time.Time
	}
	// PatchConnectorConfig changes some keys of a configuration; null removes one. It is answered with connect.ConnectorInfo.
	PatchConnectorConfig struct {
		Name     string
		Patch    connect.RawConfig
		Deadline time.Time
	}
	// DeleteConnector is answered with nil.
	DeleteConnector struct {
		Name     string
		Deadline time.Time
	}
	// SetTarget pauses, resumes or stops a connector. It is answered with nil once the wish is stored.
	SetTarget struct {
		Name     string
		Target   connect.TargetState
		Deadline time.Time
	}
	// RestartConnector is answered with *connect.ConnectorStatus: nil for a plain restart, which waits for the start, else the
	// status with what will be restarted.
	RestartConnector struct {
		connect.RestartRequest
		Deadline time.Time
	}
	// RestartTask is answered with nil once the new life of the task has begun.
	RestartTask struct {
		ID       connect.TaskID
		Deadline time.Time
	}
	// ResetTopics forgets which topics a connector has used. It is answered with nil once that is stored.
	ResetTopics struct {
		Name     string
		Deadline time.Time
	}
	// AlterOffsets sets offsets of a stopped connector; one that is nil is removed. It is answered with a sentence, a string.
	AlterOffsets struct {
		Name     string
		Offsets  []connect.PartitionOffset
		Deadline time.Time
	}
	// ResetOffsets removes all offsets of a stopped connector. It is answered with a sentence, a string.
	ResetOffsets struct {
		Name     string
		Deadline time.Time
	}
	// SetLogger sets the level of a logger of this worker. It is answered with []string, the names of those that changed.
	SetLogger struct {
		Name     string
		Level    connect.LogLevel
		Deadline time.Time
	}
	// SetClusterLogger sets the level of a logger on all workers. It is answered with nil once the wish is stored.
	SetClusterLogger struct {
		Name, Level string
		Deadline    time.Time
	}

	// Drain stops all work gracefully: flush, commit, leave the groups. It is answered with nil when nothing runs any more;
	// what has not stopped after task.shutdown.graceful.timeout.ms is abandoned. The worker is to be stopped afterwards.
	Drain struct{}
)

// Reply answers a message: a value, or an error that connect.Classify knows.
type Reply struct {
	Value any
	Err   error
}

// PutResult answers PutConnectorConfig.
type PutResult struct {
	Info    connect.ConnectorInfo
	Created bool
}

// HealthReport answers GetHealth.
type HealthReport struct {
	Health  connect.Health
	Message string
}

// WorkerFailed is published on the host system's event stream when a worker cannot run: an internal topic that is not
// compacted, say. The worker actor stops itself afterwards.
type WorkerFailed struct{ Err error }

// StatusChanged is published on the host system's event stream when a connector or task of this worker changes its
// reported state.
type StatusChanged struct {
	Connector string
	// Task is the number of the task, -1 for the connector itself.
	Task  int
	State connect.State
	Trace string
}
