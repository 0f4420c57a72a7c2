// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// confluentTyping makes columns as Confluent's class does.
type confluentTyping struct {
	settings *confluentSettings
	dialect  database.Dialect
}

// confluentTypes are the column types by dialect: of the types of the data model, and of those with a meaning by their names.
var confluentTypes = map[database.Dialect]map[string]string{
	database.PostgreSQL: {"INT8": "SMALLINT", "INT16": "SMALLINT", "INT32": "INT", "INT64": "BIGINT", "FLOAT32": "REAL", "FLOAT64": "DOUBLE PRECISION", "BOOLEAN": "BOOLEAN", "STRING": "TEXT", "BYTES": "BYTEA",
		connect.DecimalName: "DECIMAL", connect.DateName: "DATE", connect.TimeName: "TIME", connect.TimestampName: "TIMESTAMP", countedTime: "TIMESTAMP"},
	database.MySQL: {"INT8": "TINYINT", "INT16": "SMALLINT", "INT32": "INT", "INT64": "BIGINT", "FLOAT32": "FLOAT", "FLOAT64": "DOUBLE", "BOOLEAN": "TINYINT", "STRING": "TEXT", "BYTES": "VARBINARY(1024)",
		connect.DecimalName: "DECIMAL(65,%d)", connect.DateName: "DATE", connect.TimeName: "TIME(3)", connect.TimestampName: "DATETIME(3)", countedTime: "DATETIME(6)"},
	database.SQLite: {"INT8": "INTEGER", "INT16": "INTEGER", "INT32": "INTEGER", "INT64": "INTEGER", "FLOAT32": "REAL", "FLOAT64": "REAL", "BOOLEAN": "INTEGER", "STRING": "TEXT", "BYTES": "BLOB",
		connect.DecimalName: "NUMERIC", connect.DateName: "NUMERIC", connect.TimeName: "NUMERIC", connect.TimestampName: "NUMERIC", countedTime: "NUMERIC"},
	database.SQLServer: {"INT8": "tinyint", "INT16": "smallint", "INT32": "int", "INT64": "bigint", "FLOAT32": "real", "FLOAT64": "float", "BOOLEAN": "bit", "STRING": "varchar(max)", "BYTES": "varbinary(max)",
		connect.DecimalName: "decimal(38,%d)", connect.DateName: "date", connect.TimeName: "time", connect.TimestampName: "datetime2", countedTime: "datetime2"},
}

// countedTime stands for the fields of timestamp.fields.list.
const countedTime = "timestamp.fields.list"

func (t confluentTyping) columnType(c *column) (string, error) {
	types := confluentTypes[t.dialect]
	schema := c.schema
	switch {
	case t.settings.timeFields[c.field] && !c.isKey:
		return types[countedTime], nil
	case schema.Name() == connect.DecimalName:
		scale, err := connect.DecimalScale(schema)
		return strings.Replace(types[connect.DecimalName], "%d", fmt.Sprint(scale), 1), err
	case types[schema.Name()] != "":
		return types[schema.Name()], nil
	case schema.Type() == connect.TypeArray && t.dialect == database.PostgreSQL && schema.ValueSchema() != nil:
		element, err := t.columnType(&column{field: c.field, schema: schema.ValueSchema()})
		return element + "[]", err
	case t.dialect == database.SQLServer && schema.Type() == connect.TypeString && c.isKey:
		return "varchar(900)", nil
	case types[schema.Type().String()] != "":
		return types[schema.Type().String()], nil
	}
	return "", &connect.DataError{Reason: fmt.Sprintf("Field %s has the type %s, for which %s has no column", c.field, schema.Type(), t.dialect)}
}

func (t confluentTyping) literal(c *column) (string, error) {
	v := c.schema.Default()
	if v == nil {
		return "", nil
	}
	b := t.settings.plainBinding(&database.Database{}, c, nil)
	switch b.kind {
	case kindDate, kindTime, kindTimestamp, kindInstant:
		d, err := b.convert(v)
		return quoted(t.dialect, string(millis(b.kind, d))), err
	}
	if list, is := v.([]any); is {
		items := make([]string, len(list))
		for i, e := range list {
			items[i] = plainLiteral(t.dialect, e)
		}
		return "ARRAY[" + strings.Join(items, ",") + "]", nil
	}
	return plainLiteral(t.dialect, v), nil
}

// millis prints a date or time with milliseconds.
func millis(k kind, d datum) []byte {
	switch k {
	case kindDate:
		return appendDate(nil, d.n)
	case kindTime:
		return appendClock(nil, d.n, 3)
	}
	return appendTimestamp(nil, d.utc(), 3)
}
