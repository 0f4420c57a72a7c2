// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"context"

	"github.com/longshore-io/connect"
)

// The class names under which configurations know the connectors.
const (
	SourceClass       = "org.apache.kafka.connect.tools.VerifiableSourceConnector"
	SinkClass         = "org.apache.kafka.connect.tools.VerifiableSinkConnector"
	SchemaSourceClass = "org.apache.kafka.connect.tools.SchemaSourceConnector"
)

// connector is what the three have in common: any number of tasks, each with an id.
type connector struct{ props map[string]string }

func (*connector) Version() string { return connect.KafkaVersion }

func (*connector) Config() connect.ConfigDef { return nil }

func (c *connector) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	c.props = props
	return nil
}

func (c *connector) TaskConfigs(_ context.Context, maxTasks int) ([]map[string]string, error) {
	return plan(c.props, maxTasks), nil
}

func (*connector) Stop(context.Context) error { return nil }

// NewSource makes a VerifiableSource: as many tasks as are allowed, each of which counts upwards.
func NewSource() connect.SourceConnector { return &source{} }

type source struct{ connector }

func (*source) NewTask() connect.SourceTask { return newSourceTask() }

// NewSink makes a VerifiableSink: it prints what it is given, and again when that was flushed.
func NewSink() connect.SinkConnector { return &sink{} }

type sink struct{ connector }

func (*sink) NewTask() connect.SinkTask { return newSinkTask() }

// NewSchemaSource makes a SchemaSource: so many messages for each task, each a struct with its number.
func NewSchemaSource() connect.SourceConnector { return &schemaSource{} }

type schemaSource struct{ connector }

func (*schemaSource) NewTask() connect.SourceTask { return newSchemaTask() }
