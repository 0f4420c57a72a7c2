// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"slices"
	"strconv"
	"strings"
)

// bound is a value of a key, each column as text; nil is before or after all.
type bound []string

func (b bound) equal(other bound) bool { return slices.Equal(b, other) }

// piece is a part of a table: all of it, rows from a bound to before another, or blocks from a number to before another, where 0 is the
// end.
type piece struct {
	from, to           bound
	fromBlock, toBlock int64
}

// condition returns what the rows of the piece fulfil, "" for all. The names are those of the key, quoted.
func (p piece) condition(names []string) string {
	var parts []string
	add := func(text string) { parts = append(parts, text) }
	if p.fromBlock > 0 {
		add("ctid >= '(" + strconv.FormatInt(p.fromBlock, 10) + ",0)'")
	}
	if p.toBlock > 0 {
		add("ctid < '(" + strconv.FormatInt(p.toBlock, 10) + ",0)'")
	}
	if p.from != nil {
		add(tuple(names) + " >= " + tuple(literals(p.from)))
	}
	if p.to != nil {
		add(tuple(names) + " < " + tuple(literals(p.to)))
	}
	return strings.Join(parts, " AND ")
}

// tuple makes a row of more than one expression.
func tuple(expressions []string) string {
	if len(expressions) == 1 {
		return expressions[0]
	}
	return "ROW(" + strings.Join(expressions, ", ") + ")"
}

func literals(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = literal(v)
	}
	return out
}

// literal makes a text of SQL, whatever standard_conforming_strings says.
func literal(text string) string {
	text = strings.ReplaceAll(text, `'`, `''`)
	if strings.Contains(text, `\`) {
		return `E'` + strings.ReplaceAll(text, `\`, `\\`) + `'`
	}
	return `'` + text + `'`
}

// quote makes an identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
