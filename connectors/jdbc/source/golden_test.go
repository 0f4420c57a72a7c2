// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

var update = flag.Bool("update", false, "write the golden files")

// with is a configuration with some keys changed.
func with(props map[string]string, more ...string) map[string]string {
	out := maps.Clone(props)
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// tasksOf plans the tasks of a configuration.
func tasksOf(t testing.TB, props map[string]string, most int) []map[string]string {
	t.Helper()
	c, cc := New(), &conntest.ConnectorContext{}
	require.NoError(t, c.Start(context.Background(), cc, props))
	configs, err := c.TaskConfigs(context.Background(), most)
	require.NoError(t, err)
	require.NoError(t, c.Stop(context.Background()))
	require.Empty(t, cc.Raised())
	return configs
}

// reading is a task at work.
type reading struct {
	testing.TB
	task *task
	tc   *conntest.SourceContext
}

func startTask(t testing.TB, props map[string]string, tc *conntest.SourceContext) *reading {
	t.Helper()
	configs := tasksOf(t, props, 1)
	require.Len(t, configs, 1)
	r := &reading{t, newTask(), tc}
	require.NoError(t, r.task.Start(context.Background(), tc, configs[0]))
	t.Cleanup(r.stop)
	return r
}

func (r *reading) stop() { require.NoError(r, r.task.Stop(context.Background())) }

// read returns so many records.
func (r *reading) read(n int) []connect.SourceRecord {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var out []connect.SourceRecord
	for len(out) < n {
		records, err := r.task.Poll(ctx)
		require.NoError(r, err)
		log := r.tc.Logs.Text()
		require.NoError(r, ctx.Err(), "%d of %d records have come; the log ends with %s", len(out), n, log[max(0, len(log)-500):])
		out = append(out, records...)
	}
	return out
}

// types writes what the only row of a table becomes with different settings; after the first only what differs from it.
func types(t *testing.T, props map[string]string) string {
	t.Helper()
	var b strings.Builder
	plain := fieldsOf(t, props)
	section(&b, "as it is", plain, nil)
	for _, key := range []struct {
		name   string
		values []string
	}{
		{numericMappingKey, []string{numericPrecisionOnly, numericBestFit, numericBestFitDoubles}},
		{zoneKey, []string{"America/New_York", "Europe/Berlin"}},
		{granularityKey, granularities[1:]},
		{calendarKey, []string{calendarProleptic}},
	} {
		for _, value := range key.values {
			section(&b, key.name+"="+value, fieldsOf(t, with(props, key.name, value)), plain)
		}
	}
	section(&b, granularityKey+"="+granularityMicrosISO+" in America/New_York", fieldsOf(t, with(props, granularityKey, granularityMicrosISO, zoneKey, "America/New_York")), plain)
	return b.String()
}

func section(b *strings.Builder, title string, lines, plain []string) {
	b.WriteString("# " + title + "\n")
	for _, line := range lines {
		if !slices.Contains(plain, line) {
			b.WriteString(line + "\n")
		}
	}
}

// fieldsOf reads one record and has a line for each field: name, schema, value.
func fieldsOf(t *testing.T, props map[string]string) []string {
	t.Helper()
	r := startTask(t, props, &conntest.SourceContext{})
	record := r.read(1)[0]
	require.NoError(t, record.ValueSchema.Validate(record.Value))
	value := record.Value.(*connect.Struct)
	var out []string
	for _, f := range record.ValueSchema.Fields() {
		out = append(out, fmt.Sprintf("%-14s %s = %s", f.Name, schemaText(f.Schema), valueText(value.At(f.Index))))
	}
	return out
}

func schemaText(s *connect.Schema) string {
	text := s.Type().String()
	if s.Name() != "" {
		text += " " + s.Name()[strings.LastIndexByte(s.Name(), '.')+1:]
	}
	for _, p := range s.Parameters() {
		text += " " + p.Name + "=" + p.Value
	}
	if s.IsOptional() {
		text += " optional"
	}
	return text
}

func valueText(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case time.Time:
		return x.Format("2006-01-02T15:04:05.999999999Z07:00")
	case []byte:
		return hex.EncodeToString(x)
	case connect.Decimal:
		return x.Plain()
	}
	return fmt.Sprint(v)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
}

func TestTypesOfSQLite(t *testing.T) {
	db := newSQLite(t, `CREATE TABLE kinds (
		id INTEGER PRIMARY KEY, i INT NOT NULL, big BIGINT, small SMALLINT, tiny TINYINT, medium MEDIUMINT, flag BOOLEAN, r REAL, d DOUBLE, f FLOAT,
		t TEXT NOT NULL, v VARCHAR(20), c CHAR(3), cl CLOB, b BLOB, n NUMERIC, dec DECIMAL(10,2), num NUMERIC(5,0), numf NUMERIC(9,3), whole NUMERIC(12), j JSON,
		day DATE, dayms DATE, moment DATETIME, momentms DATETIME, ts TIMESTAMP, tsms TIMESTAMP, tstext TIMESTAMP, clock TIME, untyped, void TEXT)`,
		`INSERT INTO kinds VALUES (5000000000, 5, 6000000000, 300, 200, 70000, 1, 1.5, 2.25, 3.125, 'text', 'var', 'abc', 'large', x'00ff', 7, 12.345, 99, 1.5, 123456789012, '{"a":1}',
		'2020-02-03', 1580688000000, '2020-02-03 04:05:06.789', 1580702706789, '2020-02-03 04:05:06.123456', 1580702706789, '1500-03-01T00:00:00', '04:05:06', 'x', NULL)`)
	golden(t, "types_sqlite.txt", types(t, db.props(whitelistKey, "kinds", modeKey, modeBulk)))
}
