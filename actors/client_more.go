// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"time"

	connect "github.com/longshore-io/connect"
)

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
