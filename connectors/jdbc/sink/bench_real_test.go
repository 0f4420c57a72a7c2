// SPDX-License-Identifier: Apache-2.0

//go:build real

package sink

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

var (
	benchKey   = connect.StructOf("bench.Key", connect.Field("id", connect.Int64))
	benchValue = connect.StructOf("bench.Value", connect.Field("id", connect.Int64), connect.Field("customer", connect.Int32), connect.Field("name", connect.OptionalString),
		connect.Field("active", connect.Boolean), connect.Field("amount", connect.DecimalOf(2)), connect.Field("weight", connect.OptionalFloat64),
		connect.Field("created", connect.Timestamp), connect.Field("day", connect.Optional(connect.Date)), connect.Field("note", connect.OptionalString))
)

// benchRecords are n records of nine fields whose keys begin with a number.
func benchRecords(topic string, from, n int) []connect.SinkRecord {
	w := written{topic: topic}
	out := make([]connect.SinkRecord, n)
	for i := range out {
		id := int64(from + i)
		amount, _ := connect.ParseDecimal(fmt.Sprintf("%d.%02d", id%10000, id%100))
		out[i] = w.record(benchKey, fill(benchKey, id), benchValue, fill(benchValue, id, int32(id%1000), fmt.Sprint("customer ", id), id%2 == 0, amount,
			float64(id)/3, time.UnixMilli(1700000000000+id).UTC(), connect.DateFromDays(int32(19000+id%1000)), "a note that is some words long"))
	}
	return out
}

// benchmarkPostgres puts batches of 500 records; an operation is a record.
func benchmarkPostgres(b *testing.B, c connect.SinkConnector, props map[string]string, keys int) {
	db := databasetest.PostgreSQL(b)
	props["connection.url"], props["connection.user"], props["connection.username"], props["connection.password"] = db.JDBC(), db.User, db.User, db.Password
	task := start(b, c, &conntest.SinkContext{}, props)
	const batch = 500
	var batches [][]connect.SinkRecord
	for from := 0; from < min(keys, b.N+batch); from += batch {
		batches = append(batches, benchRecords("bench", from, batch))
	}
	require.NoError(b, task.Put(b.Context(), benchRecords("bench", -1, 1)))
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += batch {
		require.NoError(b, task.Put(b.Context(), batches[n/batch%len(batches)]))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkConfluentIntoPostgreSQL(b *testing.B) {
	for mode, keys := range map[string]int{"insert": 1 << 30, "upsert": 100_000} {
		b.Run(mode, func(b *testing.B) {
			benchmarkPostgres(b, NewConfluent(), map[string]string{"insert.mode": mode, "pk.mode": "record_key", "auto.create": "true"}, keys)
		})
	}
}

func BenchmarkDebeziumIntoPostgreSQL(b *testing.B) {
	for mode, keys := range map[string]int{"insert": 1 << 30, "upsert": 100_000} {
		b.Run(mode, func(b *testing.B) {
			benchmarkPostgres(b, NewDebezium(), map[string]string{"insert.mode": mode, "primary.key.mode": "record_key", "schema.evolution": "basic"}, keys)
		})
	}
}
