// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strings"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// Patterns is a list of Java expressions that are matched with whole texts, whatever the case of letters.
type Patterns = settings.Patterns

// Filter says what of a database is captured. It is safe for concurrent use.
type Filter struct {
	schemas, tables, columns, messages choice
	builtin                            bool
	signal                             string
}

// choice is a pair of lists; the one for including holds where there are both.
type choice struct{ include, exclude Patterns }

func (c choice) takes(text string) bool {
	if len(c.include) > 0 {
		return c.include.Match(text)
	}
	return !c.exclude.Match(text)
}

// NewFilter makes a filter of the lists.
func NewFilter(o FilterOptions) *Filter {
	return &Filter{builtin: o.CaptureBuiltin, signal: o.SignalTable,
		schemas:  choice{o.SchemaInclude, o.SchemaExclude},
		tables:   choice{o.TableInclude, o.TableExclude},
		columns:  choice{o.ColumnInclude, o.ColumnExclude},
		messages: choice{o.MessageInclude, o.MessageExclude},
	}
}

// Table says whether a table is captured.
func (f *Filter) Table(id catalog.ID) bool {
	if f.Signal(id) {
		return true
	}
	if !f.builtin && builtin(id) {
		return false
	}
	return f.schemas.takes(id.Schema) && f.tables.takes(id.String())
}

// builtin are the tables that nobody has made to keep data in.
func builtin(id catalog.ID) bool {
	return id.Schema == "pg_catalog" || id.Schema == "information_schema" || strings.HasPrefix(id.Schema, "pg_temp") ||
		id.Name == "spatial_ref_sys"
}

// Signal says whether it is the table of signals, which is captured whatever the lists say and left out of snapshots.
func (f *Filter) Signal(id catalog.ID) bool { return f.signal != "" && id.String() == f.signal }

// Order returns the place of the first expression of table.include.list that matches a table: snapshots read tables in that order. It
// is 0 for all where there is no such list, and for a table that none matches the number of expressions.
func (f *Filter) Order(id catalog.ID) int {
	if at := f.tables.include.Index(id.String()); at >= 0 {
		return at
	}
	return len(f.tables.include)
}

// Column says whether a column is part of a table's values.
func (f *Filter) Column(id catalog.ID, column string) bool {
	return f.columns.takes(id.String() + "." + column)
}

// Message says whether logical decoding messages with a prefix are captured.
func (f *Filter) Message(prefix string) bool { return f.messages.takes(prefix) }
