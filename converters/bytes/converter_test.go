// SPDX-License-Identifier: Apache-2.0

package bytes

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/golden"
)

func TestDoesWhatKafkaConnectDoes(t *testing.T) {
	for _, c := range golden.Load(t, "number") {
		if c.Converter != Class {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			conv, header := New(), NewHeader()
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

func TestReadingDoesNotKeepTheBytes(t *testing.T) {
	data := []byte("abc")
	got, err := New().ToConnectData(context.Background(), "t", nil, data)
	require.NoError(t, err)
	data[0] = 'x'
	require.Equal(t, []byte("abc"), got.Value)
}

func TestDefinesTheTypeOnly(t *testing.T) {
	for _, def := range []connect.ConfigDef{New().Config(), NewHeader().Config()} {
		require.Len(t, def, 1)
		require.True(t, def.Key("converter.type").Required)
	}
}
