// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/connectors/file"
	bytesconverter "github.com/longshore-io/connect/converters/bytes"
	"github.com/longshore-io/connect/converters/header"
	jsonconverter "github.com/longshore-io/connect/converters/json"
	"github.com/longshore-io/connect/converters/number"
	stringconverter "github.com/longshore-io/connect/converters/string"
)

// TestTheKeysOfOurPluginsAreThoseOfKafkaConnect compares with what Kafka Connect 4.1.0 answers, without its sentences of
// documentation: GET /connector-plugins/{class}/config of a worker, the same in a cluster and standalone.
func TestTheKeysOfOurPluginsAreThoseOfKafkaConnect(t *testing.T) {
	p := &connect.Plugins{}
	p.AddSource(file.SourceClass, file.NewSource)
	p.AddSink(file.SinkClass, file.NewSink)
	p.AddHeaderConverter(header.Class, header.NewHeader)
	for _, c := range []struct {
		class  string
		values func() connect.Converter
		header func() connect.HeaderConverter
	}{
		{jsonconverter.Class, jsonconverter.New, jsonconverter.NewHeader}, {stringconverter.Class, stringconverter.New, stringconverter.NewHeader},
		{bytesconverter.Class, bytesconverter.New, bytesconverter.NewHeader}, {number.BooleanClass, number.NewBoolean, number.NewBooleanHeader},
		{number.ShortClass, number.NewShort, number.NewShortHeader}, {number.IntegerClass, number.NewInteger, number.NewIntegerHeader},
		{number.LongClass, number.NewLong, number.NewLongHeader}, {number.FloatClass, number.NewFloat, number.NewFloatHeader},
		{number.DoubleClass, number.NewDouble, number.NewDoubleHeader},
	} {
		p.AddConverter(c.class, c.values)
		p.AddHeaderConverter(c.class, c.header)
	}
	data, err := os.ReadFile("validate/testdata/plugin-config-4.1.0.json")
	require.NoError(t, err)
	var recorded map[string][]connect.ConfigKeyInfo
	require.NoError(t, json.Unmarshal(data, &recorded))
	require.Len(t, recorded, 12)
	for class, want := range recorded {
		t.Run(class, func(t *testing.T) {
			got, err := validate.Plugin(p, class, "latest")
			require.NoError(t, err)
			require.NotNil(t, got, "an empty list is [] in JSON")
			for i := range got {
				require.NotEmpty(t, got[i].Documentation)
				got[i].Documentation = ""
			}
			require.Equal(t, want, got)
		})
	}
	_, err = validate.Plugin(p, "Json", "9.9")
	require.EqualError(t, err, "Plugin org.apache.kafka.connect.json.JsonConverter not found that matches the version range [9.9,9.9], available versions: [4.1.0, 4.1.0]")
}
