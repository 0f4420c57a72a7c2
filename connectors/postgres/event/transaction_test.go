// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/event"
)

func builderOf(t *testing.T, o event.Options) *event.Builder {
	t.Helper()
	o.Prefix, o.Database = "p", "db"
	b, err := event.NewBuilder(o)
	require.NoError(t, err)
	return b
}

func TestEventsOfATransactionAreCounted(t *testing.T) {
	b := builderOf(t, event.Options{})
	table, err := b.Table(pets())
	require.NoError(t, err)
	at := here()
	at.Transaction = &event.Transaction{}
	at.Transaction.Begin(748)
	begin := b.Begin(nil, at)[0]
	assert.Equal(t, "p.transaction", begin.Topic)
	assert.Equal(t, `{"id":"748:25417944"}`, shown(t, begin.KeySchema, begin.Key))
	assert.Equal(t, `{"status":"BEGIN","id":"748:25417944","event_count":null,"data_collections":null,"ts_ms":1795393357886}`, shown(t, begin.ValueSchema, begin.Value))
	assert.Empty(t, begin.Headers)

	at.LSN = 25418080
	records := table.Insert(nil, row("1", "a", "n"), at)
	records = table.Update(records, row("1", "NULL", "NULL"), row("2", "a", "n"), at)
	var blocks []string
	for _, r := range records {
		if r.Value == nil {
			continue
		}
		block, err := r.Value.(*connect.Struct).Get("transaction")
		require.NoError(t, err)
		blocks = append(blocks, shown(t, r.ValueSchema.Field("transaction").Schema, block))
	}
	assert.Equal(t, []string{`{"id":"748:25418080","total_order":1,"data_collection_order":1}`, `{"id":"748:25418080","total_order":2,"data_collection_order":2}`,
		`{"id":"748:25418080","total_order":3,"data_collection_order":3}`}, blocks)
	assert.Equal(t, map[string]any{"lsn": int64(25417944), "transaction_id": "748", "transaction_data_collection_order_public.pets": int64(1)}, records[0].SourceOffset.Fields())
	assert.Equal(t, int64(3), records[3].SourceOffset.Fields()["transaction_data_collection_order_public.pets"])

	message := b.Message(nil, at, "prefix", []byte("hello"), true)[0]
	block, err := message.Value.(*connect.Struct).Get("transaction")
	require.NoError(t, err)
	assert.Equal(t, `{"id":"748:25418080","total_order":4,"data_collection_order":1}`, shown(t, message.ValueSchema.Field("transaction").Schema, block))

	end := b.End(nil, at)[0]
	assert.Equal(t, `{"status":"END","id":"748:25418080","event_count":4,"data_collections":[{"data_collection":"public.pets","event_count":3},`+
		`{"data_collection":"LOGICAL_DECODING_MESSAGE","event_count":1}],"ts_ms":1795393357886}`, shown(t, end.ValueSchema, end.Value))
	require.NoError(t, end.ValueSchema.Validate(end.Value))
}

func TestACountGoesOnWhereItsOffsetWasStored(t *testing.T) {
	tx := &event.Transaction{}
	tx.Restore(map[string]any{"transaction_id": "996", "transaction_data_collection_order_public.pets": float64(2), "lsn": int64(5)})
	assert.Equal(t, "996", tx.ID())
	at := here()
	at.Transaction = tx
	r := tableOf(t, event.Options{}, pets()).Insert(nil, row("1", "a", "n"), at)[0]
	block, err := r.Value.(*connect.Struct).Get("transaction")
	require.NoError(t, err)
	assert.Equal(t, `{"id":"996:25417944","total_order":3,"data_collection_order":3}`, shown(t, r.ValueSchema.Field("transaction").Schema, block))
}

func TestMessagesHeartbeatsAndNotificationsHaveTheirTopics(t *testing.T) {
	b := builderOf(t, event.Options{NotificationTopic: "notes", Delimiter: "_", Filter: event.FilterOptions{MessageExclude: patterns("secret.*")}})
	at := here()
	at.TxID = 0
	m := b.Message(nil, at, "prefix", []byte("hello"), false)[0]
	assert.Equal(t, "p.message", m.Topic)
	assert.Equal(t, `{"prefix":"prefix"}`, shown(t, m.KeySchema, m.Key))
	assert.Contains(t, shown(t, m.ValueSchema, m.Value), `{"op":"m","ts_ms":1795393357993,"source":{"version":"3.3.1.Final"`)
	assert.Contains(t, shown(t, m.ValueSchema, m.Value), `"schema":"","table":"","txId":null,"lsn":25417944,"xmin":null},"transaction":null,"message":{"prefix":"prefix","content":"aGVsbG8="}}`)
	assert.Empty(t, m.Headers)
	assert.Empty(t, b.Message(nil, at, "secret stuff", nil, false))
	h := b.Heartbeat(nil, at)[0]
	assert.Equal(t, "__debezium-heartbeat_p", h.Topic)
	assert.Equal(t, int32(0), *h.Partition)
	assert.Equal(t, `{"serverName":"p"}{"ts_ms":1795393357993}`, shown(t, h.KeySchema, h.Key)+shown(t, h.ValueSchema, h.Value))
	n := b.Notification(nil, event.Notification{ID: "i", Aggregate: "Initial Snapshot", Type: "STARTED", Data: []connect.Parameter{{Name: "connector_name", Value: "p"}}}, at)[0]
	assert.Equal(t, "notes", n.Topic)
	assert.Equal(t, `{"id":"i"}{"id":"i","type":"STARTED","aggregate_type":"Initial Snapshot","additional_data":{"connector_name":"p"},"timestamp":1795393357993}`,
		shown(t, n.KeySchema, n.Key)+shown(t, n.ValueSchema, n.Value))
	hex := builderOf(t, event.Options{BinaryMode: event.BinaryHex}).Message(nil, at, "x", []byte("hello"), false)[0]
	assert.Contains(t, shown(t, hex.ValueSchema, hex.Value), `"content":"68656c6c6f"`)
}
