// SPDX-License-Identifier: Apache-2.0

package source

import (
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// checkColumns refuses a table whose columns cannot tell what is new. That they exist is asked of a task's first table only.
func (s *settings) checkColumns(id database.TableID, columns []database.Column, incrementing string, timestamps []string, first bool) error {
	if first {
		if err := s.checkExistence(id, columns, incrementing, timestamps); err != nil {
			return err
		}
	}
	if !s.values.Bool(validateNonNullKey) {
		return nil
	}
	if s.usesIncrementing() && incrementing != "" {
		if c := columnNamed(columns, incrementing); c != nil && nullable(c) {
			return connect.Errorf(connect.Fatal, "Column %s of table %s may be null, and rows with null in it would never be read: make it NOT NULL, or set %s=false", incrementing, id, validateNonNullKey)
		}
	}
	if s.usesTimestamp() && !anyRequired(columns, timestamps) {
		return connect.Errorf(connect.Fatal, "All of the columns with times of table %s may be null or are not there (%s), and rows without a time would never be read: name one that is NOT NULL in %s, or set %s=false",
			id, strings.Join(timestamps, ", "), timestampKey, validateNonNullKey)
	}
	return nil
}

func (s *settings) checkExistence(id database.TableID, columns []database.Column, incrementing string, timestamps []string) error {
	wanted := []string{}
	if incrementing != "" && s.usesIncrementing() {
		wanted = append(wanted, incrementing)
	}
	if s.usesTimestamp() {
		wanted = append(wanted, timestamps...)
	}
	for _, name := range wanted {
		if columnNamed(columns, name) == nil {
			return connect.Errorf(connect.BadConfig, "Table %s has no column %s: look at %s and %s, and at the right to read the table", id, name, incrementingKey, timestampKey)
		}
	}
	return nil
}

// columnNamed prefers the exact spelling.
func columnNamed(columns []database.Column, name string) *database.Column {
	var found *database.Column
	for i := range columns {
		switch {
		case columns[i].Name == name:
			return &columns[i]
		case strings.EqualFold(columns[i].Name, name):
			found = &columns[i]
		}
	}
	return found
}

// nullable says whether null may be there. SQLite allows it in the catalog for a key that it counts up itself, and never stores it.
func nullable(c *database.Column) bool { return c.Nullable && c.Key == 0 }

func anyRequired(columns []database.Column, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		c := columnNamed(columns, name)
		return c != nil && !nullable(c)
	})
}
