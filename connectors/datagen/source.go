// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/longshore-io/connect"
)

// SourceClass is the class name under which configurations know the source.
const SourceClass = "io.longshore.connect.datagen.DatagenSource"

// Keys of the connector.
const (
	topicKey       = "kafka.topic"
	valueShapeKey  = "value.shape"
	valueSizeKey   = "value.size"
	keyShapeKey    = "key.shape"
	rateKey        = "rate"
	maxIntervalKey = "max.interval"
	iterationsKey  = "iterations"
	seedKey        = "random.seed"
	taskIDKey      = "task.id"
)

// The shapes of values and keys.
const (
	textShape   = "text"
	bytesShape  = "bytes"
	structShape = "struct"
	noShape     = "none"
	numberShape = "number"
)

const (
	maxSize     = 256 << 20
	maxRate     = 1_000_000_000
	maxInterval = 24 * 60 * 60 * 1000
)

var sourceConfig = connect.ConfigDef{
	{
		Name: topicKey, Type: connect.StringType, Required: true, Validator: connect.NonEmpty(), Importance: connect.High,
		Doc: "Topic to write to.",
	},
	{
		Name: rateKey, Type: connect.LongType, Default: int64(0), Validator: connect.Between(0, maxRate), Importance: connect.High,
		Doc: "How many records each task makes a second; 0 is as many as go. What a task is late with it catches up with, up to ten seconds.",
	},
	{
		Name: valueSizeKey, Type: connect.IntType, Default: 100, Validator: connect.Between(1, maxSize), Importance: connect.High,
		Doc: "Size of a value in bytes: exact for text and bytes, about that much as JSON without schema for a struct.",
	},
	{
		Name: valueShapeKey, Type: connect.StringType, Default: textShape, Validator: connect.OneOf(textShape, bytesShape, structShape), Importance: connect.Medium,
		Doc: "What values are: text, bytes, or struct, which has a field of each usual type.",
	},
	{
		Name: keyShapeKey, Type: connect.StringType, Default: noShape, Validator: connect.OneOf(noShape, textShape, numberShape), Importance: connect.Medium,
		Doc: "What keys are: none, number, which is the record's number in its task, or text, which is the task's number, '-', and the record's.",
	},
	{
		Name: iterationsKey, Type: connect.LongType, Default: int64(-1), Importance: connect.Medium,
		Doc: "How many records each task makes, over all its restarts; less than 1 is without end.",
	},
	{
		Name: maxIntervalKey, Type: connect.LongType, Default: int64(0), Validator: connect.Between(0, maxInterval), Importance: connect.Low,
		Doc: "The longest time between two records of a task in milliseconds, a random one up to which it lets pass; 0 is none. Not together with rate.",
	},
	{
		Name: seedKey, Type: connect.LongType, Default: int64(0), Importance: connect.Low,
		Doc: "What random values are made from: with the same seed the same records are made.",
	},
	refused("quickstart"), refused("schema.string"), refused("schema.filename"), refused("schema.keyfield"),
}

// refused is a key of Confluent's connector that would change what records are, if it were done.
func refused(name string) connect.ConfigKey {
	return connect.ConfigKey{
		Name: name, Type: connect.StringType, Importance: connect.Low, Internal: true,
		Doc: "Not supported: the shape of records is set by value.shape, value.size and key.shape.",
		Validator: connect.ValidatorFunc(func(name string, value any) error {
			if value == nil {
				return nil
			}
			return &connect.ConfigError{Key: name, Value: value,
				Reason: "This connector has no quickstarts and reads no Avro schemas: remove the key, and set value.shape, value.size and key.shape"}
		}),
	}
}

// NewSource makes a DatagenSource: as many tasks as are allowed, each of which makes records of its own.
func NewSource() connect.SourceConnector { return &source{} }

type source struct{ props map[string]string }

var (
	_ connect.ConfigValidator      = (*source)(nil)
	_ connect.OffsetAlterer        = (*source)(nil)
	_ connect.ExactlyOnceSupporter = (*source)(nil)
	_ connect.TaskClassNamer       = (*source)(nil)
)

func (*source) Version() string { return connect.KafkaVersion }

func (*source) TaskClass() string { return SourceClass + "Task" }

func (*source) Config() connect.ConfigDef { return sourceConfig }

// ValidateConfig refuses a steady pace together with a random one.
func (*source) ValidateConfig(_ context.Context, _ map[string]string, values map[string]*connect.ConfigValue) error {
	rate, interval := values[rateKey], values[maxIntervalKey]
	if isPositive(rate.Value) && isPositive(interval.Value) {
		wrong := &connect.ConfigError{Key: maxIntervalKey, Value: interval.Value, Reason: "Either this or rate may be set, not both"}
		interval.Errors = append(interval.Errors, wrong.Error())
	}
	return nil
}

func isPositive(value any) bool {
	n, is := value.(int64)
	return is && n > 0
}

func (c *source) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	if _, errs := sourceConfig.Parse(props); len(errs) > 0 {
		return errors.Join(errs...)
	}
	c.props = props
	return nil
}

// TaskConfigs gives each task the connector's configuration and its own number.
func (c *source) TaskConfigs(_ context.Context, maxTasks int) ([]map[string]string, error) {
	configs := make([]map[string]string, maxTasks)
	for i := range configs {
		configs[i] = make(map[string]string, len(c.props)+1)
		maps.Copy(configs[i], c.props)
		configs[i][taskIDKey] = strconv.Itoa(i)
	}
	return configs, nil
}

func (*source) NewTask() connect.SourceTask { return newSourceTask() }

func (*source) Stop(context.Context) error { return nil }

// SupportsExactlyOnce is always true: a record's number is its offset.
func (*source) SupportsExactlyOnce(map[string]string) bool { return true }

// AlterOffsets lets pass what a task can go on from.
func (*source) AlterOffsets(_ context.Context, _ map[string]string, offsets []connect.PartitionOffset) (bool, error) {
	for _, o := range offsets {
		if o.Offset == nil {
			continue
		}
		if _, is := o.Partition[taskIDField]; !is {
			return false, connect.Errorf(connect.Fatal, "partition %v has no %s: it should be the number of a task", o.Partition, taskIDField)
		}
		if _, err := nextOf(o.Offset); err != nil {
			return false, fmt.Errorf("check the offset of partition %v: %w", o.Partition, err)
		}
	}
	return true, nil
}
