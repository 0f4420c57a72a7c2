// SPDX-License-Identifier: Apache-2.0

package source

import (
	"strings"
	"time"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// criteria are the columns by which new rows are found; without any, all rows are read each time.
type criteria struct {
	// base is the statement up to where a condition goes, suffix what is after.
	base, suffix string
	timestamps   []string
	incrementing string
	// timestampText and incrementingText are how the statement has them, empty where it has none.
	timestampText    string
	incrementingText string
	dialect          database.Dialect
	placeholder      func(int) string
}

// criteriaOf writes the names of columns: in full for a table, bare in a query, which may call its columns as it likes.
func criteriaOf(db *database.Database, table *database.TableID, query, suffix, incrementing string, timestamps []string) criteria {
	c := criteria{base: query, suffix: suffix, timestamps: timestamps, incrementing: incrementing, dialect: db.Dialect(), placeholder: db.Placeholder}
	name := db.Quote
	if table != nil {
		c.base = "SELECT * FROM " + db.TableName(*table)
		name = func(column string) string { return db.ColumnName(*table, column) }
	}
	if incrementing != "" {
		c.incrementingText = name(incrementing)
	}
	names := make([]string, len(timestamps))
	for i, column := range timestamps {
		names[i] = name(column)
	}
	c.timestampText = strings.Join(names, ",")
	if len(names) > 1 {
		c.timestampText = "COALESCE(" + c.timestampText + ")"
	}
	return c
}

// bound is a parameter of a query.
type bound int

// What the parameters stand for.
const (
	boundBegin bound = iota
	boundEnd
	boundID
)

// statement is the whole text, with what its parameters stand for in their order.
func (c criteria) statement() (string, []bound) {
	var b strings.Builder
	var bounds []bound
	param := func(what bound) string {
		bounds = append(bounds, what)
		return c.place(len(bounds), what)
	}
	b.WriteString(c.base)
	switch t, i := c.timestampText, c.incrementingText; {
	case t != "" && i != "":
		b.WriteString(" WHERE " + t + " < " + param(boundEnd) + " AND ((" + t + " = " + param(boundBegin) + " AND " + i + " > " + param(boundID) + ") OR " + t + " > " + param(boundBegin) + ") ORDER BY " + t + "," + i + " ASC")
	case t != "":
		b.WriteString(" WHERE " + t + " > " + param(boundBegin) + " AND " + t + " < " + param(boundEnd) + " ORDER BY " + t + " ASC")
	case i != "":
		b.WriteString(" WHERE " + i + " > " + param(boundID) + " ORDER BY " + i + " ASC")
	}
	if c.suffix != "" {
		b.WriteString(" " + c.suffix)
	}
	return b.String(), bounds
}

// place is a parameter in the text. SQL Server is told that it is a datetime2: from a text alone it would make whatever the column is, with less
// digits.
func (c criteria) place(n int, what bound) string {
	text := c.placeholder(n)
	if c.dialect == database.SQLServer && what != boundID {
		return "CAST(" + text + " AS datetime2)"
	}
	return text
}

// span is from where to where rows are read this time.
type span struct {
	begin, end time.Time
	id         int64
}

// arguments are the values of the parameters.
func (c criteria) arguments(bounds []bound, s span, bind func(time.Time) any) []any {
	out := make([]any, len(bounds))
	for i, b := range bounds {
		switch b {
		case boundBegin:
			out[i] = bind(s.begin)
		case boundEnd:
			out[i] = bind(s.end)
		case boundID:
			out[i] = s.id
		}
	}
	return out
}
