// SPDX-License-Identifier: Apache-2.0

package database

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Table is a table, or what is used like one.
type Table struct {
	// ID has the parts by which the drivers of Java know it: schema and name in PostgreSQL, database (as catalog) and name in MySQL, all three
	// in SQL Server, the name alone in SQLite.
	ID TableID
	// Type is the drivers' word for what it is, in capitals: TABLE, VIEW, PARTITIONED TABLE, and so on.
	Type string
}

// Column is one column of a table.
type Column struct {
	// Name is the column's name as the database has it.
	Name string
	// Type is the type as the database writes it, with its arguments: numeric(10,2), character varying(20), int(10) unsigned.
	Type string
	// Base is the type's plain name in small letters, without arguments and without the domain around it: numeric, varchar, uuid, int.
	Base string
	// OID is PostgreSQL's number of the type, 0 elsewhere.
	OID uint32
	// Nullable says whether null may be stored.
	Nullable bool
	// Key is the column's place in the primary key, from 1; 0 is not in it.
	Key int
	// AutoIncrement says that the database counts it up by itself.
	AutoIncrement bool
	// IdentityAlways says that such a column takes no value without a special word: GENERATED ALWAYS in PostgreSQL, IDENTITY in SQL Server.
	IdentityAlways bool
	// Generated says that the column is computed and takes no value at all.
	Generated bool
	// HasDefault says that the column has a default, or counts up.
	HasDefault bool
}

// Listing says which tables are wanted.
type Listing struct {
	// Catalog and Schema restrict where tables are: nil does not, "" wants those without, and anything else is a pattern of LIKE where the
	// Java driver of the database has patterns.
	Catalog, Schema *string
	// Types are words of Table.Type in any case; none are all.
	Types []string
}

// Tables lists tables in the order of Java's driver: by type, schema or database, and name.
func (s *Session) Tables(ctx context.Context, l Listing) ([]Table, error) {
	text, args := listings[s.database.dialect](s, l)
	rows, err := s.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list the tables of %s: %w", s.database, err)
	}
	defer rows.Close()
	var out []Table
	for rows.Next() {
		var t Table
		if err := rows.Scan(&t.ID.Catalog, &t.ID.Schema, &t.ID.Name, &t.Type); err != nil {
			return nil, fmt.Errorf("list the tables of %s: %w", s.database, err)
		}
		if len(l.Types) == 0 || slices.ContainsFunc(l.Types, func(want string) bool { return strings.EqualFold(want, t.Type) }) {
			out = append(out, t)
		}
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the tables of %s: %w", s.database, err)
	}
	sortTables(out)
	return out, nil
}

// sortTables does not leave the order to the collation of the server. What is sorted by is Java's order of text, by bytes.
func sortTables(tables []Table) {
	slices.SortStableFunc(tables, func(a, b Table) int {
		for _, c := range []int{strings.Compare(a.Type, b.Type), strings.Compare(a.ID.Catalog, b.ID.Catalog), strings.Compare(a.ID.Schema, b.ID.Schema)} {
			if c != 0 {
				return c
			}
		}
		return strings.Compare(a.ID.Name, b.ID.Name)
	})
}

// Complete fills what is missing of a name with the place where the session is.
func (s *Session) Complete(id TableID) TableID {
	if id.Catalog == "" {
		id.Catalog = s.catalog
	}
	if id.Schema == "" {
		id.Schema = s.schema
	}
	return id
}

// Table looks a table of any type up, nil where there is none. Names are compared exactly; what is missing of the name is where the session is.
func (s *Session) Table(ctx context.Context, id TableID) (*Table, error) {
	text, args := lookups[s.database.dialect](s, id)
	rows, err := s.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("look for the table %s: %w", id, err)
	}
	defer rows.Close()
	if !rows.Next() {
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("look for the table %s: %w", id, err)
		}
		return nil, nil
	}
	var t Table
	if err := rows.Scan(&t.ID.Catalog, &t.ID.Schema, &t.ID.Name, &t.Type); err != nil {
		return nil, fmt.Errorf("look for the table %s: %w", id, err)
	}
	return &t, nil
}

// Columns lists the columns of a table in their order, none where there is no such table.
func (s *Session) Columns(ctx context.Context, id TableID) ([]Column, error) {
	text, args := columnLists[s.database.dialect](s, id)
	rows, err := s.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list the columns of %s: %w", id, err)
	}
	defer rows.Close()
	var out []Column
	for rows.Next() {
		var c Column
		var oid int64
		err := rows.Scan(&c.Name, &c.Type, &c.Base, &oid, &c.Nullable, &c.Key, &c.AutoIncrement, &c.IdentityAlways, &c.Generated, &c.HasDefault)
		if err != nil {
			return nil, fmt.Errorf("list the columns of %s: %w", id, err)
		}
		c.OID, c.Base = uint32(oid), strings.ToLower(c.Base)
		out = append(out, c)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the columns of %s: %w", id, err)
	}
	return out, nil
}

// statement is SQL with its arguments, as it is put together.
type statement struct {
	database *Database
	text     strings.Builder
	args     []any
}

func (b *statement) add(text string) *statement {
	b.text.WriteString(text)
	return b
}

func (b *statement) arg(value any) *statement {
	b.args = append(b.args, value)
	b.text.WriteString(b.database.Placeholder(len(b.args)))
	return b
}

// pattern adds a condition on a text by LIKE, unless there is none.
func (b *statement) pattern(column string, pattern *string) *statement {
	if pattern == nil {
		return b
	}
	return b.add(" AND " + column + " LIKE ").arg(*pattern)
}

func (b *statement) done() (string, []any) { return b.text.String(), b.args }

func (s *Session) statement(text string) *statement {
	return (&statement{database: s.database}).add(text)
}

var listings = [...]func(*Session, Listing) (string, []any){PostgreSQL: postgresTables, MySQL: mysqlTables, SQLite: sqliteTables, SQLServer: sqlserverTables}

var lookups = [...]func(*Session, TableID) (string, []any){PostgreSQL: postgresTable, MySQL: mysqlTable, SQLite: sqliteTable, SQLServer: sqlserverTable}

var columnLists = [...]func(*Session, TableID) (string, []any){PostgreSQL: postgresColumns, MySQL: mysqlColumns, SQLite: sqliteColumns, SQLServer: sqlserverColumns}
