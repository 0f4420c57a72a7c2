// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// insertMode is what a write does where the key is in the table already.
type insertMode string

const (
	inserting insertMode = "insert"
	upserting insertMode = "upsert"
	updating  insertMode = "update"
)

// statements are the texts for a layout.
type statements struct {
	// write has parameters for the columns that bound names, one row.
	write string
	bound []*column
	// remove has parameters for the key; empty where there is no key.
	remove string
	// many and removeMany take any number of rows at once, each column as an array: PostgreSQL only. Empty where there is no such way.
	many, removeMany string
	// rows makes the text for n rows at once, where the database takes lists of rows; nil elsewhere. The parameters are those of write, row by row.
	rows, removeRows func(n int) string
	// refusal is set where rows cannot be written, deletes apart.
	refusal error
	// lone says that one statement must not have two rows of the same key.
	lone bool
}

// wording is how a database wants its statements. Java's connectors differ in names and types, hardly in statements.
type wording struct {
	dialect database.Dialect
	quote   func(string) string
	mode    insertMode
	// noLock leaves HOLDLOCK out of SQL Server's MERGE.
	noLock bool
	// newRow is MySQL 8.0.20 and later, where VALUES(c) in an upsert is deprecated: the new row gets a name.
	newRow bool
	// identityInsert allows values for identity columns of SQL Server.
	identityInsert bool
	// nullAfterDefault says that columns with a default are NULL or NOT NULL, too.
	nullAfterDefault bool
}

// prepare makes the statements of a layout.
func (w *wording) prepare(l *layout) (statements, error) {
	s := statements{bound: pointers(l.columns)}
	switch {
	case w.mode == upserting && l.keys == 0:
		return s, &connect.DataError{Reason: fmt.Sprintf("Table %s cannot be upserted without key columns: set the key mode and fields, or insert.mode to insert", l.table)}
	case w.mode == updating && len(l.rest()) == 0:
		s.refusal = &connect.DataError{Reason: fmt.Sprintf("Table %s cannot be updated: all fields of the records are key columns, none is left to set", l.table)}
	case w.mode == updating:
		s.bound = append(pointers(l.rest()), pointers(l.key())...)
		s.write = w.update(l)
		w.updateMany(l, &s)
	default:
		s.write = w.rows(l, 1)
		w.many(l, &s)
	}
	if l.keys > 0 {
		s.remove = "DELETE FROM " + l.name + " WHERE " + w.equal(l.key(), 1)
		w.removeMany(l, &s)
	}
	return s, nil
}

func pointers(columns []column) []*column {
	out := make([]*column, len(columns))
	for i := range columns {
		out[i] = &columns[i]
	}
	return out
}

// many adds the statements that write many rows.
func (w *wording) many(l *layout, s *statements) {
	switch w.dialect {
	case database.PostgreSQL:
		s.many = "INSERT INTO " + l.name + " (" + w.list(l.columns, "") + ") SELECT " + selected(l.columns) + unnest(l.columns) + w.conflict(l)
		s.lone = w.mode == upserting
	case database.MySQL:
		s.rows = func(n int) string { return w.rows(l, n) }
	case database.SQLServer:
		s.rows = func(n int) string { return w.rows(l, n) }
		s.lone = w.mode == upserting
	}
}

// updateMany adds the statement that updates many rows: only where keys that differ as bytes differ in the database, too. Of two rows for one key the
// database would take any.
func (w *wording) updateMany(l *layout, s *statements) {
	if w.dialect != database.PostgreSQL || l.keys == 0 {
		return
	}
	for i := range l.key() {
		found := l.found.column(l.columns[i].name)
		if found == nil || !slices.Contains([]string{"int2", "int4", "int8"}, found.Base) {
			return
		}
	}
	set := make([]string, len(l.rest()))
	for i, name := range names(l.rest()) {
		set[i] = w.quote(name) + " = u." + alias(l.keys+i)
	}
	s.lone = true
	s.many = "UPDATE " + l.name + " AS t SET " + strings.Join(set, ", ") + " FROM (SELECT " + aliased(l.columns) + unnest(l.columns) + ") AS u WHERE " + w.joined(l.key())
}

// removeMany adds the statements that delete many rows.
func (w *wording) removeMany(l *layout, s *statements) {
	switch w.dialect {
	case database.PostgreSQL:
		s.removeMany = "DELETE FROM " + l.name + " AS t USING (SELECT " + aliased(l.key()) + unnest(l.key()) + ") AS u WHERE " + w.joined(l.key())
	case database.MySQL:
		s.removeRows = func(n int) string {
			return "DELETE FROM " + l.name + " WHERE (" + w.list(l.key(), "") + ") IN (" + w.tuples(l.key(), n) + ")"
		}
	}
}

// rows is an insert or upsert of n rows.
func (w *wording) rows(l *layout, n int) string {
	if w.dialect == database.SQLServer && w.mode == upserting {
		return w.merge(l, n)
	}
	verb := "INSERT INTO "
	if w.dialect == database.SQLite && w.mode == upserting {
		verb = "INSERT OR REPLACE INTO "
	}
	text := verb + l.name + " (" + w.list(l.columns, "") + ") VALUES " + w.tuples(l.columns, n) + w.conflict(l)
	return w.withIdentity(l, text)
}

// withIdentity lets a statement of SQL Server set a column that counts by itself.
func (w *wording) withIdentity(l *layout, text string) string {
	if !w.identityInsert || !l.found.hasIdentity() {
		return text
	}
	return "SET IDENTITY_INSERT " + l.name + " ON; " + strings.TrimSuffix(text, ";") + "; SET IDENTITY_INSERT " + l.name + " OFF"
}

// conflict is what an upsert does with a key that is there.
func (w *wording) conflict(l *layout) string {
	if w.mode != upserting {
		return ""
	}
	switch {
	case w.dialect == database.PostgreSQL && len(l.rest()) == 0:
		return " ON CONFLICT (" + w.list(l.key(), "") + ") DO NOTHING"
	case w.dialect == database.PostgreSQL:
		return " ON CONFLICT (" + w.list(l.key(), "") + ") DO UPDATE SET " + w.assigned(l.rest(), "EXCLUDED.%s")
	case w.dialect == database.MySQL:
		set := l.rest()
		if len(set) == 0 {
			set = l.key()
		}
		if w.newRow {
			return " AS new ON DUPLICATE KEY UPDATE " + w.assigned(set, "new.%s")
		}
		return " ON DUPLICATE KEY UPDATE " + w.assigned(set, "VALUES(%s)")
	}
	return ""
}

// merge is SQL Server's upsert.
func (w *wording) merge(l *layout, n int) string {
	lock := " WITH (HOLDLOCK)"
	if w.noLock {
		lock = ""
	}
	on := make([]string, l.keys)
	for i, name := range names(l.key()) {
		on[i] = "target." + w.quote(name) + "=incoming." + w.quote(name)
	}
	text := "MERGE INTO " + l.name + lock + " AS target USING (VALUES " + w.tuples(l.columns, n) + ") AS incoming (" + w.list(l.columns, "") + ") ON (" +
		strings.Join(on, " AND ") + ")"
	if len(l.rest()) > 0 {
		text += " WHEN MATCHED THEN UPDATE SET " + w.assigned(l.rest(), "incoming.%s")
	}
	text += " WHEN NOT MATCHED THEN INSERT (" + w.list(l.columns, "") + ") VALUES (" + w.list(l.columns, "incoming.") + ");"
	return w.withIdentity(l, text)
}

// update sets the columns outside of the key; without a key in all rows.
func (w *wording) update(l *layout) string {
	set := make([]string, len(l.rest()))
	for i := range l.rest() {
		c := &l.rest()[i]
		set[i] = w.quote(c.name) + " = " + w.place(c, i+1)
	}
	text := "UPDATE " + l.name + " SET " + strings.Join(set, ", ")
	if l.keys > 0 {
		text += " WHERE " + w.equal(l.key(), len(set)+1)
	}
	return text
}

// equal compares columns with parameters from a number on.
func (w *wording) equal(columns []column, from int) string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = w.quote(columns[i].name) + " = " + w.place(&columns[i], from+i)
	}
	return strings.Join(out, " AND ")
}

// list names columns, each with something in front.
func (w *wording) list(columns []column, front string) string {
	out := make([]string, len(columns))
	for i, name := range names(columns) {
		out[i] = front + w.quote(name)
	}
	return strings.Join(out, ",")
}

// assigned sets each column to a source, in which %s is its name.
func (w *wording) assigned(columns []column, source string) string {
	out := make([]string, len(columns))
	for i, name := range names(columns) {
		out[i] = w.quote(name) + "=" + fmt.Sprintf(source, w.quote(name))
	}
	return strings.Join(out, ",")
}

// tuples are the parameters of n rows.
func (w *wording) tuples(columns []column, n int) string {
	var b strings.Builder
	for row := range n {
		if row > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for i := range columns {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(w.place(&columns[i], row*len(columns)+i+1))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// place is what a statement has for a value, with the parameter of that number.
func (w *wording) place(c *column, number int) string {
	parameter := "?"
	switch w.dialect {
	case database.PostgreSQL:
		parameter = "$" + strconv.Itoa(number)
	case database.SQLServer:
		parameter = "@p" + strconv.Itoa(number)
	}
	return c.placed(parameter)
}

// placed puts something in the value's place.
func (b *binding) placed(parameter string) string {
	if b.place == "" {
		return parameter
	}
	return strings.ReplaceAll(b.place, "?", parameter)
}

// unnest turns arrays, one for each column, into rows whose columns are a1, a2 and so on.
func unnest(columns []column) string {
	arrays, aliases := make([]string, len(columns)), make([]string, len(columns))
	for i := range columns {
		arrays[i] = "$" + strconv.Itoa(i+1) + "::" + pgTypes[columns[i].kind].name + "[]"
		aliases[i] = alias(i)
	}
	return " FROM unnest(" + strings.Join(arrays, ",") + ") AS r(" + strings.Join(aliases, ",") + ")"
}

func alias(i int) string { return "a" + strconv.Itoa(i+1) }

// selected takes the columns out of unnest.
func selected(columns []column) string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = columns[i].placed("r." + alias(i))
	}
	return strings.Join(out, ",")
}

// aliased is selected with names again.
func aliased(columns []column) string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = columns[i].placed("r."+alias(i)) + " AS " + alias(i)
	}
	return strings.Join(out, ",")
}

// joined compares the table t with the rows u.
func (w *wording) joined(columns []column) string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = "t." + w.quote(columns[i].name) + " = u." + alias(i)
	}
	return strings.Join(out, " AND ")
}
