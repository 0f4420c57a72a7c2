// SPDX-License-Identifier: Apache-2.0

package app

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestTheBundledPluginsAreThoseOfKafkaConnect(t *testing.T) {
	both := []string{
		"org.apache.kafka.connect.converters.BooleanConverter", "org.apache.kafka.connect.converters.ByteArrayConverter",
		"org.apache.kafka.connect.converters.DoubleConverter", "org.apache.kafka.connect.converters.FloatConverter",
		"org.apache.kafka.connect.converters.IntegerConverter", "org.apache.kafka.connect.converters.LongConverter",
		"org.apache.kafka.connect.converters.ShortConverter", "org.apache.kafka.connect.json.JsonConverter",
	}
	const text = "org.apache.kafka.connect.storage.StringConverter"
	want := map[connect.PluginType][]string{
		connect.SinkPlugin: {
			"io.confluent.connect.jdbc.JdbcSinkConnector", "io.debezium.connector.jdbc.JdbcSinkConnector",
			"org.apache.kafka.connect.file.FileStreamSinkConnector", "org.apache.kafka.connect.tools.MockSinkConnector",
			"org.apache.kafka.connect.tools.VerifiableSinkConnector",
		},
		connect.SourcePlugin: {
			"io.confluent.connect.jdbc.JdbcSourceConnector", "io.debezium.connector.postgresql.PostgresConnector",
			"io.longshore.connect.datagen.DatagenSource",
			"org.apache.kafka.connect.file.FileStreamSourceConnector", "org.apache.kafka.connect.tools.MockSourceConnector",
			"org.apache.kafka.connect.tools.SchemaSourceConnector", "org.apache.kafka.connect.tools.VerifiableSourceConnector",
		},
		connect.ConfigProviderPlugin: {
			"org.apache.kafka.common.config.provider.DirectoryConfigProvider", "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
			"org.apache.kafka.common.config.provider.FileConfigProvider",
		},
		connect.ConverterPlugin: append([]string{
			"io.confluent.connect.avro.AvroConverter", "io.confluent.connect.json.JsonSchemaConverter", "io.confluent.connect.protobuf.ProtobufConverter",
		}, append(both, text)...),
		connect.HeaderConverterPlugin: append(append([]string{}, both...), "org.apache.kafka.connect.storage.SimpleHeaderConverter", text),
	}
	got := map[connect.PluginType][]string{}
	for _, plugin := range allPlugins(nil).List() {
		got[plugin.Type] = append(got[plugin.Type], plugin.Class)
		if strings.HasPrefix(plugin.Class, "org.apache.kafka.") {
			require.Equal(t, connect.KafkaVersion, plugin.Version, plugin.Class)
		}
	}
	for kind, list := range want {
		require.Equal(t, list, got[kind])
	}
	require.Len(t, got[connect.PredicatePlugin], 3)
	transforms := got[connect.TransformationPlugin]
	require.Contains(t, transforms, "io.debezium.transforms.ExtractNewRecordState")
	require.Contains(t, transforms, "org.apache.kafka.connect.transforms.Cast$Key")
	require.Contains(t, transforms, "org.apache.kafka.connect.transforms.Cast$Value")
}

func TestPostgresSourceIsAnotherNameOfPostgresConnector(t *testing.T) {
	for _, name := range []string{"PostgresSource", "PostgresConnector", "Postgres"} {
		_, info, err := allPlugins(nil).Connector(name)
		require.NoError(t, err, name)
		require.Equal(t, "io.debezium.connector.postgresql.PostgresConnector", info.Class)
	}
}

func TestABinaryBringsPluginsOfItsOwn(t *testing.T) {
	called := 0
	plugins := allPlugins([]func(*connect.Plugins){func(p *connect.Plugins) {
		called = len(p.List())
	}})
	require.Equal(t, len(plugins.List()), called, "what is bundled is there before")
	require.Positive(t, called)
}
