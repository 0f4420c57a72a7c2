// SPDX-License-Identifier: Apache-2.0

package file

import (
	"context"
	"errors"
	"maps"

	"github.com/longshore-io/connect"
)

// SourceClass is the class name under which configurations know the source.
const SourceClass = "org.apache.kafka.connect.file.FileStreamSourceConnector"

// Keys of both connectors, of the source's partitions and of its offsets.
const (
	fileKey       = "file"
	topicKey      = "topic"
	batchSizeKey  = "batch.size"
	filenameField = "filename"
	positionField = "position"
)

// sourceConfig is what Kafka's FileStreamSourceConnector defines.
var sourceConfig = connect.ConfigDef{
	{
		Name: fileKey, Type: connect.StringType, Importance: connect.High,
		Doc: "Source filename. If not specified, the standard input will be used",
	},
	{
		Name: topicKey, Type: connect.StringType, Required: true, Validator: connect.NonEmpty(), Importance: connect.High,
		Doc: "The topic to publish data to",
	},
	{
		Name: batchSizeKey, Type: connect.IntType, Default: 2000, Importance: connect.Low,
		Doc: "The maximum number of records the source task can read from the file each time it is polled",
	},
}

// NewSource makes a FileStreamSource: one task that turns lines of a file, or of standard input, into records.
func NewSource() connect.SourceConnector { return &sourceConnector{} }

type sourceConnector struct{ props map[string]string }

var (
	_ connect.OffsetAlterer        = (*sourceConnector)(nil)
	_ connect.ExactlyOnceSupporter = (*sourceConnector)(nil)
)

func (*sourceConnector) Version() string { return connect.KafkaVersion }

func (*sourceConnector) Config() connect.ConfigDef { return sourceConfig }

func (*sourceConnector) NewTask() connect.SourceTask { return newSourceTask() }

func (c *sourceConnector) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	if _, errs := sourceConfig.Parse(props); len(errs) > 0 {
		return errors.Join(errs...)
	}
	c.props = props
	return nil
}

// TaskConfigs plans one task whatever is allowed: a file is read from its start to its end.
func (c *sourceConnector) TaskConfigs(context.Context, int) ([]map[string]string, error) {
	return []map[string]string{maps.Clone(c.props)}, nil
}

func (*sourceConnector) Stop(context.Context) error { return nil }

// SupportsExactlyOnce is true with a file: standard input cannot be read again.
func (*sourceConnector) SupportsExactlyOnce(props map[string]string) bool {
	return props[fileKey] != ""
}

// AlterOffsets checks the form of offsets with the words of Kafka's connector. Whether a position fits the file is seen
// by the task that starts from it.
func (*sourceConnector) AlterOffsets(_ context.Context, props map[string]string, offsets []connect.PartitionOffset) (bool, error) {
	values, errs := sourceConfig.Parse(props)
	if len(errs) > 0 {
		return false, errors.Join(errs...)
	}
	if values.String(fileKey) == "" {
		return false, connect.Errorf(connect.Fatal, "Offsets cannot be modified if the 'file' configuration is unspecified. "+
			"This is because stdin is used for input and offsets are not tracked.")
	}
	for _, o := range offsets {
		if err := checkOffset(o); err != nil {
			return false, err
		}
	}
	return true, nil
}

// checkOffset lets an offset that is to be removed pass with any partition: it may be there from an older version.
func checkOffset(o connect.PartitionOffset) error {
	if o.Offset == nil {
		return nil
	}
	value, has := o.Offset[positionField]
	if !has {
		return connect.Errorf(connect.Fatal, "Offset objects should either be null or contain the key 'position'")
	}
	position, whole := wholeNumber(value)
	switch {
	case !whole:
		return connect.Errorf(connect.Fatal, "The value for the 'position' key in the offset is expected to be a Long value")
	case position < 0:
		return connect.Errorf(connect.Fatal, "The value for the 'position' key in the offset should be a non-negative value")
	case o.Partition == nil:
		return connect.Errorf(connect.Fatal, "Partition objects cannot be null")
	}
	if _, has := o.Partition[filenameField]; !has {
		return connect.Errorf(connect.Fatal, "Partition objects should contain the key 'filename'")
	}
	return nil
}

// wholeNumber reads any integer type: offset storage has no other notion of a Long.
func wholeNumber(value any) (int64, bool) {
	switch n := value.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int16:
		return int64(n), true
	case int8:
		return int64(n), true
	}
	return 0, false
}
