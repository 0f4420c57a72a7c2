// SPDX-License-Identifier: Apache-2.0

//go:build real

package event_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

var update = flag.Bool("update", false, "write testdata anew instead of comparing with it")

func TestMain(m *testing.M) { os.Exit(databasetest.Main(m)) }

func TestDebeziumMakesTheGoldenValues(t *testing.T) {
	values, tables := runGolden(t, compileGolden(t))
	if *update {
		require.NoError(t, os.WriteFile(filepath.Join("testdata", goldenTablesFile), packGolden(t, tables), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join("testdata", goldenValuesFile), packGolden(t, values), 0o644))
	}
	require.Equal(t, asJSON(t, readGolden[golden](t, goldenValuesFile)), asJSON(t, values))
	require.Equal(t, asJSON(t, readGolden[goldenTable](t, goldenTablesFile)), asJSON(t, tables))
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return string(text)
}

// withoutOIDs takes away what is another number in each database.
func withoutOIDs(tables []goldenTable) []goldenTable {
	for i := range tables {
		def := tables[i].Table
		def.OID, def.Pages, def.Rows = 0, 0, 0
		for j := range def.Columns {
			def.Columns[j].Type = bare(def.Columns[j].Type)
		}
	}
	return tables
}

func bare(typ *catalog.Type) *catalog.Type {
	if typ == nil {
		return nil
	}
	c := *typ
	c.OID, c.Element, c.Root = 0, bare(typ.Element), bare(typ.Root)
	return &c
}

// withoutRepeats leaves out what is as in the first mode.
func withoutRepeats(first, made []golden) []golden {
	known := map[string]string{}
	for _, g := range first {
		if g.Mode == "default" {
			g.Mode = ""
			text, _ := json.Marshal(g)
			known[g.Table] = string(text)
		}
	}
	var others []golden
	for _, g := range made {
		plain := g
		plain.Mode = ""
		if text, _ := json.Marshal(plain); known[g.Table] != string(text) {
			others = append(others, g)
		}
	}
	return others
}

func compileGolden(t *testing.T) string {
	t.Helper()
	classes := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "javac", "-d", classes, "-cp", goldenJars(t), filepath.Join("testdata", "java", "Golden.java")).CombinedOutput()
	require.NoError(t, err, string(out))
	return classes
}

func goldenJars(t *testing.T) string {
	t.Helper()
	return filepath.Join(databasetest.Plugin(t, databasetest.DebeziumPostgres), "jars", "*") + string(os.PathListSeparator) + filepath.Join(kafkatest.Jars(t), "*")
}

// runGolden makes a database, lets Debezium read it in all modes, changes it, and gathers what Debezium made.
func runGolden(t *testing.T, classes string) ([]golden, []goldenTable) {
	t.Helper()
	db := databasetest.PostgreSQL(t)
	db.Exec(t, goldenStatements()...)
	db.Exec(t, `CREATE TABLE zz_end (id int PRIMARY KEY)`, `INSERT INTO zz_end VALUES (0)`, `CREATE PUBLICATION dbz_publication FOR ALL TABLES`)
	tables := readTables(t, db.DSN())
	records := startDebezium(t, classes, db)
	made := map[string]map[string]*golden{}
	gather := func(last string) {
		for ended := 0; ended < len(goldenModes); {
			if r := records(t); r.collect(t, made) == last {
				ended++
			}
		}
	}
	gather("r zz_end")
	db.Exec(t, changes(tables)...)
	db.Exec(t, `INSERT INTO zz_end VALUES (1001)`)
	gather("c zz_end")
	var values []golden
	for _, mode := range goldenModes {
		var all []golden
		for _, table := range tables {
			if g := made[mode.name][table.Table.Name]; g != nil && g.Table != "zz_end" {
				g.shorten()
				all = append(all, *g)
			}
		}
		values = append(values, withoutRepeats(values, all)...)
	}
	return values, withoutOIDs(tables[:len(tables)-1])
}

// changes are what happens to the tables after they were read.
func changes(tables []goldenTable) []string {
	var statements []string
	for _, table := range tables {
		switch name := table.Table.Name; name[0] {
		case 't', 'a':
			statements = append(statements, fmt.Sprintf(`INSERT INTO %s SELECT id + 1000, v, w FROM %s ORDER BY id`, name, name), fmt.Sprintf(`DELETE FROM %s WHERE id = 1`, name))
		case 'd':
			statements = append(statements, fmt.Sprintf(`INSERT INTO %s (id) VALUES (1001)`, name))
		case 'x':
			statements = append(statements, fmt.Sprintf(`UPDATE %s SET n = 2`, name))
		}
	}
	return statements
}

// readTables reads the tables as the connector does.
func readTables(t *testing.T, dsn string) []goldenTable {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	types, err := catalog.ReadTypes(ctx, conn)
	require.NoError(t, err)
	tables, err := catalog.ReadTables(ctx, conn, types, func(id catalog.ID) bool { return id.Schema == "public" })
	require.NoError(t, err)
	var all []goldenTable
	for _, def := range tables {
		var out bytes.Buffer
		_, err := conn.PgConn().CopyTo(ctx, &out, fmt.Sprintf(`COPY (SELECT * FROM %s ORDER BY id) TO STDOUT`, def.Name))
		require.NoError(t, err)
		g := goldenTable{Table: def}
		for line := range strings.Lines(out.String()) {
			g.Rows = append(g.Rows, copied(strings.TrimSuffix(line, "\n")))
		}
		if def.Name[0] == 'x' || def.Name[0] == 'd' {
			g.Rows = nil // values that are large, or other ones in each run
		}
		all = append(all, g)
	}
	return all
}

// copied reads a line of COPY in the form text.
func copied(line string) []*string {
	unescape := strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r", `\b`, "\b", `\f`, "\f", `\v`, "\v")
	var row []*string
	for _, field := range strings.Split(line, "\t") {
		if field == `\N` {
			row = append(row, nil)
			continue
		}
		text := unescape.Replace(field)
		row = append(row, &text)
	}
	return row
}

// debeziumRecord is a record as Golden.java prints it.
type debeziumRecord struct {
	Mode, Topic string
	Key         struct{ Schema, Payload json.RawMessage }
	Value       *struct {
		Schema  struct{ Fields []json.RawMessage }
		Payload struct {
			Before, After json.RawMessage
			Op            string
		}
	}
}

// startDebezium starts a task of the connector for each mode and returns what waits for the next record of any of them.
func startDebezium(t *testing.T, classes string, db *databasetest.Server) func(*testing.T) debeziumRecord {
	t.Helper()
	args := []string{"-Duser.timezone=UTC", "-Duser.language=en", "-Xmx1g", "-cp", classes + string(os.PathListSeparator) + goldenJars(t), "Golden"}
	dir := t.TempDir()
	for _, mode := range goldenModes {
		props := map[string]string{"name": "golden", "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "task.id": "0", "topic.prefix": "p",
			"database.hostname": "127.0.0.1", "database.port": fmt.Sprint(db.Port), "database.user": db.User, "database.password": db.Password,
			"database.dbname": db.Database, "plugin.name": "pgoutput", "slot.name": "golden_" + mode.name, "poll.interval.ms": "50",
			"schema.include.list": "public", "custom.metric.tags": "mode=" + mode.name}
		maps.Copy(props, mode.props)
		var file strings.Builder
		for k, v := range props {
			fmt.Fprintf(&file, "%s=%s\n", k, v)
		}
		config := filepath.Join(dir, mode.name)
		require.NoError(t, os.WriteFile(config, []byte(file.String()), 0o600))
		args = append(args, config)
	}
	cmd := exec.Command("java", args...)
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = input.Close()
		_, _ = io.Copy(io.Discard, output)
		_ = cmd.Wait()
	})
	lines := bufio.NewReaderSize(output, 1<<20)
	return func(t *testing.T) debeziumRecord {
		for {
			line, err := lines.ReadBytes('\n')
			require.NoError(t, err, complaints.String())
			var r debeziumRecord
			if line[0] == '{' && json.Unmarshal(line, &r) == nil && r.Topic != "" {
				return r
			}
		}
	}
}

// collect puts a record where it belongs and returns its operation and table.
func (r *debeziumRecord) collect(t *testing.T, made map[string]map[string]*golden) string {
	t.Helper()
	byTable := made[r.Mode]
	if byTable == nil {
		byTable = map[string]*golden{}
		made[r.Mode] = byTable
	}
	name := r.Topic[strings.LastIndexByte(r.Topic, '.')+1:]
	g := byTable[name]
	if g == nil {
		g = &golden{Mode: r.Mode, Table: name}
		byTable[name] = g
	}
	if r.Value == nil {
		return ""
	}
	p := r.Value.Payload
	switch p.Op {
	case "r":
		g.Key, g.Row = r.Key.Schema, r.Value.Schema.Fields[1]
		g.Read = append(g.Read, p.After)
	case "c":
		g.StreamedRow = r.Value.Schema.Fields[1]
		g.StreamedRead = append(g.StreamedRead, renumbered(t, p.After))
	case "d":
		g.Deleted = p.Before
	case "u":
		g.StreamedRow, g.Unchanged = r.Value.Schema.Fields[1], p.After
	}
	return p.Op + " " + name
}

// renumbered gives an inserted row the id of the one that it is a copy of.
func renumbered(t *testing.T, row json.RawMessage) json.RawMessage {
	t.Helper()
	prefix, rest, found := strings.Cut(string(row), `"id":10`)
	require.True(t, found, string(row))
	return json.RawMessage(prefix + `"id":` + strings.TrimPrefix(rest, "0"))
}

// shorten leaves out what is the same as when it was read, and values that are another in each run.
func (g *golden) shorten() {
	if g.Table[0] == 'x' || g.Table[0] == 'd' {
		g.Read, g.StreamedRead = nil, nil
	}
	if bytes.Equal(g.Row, g.StreamedRow) {
		g.StreamedRow = nil
	}
	if fmt.Sprintf("%s", g.Read) == fmt.Sprintf("%s", g.StreamedRead) {
		g.StreamedRead = nil
	}
}
