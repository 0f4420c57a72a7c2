// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// filter says which tables of a database are read.
type filter struct {
	dialect          database.Dialect
	white, black     []string
	include, exclude []*regexp.Regexp
}

func (s *settings) filter(dialect database.Dialect) (filter, error) {
	f := filter{dialect: dialect, white: withoutEmpty(s.values.List(whitelistKey)), black: withoutEmpty(s.values.List(blacklistKey))}
	for key, into := range map[string]*[]*regexp.Regexp{includeKey: &f.include, excludeKey: &f.exclude} {
		for _, text := range withoutEmpty(s.values.List(key)) {
			expression, err := wholly(text)
			if err != nil {
				return filter{}, &connect.ConfigError{Key: key, Value: text, Reason: err.Error()}
			}
			*into = append(*into, expression)
		}
	}
	return f, nil
}

// takes says whether a table is read. A table is named with its schema, with or without quotes, or by its bare name; the whitelist wins.
func (f filter) takes(id database.TableID) bool {
	if len(f.include) > 0 || len(f.exclude) > 0 {
		return matches(f.include, id) && !matches(f.exclude, id)
	}
	if len(f.white) > 0 {
		return f.names(f.white, id)
	}
	return !f.names(f.black, id)
}

func matches(list []*regexp.Regexp, id database.TableID) bool {
	return slices.ContainsFunc(list, func(r *regexp.Regexp) bool { return r.MatchString(id.String()) })
}

func (f filter) names(list []string, id database.TableID) bool {
	return slices.Contains(list, id.String()) || slices.Contains(list, f.dialect.Quoted(id)) || slices.Contains(list, id.Name)
}

// choose is the tables that are read, in their order. Tables of one bare name in two places would go into one topic, and are refused.
func (f filter) choose(tables []database.Table) ([]database.TableID, error) {
	var out []database.TableID
	byName := map[string][]string{}
	for _, t := range tables {
		if f.takes(t.ID) {
			out = append(out, t.ID)
			byName[t.ID.Name] = append(byName[t.ID.Name], f.dialect.Quoted(t.ID))
		}
	}
	for _, id := range out {
		if same := byName[id.Name]; len(same) > 1 {
			return nil, connect.Errorf(connect.Fatal, "Tables of one name in several places would be mixed in one topic, which is called like the table alone: %s. "+
				"Name one of them with its schema in %s, or make a connector with a %s of its own for each", strings.Join(same, ", "), whitelistKey, prefixKey)
		}
	}
	return out, nil
}

// groups shares tables among at most n tasks: neighbours stay together, and the first groups have one more where it does not come out even.
func groups(tables []database.TableID, n int) [][]database.TableID {
	all := len(tables)
	n = min(n, all)
	out := make([][]database.TableID, 0, n)
	for i := range n {
		size := all / n
		if i < all%n {
			size++
		}
		out = append(out, tables[:size])
		tables = tables[size:]
	}
	return out
}

// tableList writes the names of a task's tables, as tables has them.
func tableList(dialect database.Dialect, tables []database.TableID) string {
	names := make([]string, len(tables))
	for i, id := range tables {
		names[i] = dialect.Quoted(id)
	}
	return strings.Join(names, ",")
}

// parseTables reads what tableList has written.
func parseTables(db *database.Database, list string) ([]database.TableID, error) {
	var out []database.TableID
	for _, name := range rejoin(db.Dialect(), strings.Split(list, ",")) {
		id, err := db.ParseTable(name)
		if err != nil {
			return nil, fmt.Errorf("read the tables of the task: %w", err)
		}
		out = append(out, id)
	}
	return out, nil
}

// rejoin puts names together that a comma inside of quotes has cut.
func rejoin(dialect database.Dialect, names []string) []string {
	mark := dialect.QuoteAlways("")[:1]
	var out []string
	open := ""
	for _, name := range names {
		if open != "" {
			name = open + "," + name
			open = ""
		}
		if strings.Count(name, mark)%2 != 0 {
			open = name
			continue
		}
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	if open != "" {
		out = append(out, open)
	}
	return out
}
