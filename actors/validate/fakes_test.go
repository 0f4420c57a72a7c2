// SPDX-License-Identifier: Apache-2.0

package validate_test

import (
	"context"
	"regexp"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// The fakes have the keys of Kafka's own plugins, so that answers can be compared with recorded ones.

type fakeConnector struct{ def connect.ConfigDef }

func (fakeConnector) Version() string                                               { return "4.1.0" }
func (c fakeConnector) Config() connect.ConfigDef                                   { return c.def }
func (fakeConnector) TaskConfigs(context.Context, int) ([]map[string]string, error) { return nil, nil }
func (fakeConnector) Stop(context.Context) error                                    { return nil }
func (fakeConnector) NewTask() connect.SourceTask                                   { return nil }
func (fakeConnector) Start(context.Context, connect.ConnectorContext, map[string]string) error {
	return nil
}

// fakeSource says what Kafka's FileStreamSource says.
type fakeSource struct{ fakeConnector }

func (fakeSource) SupportsExactlyOnce(props map[string]string) bool { return props["file"] != "" }

type fakeSink struct{ fakeConnector }

func (fakeSink) NewTask() connect.SinkTask { return nil }

type fakePlugin struct{ def connect.ConfigDef }

func (p fakePlugin) Config() connect.ConfigDef       { return p.def }
func (fakePlugin) Configure(map[string]string) error { return nil }
func (fakePlugin) Close() error                      { return nil }
func (fakePlugin) Test(context.Context, *connect.Record) (bool, error) {
	return true, nil
}

func (fakePlugin) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	return r, nil
}

func (fakePlugin) FromConnectHeader(context.Context, string, string, *connect.Schema, any) ([]byte, error) {
	return nil, nil
}

func (fakePlugin) ToConnectHeader(context.Context, string, string, []byte) (connect.SchemaAndValue, error) {
	return connect.SchemaAndValue{}, nil
}

type fakeConverter struct{ def connect.ConfigDef }

func (c fakeConverter) Config() connect.ConfigDef             { return c.def }
func (fakeConverter) Configure(map[string]string, bool) error { return nil }
func (fakeConverter) FromConnectData(context.Context, string, connect.Headers, *connect.Schema, any) ([]byte, error) {
	return nil, nil
}

func (fakeConverter) ToConnectData(context.Context, string, connect.Headers, []byte) (connect.SchemaAndValue, error) {
	return connect.SchemaAndValue{}, nil
}

var (
	file      = connect.ConfigKey{Name: "file", Type: connect.StringType, Importance: connect.High}
	sourceDef = connect.ConfigDef{file,
		{Name: "topic", Type: connect.StringType, Required: true, Validator: connect.NonEmpty(), Importance: connect.High},
		{Name: "batch.size", Type: connect.IntType, Default: 2000, Importance: connect.Low},
	}
	converterDef = connect.ConfigDef{{Name: "converter.type", Type: connect.StringType, Required: true,
		Validator: connect.OneOf("key", "value", "header"), Importance: connect.Low}}
	stringDef = converterDef.With(connect.ConfigKey{Name: "converter.encoding", Type: connect.StringType, Default: "UTF-8", Importance: connect.High, Width: connect.MediumWidth, DisplayName: "Encoding"})
	jsonDef   = connect.ConfigDef{
		{Name: "decimal.format", Type: connect.StringType, Default: "BASE64", Validator: connect.OneOfFold("NUMERIC", "BASE64"), Importance: connect.Low, Group: "Serialization", Width: connect.MediumWidth, DisplayName: "Decimal Format"},
		converterDef[0],
		{Name: "schemas.cache.size", Type: connect.IntType, Default: 1000, Importance: connect.High, Group: "Schemas", OrderInGroup: 1, Width: connect.MediumWidth, DisplayName: "Schema Cache Size"},
		{Name: "replace.null.with.default", Type: connect.BooleanType, Default: true, Importance: connect.Low, Group: "Serialization", OrderInGroup: 1, Width: connect.MediumWidth, DisplayName: "Replace null with default"},
		{Name: "schemas.enable", Type: connect.BooleanType, Default: true, Importance: connect.High, Group: "Schemas", Width: connect.MediumWidth, DisplayName: "Enable Schemas"},
	}
	routerDef = connect.ConfigDef{
		{Name: "regex", Type: connect.StringType, Required: true, Importance: connect.High},
		{Name: "replacement", Type: connect.StringType, Required: true, Importance: connect.High},
	}
	topicNameDef = connect.ConfigDef{{Name: "pattern", Type: connect.StringType, Required: true, Importance: connect.Medium,
		Validator: connect.ValidatorFunc(func(name string, value any) error {
			text, _ := value.(string)
			if _, err := regexp.Compile(text); err != nil {
				return &connect.ConfigError{Key: name, Value: text, Reason: "Invalid regex"}
			}
			return nil
		})}}
)

func insertFieldDef() connect.ConfigDef {
	def := connect.ConfigDef{{Name: "replace.null.with.default", Type: connect.BooleanType, Default: true, Importance: connect.Medium}}
	for _, name := range []string{"topic.field", "partition.field", "offset.field", "timestamp.field", "static.field", "static.value"} {
		def = append(def, connect.ConfigKey{Name: name, Type: connect.StringType, Importance: connect.Medium})
	}
	return def
}

const (
	sourceClass = "org.apache.kafka.connect.file.FileStreamSourceConnector"
	sinkClass   = "org.apache.kafka.connect.file.FileStreamSinkConnector"
	stringClass = "org.apache.kafka.connect.storage.StringConverter"
	jsonClass   = "org.apache.kafka.connect.json.JsonConverter"
	headerClass = "org.apache.kafka.connect.storage.SimpleHeaderConverter"
	insertClass = "org.apache.kafka.connect.transforms.InsertField$Value"
)

func plugins() *connect.Plugins {
	p := &connect.Plugins{}
	p.AddSource(sourceClass, func() connect.SourceConnector { return fakeSource{fakeConnector{sourceDef}} })
	p.AddSink(sinkClass, func() connect.SinkConnector { return fakeSink{fakeConnector{connect.ConfigDef{file}}} })
	for class, def := range map[string]connect.ConfigDef{
		stringClass: stringDef, jsonClass: jsonDef, "org.apache.kafka.connect.converters.ByteArrayConverter": converterDef,
	} {
		p.AddConverter(class, func() connect.Converter { return fakeConverter{def} })
		p.AddHeaderConverter(class, func() connect.HeaderConverter { return fakePlugin{def} })
	}
	p.AddHeaderConverter(headerClass, func() connect.HeaderConverter { return fakePlugin{} })
	p.AddTransformation(insertClass, func() connect.Transformation { return fakePlugin{insertFieldDef()} })
	p.AddTransformation("org.apache.kafka.connect.transforms.RegexRouter", func() connect.Transformation { return fakePlugin{routerDef} })
	p.AddPredicate("org.apache.kafka.connect.transforms.predicates.TopicNameMatches", func() connect.Predicate { return fakePlugin{topicNameDef} })
	return p
}

// input is a cluster's worker of the group wg that allows every override.
func input(config connect.RawConfig) validate.Input {
	return validate.Input{Plugins: plugins(), Config: config, Worker: validate.Worker{
		KeyConverter: stringClass, ValueConverter: jsonClass, HeaderConverter: headerClass, Distributed: true, GroupID: "wg",
	}}
}
