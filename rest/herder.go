// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"

	connect "github.com/longshore-io/connect"
)

// Herder is what the API needs of a worker. Errors are answered by their class (connect.Classify) with exactly their text.
// Each context ends when the caller goes away or the time for the operation is over; what was not carried out by then must
// not be carried out later.
type Herder interface {
	Worker
	Connectors
	Plugins
	Loggers
	Membership
}

// Worker tells about the worker itself.
type Worker interface {
	// Info returns the version of the worker and the Kafka cluster that it works with.
	Info(ctx context.Context) (connect.WorkerInfo, error)
	// Health returns the state of the worker and a sentence about it; "" stands for Kafka's own sentence. It must go the way
	// that operations go, so that a worker which is stuck does not say that it is healthy. An error means unhealthy.
	Health(ctx context.Context) (connect.Health, string, error)
}

// Membership tells about the workers of the group.
type Membership interface {
	// Cluster returns what the worker knows of its cluster. The error of a worker that has none is of class NotFound.
	Cluster(ctx context.Context) (connect.ClusterInfo, error)
}

// Connectors is all that can be known of connectors, and done to them.
type Connectors interface {
	Configs
	Statuses
	Verbs
	Topics
	Offsets
}

// Configs keeps the configurations.
type Configs interface {
	// Connector returns one connector with its configuration as stored.
	Connector(ctx context.Context, name string) (connect.ConnectorInfo, error)
	// CreateConnector validates and stores a new connector.
	CreateConnector(ctx context.Context, request connect.CreateRequest) (connect.ConnectorInfo, error)
	// PutConnectorConfig validates and stores a configuration and says whether the connector is new.
	PutConnectorConfig(ctx context.Context, name string, config connect.RawConfig) (info connect.ConnectorInfo, created bool, err error)
	// PatchConnectorConfig validates and stores the configuration with the changes of a patch: null removes a key.
	PatchConnectorConfig(ctx context.Context, name string, patch connect.RawConfig) (connect.ConnectorInfo, error)
	// DeleteConnector stops and forgets a connector.
	DeleteConnector(ctx context.Context, name string) error
}

// Statuses tells which connectors there are, and how they and their tasks are.
type Statuses interface {
	// ConnectorNames returns the names of all connectors, in any order.
	ConnectorNames(ctx context.Context) ([]string, error)
	// ConnectorStatus returns the reported state of a connector and its tasks.
	ConnectorStatus(ctx context.Context, name string) (connect.ConnectorStatus, error)
	// Tasks returns a connector's tasks with their configurations as stored.
	Tasks(ctx context.Context, name string) ([]connect.TaskInfo, error)
	// TaskStatus returns the reported state of one task.
	TaskStatus(ctx context.Context, id connect.TaskID) (connect.TaskStatus, error)
	// Digests returns all connectors with what is asked for. With status, connectors without one are left out.
	Digests(ctx context.Context, info, status bool) (map[string]connect.ConnectorDigest, error)
}

// Verbs change what connectors and tasks do.
type Verbs interface {
	// PauseConnector returns as soon as the wish is stored, as do ResumeConnector and StopConnector.
	PauseConnector(ctx context.Context, name string) error
	// ResumeConnector undoes pause and stop.
	ResumeConnector(ctx context.Context, name string) error
	// StopConnector takes the connector's tasks away and keeps its offsets.
	StopConnector(ctx context.Context, name string) error
	// RestartConnector returns nil for a plain restart, else the status that the restart leads to.
	RestartConnector(ctx context.Context, request connect.RestartRequest) (*connect.ConnectorStatus, error)
	// RestartTask restarts one task, failed or not.
	RestartTask(ctx context.Context, id connect.TaskID) error
}

// Topics tells which topics connectors use. Its errors are of class Forbidden where the worker does not do that.
type Topics interface {
	// ConnectorTopics returns the topics that a connector has used since it was made, or since the last reset. A connector that
	// is not there has none.
	ConnectorTopics(ctx context.Context, name string) ([]string, error)
	// ResetConnectorTopics forgets them, as soon as the wish is stored.
	ResetConnectorTopics(ctx context.Context, name string) error
}

// Offsets shows and changes how far connectors are.
type Offsets interface {
	// ConnectorOffsets returns the offsets of a connector in any state.
	ConnectorOffsets(ctx context.Context, name string) ([]connect.PartitionOffset, error)
	// AlterConnectorOffsets sets the offsets of a connector that is stopped, and returns the sentence that tells of it. An
	// offset of nil removes that of its partition.
	AlterConnectorOffsets(ctx context.Context, name string, offsets []connect.PartitionOffset) (message string, err error)
	// ResetConnectorOffsets removes all offsets of a connector that is stopped, and returns the sentence that tells of it.
	ResetConnectorOffsets(ctx context.Context, name string) (message string, err error)
}

// Plugins tells what the worker can run, and how that is configured.
type Plugins interface {
	// ConnectorPlugins returns the plugins in the order in which they are listed: connectors, or all kinds.
	ConnectorPlugins(ctx context.Context, connectorsOnly bool) ([]connect.PluginInfo, error)
	// PluginConfig defines the keys of a plugin; version is a range that its version must be in, "" for any.
	PluginConfig(ctx context.Context, name, version string) ([]connect.ConfigKeyInfo, error)
	// ValidateConfig says what is wrong with a connector's configuration. It runs the connector's own checks, which may block.
	ValidateConfig(ctx context.Context, config connect.RawConfig) (connect.ConfigInfos, error)
}

// Loggers shows and sets the levels of the worker's log.
type Loggers interface {
	// LoggerLevels returns all loggers that there are.
	LoggerLevels(ctx context.Context) (map[string]connect.LoggerLevel, error)
	// LoggerLevel returns the level of one.
	LoggerLevel(ctx context.Context, name string) (connect.LoggerLevel, error)
	// SetLoggerLevel sets the level of one and all below it, and returns the names of those that have changed.
	SetLoggerLevel(ctx context.Context, name string, level connect.LogLevel) ([]string, error)
	// SetClusterLoggerLevel does so on every worker of the group, each as soon as it hears of it. The level is as the caller
	// wrote it: that is how it is stored.
	SetClusterLoggerLevel(ctx context.Context, name, level string) error
}
