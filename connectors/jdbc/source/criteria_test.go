// SPDX-License-Identifier: Apache-2.0

package source

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

func databaseAt(t *testing.T, url string, change ...func(*database.Settings)) *database.Database {
	t.Helper()
	s := database.Settings{URL: url, Properties: map[string]string{"user": "u"}}
	for _, f := range change {
		f(&s)
	}
	db, err := database.New(s)
	require.NoError(t, err)
	return db
}

const postgresURL = "jdbc:postgresql://localhost/shop"

func TestStatementsOfTheModes(t *testing.T) {
	table := &database.TableID{Schema: "public", Name: "t1"}
	bareNames := func(s *database.Settings) { s.NeverQuote = true }
	for _, c := range []struct {
		name, url, query, suffix, id string
		times                        []string
		table                        *database.TableID
		change                       func(*database.Settings)
		want                         string
		bounds                       []bound
	}{
		{name: "bulk", table: table, want: `SELECT * FROM "public"."t1"`},
		{name: "bulk with a suffix", table: table, suffix: "LIMIT 5", want: `SELECT * FROM "public"."t1" LIMIT 5`},
		{name: "incrementing", table: table, id: "id", want: `SELECT * FROM "public"."t1" WHERE "public"."t1"."id" > $1 ORDER BY "public"."t1"."id" ASC`, bounds: []bound{boundID}},
		{name: "timestamp", table: table, times: []string{"ts"},
			want:   `SELECT * FROM "public"."t1" WHERE "public"."t1"."ts" > $1 AND "public"."t1"."ts" < $2 ORDER BY "public"."t1"."ts" ASC`,
			bounds: []bound{boundBegin, boundEnd}},
		{name: "both, of a query, bare", query: "SELECT * FROM t1", id: "id", times: []string{"a", "b"}, suffix: "FOR SHARE",
			want:   `SELECT * FROM t1 WHERE COALESCE("a","b") < $1 AND ((COALESCE("a","b") = $2 AND "id" > $3) OR COALESCE("a","b") > $4) ORDER BY COALESCE("a","b"),"id" ASC FOR SHARE`,
			bounds: []bound{boundEnd, boundBegin, boundID, boundBegin}},
		{name: "without quotes", table: table, id: "id", change: bareNames, want: `SELECT * FROM public.t1 WHERE public.t1.id > $1 ORDER BY public.t1.id ASC`, bounds: []bound{boundID}},
		{name: "MySQL", url: "jdbc:mysql://localhost/shop", table: &database.TableID{Catalog: "shop", Name: "t`1"}, id: "id",
			want: "SELECT * FROM `shop`.`t``1` WHERE `shop`.`t``1`.`id` > ? ORDER BY `shop`.`t``1`.`id` ASC", bounds: []bound{boundID}},
		{name: "SQL Server", url: "jdbc:sqlserver://localhost;databaseName=shop", table: &database.TableID{Catalog: "shop", Schema: "dbo", Name: "t"}, times: []string{"ts"},
			want:   `SELECT * FROM "shop"."dbo"."t" WHERE "shop"."dbo"."t"."ts" > CAST(@p1 AS datetime2) AND "shop"."dbo"."t"."ts" < CAST(@p2 AS datetime2) ORDER BY "shop"."dbo"."t"."ts" ASC`,
			bounds: []bound{boundBegin, boundEnd}},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := c.url
			if url == "" {
				url = postgresURL
			}
			change := c.change
			if change == nil {
				change = func(*database.Settings) {}
			}
			text, bounds := criteriaOf(databaseAt(t, url, change), c.table, c.query, c.suffix, c.id, c.times).statement()
			assert.Equal(t, c.want, text)
			assert.Equal(t, c.bounds, bounds)
		})
	}
}
