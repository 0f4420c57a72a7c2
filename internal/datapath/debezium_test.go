// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

// unwrapClass takes rows out of change events.
const unwrapClass = "io.debezium.transforms.ExtractNewRecordState"

// debeziumScenarios have change events of a table, with schemas and without.
func debeziumScenarios() []*scenario {
	row := func(attributes string) string {
		return unbraced(schemaOf(attributes+`"name":"server.shop.orders.Value"`, field{"id", tInt32, ""}, field{"name", tString + optional, ""}, field{"price", tDecimal + optional, ""},
			field{"note", tString + optional + `,"default":"none"`, ""}, field{"where", tString, ""}))
	}
	source := unbraced(schemaOf(`"name":"io.debezium.connector.postgresql.Source"`, field{"connector", tString, ""}, field{"name", tString, ""}, field{"ts_ms", tInt64, ""}, field{"db", tString, ""}, field{"table", tString, ""}, field{"lsn", tInt64 + optional, ""}))
	event := func(before, after, op string) string {
		return structure(`"name":"server.shop.orders.Envelope","version":1`, field{"before", row(`"optional":true,`), before}, field{"after", row(`"optional":true,`), after},
			field{"source", source, `{"connector":"postgresql","name":"server","ts_ms":1700000000001,"db":"shop","table":"orders","lsn":77}`}, field{"op", tString, `"` + op + `"`}, field{"ts_ms", tInt64 + optional, `1700000000002`})
	}
	const first, second = `{"id":1,"name":"one","price":"BNI=","note":null,"where":"@T@-routed"}`, `{"id":1,"name":null,"price":null,"note":"set","where":"@T@-elsewhere"}`
	events := []string{event(`null`, first, "c"), event(first, second, "u"), event(second, `null`, "d"), null, event(`null`, first, "r"), event(`null`, `null`, "t"), rich,
		plain(`{"before":null,"after":{"id":1,"name":"x"},"source":{"table":"orders","db":"shop"},"op":"c","ts_ms":5}`), plain(`{"before":{"id":1},"after":null,"source":{"table":"orders"},"op":"d"}`), plain(`{"a":1}`), env(`{`+tString+`}`, `"text"`)}
	var probes []probe
	for _, config := range [][]string{
		{}, {"delete.tombstone.handling.mode", "drop"}, {"delete.tombstone.handling.mode", "tombstone"}, {"delete.tombstone.handling.mode", "rewrite"}, {"delete.tombstone.handling.mode", "rewrite-with-tombstone"}, {"delete.tombstone.handling.mode", "delete-to-tombstone"},
		{"add.fields", "op,table,source.ts_ms,source.lsn:position", "add.headers", "op,db,before.name"}, {"add.fields", "op,ts_ms", "add.fields.prefix", "", "add.headers", "table", "add.headers.prefix", "x_", "delete.tombstone.handling.mode", "rewrite"},
		{"route.by.field", "where"}, {"replace.null.with.default", "false"}, {"drop.fields.header.name", "h1"},
	} {
		probes = append(probes, with(config...).on(events...).alone())
	}
	return bothWays(unwrapClass, false, probes)
}
