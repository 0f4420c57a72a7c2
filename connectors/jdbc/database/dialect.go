// SPDX-License-Identifier: Apache-2.0

package database

import (
	"strconv"
	"strings"
)

// Dialect says whose SQL a database speaks.
type Dialect int

// The dialects. MariaDB's is MySQL.
const (
	PostgreSQL Dialect = iota + 1
	MySQL
	SQLite
	SQLServer
)

var dialectNames = [...]string{"", "PostgreSQL", "MySQL", "SQLite", "SQL Server"}

// String names the database for messages.
func (d Dialect) String() string { return dialectNames[d] }

var dialectClasses = [...]string{"", "PostgreSqlDatabaseDialect", "MySqlDatabaseDialect", "SqliteDatabaseDialect", "SqlServerDatabaseDialect"}

// ClassName is the dialect's name in dialect.name.
func (d Dialect) ClassName() string { return dialectClasses[d] }

// quoteMark is what drivers report as the mark around names, the same on both sides.
func (d Dialect) quoteMark() string {
	if d == MySQL {
		return "`"
	}
	return `"`
}

// QuoteAlways puts marks around a name, whatever the settings are; a mark inside of it is doubled.
func (d Dialect) QuoteAlways(name string) string {
	mark := d.quoteMark()
	return mark + strings.ReplaceAll(name, mark, mark+mark) + mark
}

// Quote writes a name for a statement, as quote.sql.identifiers says.
func (d *Database) Quote(name string) string {
	if d.settings.NeverQuote {
		return name
	}
	return d.dialect.QuoteAlways(name)
}

// Placeholder is a parameter's place in a statement, from 1: $1 in PostgreSQL, @p1 in SQL Server, ? elsewhere.
func (d *Database) Placeholder(n int) string {
	switch d.dialect {
	case PostgreSQL:
		return "$" + strconv.Itoa(n)
	case SQLServer:
		return "@p" + strconv.Itoa(n)
	}
	return "?"
}
