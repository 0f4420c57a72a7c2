// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/golden"
	"github.com/longshore-io/connect/internal/javaprint"
)

func newConverter(t testing.TB, options map[string]string) *Converter {
	t.Helper()
	c := &Converter{}
	require.NoError(t, c.Configure(options, false))
	return c
}

func TestWritesWhatKafkaConnectWrites(t *testing.T) {
	for _, c := range golden.Load(t, "json-write") {
		t.Run(c.Name, func(t *testing.T) {
			in := c.Typed(t)
			conv := newConverter(t, c.Options)
			for range 2 { // the second time from the cache
				data, err := conv.FromConnectData(context.Background(), "t", nil, in.Schema, in.Value)
				c.CheckWritten(t, data, err)
			}
		})
	}
}

func TestReadsWhatKafkaConnectReads(t *testing.T) {
	for _, c := range golden.Load(t, "json-read") {
		t.Run(c.Name, func(t *testing.T) {
			conv := newConverter(t, c.Options)
			for range 2 { // the second time from the cache
				got, err := conv.ToConnectData(context.Background(), "t", nil, c.Input())
				c.CheckRead(t, got, err)
			}
		})
	}
}

func TestOrdersKeysAsHashMapDoes(t *testing.T) {
	for _, c := range golden.Load(t, "hash-order") {
		t.Run(c.Name, func(t *testing.T) {
			var entries []hashed
			for _, k := range c.Keys {
				entries = append(entries, hashed{MapEntry: connect.MapEntry{Key: k}, hash: javaprint.SpreadHash(javaprint.HashString(k))})
			}
			hashOrder(entries)
			got := []string{}
			for _, e := range entries {
				got = append(got, e.Key.(string))
			}
			require.Equal(t, c.Order, got)
		})
	}
}
