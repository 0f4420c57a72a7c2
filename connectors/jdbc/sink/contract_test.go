// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

var contractValue = connect.StructOf("value", connect.Field("id", connect.Int64), connect.Field("name", connect.OptionalString))

func contractRecord(n int) connect.Record {
	return connect.Record{KeySchema: connect.Int64, Key: int64(n), ValueSchema: contractValue, Value: fill(contractValue, int64(n), fmt.Sprint("name ", n))}
}

// refusedRecord is one that no table of the suite takes.
func refusedRecord(n int) connect.Record {
	r := contractRecord(n)
	r.Value.(*connect.Struct).SetAt(1, "refused")
	return r
}

// missingIn looks for the suite's records in a table.
func missingIn(t testing.TB, url string, table string) func([]connect.SinkRecord) error {
	return func(records []connect.SinkRecord) error {
		if len(records) == 0 {
			return nil
		}
		have := rowsOf(t, open(t, url, nil), "SELECT name FROM "+table)
		for _, r := range records {
			name := fmt.Sprint("name ", r.Value.(*connect.Struct).At(0))
			if !slices.Contains(have, name) {
				return fmt.Errorf("%s is missing", name)
			}
		}
		return nil
	}
}

func TestConfluentsSinkKeepsTheContract(t *testing.T) {
	conntest.Sink(t, conntest.SinkCase{
		New:    NewConfluent,
		Record: contractRecord,
		Unfit:  refusedRecord,
		Prepare: func(t *testing.T) conntest.SinkSetup {
			url := sqliteFile(t)
			s := open(t, url, nil)
			_, err := s.Exec(t.Context(), `CREATE TABLE conntest (id INTEGER NOT NULL PRIMARY KEY, name TEXT CHECK (name <> 'refused'))`)
			require.NoError(t, err)
			s.Close()
			return conntest.SinkSetup{
				Props:   map[string]string{"connection.url": url, "insert.mode": "upsert", "pk.mode": "record_value", "pk.fields": "id", "max.retries": "0"},
				Missing: missingIn(t, url, "conntest"),
			}
		},
		Bad: map[string]string{"connection.url": "postgresql://localhost", "insert.mode": "Insert", "pk.mode": "key", "batch.size": "-1", "table.types": "", "db.timezone": "Mars",
			"connection.attempts": "0", "max.retries": "-1", "retry.backoff.ms": "-1", "table.name.format": "", "dialect.name": "OracleDatabaseDialect", "date.timezone": "here",
			"timestamp.precision.mode": "s", "date.calendar.system": "julian", "quote.sql.identifiers": "some", "jdbc.credentials.provider.class": "com.example.Mine"},
	})
}

func TestDebeziumsSinkKeepsTheContract(t *testing.T) {
	conntest.Sink(t, conntest.SinkCase{
		New:    NewDebezium,
		Record: contractRecord,
		Unfit:  refusedRecord,
		Prepare: func(t *testing.T) conntest.SinkSetup {
			url := sqliteFile(t)
			s := open(t, url, nil)
			_, err := s.Exec(t.Context(), `CREATE TABLE conntest (id INTEGER NOT NULL PRIMARY KEY, name TEXT CHECK (name <> 'refused'))`)
			require.NoError(t, err)
			s.Close()
			return conntest.SinkSetup{
				Props:   map[string]string{"connection.url": url, "connection.username": "nobody", "insert.mode": "upsert", "primary.key.mode": "record_value", "primary.key.fields": "id"},
				Missing: missingIn(t, url, "conntest"),
			}
		},
		Bad: map[string]string{"connection.url": "postgresql://localhost", "batch.size": "0", "use.time.zone": "Mars", "flush.max.retries": "-1", "flush.retry.delay.ms": "-1",
			"collection.naming.strategy": "com.example.Mine", "column.naming.strategy": "com.example.Mine", "cloud.events.schema.name.pattern": "("},
		Wrong: []conntest.Wrong{
			{Key: "primary.key.mode", Value: "none", With: map[string]string{"delete.enabled": "true"}},
			{Key: "field.exclude.list", Value: "a", With: map[string]string{"field.include.list": "b"}},
		},
	})
}
