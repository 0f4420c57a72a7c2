// SPDX-License-Identifier: Apache-2.0

package mock

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
)

// The class names under which configurations know the connectors.
const (
	SourceClass = "org.apache.kafka.connect.tools.MockSourceConnector"
	SinkClass   = "org.apache.kafka.connect.tools.MockSinkConnector"
)

const (
	modeKey  = "mock_mode"
	delayKey = "delay_ms"

	connectorFailure = "connector-failure"
	taskFailure      = "task-failure"

	defaultDelay = 15 * time.Second
)

// NewSource makes a MockSource.
func NewSource() connect.SourceConnector { return &source{} }

type source struct{ connector }

func (*source) NewTask() connect.SourceTask { return &sourceTask{} }

// NewSink makes a MockSink.
func NewSink() connect.SinkConnector { return &sink{} }

type sink struct{ connector }

func (*sink) NewTask() connect.SinkTask { return &sinkTask{} }

// connector is what both are.
type connector struct {
	props map[string]string
	// failing raises the error; nil where the connector is not to fail.
	failing *time.Timer
}

func (*connector) Version() string { return connect.KafkaVersion }

func (*connector) Config() connect.ConfigDef { return nil }

func (c *connector) Start(_ context.Context, cc connect.ConnectorContext, props map[string]string) error {
	c.props = props
	delay, fails, err := failureOf(props, connectorFailure)
	if err != nil || !fails {
		return err
	}
	c.failing = time.AfterFunc(delay, func() { cc.RaiseError(failure(connectorFailure, delay)) })
	return nil
}

// TaskConfigs plans one task, whatever is allowed.
func (c *connector) TaskConfigs(context.Context, int) ([]map[string]string, error) {
	config := maps.Clone(c.props)
	if config == nil {
		config = map[string]string{}
	}
	return []map[string]string{config}, nil
}

func (c *connector) Stop(context.Context) error {
	if c.failing != nil {
		c.failing.Stop()
	}
	return nil
}

// failureOf says whether the configuration asks for a failure of this kind, and when.
func failureOf(props map[string]string, kind string) (delay time.Duration, fails bool, err error) {
	if props[modeKey] != kind {
		return 0, false, nil
	}
	text, set := props[delayKey]
	if !set {
		return defaultDelay, true, nil
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, false, &connect.ConfigError{Key: delayKey, Value: text, Reason: "a whole number of milliseconds is expected"}
	}
	return time.Duration(ms) * time.Millisecond, true, nil
}

func failure(kind string, after time.Duration) error {
	return connect.Errorf(connect.Fatal, "mocked failure: %s=%s asks for it %s after the start", modeKey, kind, after)
}
