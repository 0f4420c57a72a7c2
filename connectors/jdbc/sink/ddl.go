// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"fmt"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// typing knows the columns that a class of connector makes.
type typing interface {
	// columnType is the type of a new column.
	columnType(c *column) (string, error)
	// literal is the default of a new column as SQL, "" for none.
	literal(c *column) (string, error)
}

// definition is a column as CREATE TABLE and ALTER TABLE write it. In Confluent's class a default takes the place of NULL and NOT NULL.
func (w *wording) definition(t typing, c *column) (string, error) {
	kind, err := t.columnType(c)
	if err != nil {
		return "", err
	}
	text := w.quote(c.name) + " " + kind
	literal, err := t.literal(c)
	switch {
	case err != nil:
		return "", fmt.Errorf("the default of field %s: %w", c.field, err)
	case literal != "" && !w.nullAfterDefault:
		return text + " DEFAULT " + literal, nil
	case literal != "":
		text += " DEFAULT " + literal
	}
	if c.schema.IsOptional() && !c.isKey {
		return text + " NULL", nil
	}
	return text + " NOT NULL", nil
}

func (w *wording) definitions(t typing, columns []*column) ([]string, error) {
	out := make([]string, len(columns))
	for i, c := range columns {
		var err error
		if out[i], err = w.definition(t, c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// create makes the table of a layout.
func (w *wording) create(t typing, l *layout) (string, error) {
	parts, err := w.definitions(t, l.inCreation())
	if err != nil {
		return "", err
	}
	if l.keys > 0 {
		parts = append(parts, "PRIMARY KEY("+w.list(l.key(), "")+")")
	}
	return "CREATE TABLE " + l.name + " (\n" + strings.Join(parts, ",\n") + ")", nil
}

// alter adds columns to the table of a layout.
func (w *wording) alter(t typing, l *layout, missing []*column) ([]string, error) {
	parts, err := w.definitions(t, missing)
	if err != nil {
		return nil, err
	}
	front := "ALTER TABLE " + l.name + " ADD "
	switch w.dialect {
	case database.SQLite:
		out := make([]string, len(parts))
		for i, part := range parts {
			out[i] = front + part
		}
		return out, nil
	case database.SQLServer:
		return []string{front + strings.Join(parts, ", ")}, nil
	}
	return []string{front + strings.Join(parts, ", ADD ")}, nil
}

// quoted is a text as a literal of SQL. MySQL reads backslashes, unless it is told not to.
func quoted(d database.Dialect, text string) string {
	if d == database.MySQL {
		text = strings.ReplaceAll(text, `\`, `\\`)
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// plainLiteral prints defaults that have no meaning beyond their type, "" for others.
func plainLiteral(d database.Dialect, v any) string {
	switch v := v.(type) {
	case int8, int16, int32, int64, float32, float64:
		return fmt.Sprint(v)
	case connect.Decimal:
		return v.Plain()
	case string:
		return quoted(d, v)
	case bool:
		word := map[bool]string{false: "0", true: "1"}
		if d == database.PostgreSQL {
			word = map[bool]string{false: "FALSE", true: "TRUE"}
		}
		return word[v]
	case []byte:
		switch d {
		case database.PostgreSQL:
			return fmt.Sprintf(`'\x%x'`, v)
		case database.SQLServer:
			return fmt.Sprintf("0x%x", v)
		}
		return fmt.Sprintf("x'%x'", v)
	}
	return ""
}
