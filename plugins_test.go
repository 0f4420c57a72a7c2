// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// namedConnector is a source connector that knows its class.
type namedConnector struct {
	connect.SourceConnector
	class string
}

func (namedConnector) Version() string { return "2.0" }

type namedSink struct {
	connect.SinkConnector
	class string
}

func (namedSink) Version() string { return "undefined" }

type namedConverter struct {
	connect.Converter
	class string
}

type namedHeaderConverter struct{ connect.HeaderConverter }

type namedTransform struct{ connect.Transformation }

func (namedTransform) Version() string { return "7.1" }

type namedPredicate struct{ connect.Predicate }

type namedProvider struct{ connect.ConfigProvider }

func (namedProvider) Get(context.Context, string, []string) (map[string]string, time.Duration, error) {
	return nil, 0, nil
}

func somePlugins() *connect.Plugins {
	p := &connect.Plugins{}
	p.AddConfigProvider("org.example.FileConfigProvider", func() connect.ConfigProvider { return namedProvider{} })
	for _, class := range []string{"org.example.JsonConverter", "org.example.AvroConverter"} {
		p.AddConverter(class, func() connect.Converter { return namedConverter{class: class} })
	}
	p.AddHeaderConverter("org.example.JsonConverter", func() connect.HeaderConverter { return namedHeaderConverter{} })
	for _, class := range []string{"org.example.FileSourceConnector", "org.example.Same", "org.other.Same"} {
		p.AddSource(class, func() connect.SourceConnector { return namedConnector{class: class} })
	}
	p.AddSink("org.example.FileSinkConnector", func() connect.SinkConnector { return namedSink{class: "org.example.FileSinkConnector"} })
	p.AddTransformation("org.example.Cast$Value", func() connect.Transformation { return namedTransform{} })
	p.AddPredicate("org.example.HasKeyPredicate", func() connect.Predicate { return namedPredicate{} })
	return p
}

func TestAClassOfTwoKindsHasTheAliasesOfBoth(t *testing.T) {
	for _, alias := range []string{"Json", "JsonConverter"} {
		info, err := somePlugins().Find(alias, connect.HeaderConverterPlugin)
		require.NoError(t, err)
		require.Equal(t, "org.example.JsonConverter", info.Class)
	}
	_, err := somePlugins().Find("Avro", connect.HeaderConverterPlugin)
	require.Error(t, err)
}

func TestPluginsAreListedByKindThenByClass(t *testing.T) {
	assert.Equal(t, []connect.PluginInfo{
		{Class: "org.example.FileSinkConnector", Type: connect.SinkPlugin, Version: "undefined"},
		{Class: "org.example.FileSourceConnector", Type: connect.SourcePlugin, Version: "2.0"},
		{Class: "org.example.Same", Type: connect.SourcePlugin, Version: "2.0"},
		{Class: "org.other.Same", Type: connect.SourcePlugin, Version: "2.0"},
		{Class: "org.example.Cast$Value", Type: connect.TransformationPlugin, Version: "7.1"},
		{Class: "org.example.HasKeyPredicate", Type: connect.PredicatePlugin, Version: connect.KafkaVersion},
		{Class: "org.example.AvroConverter", Type: connect.ConverterPlugin, Version: connect.KafkaVersion},
		{Class: "org.example.JsonConverter", Type: connect.ConverterPlugin, Version: connect.KafkaVersion},
		{Class: "org.example.JsonConverter", Type: connect.HeaderConverterPlugin, Version: connect.KafkaVersion},
		{Class: "org.example.FileConfigProvider", Type: connect.ConfigProviderPlugin, Version: connect.KafkaVersion},
	}, somePlugins().List())
}

func TestAConnectorIsFoundByClassAndAlias(t *testing.T) {
	p := somePlugins()
	for _, name := range []string{"org.example.FileSourceConnector", "FileSourceConnector", "FileSource"} {
		c, info, err := p.Connector(name)
		require.NoError(t, err, name)
		assert.Equal(t, namedConnector{class: "org.example.FileSourceConnector"}, c)
		assert.Equal(t, connect.SourcePlugin, info.Type)
	}
	c, info, err := p.Connector("FileSink")
	require.NoError(t, err)
	assert.IsType(t, namedSink{}, c)
	assert.Equal(t, connect.SinkPlugin, info.Type)
	_, _, err = p.Connector("Cast$Value")
	require.Error(t, err, "a transform is no connector")
}

func TestEachKindIsMadeByItsName(t *testing.T) {
	p := somePlugins()
	conv, err := p.Converter("Json")
	require.NoError(t, err)
	assert.Equal(t, namedConverter{class: "org.example.JsonConverter"}, conv)
	_, err = p.HeaderConverter("JsonConverter")
	require.NoError(t, err)
	_, err = p.HeaderConverter("Avro")
	require.Error(t, err, "registered as a converter of values only")
	_, err = p.Transformation("org.example.Cast$Value")
	require.NoError(t, err)
	_, err = p.Transformation("Cast$Value")
	require.EqualError(t, err, "Class Cast$Value could not be found. The nearest that is here is org.example.Cast$Value.")
	_, err = p.Predicate("HasKey")
	require.NoError(t, err)
	_, err = p.ConfigProvider("FileConfigProvider")
	require.NoError(t, err)
}

func TestAClassCanHaveFurtherAliases(t *testing.T) {
	p := somePlugins()
	p.AddAlias("org.example.FileSourceConnector", "Lines")
	made, info, err := p.Connector("Lines")
	require.NoError(t, err)
	assert.Equal(t, namedConnector{class: "org.example.FileSourceConnector"}, made)
	assert.Equal(t, []string{"FileSource", "FileSourceConnector", "Lines"}, p.Aliases(info))
	assert.Empty(t, p.Aliases(connect.PluginInfo{Class: "org.other.Same", Type: connect.SourcePlugin}), "two classes share it")
}

func TestAnAliasOfSeveralClassesNamesNone(t *testing.T) {
	p := somePlugins()
	_, _, err := p.Connector("Same")
	require.EqualError(t, err, "Class Same could not be found: the alias stands for several classes, use one of org.example.Same, org.other.Same")
	_, _, err = p.Connector("org.other.Same")
	require.NoError(t, err, "its full name is clear")
}

func TestAnUnknownClassIsAnsweredWithTheNearest(t *testing.T) {
	p := somePlugins()
	for name, nearest := range map[string]string{
		"FileSorce":                          "org.example.FileSourceConnector",
		"org.exmaple.filesinkconnector":      "org.example.FileSinkConnector",
		"com.company.team.product.deep.Quux": "",
		"":                                   "",
	} {
		_, err := p.Find(name, connect.SourcePlugin, connect.SinkPlugin)
		var unknown *connect.UnknownPluginError
		require.ErrorAs(t, err, &unknown, name)
		assert.Equal(t, nearest, unknown.Nearest, name)
		assert.Equal(t, name, unknown.Name)
	}
}

func TestAClassIsRegisteredOncePerKind(t *testing.T) {
	p := somePlugins()
	assert.PanicsWithValue(t, "connect: plugin predicate org.example.HasKeyPredicate is registered twice", func() {
		p.AddPredicate("org.example.HasKeyPredicate", func() connect.Predicate { return namedPredicate{} })
	})
}
