// SPDX-License-Identifier: Apache-2.0

//go:build real

package postgres

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/converters/json"
	"github.com/longshore-io/connect/internal/databasetest"
)

// BenchmarkStream streams updates of a table of nine columns, each in a transaction of its own, to JSON without schemas.
func BenchmarkStream(b *testing.B) {
	const rows = 200_000
	db := databasetest.StartPostgreSQL(b, databasetest.Config{Settings: map[string]string{"synchronous_commit": "off"}})
	props := map[string]string{"name": "c", "connector.class": Class, "topic.prefix": "p", "plugin.name": "pgoutput", "snapshot.mode": "no_data", "slot.name": "bench",
		"database.hostname": "127.0.0.1", "database.port": strconv.Itoa(db.Port), "database.user": db.User, "database.password": db.Password, "database.dbname": db.Database}
	db.Exec(b, `CREATE TABLE t (id int PRIMARY KEY, a bigint, b text, c varchar(40), d numeric(12,2), e timestamptz, f boolean, g double precision, h date)`,
		`INSERT INTO t SELECT i, i * 7, 'text of row ' || i, md5(i::text), i / 100.0, now(), i % 2 = 0, i / 3.0, '2024-02-29' FROM generate_series(1, 200000) i`,
		"CREATE PUBLICATION dbz_publication FOR ALL TABLES", "SELECT pg_create_logical_replication_slot('bench', 'pgoutput')",
		"DO $$ BEGIN FOR i IN 1..200000 LOOP UPDATE t SET a = a + 1 WHERE id = i; COMMIT; END LOOP; END $$")
	values := json.New()
	require.NoError(b, values.Configure(map[string]string{"schemas.enable": "false"}, false))
	keys := json.New()
	require.NoError(b, keys.Configure(map[string]string{"schemas.enable": "false"}, true))
	b.ReportAllocs()
	for b.Loop() {
		var tc conntest.SourceContext
		task := New().NewTask()
		require.NoError(b, task.Start(b.Context(), &tc, props))
		var bytes int64
		for seen := 0; seen < rows; {
			records, err := task.Poll(context.Background())
			require.NoError(b, err)
			for i := range records {
				bytes += convert(b, keys, values, &records[i])
			}
			seen += len(records)
		}
		b.SetBytes(bytes)
		require.NoError(b, task.Stop(context.Background()))
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func convert(b *testing.B, keys, values connect.Converter, r *connect.SourceRecord) int64 {
	key, err := keys.FromConnectData(context.Background(), r.Topic, nil, r.KeySchema, r.Key)
	require.NoError(b, err)
	value, err := values.FromConnectData(context.Background(), r.Topic, nil, r.ValueSchema, r.Value)
	require.NoError(b, err)
	return int64(len(key) + len(value))
}
