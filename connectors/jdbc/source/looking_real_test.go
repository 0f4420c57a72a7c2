// SPDX-License-Identifier: Apache-2.0

//go:build real

package source

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

func TestTablesComeAndGoAlsoWhenTheConnectionWasCutBetween(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, "CREATE TABLE a (id serial)")
	c, cc := New(), &conntest.ConnectorContext{}
	require.NoError(t, c.Start(context.Background(), cc, propsOf(db, whitelistKey, "", blacklistKey, "none", tablePollIntervalKey, "1000")))
	defer func() { require.NoError(t, c.Stop(context.Background())) }()
	plan := func() (tables []string) {
		configs, err := c.TaskConfigs(context.Background(), 10)
		require.NoError(t, err)
		for _, config := range configs {
			tables = append(tables, config[tablesKey])
		}
		return tables
	}
	asked := 0
	changed := func() {
		t.Helper()
		asked++
		require.Eventually(t, func() bool { return cc.Reconfigurations() == asked }, 20*time.Second, 5*time.Millisecond)
	}
	require.Equal(t, []string{`"public"."a"`}, plan())
	// The tables were listed just now, so that nobody asks in this moment.
	db.Exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", `CREATE TABLE "B.c,d" (id serial)`)
	changed()
	assert.Equal(t, []string{`"public"."B.c,d"`, `"public"."a"`}, plan())
	assert.Zero(t, cc.Logs.Count(slog.LevelError), "a connection that was cut in between is made anew: %s", cc.Logs.Text())
	db.Exec(t, `DROP TABLE "B.c,d"`)
	changed()
	assert.Equal(t, []string{`"public"."a"`}, plan())
	db.Exec(t, "CREATE SCHEMA other", "CREATE TABLE other.a (id serial)")
	require.Eventually(t, func() bool { return len(cc.Raised()) > 0 }, 20*time.Second, 5*time.Millisecond)
	assert.ErrorContains(t, cc.Raised()[0], `"other"."a", "public"."a"`)
}

func TestTablesAreLookedForWhereThePatternsSay(t *testing.T) {
	maria, postgres := databasetest.MariaDB(t), databasetest.PostgreSQL(t)
	maria.Exec(t, "CREATE TABLE `od``d` (id INT)")
	postgres.Exec(t, "CREATE SCHEMA sales_1", "CREATE SCHEMA salesx2", `CREATE TABLE sales_1."select" (id int)`, "CREATE TABLE salesx2.b (id int)", "CREATE TABLE c (id int)")
	for name, c := range map[string]struct {
		props map[string]string
		want  string
	}{
		"a database of MariaDB":           {propsOf(maria, catalogKey, maria.Database), "`" + maria.Database + "`.`od``d`"},
		"no such database":                {propsOf(maria, catalogKey, "elsewhere"), ""},
		"schemas of PostgreSQL":           {propsOf(postgres, schemaKey, "sales%"), `"sales_1"."select","salesx2"."b"`},
		"one letter":                      {propsOf(postgres, schemaKey, "sales_1", blacklistKey, "salesx2.b"), `"sales_1"."select"`},
		"the database of PostgreSQL":      {propsOf(postgres, schemaKey, "public", catalogKey, postgres.Database), `"public"."c"`},
		"another database":                {propsOf(postgres, catalogKey, "elsewhere"), ""},
		"an expression with the schema":   {propsOf(postgres, includeKey, `sales.*`), `"sales_1"."select","salesx2"."b"`},
		"an expression for bare names":    {propsOf(postgres, includeKey, `b|c`), ""},
		"a pattern and a name with marks": {propsOf(postgres, schemaKey, "sales%", whitelistKey, `"sales_1"."select"`), `"sales_1"."select"`},
	} {
		t.Run(name, func(t *testing.T) {
			if c.props[whitelistKey] == "kinds" {
				delete(c.props, whitelistKey)
			}
			assert.Equal(t, c.want, tasksOf(t, c.props, 1)[0][tablesKey])
		})
	}
}

func TestNamesAreReadWithAndWithoutMarks(t *testing.T) {
	onBoth(t, func(t *testing.T, db *databasetest.Server) {
		mark := "`"
		if isPostgres(db) {
			mark = `"`
		}
		odd := mark + "Ord" + mark + mark + "er, sel.ect ä" + mark
		db.Exec(t, "CREATE TABLE kinds (id int PRIMARY KEY)", "INSERT INTO kinds VALUES (1)", "CREATE TABLE "+odd+" ("+mark+"from "+mark+mark+"x"+mark+" int PRIMARY KEY)", "INSERT INTO "+odd+" VALUES (7)")
		never := startTask(t, propsOf(db, modeKey, modeIncrementing, incrementingKey, "id", quoteKey, "NEVER"), &conntest.SourceContext{})
		assert.Equal(t, int32(1), never.read(1)[0].Value.(*connect.Struct).At(0))
		props := propsOf(db, includeKey, ".*ä", modeKey, modeIncrementing, incrementingMappingKey, ".*ä:from "+mark+"x")
		delete(props, whitelistKey)
		record := startTask(t, props, &conntest.SourceContext{}).read(1)[0]
		assert.Equal(t, "db-Ord"+mark+"er, sel.ect ä", record.Topic)
		assert.Equal(t, int32(7), record.Value.(*connect.Struct).At(0))
	})
}

func TestTheClockOfTheDatabaseCountsInItsZone(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, "ALTER DATABASE "+db.Database+" SET timezone = 'America/New_York'")
	db.Exec(t, "CREATE TABLE kinds (id serial PRIMARY KEY, made timestamp NOT NULL DEFAULT clock_timestamp())", "INSERT INTO kinds (made) VALUES (localtimestamp - interval '1 hour')")
	props := propsOf(db, modeKey, modeTimestamp, timestampKey, "made", zoneKey, "America/New_York", delayKey, "1500")
	r := startTask(t, props, &conntest.SourceContext{})
	assert.Equal(t, []int32{1}, ids(r.read(1)))
	db.Exec(t, "INSERT INTO kinds DEFAULT VALUES")
	assert.Equal(t, []int32{2}, ids(r.read(1)))
	assert.Equal(t, [][]string{{"t"}}, db.Query(t, "SELECT localtimestamp - made BETWEEN interval '1.5 seconds' AND interval '25 seconds' FROM kinds WHERE id = 2"), "a row is left alone for the delay, and no longer")

	fresh := startTask(t, with(props, initialKey, "-1", delayKey, "0"), &conntest.SourceContext{})
	for got := []connect.SourceRecord(nil); len(got) == 0; {
		db.Exec(t, "INSERT INTO kinds DEFAULT VALUES")
		var err error
		got, err = fresh.task.Poll(context.Background())
		require.NoError(t, err)
		assert.NotContains(t, ids(got), int32(1), "what was there before the present time is not read")
	}
}

func TestRowsWithoutATimeOrANumberAreNotFound(t *testing.T) {
	onBoth(t, func(t *testing.T, db *databasetest.Server) {
		typ := "DATETIME(6)"
		if isPostgres(db) {
			typ = "timestamp"
		}
		db.Exec(t, "CREATE TABLE kinds (id int, a "+typ+" NULL, b "+typ+" NULL)", "INSERT INTO kinds VALUES (1, NULL, NULL), (2, NULL, '2020-01-01 00:00:00'), (3, '2020-01-02 00:00:00', NULL), (NULL, NULL, NULL)")
		for mode, want := range map[string][]int32{modeIncrementing: {1, 2, 3}, modeTimestamp: {2, 3}, modeTimestampIncrementing: {2, 3}} {
			props := propsOf(db, modeKey, mode, incrementingKey, "id", timestampKey, "a,b", lingerKey, "100")
			assert.ErrorContains(t, failureOf(t, props), "may be null", mode)
			assert.Equal(t, want, ids(startTask(t, with(props, validateNonNullKey, "false"), &conntest.SourceContext{}).rest()), mode)
		}
	})
}

func TestDatesFindRowsInEveryZone(t *testing.T) {
	onBoth(t, func(t *testing.T, db *databasetest.Server) {
		db.Exec(t, "CREATE TABLE kinds (id int PRIMARY KEY, day date NOT NULL)", "INSERT INTO kinds VALUES (1, '2020-01-01'), (2, '2020-01-02'), (3, '2020-01-02')")
		for _, zone := range []string{"UTC", "America/New_York", "Asia/Tokyo"} {
			for _, mode := range []string{modeTimestamp, modeTimestampIncrementing} {
				r := startTask(t, propsOf(db, modeKey, mode, incrementingKey, "id", timestampKey, "day", zoneKey, zone, lingerKey, "100"), &conntest.SourceContext{})
				assert.Equal(t, []int32{1, 2, 3}, ids(r.rest()), "%s in %s", mode, zone)
			}
		}
	})
}
