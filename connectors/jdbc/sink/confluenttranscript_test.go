// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

var (
	orderKey = connect.StructOf("", connect.Field("id", connect.Int32))
	orderV1  = connect.StructOf("order", connect.Field("id", connect.Int32), connect.Field("name", connect.OptionalString))
	orderV2  = connect.StructOf("order", connect.Field("id", connect.Int32), connect.Field("name", connect.OptionalString), connect.Field("size", connect.Optional(connect.Int16.WithDefault(int16(7)))))
)

// orders makes records about orders out of words: c3 is order 3, C3 the same with the second schema, d3 a record without value but with its schema,
// t3 one without either, n3 one without key.
func orders(words string) []connect.SinkRecord {
	w := written{topic: "orders"}
	var out []connect.SinkRecord
	for i, word := range strings.Fields(words) {
		id := int32(word[1] - '0')
		key, name := fill(orderKey, id), fmt.Sprint("name ", i)
		switch word[0] {
		case 'c':
			out = append(out, w.record(orderKey, key, orderV1, fill(orderV1, id, name)))
		case 'C':
			out = append(out, w.record(orderKey, key, orderV2, fill(orderV2, id, name, nil)))
		case 'd':
			out = append(out, w.record(orderKey, key, orderV1, nil))
		case 't':
			out = append(out, w.record(orderKey, key, nil, nil))
		case 'n':
			out = append(out, w.record(nil, nil, orderV1, fill(orderV1, id, name)))
		}
	}
	return out
}

// confluentOn is a session of Confluent's class on a database that writes down.
func confluentOn(t testing.TB, props map[string]string) (*confluentSession, *transcript) {
	t.Helper()
	s, err := readConfluent(props, nil)
	require.NoError(t, err)
	d, err := database.New(s.database)
	require.NoError(t, err)
	session := newConfluentSession(s, d)
	script := newTranscript(d.Dialect())
	session.tables, session.writer = newTables(script), script
	return session, script
}

func confluentProps(url string, more ...string) map[string]string {
	props := map[string]string{"connection.url": urls[url], "auto.create": "true", "auto.evolve": "true"}
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	return props
}

// TestWhatConfluentsClassDoesForEveryWayToWrite has every key mode, insert mode and setting of deletes, over sequences with changes of schemas and
// records without value in all positions.
func TestWhatConfluentsClassDoesForEveryWayToWrite(t *testing.T) {
	sequences := []string{"c1 c2", "c1 C2 c3", "t1 c1 c2", "c1 t1 c1", "c1 c2 t1", "c1 d1 C2 t2 c1", "t1 t2", "n1"}
	for _, mode := range []string{"insert", "upsert", "update"} {
		var out strings.Builder
		for _, keys := range []string{"none", "kafka", "record_key", "record_value"} {
			for _, deletes := range []string{"false", "true"} {
				if deletes == "true" && keys != "record_key" {
					continue
				}
				for _, words := range sequences {
					props := confluentProps("postgresql", "insert.mode", mode, "pk.mode", keys, "delete.enabled", deletes)
					if keys != "kafka" && keys != "none" {
						props["pk.fields"] = "id"
					}
					fmt.Fprintf(&out, "--- pk.mode=%s delete.enabled=%s: %s\n", keys, deletes, words)
					session, script := confluentOn(t, props)
					err := newConfluentPut(session.settings, session).run(t.Context(), orders(words))
					out.WriteString(script.String())
					if err != nil {
						fmt.Fprintf(&out, "error: %v\n", err)
					}
				}
			}
		}
		golden(t, "confluent-"+mode, out.String())
	}
}

func TestStatementsOfConfluentsClassInEveryDialect(t *testing.T) {
	everything := connect.StructOf("everything", connect.Field("id", connect.Int64), connect.Field("i8", connect.Int8), connect.Field("f32", connect.OptionalFloat32), connect.Field("f64", connect.Float64),
		connect.Field("b", connect.Boolean.WithDefault(true)), connect.Field("s", connect.String.WithDefault("it's")), connect.Field("y", connect.OptionalBytes), connect.Field("d", connect.DecimalOf(2)),
		connect.Field("day", connect.Date), connect.Field("clock", connect.Time), connect.Field("at", connect.Timestamp.WithDefault(time.UnixMilli(1555230240123).UTC())), connect.Field("counted", connect.OptionalInt64))
	at := time.UnixMilli(1555230240123).UTC()
	amount, _ := connect.ParseDecimal("-12.34")
	values := fill(everything, int64(1), int8(-8), float32(1.5), 2.25, false, "tea", []byte{1, 2}, amount, connect.DateFromDays(18000), time.UnixMilli(3723456).UTC(), at, int64(1555230240123456))
	for _, name := range []string{"postgresql", "mysql", "sqlite", "sqlserver"} {
		var out strings.Builder
		for _, mode := range []string{"insert", "upsert", "update"} {
			session, script := confluentOn(t, confluentProps(name, "insert.mode", mode, "pk.mode", "record_value", "pk.fields", "id", "timestamp.fields.list", "counted", "db.timezone", "America/New_York"))
			w := written{topic: "shop.all"}
			require.NoError(t, newConfluentPut(session.settings, session).run(t.Context(), []connect.SinkRecord{w.record(nil, nil, everything, values)}))
			fmt.Fprintf(&out, "--- %s\n%s", mode, script)
			for _, l := range session.layouts {
				fmt.Fprintf(&out, "many: %s\n", l.statements.many)
				if l.statements.rows != nil {
					fmt.Fprintf(&out, "two rows: %s\n", l.statements.rows(2))
				}
			}
		}
		for _, fields := range []string{"id", ""} {
			session, script := confluentOn(t, confluentProps(name, "insert.mode", "upsert", "pk.mode", "record_key", "pk.fields", fields, "delete.enabled", "true"))
			key := connect.StructOf("", connect.Field("id", connect.Int32), connect.Field("part", connect.String))
			value := connect.StructOf("", connect.Field("id", connect.Int32), connect.Field("part", connect.String))
			w := written{topic: "parts"}
			require.NoError(t, newConfluentPut(session.settings, session).run(t.Context(), []connect.SinkRecord{
				w.record(key, fill(key, int32(1), "a"), value, fill(value, int32(1), "a")), w.record(key, fill(key, int32(1), "a"), value, nil)}))
			fmt.Fprintf(&out, "--- key of %q\n%s", fields, script)
			for _, l := range session.layouts {
				fmt.Fprintf(&out, "delete many: %s\n", l.statements.removeMany)
				if l.statements.removeRows != nil {
					fmt.Fprintf(&out, "delete two: %s\n", l.statements.removeRows(2))
				}
			}
		}
		golden(t, "confluent-"+name, out.String())
	}
}

func TestTheNameOfATableInConfluentsClass(t *testing.T) {
	for _, tt := range []struct{ url, format, topic, want string }{
		{"postgresql", "${topic}", "orders", `"orders"`},
		{"postgresql", "${topic}", "shop.orders", `"shop"."orders"`},
		{"postgresql", " kafka_${topic} ", "a-b", `"kafka_a-b"`},
		{"mysql", "${topic}", "shop.orders", "`shop`.`orders`"},
		{"sqlserver", "${topic}", "orders", `"dbo"."orders"`},
		{"sqlite", "all", "orders", `"all"`},
	} {
		session, _ := confluentOn(t, confluentProps(tt.url, "table.name.format", tt.format))
		id, err := session.table(tt.topic)
		require.NoError(t, err)
		assert.Equal(t, tt.want, session.database.TableName(id))
	}
}

func TestATableThatDoesNotFitIsRefused(t *testing.T) {
	columns := func(names ...string) []database.Column {
		var out []database.Column
		for _, name := range names {
			out = append(out, database.Column{Name: name})
		}
		return out
	}
	required := connect.StructOf("", connect.Field("id", connect.Int32), connect.Field("must", connect.Int32))
	for name, tt := range map[string]struct {
		props  map[string]string
		table  []database.Column
		kind   string
		record func() connect.SinkRecord
		want   string
	}{
		"a table that is missing":    {map[string]string{"auto.create": "false"}, nil, "", nil, "Table orders is missing and auto.create is not enabled"},
		"a column that is missing":   {map[string]string{"auto.evolve": "false"}, columns("id"), "", nil, "no column for the fields name and auto.evolve is not enabled"},
		"a view":                     {nil, columns("id", "name"), "VIEW", nil, "orders is a VIEW, and table.types has only TABLE"},
		"a view that lacks a column": {map[string]string{"table.types": "view"}, columns("id"), "VIEW", nil, "is a VIEW and has no name"},
		"a required field with evolve": {nil, columns("id"), "", func() connect.SinkRecord {
			w := written{topic: "orders"}
			return w.record(nil, nil, required, fill(required, int32(1), int32(2)))
		}, "required fields must"},
	} {
		t.Run(name, func(t *testing.T) {
			props := confluentProps("postgresql")
			maps.Copy(props, tt.props)
			session, script := confluentOn(t, props)
			if tt.table != nil {
				script.tables["orders"], script.kinds["orders"] = tt.table, tt.kind
			}
			record := orders("c1")[0]
			if tt.record != nil {
				record = tt.record()
			}
			err := newConfluentPut(session.settings, session).run(t.Context(), []connect.SinkRecord{record})
			require.ErrorContains(t, err, tt.want)
			assert.True(t, isTable(err), "it is not tried again")
		})
	}
}

func TestColumnsAreFoundInAnyCase(t *testing.T) {
	session, script := confluentOn(t, confluentProps("postgresql"))
	script.tables["orders"] = []database.Column{{Name: "ID"}, {Name: "Name"}}
	require.NoError(t, newConfluentPut(session.settings, session).run(t.Context(), orders("c1")))
	assert.NotContains(t, script.String(), "ALTER")
}

func TestAChangeOfATableCommitsWhatWasFlushedBefore(t *testing.T) {
	session, script := confluentOn(t, confluentProps("postgresql"))
	require.NoError(t, newConfluentPut(session.settings, session).run(t.Context(), orders("c1 c2 C3")))
	assert.Equal(t, []string{`CREATE TABLE "orders" (`, "commit", `INSERT INTO "orders"`, "  1", "  2", "commit", `ALTER TABLE "orders"`, "commit", `INSERT INTO "orders"`, "  3", "commit"}, beginnings(script))
}

// MySQL ends the transaction that it finds when a table is to be changed, also where the change is refused.
func TestAChangeOfATableThatIsRefusedIsNotInATransactionWithRows(t *testing.T) {
	session, script := confluentOn(t, confluentProps("mysql", "max.retries", "0"))
	script.refuse["ALTER"] = errRefused
	require.ErrorContains(t, newConfluentPut(session.settings, session).run(t.Context(), orders("c1 C2")), "cannot be changed to have size")
	assert.Equal(t, 1, strings.Count(script.String(), `"name 0"`), script)
}

func TestCoordinatesAreThoseAfterTransforms(t *testing.T) {
	session, script := confluentOn(t, confluentProps("postgresql", "pk.mode", "kafka"))
	w, partition := written{topic: "before", offset: 7}, int32(3)
	record := w.record(nil, nil, orderV1, fill(orderV1, int32(1), "x"))
	record.Topic, record.Partition = "after", &partition
	require.NoError(t, newConfluentPut(session.settings, session).run(t.Context(), []connect.SinkRecord{record}))
	assert.Contains(t, script.String(), `"after", 3, 7, 1, "x"`)
}

// beginnings are the lines of a transcript up to where they become long.
func beginnings(script *transcript) []string {
	var out []string
	for _, line := range script.lines {
		line, _, _ = strings.Cut(line, "\n")
		line, _, _ = strings.Cut(line, ",")
		if i := strings.Index(line, `"orders"`); i >= 0 && !strings.HasPrefix(line, "CREATE") {
			line = line[:i+len(`"orders"`)]
		}
		out = append(out, line)
	}
	return out
}

func TestATableThatAnotherTaskMakesMeanwhileIsTaken(t *testing.T) {
	session, script := confluentOn(t, confluentProps("postgresql"))
	script.refuse["CREATE"] = errRefused
	racing := &racingCatalog{script, 0}
	session.tables = newTables(racing)
	require.NoError(t, newConfluentPut(session.settings, session).run(t.Context(), orders("c1")))
	assert.Contains(t, script.String(), "ALTER TABLE", "what the other's table lacks is added")
}

// racingCatalog has the table from the second look on.
type racingCatalog struct {
	*transcript
	looks int
}

func (r *racingCatalog) Table(_ context.Context, id database.TableID) (*database.Table, error) {
	r.looks++
	if r.looks == 1 {
		return nil, nil
	}
	if r.tables[id.Name] == nil {
		r.tables[id.Name] = []database.Column{{Name: "id"}}
	}
	return &database.Table{ID: id, Type: "TABLE"}, nil
}
