// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
)

// Client asks a worker actor, from any goroutine: each method is one message and its reply. The worker may be the root of
// a process or a child in another protoactor system.
type Client struct {
	system *actor.ActorSystem
	worker *actor.PID
	clock  clock.Clock
}

// NewClient makes a client of a worker that was spawned from WorkerProps.
func NewClient(sender actor.SenderContext, worker *actor.PID) *Client {
	return &Client{system: sender.ActorSystem(), worker: worker, clock: clock.System{}}
}

// patience is how long a call without deadline waits.
const patience = 90 * time.Second

func ask[T any](ctx context.Context, c *Client, message func(deadline time.Time) any) (T, error) {
	var zero T
	deadline, bounded := ctx.Deadline()
	if !bounded {
		deadline = c.clock.Now().Add(patience)
	}
	ctx, cancel := within(ctx, c.clock, deadline.Sub(c.clock.Now()))
	defer cancel()
	value, err := request(ctx, c.system, c.worker, message(deadline))
	switch {
	case ctx.Err() != nil && err != nil:
		return zero, errTimedOut()
	case err != nil || value == nil:
		return zero, err
	}
	return value.(T), nil
}

func plain(message any) func(time.Time) any { return func(time.Time) any { return message } }

// Info returns the worker's version and Kafka cluster.
func (c *Client) Info(ctx context.Context) (connect.WorkerInfo, error) {
	return ask[connect.WorkerInfo](ctx, c, plain(GetWorker{}))
}

// Health returns how the worker is, with a sentence about it.
func (c *Client) Health(ctx context.Context) (connect.Health, string, error) {
	report, err := ask[HealthReport](ctx, c, plain(GetHealth{}))
	return report.Health, report.Message, err
}

// Cluster returns what the worker knows of its cluster. The error of a worker on its own is of class NotFound.
func (c *Client) Cluster(ctx context.Context) (connect.ClusterInfo, error) {
	return ask[connect.ClusterInfo](ctx, c, plain(GetCluster{}))
}

// ConnectorNames returns the names of all connectors, in order.
func (c *Client) ConnectorNames(ctx context.Context) ([]string, error) {
	return ask[[]string](ctx, c, plain(ListConnectors{}))
}

// Connector returns one connector.
func (c *Client) Connector(ctx context.Context, name string) (connect.ConnectorInfo, error) {
	return ask[connect.ConnectorInfo](ctx, c, plain(GetConnector{name}))
}

// CreateConnector validates and stores a new connector.
func (c *Client) CreateConnector(ctx context.Context, request connect.CreateRequest) (connect.ConnectorInfo, error) {
	return ask[connect.ConnectorInfo](ctx, c, func(deadline time.Time) any { return CreateConnector{request, deadline} })
}

// PutConnectorConfig validates and stores a connector's configuration and says whether the connector is new.
func (c *Client) PutConnectorConfig(ctx context.Context, name string, config connect.RawConfig) (connect.ConnectorInfo, bool, error) {
	result, err := ask[PutResult](ctx, c, func(deadline time.Time) any { return PutConnectorConfig{name, config, deadline} })
	return result.Info, result.Created, err
}

// PatchConnectorConfig validates and stores a connector's configuration with the changes of a patch: null removes a key.
func (c *Client) PatchConnectorConfig(ctx context.Context, name string, patch connect.RawConfig) (connect.ConnectorInfo, error) {
	return ask[connect.ConnectorInfo](ctx, c, func(deadline time.Time) any { return PatchConnectorConfig{name, patch, deadline} })
}

// DeleteConnector removes a connector; its offsets stay.
func (c *Client) DeleteConnector(ctx context.Context, name string) error {
	_, err := ask[any](ctx, c, func(deadline time.Time) any { return DeleteConnector{name, deadline} })
	return err
}

// ConnectorStatus returns the reported state of a connector and its tasks.
func (c *Client) ConnectorStatus(ctx context.Context, name string) (connect.ConnectorStatus, error) {
	return ask[connect.ConnectorStatus](ctx, c, plain(GetConnectorStatus{name}))
}

// Digests returns all connectors with what is asked for.
func (c *Client) Digests(ctx context.Context, info, status bool) (map[string]connect.ConnectorDigest, error) {
	return ask[map[string]connect.ConnectorDigest](ctx, c, plain(GetDigests{Info: info, Status: status}))
}

// Tasks returns a connector's tasks with their configurations.
func (c *Client) Tasks(ctx context.Context, name string) ([]connect.TaskInfo, error) {
	return ask[[]connect.TaskInfo](ctx, c, plain(ListTasks{name}))
}

// TaskStatus returns the reported state of one task.
func (c *Client) TaskStatus(ctx context.Context, id connect.TaskID) (connect.TaskStatus, error) {
	return ask[connect.TaskStatus](ctx, c, plain(GetTaskStatus{id}))
}

// PauseConnector keeps a connector's tasks where they are and stops their records.
func (c *Client) PauseConnector(ctx context.Context, name string) error {
	return c.setTarget(ctx, name, connect.TargetPaused)
}

// ResumeConnector undoes PauseConnector and StopConnector.
func (c *Client) ResumeConnector(ctx context.Context, name string) error {
	return c.setTarget(ctx, name, connect.TargetStarted)
}

// StopConnector takes a connector's tasks away and keeps its configuration and offsets.
func (c *Client) StopConnector(ctx context.Context, name string) error {
	return c.setTarget(ctx, name, connect.TargetStopped)
}

func (c *Client) setTarget(ctx context.Context, name string, target connect.TargetState) error {
	_, err := ask[any](ctx, c, func(deadline time.Time) any { return SetTarget{name, target, deadline} })
	return err
}

// RestartConnector restarts a connector, and its tasks where the request says so. The status is nil for a plain restart.
func (c *Client) RestartConnector(ctx context.Context, request connect.RestartRequest) (*connect.ConnectorStatus, error) {
	return ask[*connect.ConnectorStatus](ctx, c, func(deadline time.Time) any { return RestartConnector{request, deadline} })
}

// RestartTask restarts one task.
func (c *Client) RestartTask(ctx context.Context, id connect.TaskID) error {
	_, err := ask[any](ctx, c, func(deadline time.Time) any { return RestartTask{id, deadline} })
	return err
}

// ConnectorTopics returns the topics that a connector has used.
func (c *Client) ConnectorTopics(ctx context.Context, name string) ([]string, error) {
	return ask[[]string](ctx, c, plain(ListTopics{name}))
}

// ResetConnectorTopics forgets which topics a connector has used.
func (c *Client) ResetConnectorTopics(ctx context.Context, name string) error {
	_, err := ask[any](ctx, c, func(deadline time.Time) any { return ResetTopics{name, deadline} })
	return err
}

// ConnectorOffsets returns how far a connector is.
func (c *Client) ConnectorOffsets(ctx context.Context, name string) ([]connect.PartitionOffset, error) {
	return ask[[]connect.PartitionOffset](ctx, c, func(deadline time.Time) any { return GetOffsets{name, deadline} })
}

// AlterConnectorOffsets sets offsets of a stopped connector and returns a sentence about it; an offset that is nil is removed.
func (c *Client) AlterConnectorOffsets(ctx context.Context, name string, offsets []connect.PartitionOffset) (string, error) {
	return ask[string](ctx, c, func(deadline time.Time) any { return AlterOffsets{name, offsets, deadline} })
}

// ResetConnectorOffsets removes all offsets of a stopped connector and returns a sentence about it.
func (c *Client) ResetConnectorOffsets(ctx context.Context, name string) (string, error) {
	return ask[string](ctx, c, func(deadline time.Time) any { return ResetOffsets{name, deadline} })
}

// ConnectorPlugins returns what can be run: connectors only, or all kinds of plugins.
func (c *Client) ConnectorPlugins(ctx context.Context, connectorsOnly bool) ([]connect.PluginInfo, error) {
	return ask[[]connect.PluginInfo](ctx, c, plain(ListPlugins{connectorsOnly}))
}

// PluginConfig defines the keys of a plugin; version is a range that its version must be in, "" for any.
func (c *Client) PluginConfig(ctx context.Context, name, version string) ([]connect.ConfigKeyInfo, error) {
	return ask[[]connect.ConfigKeyInfo](ctx, c, plain(GetPluginConfig{name, version}))
}

// ValidateConfig says what is wrong with a connector's configuration.
func (c *Client) ValidateConfig(ctx context.Context, config connect.RawConfig) (connect.ConfigInfos, error) {
	return ask[connect.ConfigInfos](ctx, c, func(deadline time.Time) any { return ValidateConfig{config, deadline} })
}

// LoggerLevels returns the levels of the worker's loggers.
func (c *Client) LoggerLevels(ctx context.Context) (map[string]connect.LoggerLevel, error) {
	return ask[map[string]connect.LoggerLevel](ctx, c, plain(ListLoggers{}))
}

// LoggerLevel returns the level of one logger.
func (c *Client) LoggerLevel(ctx context.Context, name string) (connect.LoggerLevel, error) {
	return ask[connect.LoggerLevel](ctx, c, plain(GetLogger{name}))
}

// SetLoggerLevel sets the level of a logger of this worker and returns the names of those that changed.
func (c *Client) SetLoggerLevel(ctx context.Context, name string, level connect.LogLevel) ([]string, error) {
	return ask[[]string](ctx, c, func(deadline time.Time) any { return SetLogger{name, level, deadline} })
}

// SetClusterLoggerLevel sets the level of a logger on all workers of the group.
func (c *Client) SetClusterLoggerLevel(ctx context.Context, name, level string) error {
	_, err := ask[any](ctx, c, func(deadline time.Time) any { return SetClusterLogger{name, level, deadline} })
	return err
}

// Drain stops all work gracefully. The worker is to be stopped afterwards.
func (c *Client) Drain(ctx context.Context) error {
	_, err := ask[any](ctx, c, plain(Drain{}))
	return err
}
