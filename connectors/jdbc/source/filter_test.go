// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

func tablesNamed(names ...string) []database.Table {
	out := make([]database.Table, len(names))
	for i, name := range names {
		out[i] = database.Table{ID: database.TableID{Schema: "public", Name: name}, Type: "TABLE"}
	}
	return out
}

func filterOf(t *testing.T, props map[string]string) filter {
	t.Helper()
	s, err := parse(props)
	require.NoError(t, err)
	f, err := s.filter(database.PostgreSQL)
	require.NoError(t, err)
	return f
}

func TestTablesAreChosenByTheirNames(t *testing.T) {
	tables := tablesNamed("Orders", "customers", "orders", "orders_old")
	for name, c := range map[string]struct {
		props map[string]string
		want  []string
	}{
		"all":                                {nil, []string{"Orders", "customers", "orders", "orders_old"}},
		"a bare name":                        {map[string]string{whitelistKey: "orders"}, []string{"orders"}},
		"with its schema":                    {map[string]string{whitelistKey: "public.orders, public.customers"}, []string{"customers", "orders"}},
		"with quotes":                        {map[string]string{whitelistKey: `"public"."Orders"`}, []string{"Orders"}},
		"all but some":                       {map[string]string{blacklistKey: "orders,Orders"}, []string{"customers", "orders_old"}},
		"the whitelist wins":                 {map[string]string{whitelistKey: "orders", blacklistKey: "orders"}, []string{"orders"}},
		"an expression matches all of it":    {map[string]string{includeKey: `public\.orders`}, []string{"orders"}},
		"an expression without the schema":   {map[string]string{includeKey: "orders"}, nil},
		"expressions less other expressions": {map[string]string{includeKey: `.*\.orders.*,.*customers`, excludeKey: ".*_old"}, []string{"customers", "orders"}},
		"an exclusion alone leaves nothing":  {map[string]string{excludeKey: ".*_old"}, nil},
		"an alternative is in brackets":      {map[string]string{includeKey: `public\.customers|public\.orders`}, []string{"customers", "orders"}},
	} {
		t.Run(name, func(t *testing.T) {
			chosen, err := filterOf(t, c.props).choose(tables)
			require.NoError(t, err)
			var names []string
			for _, id := range chosen {
				names = append(names, id.Name)
			}
			assert.Equal(t, c.want, names)
		})
	}
}

func TestTablesOfOneNameInTwoSchemasAreRefused(t *testing.T) {
	tables := append(tablesNamed("orders"), database.Table{ID: database.TableID{Schema: "old", Name: "orders"}})
	_, err := filterOf(t, nil).choose(tables)
	assert.ErrorContains(t, err, `"public"."orders", "old"."orders"`)
	_, err = filterOf(t, map[string]string{whitelistKey: "public.orders"}).choose(tables)
	assert.NoError(t, err)
}

func TestTablesAreSharedAmongTasks(t *testing.T) {
	sizes := map[string]string{}
	for n := range 8 {
		var ids []database.TableID
		for i := range n {
			ids = append(ids, database.TableID{Name: fmt.Sprint("t", i)})
		}
		for most := 1; most <= 4; most++ {
			text := ""
			next := 0
			for _, group := range groups(ids, most) {
				text += fmt.Sprint(len(group), " ")
				for _, id := range group {
					assert.Equal(t, fmt.Sprint("t", next), id.Name, "the order stays")
					next++
				}
			}
			assert.Equal(t, n, next)
			sizes[fmt.Sprint(n, "/", most)] = text
		}
	}
	assert.Equal(t, map[string]string{
		"0/1": "", "0/2": "", "0/3": "", "0/4": "", "1/1": "1 ", "1/2": "1 ", "1/3": "1 ", "1/4": "1 ", "2/1": "2 ", "2/2": "1 1 ", "2/3": "1 1 ", "2/4": "1 1 ",
		"3/1": "3 ", "3/2": "2 1 ", "3/3": "1 1 1 ", "3/4": "1 1 1 ", "4/1": "4 ", "4/2": "2 2 ", "4/3": "2 1 1 ", "4/4": "1 1 1 1 ",
		"5/1": "5 ", "5/2": "3 2 ", "5/3": "2 2 1 ", "5/4": "2 1 1 1 ", "6/1": "6 ", "6/2": "3 3 ", "6/3": "2 2 2 ", "6/4": "2 2 1 1 ",
		"7/1": "7 ", "7/2": "4 3 ", "7/3": "3 2 2 ", "7/4": "2 2 2 1 ",
	}, sizes)
}

func TestTheTablesOfATaskAreReadAsTheyWereWritten(t *testing.T) {
	db := databaseAt(t, postgresURL)
	ids := []database.TableID{{Schema: "s5", Name: "Ab"}, {Schema: "s5", Name: `a"b , c`}, {Name: "p.1"}}
	text := tableList(database.PostgreSQL, ids)
	assert.Equal(t, `"s5"."Ab","s5"."a""b , c","p.1"`, text)
	read, err := parseTables(db, text)
	require.NoError(t, err)
	assert.Equal(t, ids, read)
	read, err = parseTables(db, "public.a, b,")
	require.NoError(t, err)
	assert.Equal(t, []database.TableID{{Schema: "public", Name: "a"}, {Name: "b"}}, read, "as the other connector writes them without quotes")
}

func TestColumnsOfAMappingBelongToTheTableThatAnExpressionMatches(t *testing.T) {
	s, err := parse(map[string]string{modeKey: modeTimestampIncrementing, includeKey: ".*",
		timestampMappingKey: ".*orders:[changed|made],.*customers.*:[since]", incrementingMappingKey: ".*orders:id,.*customers:number"})
	require.NoError(t, err)
	id, times, err := s.columnsFor("public.orders")
	require.NoError(t, err)
	assert.Equal(t, "id", id)
	assert.Equal(t, []string{"changed", "made"}, times)
	for _, table := range []string{"public.other", "public.customers_orders"} {
		_, _, err = s.columnsFor(table)
		assert.ErrorContains(t, err, table, "a table has exactly one entry")
	}
}
