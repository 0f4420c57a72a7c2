// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"cmp"
	"slices"
	"strings"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// Table is a table whose rows are read.
type Table struct {
	// Def is its definition, Events makes its records.
	Def    *catalog.Table
	Events *event.Table
	// Override is the SELECT statement that takes the place of our own; "" for none.
	Override string
}

// Select returns the tables whose rows a snapshot reads, in their order: that of the patterns by which tables were included, and by
// name. The table of signals is not among them.
func Select(tables []*catalog.Table, filter *event.Filter, include settings.Patterns) []*catalog.Table {
	out := slices.DeleteFunc(slices.Clone(tables), func(t *catalog.Table) bool {
		return !filter.Table(t.ID) || filter.Signal(t.ID) || len(include) > 0 && !include.Match(t.String())
	})
	slices.SortFunc(out, func(a, b *catalog.Table) int {
		return cmp.Or(cmp.Compare(filter.Order(a.ID), filter.Order(b.ID)), cmp.Compare(a.String(), b.String()))
	})
	return out
}

// Defs returns the definitions of tables.
func Defs(tables []Table) []*catalog.Table {
	out := make([]*catalog.Table, len(tables))
	for i := range tables {
		out[i] = tables[i].Def
	}
	return out
}

// selectStatement reads columns of a table where a condition holds.
func selectStatement(t *catalog.Table, columns []int, condition string) string {
	names := make([]string, len(columns))
	for i, at := range columns {
		names[i] = quote(t.Columns[at].Name)
	}
	statement := "SELECT " + strings.Join(names, ", ") + " FROM " + name(t.ID)
	if condition != "" {
		statement += " WHERE " + condition
	}
	return statement
}

func keyColumns(t *catalog.Table) []string {
	out := make([]string, len(t.Key))
	for i, at := range t.Key {
		out[i] = quote(t.Columns[at].Name)
	}
	return out
}
