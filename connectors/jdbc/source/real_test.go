// SPDX-License-Identifier: Apache-2.0

//go:build real

package source

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// propsOf is a configuration that reads a table of a server.
func propsOf(db *databasetest.Server, more ...string) map[string]string {
	return with(map[string]string{
		urlKey: db.JDBC(), userKey: db.User, passwordKey: db.Password, prefixKey: "db-", pollIntervalKey: "20", lingerKey: "200", modeKey: modeBulk, whitelistKey: "kinds",
	}, more...)
}

func TestTypesOfPostgreSQL(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t,
		`CREATE TYPE mood AS ENUM ('sad', 'glad')`, `CREATE DOMAIN positive AS int CHECK (VALUE > 0)`, `CREATE DOMAIN firm AS text NOT NULL`,
		`CREATE TABLE kinds (id bigserial PRIMARY KEY, i2 int2 NOT NULL, i4 int4, i8 int8, s serial, flag bool, f4 float4, f8 float8, n numeric, n50 numeric(5,0), n102 numeric(10,2), n203 numeric(20,3),
		 n20 numeric(20,0), n52m numeric(5,-2), m money, c3 char(3), v varchar(10), t text, nm name, e mood, by bytea, b1 bit(1), b5 bit(5), b12 bit(12), vb varbit(5), d date, old date, tm time, tmz timetz,
		 ts timestamp, tsz timestamptz, ts1500 timestamp, before timestamp, u uuid, j json, jb jsonb, x xml, o oid, dom positive, fi firm, arr int[], iv interval, ip inet, mac macaddr, p point, tsv tsvector, rng int4range, nothing text)`,
		`INSERT INTO kinds VALUES (1, 2, 4, 8, 16, true, 1.5, 2.25, 12.345, 12345, 12345678.9, 12345678901234567.891, 12345678901234567890, 123400, -1234.56, 'a', 'varchar', 'täxt', 'name', 'glad', '\x00ff', B'1', B'00101', B'000011110000', B'101',
		 '2020-02-03', '1500-03-01', '01:02:03.456', '01:02:03+02', '2020-02-03 04:05:06.123456', '2020-02-03 04:05:06.123456+02', '1500-03-01 00:00:00', '1969-12-31 23:59:58.5', '0b7b2e0e-3f5c-4b0c-9b55-4c1f5a1e9f11', '{"b": 1,"a":2}', '{"b": 1,"a":2}', '<a/>', 4000000000, 5, 'firm',
		 '{1}', '1 day', '127.0.0.1', '08:00:2b:01:02:03', '(1,2)', 'a', '[1,2)', NULL)`)
	golden(t, "types_postgresql.txt", types(t, propsOf(db)))
}

func TestTypesOfMariaDB(t *testing.T) {
	db := databasetest.MariaDB(t)
	db.Exec(t,
		`CREATE TABLE kinds (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, t1 TINYINT(1) NOT NULL, ti TINYINT, tu TINYINT UNSIGNED, s SMALLINT, su SMALLINT UNSIGNED, m MEDIUMINT, mu MEDIUMINT UNSIGNED, i INT, iu INT UNSIGNED, b BIGINT,
		 f FLOAT, d DOUBLE, de DECIMAL(10,2), deu DECIMAL(10,2) UNSIGNED, n NUMERIC(5,0), bit1 BIT(1), bit5 BIT(5), day DATE, old DATE, y YEAR, tm TIME, tm6 TIME(6), dt DATETIME, dt6 DATETIME(6), ts TIMESTAMP(3) NULL,
		 c CHAR(3), v VARCHAR(10), tx TEXT, tt TINYTEXT, lt LONGTEXT, e ENUM('a','b'), st SET('x','y'), j JSON, bi BINARY(3), vb VARBINARY(10), bl BLOB, lb LONGBLOB, u UUID, nothing VARCHAR(5))`,
		`INSERT INTO kinds VALUES (9, 1, -5, 250, -300, 65000, -70000, 16000000, -5, 4000000000, 9000000000, 1.5, 2.25, 12345.67, 12345.67, 99, b'1', b'00101', '2020-02-03', '1500-03-01', 2020, '01:02:03', '-01:02:03.456789', '2020-02-03 04:05:06', '2020-02-03 04:05:06.123456', '2020-02-03 04:05:06.789',
		 'a', 'varchar', 'täxt', 'tiny', 'long', 'b', 'x,y', '{"a":1}', x'0001', x'00ff', x'00', x'01', '0b7b2e0e-3f5c-4b0c-9b55-4c1f5a1e9f11', NULL)`)
	golden(t, "types_mariadb.txt", types(t, propsOf(db)))
	db.Exec(t, "ALTER TABLE kinds DROP COLUMN u")
	golden(t, "types_mysql_url.txt", types(t, propsOf(db, urlKey, "jdbc:mysql:"+db.JDBC()[len("jdbc:mariadb:"):]+"?sslMode=DISABLED")))
}

// secret is a password that is in no name.
const secret = "not-to-be-said"

func TestTheContractOnPostgreSQL(t *testing.T) {
	conntest.Source(t, conntest.SourceCase{
		New: New,
		Prepare: func(t *testing.T) conntest.SourceSetup {
			db := databasetest.PostgreSQL(t)
			db.Exec(t, "CREATE TABLE kinds (id serial PRIMARY KEY, name text NOT NULL, changed timestamptz NOT NULL DEFAULT clock_timestamp())")
			reader := "r_" + db.Database
			db.Exec(t, "CREATE ROLE "+reader+" LOGIN PASSWORD '"+secret+"'", "GRANT SELECT ON kinds TO "+reader)
			wire := conntest.NewWire(t, db.Addr())
			return conntest.SourceSetup{
				Props: propsOf(db, userKey, reader, passwordKey, secret, urlKey, "jdbc:postgresql://"+wire.Addr()+"/"+db.Database+"?sslmode=disable", modeKey, modeTimestampIncrementing, incrementingKey, "id", timestampKey, "changed",
					attemptsKey, "100", backoffKey, "50"),
				Feed: func(n int) {
					db.Exec(t, fmt.Sprintf("INSERT INTO kinds (name) SELECT 'name ' || i FROM generate_series(1, %d) i", n))
				},
				Hang: wire.Hang, Break: wire.Cut,
			}
		},
	})
}

func TestTheContractOnMariaDB(t *testing.T) {
	conntest.Source(t, conntest.SourceCase{
		New: New,
		Prepare: func(t *testing.T) conntest.SourceSetup {
			db := databasetest.MariaDB(t)
			db.Exec(t, "CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, name TEXT NOT NULL)")
			reader := "r_" + db.Database
			db.Exec(t, "CREATE USER "+reader+" IDENTIFIED BY '"+secret+"'", "GRANT SELECT ON kinds TO "+reader)
			wire := conntest.NewWire(t, db.Addr())
			return conntest.SourceSetup{
				Props: propsOf(db, userKey, reader, passwordKey, secret, urlKey, "jdbc:mariadb://"+wire.Addr()+"/"+db.Database, modeKey, modeIncrementing, attemptsKey, "100", backoffKey, "50"),
				Feed: func(n int) {
					for i := range n {
						db.Exec(t, fmt.Sprintf("INSERT INTO kinds (name) VALUES ('name %d')", i))
					}
				},
				Hang: wire.Hang, Break: wire.Cut,
			}
		},
	})
}

func TestTimesOfRowsAreComparedInTheZoneOfTheDatabase(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *databasetest.Server{"PostgreSQL": databasetest.PostgreSQL, "MariaDB": databasetest.MariaDB} {
		t.Run(name, func(t *testing.T) {
			db := start(t)
			db.Exec(t, "CREATE TABLE kinds (id INT PRIMARY KEY, ts TIMESTAMP(6) NOT NULL)", "INSERT INTO kinds VALUES (1, '2020-01-01 00:00:00.000001'), (2, '2020-01-01 00:00:00.000002')")
			tc := &conntest.SourceContext{}
			props := propsOf(db, modeKey, modeTimestamp, timestampKey, "ts", zoneKey, "Asia/Tokyo")
			records := startTask(t, props, tc).read(2)
			assert.Equal(t, map[string]any{"timestamp": int64(1577804400000), "timestamp_nanos": int64(2000)}, records[1].SourceOffset.Fields())
			// From the first row on there is exactly the second.
			require.NoError(t, tc.Stored.Store(records[0].SourcePartition, connect.OffsetMap{"timestamp": int64(1577804400000), "timestamp_nanos": int64(1000)}))
			again := startTask(t, props, tc).read(1)
			assert.Equal(t, int32(2), again[0].Value.(*connect.Struct).At(0))
		})
	}
}

func TestTablesOfPostgreSQLAreFoundByTheirKind(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, "CREATE SCHEMA s5", `CREATE TABLE s5."Ab" (id int)`, "CREATE TABLE s5.b (id int)", "CREATE TABLE s5.p (id int) PARTITION BY RANGE (id)",
		"CREATE TABLE s5.p1 PARTITION OF s5.p FOR VALUES FROM (1) TO (5)", "CREATE VIEW s5.v AS SELECT 1 AS id", "CREATE TABLE other (id int)")
	for types, want := range map[string]string{
		"TABLE":                  `"s5"."Ab","s5"."b","s5"."p1"`,
		"view":                   `"s5"."v"`,
		"PARTITIONED TABLE,view": `"s5"."p","s5"."v"`,
	} {
		configs := tasksOf(t, propsOf(db, whitelistKey, "", blacklistKey, "x", schemaKey, "s_", tableTypesKey, types), 1)
		assert.Equal(t, want, configs[0][tablesKey], types)
	}
}

// BenchmarkWholeTableOfPostgreSQL reads a million rows of nine columns.
func BenchmarkWholeTableOfPostgreSQL(b *testing.B) {
	const rows = 1_000_000
	db := databasetest.PostgreSQL(b)
	db.Exec(b, `CREATE TABLE kinds AS SELECT i::int8 AS id, i % 1000 AS customer, 'name of number ' || i AS name, (i * 7.13)::numeric(12,2) AS amount, i % 2 = 0 AS active,
		timestamptz '2024-01-01' + i * interval '1 second' AS created, date '2024-01-01' + i % 365 AS day, i * 0.5::float8 AS weight, md5(i::text) AS hash FROM generate_series(1, 1000000) i`)
	for b.Loop() {
		r := startTask(b, propsOf(db, pollIntervalKey, "3600000"), &conntest.SourceContext{})
		for n := 0; n < rows; {
			records, err := r.task.Poll(b.Context())
			require.NoError(b, err)
			n += len(records)
		}
		r.stop()
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
