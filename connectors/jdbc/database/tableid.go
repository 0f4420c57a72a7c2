// SPDX-License-Identifier: Apache-2.0

package database

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// TableID names a table. Parts that are not known are empty. In MySQL the database is the catalog and there is no schema; in SQLite
// there is neither.
type TableID struct {
	Catalog, Schema, Name string
}

// String is the name with its known parts, without quotes: the one that source offsets and messages have.
func (id TableID) String() string { return strings.Join(id.parts(), ".") }

func (id TableID) parts() []string {
	parts := make([]string, 0, 3)
	for _, part := range []string{id.Catalog, id.Schema} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return append(parts, id.Name)
}

// Quoted is the name with marks around all its parts, whatever the settings are.
func (d Dialect) Quoted(id TableID) string {
	parts := id.parts()
	for i, part := range parts {
		parts[i] = d.QuoteAlways(part)
	}
	return strings.Join(parts, ".")
}

// TableName writes a table's name for a statement, as quote.sql.identifiers says.
func (d *Database) TableName(id TableID) string {
	if d.settings.NeverQuote {
		return id.String()
	}
	return d.dialect.Quoted(id)
}

// ColumnName writes a column's name for a statement, with its table's in front.
func (d *Database) ColumnName(id TableID, column string) string {
	return d.TableName(id) + "." + d.Quote(column)
}

// nameLength is how many characters of a name PostgreSQL keeps, unless it was built otherwise.
const nameLength = 63

// ParseTable reads a name as users write it: one part is the table, two are schema and table (catalog and table in MySQL and SQL Server), three
// are all of it. Each part may be quoted. In SQL Server the schema is dbo where none is given.
func (d *Database) ParseTable(text string) (TableID, error) {
	parts, err := d.dialect.split(text)
	if err != nil {
		return TableID{}, fmt.Errorf("read the table name %s: %w", text, err)
	}
	id := TableID{Name: parts[len(parts)-1]}
	switch len(parts) {
	case 2:
		id.Schema = parts[0]
		if d.dialect == MySQL || d.dialect == SQLServer {
			id.Catalog, id.Schema = parts[0], ""
		}
	case 3:
		id.Catalog, id.Schema = parts[0], parts[1]
	}
	if d.dialect == SQLServer && id.Schema == "" {
		id.Schema = "dbo"
	}
	if d.dialect == PostgreSQL {
		id.Name = d.postgresName(id.Name)
	}
	return id, nil
}

// postgresName is what the server makes of a name: without quotes small letters, and never more than so many of them.
func (d *Database) postgresName(name string) string {
	if d.settings.NeverQuote {
		name = strings.ToLower(name)
	}
	if utf8.RuneCountInString(name) > nameLength {
		name = string([]rune(name)[:nameLength])
	}
	return name
}

// split cuts a name at its points, less the quotes.
func (d Dialect) split(text string) ([]string, error) {
	mark := d.quoteMark()[0]
	var parts []string
	rest := text
	for {
		var part string
		if rest != "" && rest[0] == mark {
			end := closingMark(rest, mark)
			if end < 0 {
				return nil, fmt.Errorf("a quote has no end")
			}
			part = strings.ReplaceAll(rest[1:end], string([]byte{mark, mark}), string(mark))
			rest = rest[end+1:]
		} else {
			end := strings.IndexByte(rest, '.')
			if end < 0 {
				end = len(rest)
			}
			part, rest = rest[:end], rest[end:]
		}
		parts = append(parts, part)
		if rest == "" {
			break
		}
		if rest[0] != '.' {
			return nil, fmt.Errorf("there is no point after a quoted part")
		}
		rest = rest[1:]
	}
	if len(parts) > 3 {
		return nil, fmt.Errorf("it has %d parts, more than catalog, schema and table", len(parts))
	}
	return parts, nil
}

// closingMark is where the quoted part at the beginning ends, -1 where it does not.
func closingMark(text string, mark byte) int {
	for i := 1; i < len(text); i++ {
		if text[i] != mark {
			continue
		}
		if i+1 < len(text) && text[i+1] == mark {
			i++
			continue
		}
		return i
	}
	return -1
}
