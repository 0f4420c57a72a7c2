// SPDX-License-Identifier: Apache-2.0

//go:build real

package sink

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// TestLargeRowsAreWrittenOnce has more than one statement takes, and a row at fault at the end.
func TestLargeRowsAreWrittenOnce(t *testing.T) {
	onServers(t, func(t *testing.T, db *databasetest.Server) {
		db.Exec(t, "CREATE TABLE orders (id INT, name TEXT, CHECK (name <> 'refused'))")
		for _, create := range []func() connect.SinkConnector{NewConfluent, NewDebezium} {
			var reported letters
			task := start(t, create(), &conntest.SinkContext{Reporter: &reported}, reach(db, "max.retries", "0", "collection.name.format", "orders"))
			records := orders(strings.Repeat("c1 ", 600))
			for i := range records {
				records[i].Value.(*connect.Struct).SetAt(1, strings.Repeat(fmt.Sprint(i%10), 50_000))
			}
			require.NoError(t, task.Put(t.Context(), refusedAt(records, 599)))
			assert.Equal(t, []string{"599"}, lines(t, db, "SELECT count(*) FROM orders"))
			assert.Len(t, reported.got, 1)
			db.Exec(t, "DELETE FROM orders")
		}
	})
}

// TestATimeWithAZoneIsTheSameInEverySession has sessions of a zone that is not use.time.zone.
func TestATimeWithAZoneIsTheSameInEverySession(t *testing.T) {
	db := databasetest.MariaDB(t)
	schema := connect.StructOf("t", connect.Field("at", connect.String.WithName(debeziumTime+"ZonedTimestamp")))
	for _, zone := range []string{"+00:00", "-08:00", "+05:30"} {
		props := reach(db, "schema.evolution", "basic", "collection.name.format", "moments", "use.time.zone", "Europe/Berlin")
		props["connection.url"] += "?sessionVariables=time_zone='" + zone + "'"
		task := start(t, NewDebezium(), &conntest.SinkContext{}, props)
		w := written{topic: "moments"}
		require.NoError(t, task.Put(t.Context(), []connect.SinkRecord{w.record(nil, nil, schema, fill(schema, "2019-04-14T10:24:00.123456+02:00")), w.record(nil, nil, schema, fill(schema, "2019-04-14T08:24:00.123456Z"))}))
	}
	assert.Equal(t, []string{"1555230240.123456 6"}, lines(t, db, "SELECT unix_timestamp(at), count(*) FROM moments GROUP BY 1"))
}

// TestValuesAreNotCutOff has a server that would cut off what is too long.
func TestValuesAreNotCutOff(t *testing.T) {
	db := databasetest.StartMariaDB(t, databasetest.Config{Settings: map[string]string{"sql_mode": ""}})
	db.Exec(t, "CREATE TABLE orders (id INT NOT NULL, name VARCHAR(3))")
	for _, create := range []func() connect.SinkConnector{NewConfluent, NewDebezium} {
		task := start(t, create(), &conntest.SinkContext{}, reach(db, "max.retries", "0", "collection.name.format", "orders"))
		require.ErrorContains(t, task.Put(t.Context(), orders("c1 c2")), "too long")
		assert.Empty(t, lines(t, db, "SELECT name FROM orders"))
	}
}
