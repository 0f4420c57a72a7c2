// SPDX-License-Identifier: Apache-2.0

package database

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func databaseOf(t *testing.T, url string, never bool) *Database {
	t.Helper()
	db, err := New(Settings{URL: url, Properties: map[string]string{"user": "u"}, NeverQuote: never})
	require.NoError(t, err)
	return db
}

func TestNamesOfTables(t *testing.T) {
	const postgres, mysql, server = "jdbc:postgresql://x/y", "jdbc:mysql://x/y", "jdbc:sqlserver://x;databaseName=y"
	for _, c := range []struct {
		url, text string
		never     bool
		want      TableID
		written   string
	}{
		{postgres, "Orders", false, TableID{Name: "Orders"}, `"Orders"`},
		{postgres, "Orders", true, TableID{Name: "orders"}, "orders"},
		{postgres, `sales."Or.""ders"`, false, TableID{Schema: "sales", Name: `Or."ders`}, `"sales"."Or.""ders"`},
		{postgres, "shop.sales.orders", false, TableID{"shop", "sales", "orders"}, `"shop"."sales"."orders"`},
		{postgres, strings.Repeat("ä", 70), false, TableID{Name: strings.Repeat("ä", 63)}, `"` + strings.Repeat("ä", 63) + `"`},
		{mysql, "shop.orders", false, TableID{Catalog: "shop", Name: "orders"}, "`shop`.`orders`"},
		{server, "orders", false, TableID{Schema: "dbo", Name: "orders"}, `"dbo"."orders"`},
		{server, "shop.orders", false, TableID{"shop", "dbo", "orders"}, `"shop"."dbo"."orders"`},
		{server, "shop.sales.orders", true, TableID{"shop", "sales", "orders"}, "shop.sales.orders"},
	} {
		db := databaseOf(t, c.url, c.never)
		id, err := db.ParseTable(c.text)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, id, c.text)
		assert.Equal(t, c.written, db.TableName(id), c.text)
	}
	for _, text := range []string{`"open`, "a.b.c.d", `"a"b`} {
		_, err := databaseOf(t, postgres, false).ParseTable(text)
		assert.Error(t, err, text)
	}
}

func TestAQuotedNameIsReadBack(t *testing.T) {
	db := databaseOf(t, "jdbc:postgresql://x/y", false)
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringOfN(rapid.SampledFrom([]rune(`aB."`)), 1, 8, -1)
		id := TableID{Schema: part.Draw(t, "schema"), Name: part.Draw(t, "name")}
		read, err := db.ParseTable(db.TableName(id))
		require.NoError(t, err)
		assert.Equal(t, id, read)
	})
}

func TestDaysOfTheOldCalendar(t *testing.T) {
	for _, c := range []struct {
		year, month, day int
		want             string
	}{
		{1582, 10, 15, "1582-10-15"}, {1582, 10, 4, "1582-10-14"}, {1500, 3, 1, "1500-03-11"}, {1500, 2, 29, "1500-03-10"}, {1, 1, 1, "0000-12-30"}, {1970, 1, 1, "1970-01-01"},
	} {
		days := Legacy.Day(c.year, c.month, c.day)
		assert.Equal(t, c.want, time.Unix(days*secondsPerDay, 0).UTC().Format("2006-01-02"))
		year, month, day := Legacy.Date(days)
		assert.Equal(t, []int{c.year, c.month, c.day}, []int{year, month, day})
	}
}

func TestDaysAndDatesAreOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int64Range(-1_000_000, 100_000).Draw(t, "days")
		calendar := rapid.SampledFrom([]Calendar{Legacy, Proleptic}).Draw(t, "calendar")
		year, month, day := calendar.Date(days)
		assert.Equal(t, days, calendar.Day(year, month, day))
	})
}

func TestClocksGoForthAndBack(t *testing.T) {
	berlin, err := ParseZone("Europe/Berlin")
	require.NoError(t, err)
	clock := Clock{Zone: berlin}
	for text, want := range map[string]string{
		"2020-07-01 12:00:00": "2020-07-01T10:00:00Z", "2020-10-25 02:30:00": "2020-10-25T01:30:00Z", "2020-10-25 03:00:00": "2020-10-25T02:00:00Z",
		"2020-10-25 01:59:59": "2020-10-24T23:59:59Z", "2020-03-29 02:30:00": "2020-03-29T01:30:00Z", "2020-03-29 03:00:00": "2020-03-29T01:00:00Z", "2020-03-29 01:59:59": "2020-03-29T00:59:59Z",
	} {
		at, err := time.Parse("2006-01-02 15:04:05", text)
		require.NoError(t, err)
		w := Wall{at.Year(), int(at.Month()), at.Day(), at.Hour(), at.Minute(), at.Second(), 0}
		assert.Equal(t, want, clock.Instant(w).Format(time.RFC3339), text)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-30_000_000_000, 4_000_000_000).Draw(t, "seconds"), 5).UTC()
		back := clock.Instant(clock.Wall(at))
		// Of two instants that the clock shows alike, the later is taken.
		assert.True(t, back.Equal(at) || back.Equal(at.Add(time.Hour)), "%v and %v", at, back)
	})
}

func TestZonesByJavasNames(t *testing.T) {
	for name, offset := range map[string]int{"UTC": 0, "EST": -5 * 3600, "JST": 9 * 3600, "PST": -8 * 3600, "+05:30": 19800, "GMT-8": -8 * 3600, "UTC+01:00": 3600, "Z": 0, "Asia/Kolkata": 19800, "IST": 19800} {
		zone, err := ParseZone(name)
		require.NoError(t, err, name)
		_, got := time.Date(2020, 1, 1, 12, 0, 0, 0, zone).Zone()
		assert.Equal(t, offset, got, name)
	}
	for _, name := range []string{"", "Local", "Mars/Olympus", "+5:3"} {
		_, err := ParseZone(name)
		assert.Error(t, err, name)
	}
}
