// SPDX-License-Identifier: Apache-2.0

package number

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/golden"
)

var converters = map[string]func() connect.Converter{
	ShortClass: NewShort, IntegerClass: NewInteger, LongClass: NewLong, FloatClass: NewFloat, DoubleClass: NewDouble, BooleanClass: NewBoolean,
}

var headers = map[string]func() connect.HeaderConverter{
	ShortClass: NewShortHeader, IntegerClass: NewIntegerHeader, LongClass: NewLongHeader, FloatClass: NewFloatHeader,
	DoubleClass: NewDoubleHeader, BooleanClass: NewBooleanHeader,
}

func TestDoesWhatKafkaConnectDoes(t *testing.T) {
	for _, c := range golden.Load(t, "number") {
		if converters[c.Converter] == nil {
			continue // a converter of another package
		}
		t.Run(c.Name, func(t *testing.T) {
			conv, header := converters[c.Converter](), headers[c.Converter]()
			require.NoError(t, conv.Configure(nil, false))
			require.NoError(t, header.Configure(nil))
			if c.Reads() {
				got, err := conv.ToConnectData(context.Background(), "t", nil, c.Input())
				c.CheckRead(t, got, err)
				got, err = header.ToConnectHeader(context.Background(), "t", "h", c.Input())
				c.CheckRead(t, got, err)
				return
			}
			in := c.Typed(t)
			data, err := conv.FromConnectData(context.Background(), "t", nil, in.Schema, in.Value)
			c.CheckWritten(t, data, err)
			data, err = header.FromConnectHeader(context.Background(), "t", "h", in.Schema, in.Value)
			c.CheckWritten(t, data, err)
		})
	}
}

func TestDefinesTheTypeOnly(t *testing.T) {
	for class := range converters {
		for _, def := range []connect.ConfigDef{converters[class]().Config(), headers[class]().Config()} {
			require.Len(t, def, 1)
			require.True(t, def.Key("converter.type").Required)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte{0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		for class, create := range converters {
			got, err := create().ToConnectData(context.Background(), "t", nil, data)
			if err != nil {
				require.Equal(t, connect.BadRecord, connect.Classify(err))
				continue
			}
			back, err := create().FromConnectData(context.Background(), "t", nil, got.Schema, got.Value)
			require.NoError(t, err)
			if f, ok := got.Value.(float64); !ok || f == f { // one NaN is written for all
				require.Equal(t, data, back, class)
			}
		}
	})
}
