// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// table is a schema that differs from those of other numbers, with a value of it.
func table(n int) (*connect.Schema, *connect.Struct) {
	schema := connect.StructOf(fmt.Sprintf("table-%d", n), connect.Field("id", connect.Int64), connect.Field("name", connect.OptionalString))
	return schema, connect.NewStruct(schema).With("id", int64(n)).With("name", "row")
}

func TestMessagesOfManySchemasInTurnKeepTheirSchemas(t *testing.T) {
	conv := newConverter(t, nil)
	schemas := map[int]*connect.Schema{}
	for round := range 3 {
		for n := range maxBeginnings + 3 {
			if round == 2 {
				n /= 4 // few of them again and again
			}
			schema, value := table(n)
			data, err := conv.FromConnectData(context.Background(), "t", nil, schema, value)
			require.NoError(t, err)
			got, err := conv.ToConnectData(context.Background(), "t", nil, data)
			require.NoError(t, err)
			require.True(t, schema.Equal(got.Schema))
			require.True(t, connect.Equal(value, got.Value))
			if round > 0 {
				require.Same(t, schemas[n], got.Schema)
			}
			schemas[n] = got.Schema
			require.LessOrEqual(t, len(conv.beginnings), maxBeginnings)
		}
	}
}

func TestASchemaThatIsMadeForEveryRecordIsPlannedOnce(t *testing.T) {
	conv := newConverter(t, nil)
	var plans []*plan
	for range 5 {
		schema, value := table(1)
		data, err := conv.FromConnectData(context.Background(), "t", nil, schema, value)
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(string(data), `"name":"table-1"},"payload":{"id":1,"name":"row"}}`), "%s", data)
		plans = append(plans, conv.lastPlan)
	}
	for _, p := range plans {
		require.Same(t, plans[0], p)
	}
	other, value := table(2)
	data, err := conv.FromConnectData(context.Background(), "t", nil, other, value)
	require.NoError(t, err)
	require.Contains(t, string(data), "table-2")
}

func TestWithoutACacheNothingIsRemembered(t *testing.T) {
	conv := newConverter(t, map[string]string{"schemas.cache.size": "0"})
	schema, value := table(1)
	data, err := conv.FromConnectData(context.Background(), "t", nil, schema, value)
	require.NoError(t, err)
	_, err = conv.ToConnectData(context.Background(), "t", nil, data)
	require.NoError(t, err)
	require.Nil(t, conv.lastPlan)
	require.Empty(t, conv.beginnings)
}

func TestALargeMessageLeavesNoMemoryBehind(t *testing.T) {
	conv := newConverter(t, map[string]string{"schemas.enable": "false"})
	large := `["` + strings.Repeat(`\n`, maxScratch+1) + `"` + strings.Repeat(",1", maxNodes) + `]`
	got, err := conv.ToConnectData(context.Background(), "t", nil, []byte(large))
	require.NoError(t, err)
	require.Len(t, got.Value, maxNodes+1)
	require.Equal(t, strings.Repeat("\n", maxScratch+1), got.Value.([]any)[0])
	require.LessOrEqual(t, cap(conv.doc.nodes), maxNodes)
	require.LessOrEqual(t, cap(conv.doc.unescaped), maxScratch)
}
