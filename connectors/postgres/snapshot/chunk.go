// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// chunkQuery reads the rows of a table in the order of some columns, from after one key to another.
type chunkQuery struct {
	table *catalog.Table
	// columns are those that are read, keys those that give the order.
	columns, keys []int
	filter        string
	// after is the last key that was read, nil at the beginning; last is where to end.
	after, last key
	limit       int
}

func (q *chunkQuery) names() []string {
	out := make([]string, len(q.keys))
	for i, at := range q.keys {
		out[i] = quote(q.table.Columns[at].Name)
	}
	return out
}

// maximum asks for the last key that there is.
func (q *chunkQuery) maximum() string {
	names := q.names()
	where := ""
	if q.filter != "" {
		where = " WHERE (" + q.filter + ")"
	}
	return fmt.Sprintf("SELECT %s FROM %s%s ORDER BY %s DESC LIMIT 1", strings.Join(names, ", "), name(q.table.ID), where, strings.Join(names, " DESC, "))
}

// statement asks for the next rows.
func (q *chunkQuery) statement() string {
	var conditions []string
	if q.after != nil {
		conditions = append(conditions, q.compare(q.after, true), q.compare(q.last, false))
	}
	if q.filter != "" {
		conditions = append(conditions, "("+q.filter+")")
	}
	return fmt.Sprintf("%s ORDER BY %s LIMIT %d", selectStatement(q.table, q.columns, strings.Join(conditions, " AND ")), strings.Join(q.names(), ", "), q.limit)
}

// compare is the condition for keys that come after one, or for those that do not. Where a column can be null, null comes last.
func (q *chunkQuery) compare(bound key, after bool) string {
	names := q.names()
	optional := slices.ContainsFunc(q.keys, func(at int) bool { return q.table.Columns[at].Optional })
	if !optional {
		texts := make([]string, len(bound))
		for i := range bound {
			texts[i] = bound[i].text
		}
		operator := " <= "
		if after {
			operator = " > "
		}
		return tuple(names) + operator + tuple(literals(texts))
	}
	var ways []string
	var equal []string
	for i, v := range bound {
		if way := differs(names[i], v, after); way != "" {
			ways = append(ways, strings.Join(append(slices.Clone(equal), way), " AND "))
		}
		equal = append(equal, same(names[i], v))
	}
	if !after {
		ways = append(ways, strings.Join(equal, " AND "))
	}
	if len(ways) == 0 {
		return "false"
	}
	return "((" + strings.Join(ways, ") OR (") + "))"
}

// differs is the condition for a column after or before a value, "" where nothing is.
func differs(column string, v nullable, after bool) string {
	switch {
	case v.null && after:
		return ""
	case v.null:
		return column + " IS NOT NULL"
	case after:
		return "(" + column + " > " + literal(v.text) + " OR " + column + " IS NULL)"
	}
	return column + " < " + literal(v.text)
}

func same(column string, v nullable) string {
	if v.null {
		return column + " IS NULL"
	}
	return column + " = " + literal(v.text)
}
