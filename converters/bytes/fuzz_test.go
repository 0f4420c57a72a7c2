// SPDX-License-Identifier: Apache-2.0

package bytes

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzReadAndWrite(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte{0, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		c := New()
		require.NoError(t, c.Configure(nil, false))
		got, err := c.ToConnectData(context.Background(), "t", nil, data)
		require.NoError(t, err)
		again, err := c.FromConnectData(context.Background(), "t", nil, got.Schema, got.Value)
		require.NoError(t, err)
		require.Equal(t, data, again)
	})
}
