// SPDX-License-Identifier: Apache-2.0

package file

import (
	"context"
	"errors"
	"maps"

	"github.com/longshore-io/connect"
)

// SinkClass is the class name under which configurations know the sink.
const SinkClass = "org.apache.kafka.connect.file.FileStreamSinkConnector"

// sinkConfig is what Kafka's FileStreamSinkConnector defines.
var sinkConfig = connect.ConfigDef{
	{
		Name: fileKey, Type: connect.StringType, Importance: connect.High,
		Doc: "Destination filename. If not specified, the standard output will be used",
	},
}

// NewSink makes a FileStreamSink: it appends a line to a file, or to standard output, for each record.
func NewSink() connect.SinkConnector { return &sinkConnector{} }

type sinkConnector struct{ props map[string]string }

var _ connect.OffsetAlterer = (*sinkConnector)(nil)

func (*sinkConnector) Version() string { return connect.KafkaVersion }

func (*sinkConnector) Config() connect.ConfigDef { return sinkConfig }

func (*sinkConnector) NewTask() connect.SinkTask { return newSinkTask() }

func (c *sinkConnector) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	if _, errs := sinkConfig.Parse(props); len(errs) > 0 {
		return errors.Join(errs...)
	}
	c.props = props
	return nil
}

// TaskConfigs plans as many tasks as are allowed; all append to the same file.
func (c *sinkConnector) TaskConfigs(_ context.Context, maxTasks int) ([]map[string]string, error) {
	configs := make([]map[string]string, maxTasks)
	for i := range configs {
		configs[i] = maps.Clone(c.props)
	}
	return configs, nil
}

func (*sinkConnector) Stop(context.Context) error { return nil }

// AlterOffsets vouches for any change: the file knows nothing of offsets.
func (*sinkConnector) AlterOffsets(context.Context, map[string]string, []connect.PartitionOffset) (bool, error) {
	return true, nil
}
