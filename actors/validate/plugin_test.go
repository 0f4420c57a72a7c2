// SPDX-License-Identifier: Apache-2.0

package validate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

func namesOf(keys []connect.ConfigKeyInfo) []string {
	var out []string
	for _, key := range keys {
		out = append(out, key.Name)
	}
	return out
}

func TestTransformsAndPredicatesHaveTheirOwnKeysOnly(t *testing.T) {
	for name, want := range map[string][]string{
		"RegexRouter":      {"regex", "replacement"},
		insertClass:        {"replace.null.with.default", "topic.field", "partition.field", "offset.field", "timestamp.field", "static.field", "static.value"},
		"TopicNameMatches": {"pattern"},
	} {
		keys, err := validate.Plugin(plugins(), name, "")
		require.NoError(t, err)
		require.Equal(t, want, namesOf(keys))
	}
}

func TestAConnectorsOwnKeyStandsInThePlaceOfTheCommonOne(t *testing.T) {
	p := &connect.Plugins{}
	p.AddSink("a.B", func() connect.SinkConnector {
		return fakeSink{fakeConnector{connect.ConfigDef{{Name: "topics", Type: connect.ListType, Required: true, Doc: "Own."}, {Name: "secret", Internal: true}}}}
	})
	keys, err := validate.Plugin(p, "a.B", "")
	require.NoError(t, err)
	require.Equal(t, "Own.", keys[0].Documentation)
	names := namesOf(keys)
	require.NotContains(t, names, "secret")
	require.NotContains(t, names[1:], "topics")
	require.Contains(t, names, "topics.regex")
}

func TestWhatIsNoPluginWithKeys(t *testing.T) {
	p := plugins()
	p.AddConfigProvider("org.apache.kafka.common.config.provider.EnvVarConfigProvider", func() connect.ConfigProvider { return nil })
	_, err := validate.Plugin(p, "EnvVarConfigProvider", "")
	require.EqualError(t, err, "Invalid plugin class EnvVarConfigProvider. Valid types are sink, source, converter, header_converter, transformation, predicate.")
	require.Equal(t, connect.BadConfig, connect.Classify(err))

	p.AddSink("a.Panics", func() connect.SinkConnector {
		return fakePanicking{}
	})
	_, err = validate.Plugin(p, "a.Panics", "")
	require.ErrorContains(t, err, "definition of a.Panics: ")
	require.ErrorContains(t, err, "on fire")
}

type fakePanicking struct{ fakeSink }

func (fakePanicking) Config() connect.ConfigDef { panic("on fire") }
