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
	Statuses
	Verbs
	Plugins
}

// Worker tells about the worker itself.
type Worker interface {
	// Info returns the version of the worker and the Kafka cluster that it works with.
	Info(ctx context.Context) (connect.WorkerInfo, error)
	// Health returns the state of the worker and a sentence about it; "" stands for Kafka's own sentence. It must go the way
	// that operations go, so that a worker which is stuck does not say that it is healthy. An error means unhealthy.
	Health(ctx context.Context) (connect.Health, string, error)
}

// Connectors keeps the configurations.
type Connectors interface {
	// ConnectorNames returns the names of all connectors, in any order.
	ConnectorNames(ctx context.Context) ([]string, error)
	// Connector returns one connector with its configuration as stored.
	Connector(ctx context.Context, name string) (connect.ConnectorInfo, error)
	// CreateConnector validates and stores a new connector.
	CreateConnector(ctx context.Context, request connect.CreateRequest) (connect.ConnectorInfo, error)
	// PutConnectorConfig validates and stores a configuration and says whether the connector is new.
	PutConnectorConfig(ctx context.Context, name string, config connect.RawConfig) (info connect.ConnectorInfo, created bool, err error)
	// DeleteConnector stops and forgets a connector.
	DeleteConnector(ctx context.Context, name string) error
}

// Statuses tells how connectors and tasks are.
type Statuses interface {
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

// Plugins tells what the worker can run.
type Plugins interface {
	// ConnectorPlugins returns the plugins in the order in which they are listed: connectors, or all kinds.
	ConnectorPlugins(ctx context.Context, connectorsOnly bool) ([]connect.PluginInfo, error)
}
