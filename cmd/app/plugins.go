// SPDX-License-Identifier: Apache-2.0

package app

import (
	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/datagen"
	"github.com/longshore-io/connect/connectors/file"
	jdbcsink "github.com/longshore-io/connect/connectors/jdbc/sink"
	jdbcsource "github.com/longshore-io/connect/connectors/jdbc/source"
	"github.com/longshore-io/connect/connectors/mock"
	"github.com/longshore-io/connect/connectors/postgres"
	"github.com/longshore-io/connect/connectors/predicates"
	"github.com/longshore-io/connect/connectors/transforms"
	"github.com/longshore-io/connect/connectors/verifiable"
	"github.com/longshore-io/connect/converters/avro"
	"github.com/longshore-io/connect/converters/bytes"
	"github.com/longshore-io/connect/converters/header"
	"github.com/longshore-io/connect/converters/json"
	"github.com/longshore-io/connect/converters/jsonschema"
	"github.com/longshore-io/connect/converters/number"
	"github.com/longshore-io/connect/converters/protobuf"
	stringconv "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/configprovider"
)

// allPlugins are the bundled ones and those that a binary brings along.
func allPlugins(more []func(*connect.Plugins)) *connect.Plugins {
	plugins := &connect.Plugins{}
	Bundled(plugins)
	for _, add := range more {
		add(plugins)
	}
	return plugins
}

// Bundled registers the plugins that every command of Longshore has, under the class names of Kafka Connect. Programs that
// host a worker call it too.
func Bundled(p *connect.Plugins) {
	p.AddSource(file.SourceClass, file.NewSource)
	p.AddSink(file.SinkClass, file.NewSink)
	p.AddSource(datagen.SourceClass, datagen.NewSource)

	// Databases, under the class names of the connectors whose configurations they take.
	p.AddSource(postgres.Class, postgres.New)
	p.AddAlias(postgres.Class, "PostgresSource")
	p.AddSource(jdbcsource.Class, jdbcsource.New)
	p.AddSink(jdbcsink.ConfluentClass, jdbcsink.NewConfluent)
	p.AddSink(jdbcsink.DebeziumClass, jdbcsink.NewDebezium)

	// Those of Kafka's system tests.
	p.AddSource(verifiable.SourceClass, verifiable.NewSource)
	p.AddSink(verifiable.SinkClass, verifiable.NewSink)
	p.AddSource(verifiable.SchemaSourceClass, verifiable.NewSchemaSource)
	p.AddSource(mock.SourceClass, mock.NewSource)
	p.AddSink(mock.SinkClass, mock.NewSink)

	addConverter(p, json.Class, json.New, json.NewHeader)
	addConverter(p, stringconv.Class, stringconv.New, stringconv.NewHeader)
	addConverter(p, bytes.Class, bytes.New, bytes.NewHeader)
	addConverter(p, number.ShortClass, number.NewShort, number.NewShortHeader)
	addConverter(p, number.IntegerClass, number.NewInteger, number.NewIntegerHeader)
	addConverter(p, number.LongClass, number.NewLong, number.NewLongHeader)
	addConverter(p, number.FloatClass, number.NewFloat, number.NewFloatHeader)
	addConverter(p, number.DoubleClass, number.NewDouble, number.NewDoubleHeader)
	addConverter(p, number.BooleanClass, number.NewBoolean, number.NewBooleanHeader)

	// Those of a schema registry convert keys and values only.
	p.AddConverter(avro.Class, avro.New)
	p.AddConverter(jsonschema.Class, jsonschema.New)
	p.AddConverter(protobuf.Class, protobuf.New)

	// This one is registered for headers only: it cannot be named as a converter of keys or values.
	p.AddHeaderConverter(header.Class, header.NewHeader)

	for _, t := range transforms.All() {
		p.AddTransformation(t.Class, t.New)
	}
	for _, t := range predicates.All() {
		p.AddPredicate(t.Class, t.New)
	}

	p.AddConfigProvider(configprovider.FileClass, configprovider.NewFile)
	p.AddConfigProvider(configprovider.DirectoryClass, configprovider.NewDirectory)
	p.AddConfigProvider(configprovider.EnvClass, configprovider.NewEnv)
}

// addConverter registers a class that converts keys and values as well as headers.
func addConverter(p *connect.Plugins, class string, values func() connect.Converter, headers func() connect.HeaderConverter) {
	p.AddConverter(class, values)
	p.AddHeaderConverter(class, headers)
}
