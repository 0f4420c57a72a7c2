// SPDX-License-Identifier: Apache-2.0

package connect

// KafkaVersion is the version of Kafka Connect whose behaviour Longshore has; clients read it to know what they can ask.
const KafkaVersion = "4.1.0"

// ConnectorType tells sources from sinks.
type ConnectorType string

// The types; a connector whose class is not known is of type unknown.
const (
	Source      ConnectorType = "source"
	Sink        ConnectorType = "sink"
	UnknownType ConnectorType = "unknown"
)

// State is the reported state of a connector or task, in Kafka Connect's words.
type State string

// The states. STOPPED is for connectors only.
const (
	Unassigned State = "UNASSIGNED"
	Running    State = "RUNNING"
	Paused     State = "PAUSED"
	Failed     State = "FAILED"
	Restarting State = "RESTARTING"
	Stopped    State = "STOPPED"
)

// TargetState is the state that a user wants a connector to be in.
type TargetState string

// The target states.
const (
	TargetStarted TargetState = "STARTED"
	TargetPaused  TargetState = "PAUSED"
	TargetStopped TargetState = "STOPPED"
)

// TaskID names a task: a connector and a number from 0.
type TaskID struct {
	Connector string `json:"connector"`
	Task      int    `json:"task"`
}

// WorkerInfo is the answer to GET /.
type WorkerInfo struct {
	Version        string  `json:"version"`
	Commit         string  `json:"commit"`
	KafkaClusterID *string `json:"kafka_cluster_id"`
}

// ConnectorInfo is a connector with its configuration as stored and its tasks.
type ConnectorInfo struct {
	Name   string        `json:"name"`
	Config RawConfig     `json:"config"`
	Tasks  []TaskID      `json:"tasks"`
	Type   ConnectorType `json:"type"`
}

// ConnectorStatus is the reported state of a connector and its tasks.
type ConnectorStatus struct {
	Name      string         `json:"name"`
	Connector InstanceStatus `json:"connector"`
	Tasks     []TaskStatus   `json:"tasks"`
	Type      ConnectorType  `json:"type"`
}

// InstanceStatus is the reported state of one running thing.
type InstanceStatus struct {
	State    State  `json:"state"`
	WorkerID string `json:"worker_id"`
	// Version of the plugin; null where it was not known.
	Version *string `json:"version"`
	// Trace of the failure; left out where there is none.
	Trace string `json:"trace,omitempty"`
}

// TaskStatus is the reported state of a task.
type TaskStatus struct {
	ID int `json:"id"`
	InstanceStatus
}

// TaskInfo is a task with its configuration as stored.
type TaskInfo struct {
	ID     TaskID    `json:"id"`
	Config RawConfig `json:"config"`
}

// ConnectorDigest is one entry of the list of connectors: what was asked for with expand.
type ConnectorDigest struct {
	Status *ConnectorStatus `json:"status,omitempty"`
	Info   *ConnectorInfo   `json:"info,omitempty"`
}

// RestartRequest says what of a connector to restart.
type RestartRequest struct {
	Connector    string
	IncludeTasks bool
	OnlyFailed   bool
}

// Health is the state of a worker.
type Health string

// The states of health.
const (
	Healthy   Health = "healthy"
	Starting  Health = "starting"
	Unhealthy Health = "unhealthy"
)
