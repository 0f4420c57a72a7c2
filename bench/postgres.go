// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/longshore-io/connect/internal/databasetest"
)

// database is the PostgreSQL of this run, which waits for the disk as it does by default. It is started when it is first asked for.
func (r *rig) database(ctx context.Context) (*databasetest.Server, error) {
	if r.postgres != nil {
		return r.postgres, nil
	}
	var err error
	r.postgres, err = databasetest.NewPostgreSQL(ctx, databasetest.Config{Durable: true, Settings: map[string]string{"max_wal_size": "8GB", "shared_buffers": "512MB"}})
	return r.postgres, err
}

// debezium are the options of workers that capture or fill databases: Kafka Connect gets the connectors of Debezium.
func (r *rig) debezium(ctx context.Context) (workerOptions, error) {
	path := []string{r.plugins}
	for _, name := range []string{databasetest.DebeziumPostgres, databasetest.DebeziumJDBC} {
		plugin, err := databasetest.FetchPlugin(ctx, name)
		if err != nil {
			return workerOptions{}, err
		}
		path = append(path, plugin)
	}
	return workerOptions{properties: map[string]string{"plugin.path": strings.Join(path, ","), "offset.flush.interval.ms": commitEvery}}, nil
}

// plainJSON are converters as change events are mostly written.
var plainJSON = map[string]string{
	"key.converter": jsonText, "key.converter.schemas.enable": "false", "value.converter": jsonText, "value.converter.schemas.enable": "false",
}

// identifier is a name that no other turn has, of a slot, a publication, a table or a prefix of topics.
func (t *turn) identifier(of string) string { return strings.ReplaceAll(t.name(of), "-", "_") }

// capturing is the configuration of a connector that captures one table.
func capturing(db *databasetest.Server, prefix, table string, more ...map[string]string) map[string]string {
	return merged(append(more, plainJSON, map[string]string{
		"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "tasks.max": "1", "plugin.name": "pgoutput",
		"database.hostname": "127.0.0.1", "database.port": strconv.Itoa(db.Port), "database.user": db.User, "database.password": db.Password,
		"database.dbname": db.Database, "topic.prefix": prefix, "slot.name": prefix, "publication.name": prefix,
		"publication.autocreate.mode": "filtered", "table.include.list": "public." + table,
	})...)
}

// forget drops what a connector has left in the database, once it has let go of it.
func forget(ctx context.Context, db *databasetest.Server, prefix string) error {
	return poll(ctx, func(ctx context.Context) (bool, error) {
		active, err := db.Rows(ctx, "SELECT 1 FROM pg_replication_slots WHERE active AND slot_name = '"+prefix+"'")
		if err != nil || len(active) > 0 {
			return false, err
		}
		return true, db.Run(ctx, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '"+prefix+"'", "DROP PUBLICATION IF EXISTS "+prefix)
	})
}

// stopConnector returns when the connector has no tasks, and its slot nobody who reads it.
func (w *worker) stopConnector(ctx context.Context, db *databasetest.Server, name, slot string) error {
	if err := w.call(ctx, http.MethodPut, "/connectors/"+name+"/stop", nil, nil); err != nil {
		return err
	}
	return poll(ctx, func(ctx context.Context) (bool, error) {
		var status struct{ Tasks []any }
		if err := w.call(ctx, http.MethodGet, "/connectors/"+name+"/status", nil, &status); err != nil || len(status.Tasks) > 0 {
			return false, err
		}
		active, err := db.Rows(ctx, "SELECT 1 FROM pg_replication_slots WHERE active AND slot_name = '"+slot+"'")
		return len(active) == 0, err
	})
}

// afterOnly is the row of a change event: the rest differs from turn to turn.
func afterOnly(value []byte) []byte {
	_, rest, _ := strings.Cut(string(value), `"after":`)
	row, _, _ := strings.Cut(rest, `,"source":`)
	return []byte(row)
}

// rowColumns are nine columns as tables of people's applications have them.
const rowColumns = "id int8 PRIMARY KEY, name text NOT NULL, email text NOT NULL, active bool NOT NULL, amount numeric(10,2) NOT NULL, created timestamptz NOT NULL, born date, visits int4 NOT NULL, note text"

// makeTable makes a table of so many rows.
func makeTable(ctx context.Context, db *databasetest.Server, name string, rows int) error {
	return db.Run(ctx, "DROP TABLE IF EXISTS "+name, "CREATE TABLE "+name+" ("+rowColumns+")",
		fmt.Sprintf(`INSERT INTO %s SELECT i, 'name of ' || i, 'person' || i || '@example.org', i %% 3 = 0, i %% 100000 / 7.0, '2024-01-01'::timestamptz + i * '1 second'::interval,
			CASE WHEN i %% 10 > 0 THEN '1950-01-01'::date + (i %% 20000)::int END, i %% 1000, CASE WHEN i %% 4 > 0 THEN md5(i::text) END FROM generate_series(1, %d) i`, name, rows),
		"VACUUM ANALYZE "+name)
}
