// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

func debeziumProps(url string, more ...string) map[string]string {
	props := map[string]string{"connection.url": urls[url], "connection.username": "u", "schema.evolution": "basic"}
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	return props
}

// debeziumOn is a session of Debezium's class on a database that writes down.
func debeziumOn(t testing.TB, props map[string]string) (*debeziumSession, *transcript) {
	t.Helper()
	s, err := readDebezium(props, nil)
	require.NoError(t, err)
	d, err := database.New(s.database)
	require.NoError(t, err)
	session := newDebeziumSession(s, d, nil)
	script := newTranscript(d.Dialect())
	session.tables, session.writer = newTables(script), script
	session.exec = func(_ context.Context, text string) error {
		script.say("%s", text)
		return nil
	}
	session.again = func(context.Context) error { return errRefused }
	return session, script
}

var (
	sourceBlock = connect.StructOf("source", connect.Field("schema", connect.String), connect.Field("table", connect.String))
	envelopeV1  = envelopeOf(orderV1)
	envelopeV2  = envelopeOf(orderV2)
)

func envelopeOf(row *connect.Schema) *connect.Schema {
	return connect.StructOf("shop.public.orders.Envelope", connect.Field("before", connect.Optional(row)), connect.Field("after", connect.Optional(row)),
		connect.Field("source", connect.Optional(sourceBlock)), connect.Field("op", connect.String))
}

func event(schema *connect.Schema, op string, before, after any) *connect.Struct {
	return fill(schema, before, after, fill(sourceBlock, "public", "orders"), op)
}

// events makes records out of words: c3 the creation of order 3, C3 the same with the second schema, u3 an update, d3 a delete event, t3 a record
// without value, f3 a row without envelope, x0 a truncate event, m0 a message, n3 a creation without key.
func events(words string) []connect.SinkRecord {
	w := written{topic: "shop.public.orders"}
	var out []connect.SinkRecord
	for i, word := range strings.Fields(words) {
		id := int32(word[1] - '0')
		key, name := fill(orderKey, id), fmt.Sprint("name ", i)
		v1, v2 := fill(orderV1, id, name), fill(orderV2, id, name, nil)
		switch word[0] {
		case 'c', 'u', 'r':
			out = append(out, w.record(orderKey, key, envelopeV1, event(envelopeV1, word[:1], nil, v1)))
		case 'C':
			out = append(out, w.record(orderKey, key, envelopeV2, event(envelopeV2, "c", nil, v2)))
		case 'd':
			out = append(out, w.record(orderKey, key, envelopeV1, event(envelopeV1, "d", v1, nil)))
		case 't':
			out = append(out, w.record(orderKey, key, nil, nil))
		case 'f':
			out = append(out, w.record(orderKey, key, orderV1, v1))
		case 'x':
			out = append(out, w.record(nil, nil, envelopeV1, event(envelopeV1, "t", nil, nil)))
		case 'm':
			out = append(out, w.record(nil, nil, envelopeV1, event(envelopeV1, "m", nil, nil)))
		case 'n':
			out = append(out, w.record(nil, nil, envelopeV1, event(envelopeV1, "c", nil, v1)))
		}
	}
	return out
}

func runDebezium(t testing.TB, session *debeziumSession, records []connect.SinkRecord) error {
	t.Helper()
	var logs conntest.Logs
	return newDebeziumPut(session.settings, session, logs.Logger()).run(t.Context(), records)
}

// TestWhatDebeziumsClassDoesForEveryWayToWrite has every key mode, insert mode and setting of deletes, over sequences of changes.
func TestWhatDebeziumsClassDoesForEveryWayToWrite(t *testing.T) {
	sequences := []string{"r1 c2 u1", "c1 C2 c3", "t1 c1 c2", "c1 d1 t1 c1", "c1 c2 u1 d2", "c1 x0 c2", "m0 f1", "d1 t1", "n1"}
	for _, mode := range []string{"insert", "upsert", "update"} {
		var out strings.Builder
		for _, keys := range []string{"none", "kafka", "record_key", "record_value"} {
			for _, how := range []string{"plain", "deletes", "reduced"} {
				if how != "plain" && keys != "record_key" {
					continue
				}
				for _, words := range sequences {
					props := debeziumProps("postgresql", "insert.mode", mode, "primary.key.mode", keys)
					if keys == "record_value" {
						props["primary.key.fields"] = "id"
					}
					if how != "plain" {
						props["delete.enabled"], props["truncate.enabled"] = "true", "true"
					}
					props["use.reduction.buffer"] = fmt.Sprint(how == "reduced")
					fmt.Fprintf(&out, "--- primary.key.mode=%s %s: %s\n", keys, how, words)
					session, script := debeziumOn(t, props)
					err := runDebezium(t, session, events(words))
					out.WriteString(script.String())
					if err != nil {
						fmt.Fprintf(&out, "error: %v\n", err)
					}
				}
			}
		}
		golden(t, "debezium-"+mode, out.String())
	}
}

func TestTheNameOfATableInDebeziumsClass(t *testing.T) {
	for format, want := range map[string]string{"${topic}": "shop_public_orders", "${source.schema}.${source.table}": "public.orders", "pre_${topic}_post": "pre_shop_public_orders_post",
		"${source.nothing}": "", "${topic": "${topic", "a${source.": "a${source."} {
		s, err := readDebezium(debeziumProps("postgresql", "collection.name.format", format), nil)
		require.NoError(t, err)
		record := events("c1")[0]
		name, is := s.table(s.shapeOf(record.ValueSchema), &record)
		assert.Equal(t, want, name)
		assert.Equal(t, want != "", is)
	}
}

func TestASourceFieldIsNoFormat(t *testing.T) {
	s, err := readDebezium(debeziumProps("postgresql", "collection.name.format", "${source.table}_${source.schema}"), nil)
	require.NoError(t, err)
	record := events("c1")[0]
	record.Value.(*connect.Struct).At(2).(*connect.Struct).SetAt(1, "${source.table}")
	name, _ := s.table(s.shapeOf(record.ValueSchema), &record)
	assert.Equal(t, "${source.table}_public", name)
}

func TestWhatDebeziumsClassTakesForAnEvent(t *testing.T) {
	s, err := readDebezium(debeziumProps("postgresql"), nil)
	require.NoError(t, err)
	for name, want := range map[string]bool{"shop.public.orders.Envelope": true, "": true, "GreenEnvelope": false} {
		schema := connect.StructOf(name, connect.Field("op", connect.String), connect.Field("after", connect.Optional(orderV1)))
		assert.Equal(t, want, s.shapeOf(schema).op != nil, name)
	}
}

// TestAKeyMayBeMissing has a schema of keys that is optional.
func TestAKeyMayBeMissing(t *testing.T) {
	session, script := debeziumOn(t, debeziumProps("postgresql", "insert.mode", "upsert", "primary.key.mode", "record_key"))
	records := events("c1 c2")
	for i := range records {
		records[i].KeySchema = connect.Optional(orderKey)
	}
	records[1].KeySchema, records[1].Key = records[0].KeySchema, nil
	require.ErrorContains(t, runDebezium(t, session, records), "offset 1 cannot be written: primary.key.mode=record_key needs a key")
	assert.NotContains(t, script.String(), "name 1")
}

func TestTheReductionBufferLeavesNoRecordsOut(t *testing.T) {
	reduced := func(more ...string) (*debeziumSession, *transcript) {
		return debeziumOn(t, debeziumProps("postgresql", append(more, "use.reduction.buffer", "true")...))
	}
	session, script := reduced("primary.key.mode", "none")
	require.NoError(t, runDebezium(t, session, events("c1 c2 c1")))
	for _, name := range []string{"name 0", "name 1", "name 2"} {
		assert.Contains(t, script.String(), name, "without a key of the table no record replaces another")
	}

	session, script = reduced("primary.key.mode", "record_key", "insert.mode", "upsert", "delete.enabled", "true")
	records := events("c1 d1 c1")
	wide := connect.StructOf("", connect.Field("id", connect.Int64))
	records[2].KeySchema, records[2].Key = wide, fill(wide, int64(1))
	require.NoError(t, runDebezium(t, session, records))
	removed, added := strings.Index(script.String(), "DELETE"), strings.Index(script.String(), "name 2")
	assert.Less(t, removed, added, "a delete of another schema of keys comes before the write that follows it: %s", script)
}

func TestOlderNamesOfDebeziumsKeysAreUnderstood(t *testing.T) {
	s, err := readDebezium(debeziumProps("postgresql", "table.name.format", "all", "database.time_zone", "Europe/Berlin"), nil)
	require.NoError(t, err)
	assert.Equal(t, "all", s.tableName)
	assert.Equal(t, "Europe/Berlin", s.zone.String())
}

func TestFieldListsOfDebeziumsClass(t *testing.T) {
	for _, tt := range []struct{ key, list, want string }{
		{"field.include.list", "shop.public.orders:name, id", `("id","name")`},
		{"field.include.list", "other:name,id", `("id")`},
		{"field.exclude.list", "shop.public.orders:name", `("id")`},
	} {
		session, script := debeziumOn(t, debeziumProps("postgresql", tt.key, tt.list, "quote.identifiers", "true"))
		require.NoError(t, runDebezium(t, session, events("c1")))
		assert.Contains(t, script.String(), `INSERT INTO "shop_public_orders" `+tt.want+" VALUES", tt)
	}
}

func TestFieldListsOfTopicsThatShareATable(t *testing.T) {
	session, script := debeziumOn(t, debeziumProps("postgresql", "field.exclude.list", "a:name", "collection.name.format", "all"))
	records := events("f1 f2 f3")
	for i, topic := range []string{"a", "b", "a"} {
		records[i].Topic = topic
	}
	require.NoError(t, runDebezium(t, session, records))
	assert.Contains(t, script.String(), "  1\ncommit")
	assert.Contains(t, script.String(), "  2, \"name 1\"\ncommit")
	assert.Contains(t, script.String(), "  3\ncommit")
}

func TestHeadersCanBeTheKeyInDebeziumsClass(t *testing.T) {
	session, script := debeziumOn(t, debeziumProps("postgresql", "insert.mode", "upsert", "primary.key.mode", "record_header"))
	records := events("c1 c2")
	for i := range records {
		records[i].Headers = connect.Headers{{Key: "Tenant", Schema: connect.String, Value: fmt.Sprint("t", i)}}
	}
	require.NoError(t, runDebezium(t, session, records))
	assert.Contains(t, script.String(), "INSERT INTO shop_public_orders (tenant,id,name) VALUES ($1,$2,$3) ON CONFLICT (tenant) DO UPDATE SET id=EXCLUDED.id,name=EXCLUDED.name\n  \"t0\", 1, \"name 0\"\n  \"t1\", 2, \"name 1\"\n")
}

func TestAKeyThatIsNoStructIsOneColumnInDebeziumsClass(t *testing.T) {
	session, script := debeziumOn(t, debeziumProps("postgresql", "insert.mode", "upsert", "primary.key.mode", "record_key", "primary.key.fields", "id", "delete.enabled", "true"))
	w := written{topic: "orders"}
	require.NoError(t, runDebezium(t, session, []connect.SinkRecord{w.record(connect.Int32, int32(5), orderV1, fill(orderV1, int32(6), "x")), w.record(connect.Int32, int32(5), nil, nil)}))
	assert.Contains(t, script.String(), "  5, \"x\"\n")
	assert.Contains(t, script.String(), "DELETE FROM orders WHERE id = $1\n  5\n")
}

func TestRecordsAboutChangedTablesAreLeftOut(t *testing.T) {
	session, script := debeziumOn(t, debeziumProps("postgresql"))
	schema := connect.StructOf("io.debezium.connector.mysql.SchemaChangeValue", connect.Field("ddl", connect.String))
	w := written{topic: "shop"}
	require.NoError(t, runDebezium(t, session, []connect.SinkRecord{w.record(nil, nil, schema, fill(schema, "CREATE TABLE x"))}))
	assert.Empty(t, script.lines)
}

func TestStatementsOfDebeziumsClassInEveryDialect(t *testing.T) {
	everything := connect.StructOf("everything", connect.Field("ID", connect.Int64), connect.Field("i8", connect.Int8), connect.Field("f32", connect.OptionalFloat32), connect.Field("b", connect.Boolean.WithDefault(true)),
		connect.Field("s", connect.String.WithDefault("it's")), connect.Field("y", connect.OptionalBytes), connect.Field("d", connect.DecimalOf(2)), connect.Field("day", connect.Int32.WithName(debeziumTime+"Date")),
		connect.Field("clock", connect.Int64.WithName(debeziumTime+"MicroTime")), connect.Field("at", connect.Int64.WithName(debeziumTime+"MicroTimestamp")), connect.Field("zoned", connect.String.WithName(debeziumTime+"ZonedTimestamp")),
		connect.Field("ztime", connect.String.WithName(debeziumTime+"ZonedTime")), connect.Field("doc", connect.String.WithName(debeziumData+"Json")), connect.Field("uuid", connect.String.WithName(debeziumData+"Uuid")),
		connect.Field("kind", connect.String.WithName(debeziumData+"Enum").WithParameter("allowed", "s,m,l")), connect.Field("bits", connect.Bytes.WithName(debeziumData+"Bits").WithParameter("length", "12")),
		connect.Field("code", connect.String.WithParameter(sourceTypeParameter, "VARCHAR").WithParameter(sourceLengthParameter, "20")))
	amount, _ := connect.ParseDecimal("-12.34")
	values := fill(everything, int64(1), int8(-8), float32(1.5), false, "tea", []byte{1, 2}, amount, int32(18000), int64(3723456789), int64(1555230240123456), "2019-04-14T10:24:00.5+02:00", "10:24:00+02:00",
		"{}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "m", []byte{5, 3}, "x")
	for _, name := range []string{"postgresql", "mysql", "sqlserver"} {
		var out strings.Builder
		for _, mode := range []string{"insert", "upsert", "update"} {
			for _, quote := range []string{"false", "true"} {
				session, script := debeziumOn(t, debeziumProps(name, "insert.mode", mode, "primary.key.mode", "record_value", "primary.key.fields", "ID", "use.time.zone", "America/New_York", "quote.identifiers", quote))
				session.wording.newRow = name == "mysql" && quote == "true"
				w := written{topic: "shop.all"}
				require.NoError(t, runDebezium(t, session, []connect.SinkRecord{w.record(nil, nil, everything, values)}))
				fmt.Fprintf(&out, "--- %s quote.identifiers=%s\n%s", mode, quote, script)
				for _, l := range session.layouts {
					fmt.Fprintf(&out, "many: %s\n", l.statements.many)
				}
			}
		}
		golden(t, "debezium-"+name, out.String())
	}
}

func TestTheVersionsOfMySQLThatNameTheNewRow(t *testing.T) {
	for version, want := range map[string]bool{"8.0.19": false, "8.0.20": true, "8.4.2-log": true, "9.1.0": true, "5.7.44": false, "11.4.5-MariaDB-log": false, "10": false} {
		assert.Equal(t, want, newRowFrom(version), version)
	}
}
