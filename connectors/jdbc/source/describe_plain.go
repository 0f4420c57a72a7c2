// SPDX-License-Identifier: Apache-2.0

package source

import (
	"database/sql/driver"
	"strconv"
	"strings"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// The optional abilities of a driver's rows that describe columns (package database/sql/driver).
type (
	typeNames interface{ ColumnTypeDatabaseTypeName(index int) string }
	nullables interface {
		ColumnTypeNullable(index int) (nullable, ok bool)
	}
	sizes interface {
		ColumnTypePrecisionScale(index int) (precision, scale int64, ok bool)
	}
)

// describer tells the columns of a result of a driver behind database/sql. known are those of the table, by name; a query has none.
type describer struct {
	dialect database.Dialect
	// bitIsBoolean says that single bits are truth values and no numbers, as MariaDB's driver has it; tinyIsBit that TINYINT(1) is such a bit.
	bitIsBoolean, tinyIsBit, yearIsDate bool
	mariadb                             bool
	known                               map[string]database.Column
}

func describerOf(db *database.Database, known []database.Column) describer {
	flag := func(name string, otherwise bool) bool {
		text, is := db.Parameter(name)
		if !is {
			return otherwise
		}
		return strings.EqualFold(text, "true") || text == "1"
	}
	d := describer{dialect: db.Dialect(), mariadb: db.MariaDBDriver(), known: map[string]database.Column{}}
	d.bitIsBoolean, d.tinyIsBit, d.yearIsDate = flag("transformedBitIsBoolean", d.mariadb), flag("tinyInt1isBit", true), flag("yearIsDateType", true)
	for _, c := range known {
		d.known[c.Name] = c
	}
	return d
}

// columns describes a result, of which first is the first row, nil where there is none.
func (d describer) columns(rows driver.Rows, first []driver.Value) []column {
	labels := rows.Columns()
	out := make([]column, len(labels))
	for i, label := range labels {
		var value any
		if first != nil {
			value = first[i]
		}
		out[i] = d.column(rows, i, label, value)
	}
	return out
}

func (d describer) column(rows driver.Rows, i int, label string, value any) column {
	c := column{label: label}
	if r, is := rows.(typeNames); is {
		c.native = strings.ToUpper(r.ColumnTypeDatabaseTypeName(i))
	}
	if r, is := rows.(sizes); is {
		if p, s, ok := r.ColumnTypePrecisionScale(i); ok && p < 1<<31 && s < 1<<31 {
			c.precision, c.scale = int(p), int(s)
		}
	}
	if r, is := rows.(nullables); is && d.dialect != database.SQLite {
		nullable, ok := r.ColumnTypeNullable(i)
		c.required = ok && !nullable
	}
	known, is := d.known[label]
	switch d.dialect {
	case database.MySQL:
		d.mysql(&c, mysqlFieldOf(rows, i))
	case database.SQLServer:
		d.sqlserver(&c, known)
	case database.SQLite:
		c.required = is && !known.Nullable
		c.sqlite(value)
	}
	return c
}

// mysql goes by the drivers of Java: MySQL's where nothing else is said, MariaDB's for its URLs.
func (d describer) mysql(c *column, f mysqlField) {
	name, unsigned := strings.CutPrefix(c.native, "UNSIGNED ")
	c.unsigned = unsigned
	switch name {
	case "TINYINT":
		c.kind = kindTinyInt
		if d.tinyIsBit && f.length == 1 && !unsigned {
			c.kind = d.bit()
		}
	case "BIT":
		c.kind = d.bit()
		if d.mariadb && f.length > 1 {
			c.kind = kindBytes
		}
	case "YEAR":
		c.kind = kindSmallInt
		if d.yearIsDate {
			c.kind = kindDate
		}
	case "DECIMAL":
		c.kind = kindDecimal
		if f.unsigned {
			c.precision++ // there is no place for a sign
		}
	default:
		c.kind = mysqlKinds[name]
	}
}

func (d describer) bit() kind {
	if d.bitIsBoolean {
		return kindBoolean
	}
	return kindBit
}

var mysqlKinds = map[string]kind{
	"SMALLINT": kindSmallInt, "MEDIUMINT": kindInteger, "INT": kindInteger, "BIGINT": kindBigInt, "FLOAT": kindReal, "DOUBLE": kindDouble,
	"DATE": kindDate, "TIME": kindTime, "DATETIME": kindTimestamp, "TIMESTAMP": kindTimestamp, "CHAR": kindText, "VARCHAR": kindText, "TEXT": kindText,
	"TINYTEXT": kindText, "MEDIUMTEXT": kindText, "LONGTEXT": kindText, "ENUM": kindText, "SET": kindText, "JSON": kindText, "BINARY": kindBytes,
	"VARBINARY": kindBytes, "BLOB": kindBytes, "TINYBLOB": kindBytes, "MEDIUMBLOB": kindBytes, "LONGBLOB": kindBytes, "GEOMETRY": kindBytes,
}

var sqlserverKinds = map[string]kind{
	"BIT": kindBit, "TINYINT": kindTinyInt, "SMALLINT": kindSmallInt, "INT": kindInteger, "BIGINT": kindBigInt, "REAL": kindReal, "FLOAT": kindDouble,
	"DECIMAL": kindDecimal, "NUMERIC": kindNumeric, "MONEY": kindDecimal, "SMALLMONEY": kindDecimal, "CHAR": kindText, "VARCHAR": kindText, "TEXT": kindText,
	"NCHAR": kindText, "NVARCHAR": kindText, "NTEXT": kindText, "XML": kindText, "UNIQUEIDENTIFIER": kindText, "DATE": kindDate, "TIME": kindTime,
	"DATETIME": kindTimestamp, "DATETIME2": kindTimestamp, "SMALLDATETIME": kindTimestamp, "DATETIMEOFFSET": kindTimestamp, "BINARY": kindBytes,
	"VARBINARY": kindBytes, "IMAGE": kindBytes,
}

// sqlserver takes the table's word where the protocol has one name for two types.
func (d describer) sqlserver(c *column, known database.Column) {
	if c.native == "DECIMAL" && known.Base == "numeric" {
		c.native = "NUMERIC"
	}
	c.kind, c.unsigned, c.zoned = sqlserverKinds[c.native], c.native == "TINYINT", c.native == "DATETIMEOFFSET"
	switch c.native {
	case "MONEY":
		c.precision, c.scale = 19, 4
	case "SMALLMONEY":
		c.precision, c.scale = 10, 4
	}
}

var sqliteKinds = map[string]kind{
	"INTEGER": kindBigInt, "INT": kindBigInt, "MEDIUMINT": kindBigInt, "BIGINT": kindBigInt, "INT8": kindBigInt, "INT4": kindBigInt, "INT2": kindInteger, "SMALLINT": kindInteger,
	"TINYINT": kindSmallInt, "BOOLEAN": kindBoolean, "BOOL": kindBoolean, "REAL": kindReal, "DOUBLE": kindDouble, "DOUBLE PRECISION": kindDouble, "FLOAT": kindDouble,
	"NUMERIC": kindNumeric, "DECIMAL": kindDecimal, "TEXT": kindText, "VARCHAR": kindText, "CHAR": kindText, "CHARACTER": kindText, "NCHAR": kindText,
	"NVARCHAR": kindText, "CLOB": kindText, "JSON": kindText, "UUID": kindText, "BLOB": kindBytes, "BINARY": kindBytes, "VARBINARY": kindBytes, "DATE": kindDate, "DATETIME": kindTimestamp, "TIMESTAMP": kindTimestamp,
}

// sqlite goes by the declared type. A column without one that is known, an expression say, is what its first value is.
func (c *column) sqlite(value any) {
	name, arguments, _ := strings.Cut(c.native, "(")
	c.kind = sqliteKinds[strings.TrimSpace(name)]
	c.precision, c.scale = 0, 0
	first, second, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(arguments), ")"), ",")
	if p, err := strconv.Atoi(strings.TrimSpace(first)); err == nil {
		c.precision = p
		if s, err := strconv.Atoi(strings.TrimSpace(second)); err == nil {
			c.scale = s
		}
	}
	if c.kind != kindOther {
		return
	}
	switch value.(type) {
	case int64:
		c.kind = kindBigInt
	case float64:
		c.kind = kindDouble
	case []byte:
		c.kind = kindBytes
	default:
		c.kind = kindText
	}
}
