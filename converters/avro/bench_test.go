// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/converters/registry/registrytest"
)

func BenchmarkWrite(b *testing.B) {
	c := at(b, registrytest.Start(b).URL)
	value := ada()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.FromConnectData(ctx, "people", nil, person, value); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	c := at(b, registrytest.Start(b).URL)
	data, err := c.FromConnectData(ctx, "people", nil, person, ada())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.ToConnectData(ctx, "people", nil, data); err != nil {
			b.Fatal(err)
		}
	}
}
