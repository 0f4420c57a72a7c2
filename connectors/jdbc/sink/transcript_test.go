// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

var update = flag.Bool("update", false, "write the transcripts anew")

// urls are databases that nobody connects to.
var urls = map[string]string{
	"postgresql": "jdbc:postgresql://db.example/shop?user=u", "mysql": "jdbc:mysql://u:p@db.example/shop", "sqlite": "jdbc:sqlite:shop.db", "sqlserver": "jdbc:sqlserver://db.example;databaseName=shop;user=u;password=p",
}

// transcript is a database that writes down what it is told.
type transcript struct {
	dialect database.Dialect
	lines   []string
	tables  map[string][]database.Column
	kinds   map[string]string
	// refuse has the text of an error for statements that contain a text.
	refuse map[string]error
}

func newTranscript(d database.Dialect) *transcript {
	return &transcript{dialect: d, tables: map[string][]database.Column{}, kinds: map[string]string{}, refuse: map[string]error{}}
}

func (t *transcript) say(format string, args ...any) {
	t.lines = append(t.lines, fmt.Sprintf(format, args...))
}

func (t *transcript) String() string { return strings.Join(t.lines, "\n") + "\n" }

// Table implements catalog.
func (t *transcript) Table(_ context.Context, id database.TableID) (*database.Table, error) {
	if _, is := t.tables[id.Name]; !is {
		return nil, nil
	}
	kind := "TABLE"
	if k := t.kinds[id.Name]; k != "" {
		kind = k
	}
	return &database.Table{ID: id, Type: kind}, nil
}

// Columns implements catalog.
func (t *transcript) Columns(_ context.Context, id database.TableID) ([]database.Column, error) {
	return t.tables[id.Name], nil
}

// fast implements writer: row by row is what it comes to.
func (t *transcript) fast(ctx context.Context, u *unit) error { return t.slow(ctx, u) }

// takeTurns implements writer.
func (t *transcript) takeTurns() {}

func (t *transcript) slow(_ context.Context, u *unit) error {
	for _, c := range u.chunks {
		text, bound := c.layout.statements.write, c.layout.statements.bound
		if c.op == deleting {
			text, bound = c.layout.statements.remove, pointers(c.layout.key())
		}
		if err := t.refused(text); err != nil {
			return err
		}
		t.say("%s", text)
		for i := range c.rows {
			var values []string
			for _, column := range bound {
				d, err := column.datum(&c.rows[i])
				if err != nil {
					return unfit(c.rows[i].record, "field %s: %v", column.field, err)
				}
				values = append(values, d.text(column.kind))
			}
			t.say("  %s", strings.Join(values, ", "))
		}
	}
	t.say("commit")
	return nil
}

// change implements writer.
func (t *transcript) change(_ context.Context, ddl []string) error {
	for _, text := range ddl {
		if err := t.refused(text); err != nil {
			return err
		}
		t.say("%s", text)
		t.changed(text)
	}
	t.say("commit")
	return nil
}

func (t *transcript) refused(text string) error {
	for part, err := range t.refuse {
		if strings.Contains(text, part) {
			t.say("rollback: %v", err)
			return failed(err, "carry out")
		}
	}
	return nil
}

var (
	tableIn  = regexp.MustCompile(`(?:CREATE|ALTER) TABLE (\S+)`)
	columnIn = regexp.MustCompile("(?m)(?:^|ADD |, )[\"`]?(\\w+)[\"`]? [a-zA-Z]")
)

// changed takes a new table or column into the catalog.
func (t *transcript) changed(text string) {
	parts := strings.Split(tableIn.FindStringSubmatch(text)[1], ".")
	name := strings.Trim(parts[len(parts)-1], "\"`")
	have := t.tables[name]
	body := text[strings.Index(text, name)+len(name):]
	for _, m := range columnIn.FindAllStringSubmatch(body, -1) {
		if m[1] != "PRIMARY" && m[1] != "ADD" {
			have = append(have, database.Column{Name: m[1]})
		}
	}
	t.tables[name] = have
}

// golden compares a text with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
}

var errRefused = errors.New("the database says no")
