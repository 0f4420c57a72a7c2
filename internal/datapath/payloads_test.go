// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import "strings"

// env is an envelope of JSON, as JsonConverter reads and writes it.
func env(schema, payload string) string { return `{"schema":` + schema + `,"payload":` + payload + `}` }

// plain is an envelope without schema.
func plain(payload string) string { return env("null", payload) }

// field is one of a struct: its schema without braces, its payload; one without payload is left out of it.
type field struct{ name, schema, payload string }

// schemaOf is the schema of a struct, with more attributes of its own.
func schemaOf(attributes string, fields ...field) string {
	var schemas []string
	for _, f := range fields {
		schemas = append(schemas, `{`+f.schema+`,"field":"`+f.name+`"}`)
	}
	if attributes != "" {
		attributes = "," + attributes
	}
	return `{"type":"struct","fields":[` + strings.Join(schemas, ",") + `]` + attributes + `}`
}

// unbraced is a schema as that of a field.
func unbraced(schema string) string { return schema[1 : len(schema)-1] }

func payloadOf(fields ...field) string {
	var payloads []string
	for _, f := range fields {
		if f.payload != "" {
			payloads = append(payloads, `"`+f.name+`":`+f.payload)
		}
	}
	return `{` + strings.Join(payloads, ",") + `}`
}

// structure is the envelope of a struct.
func structure(attributes string, fields ...field) string {
	return env(schemaOf(attributes, fields...), payloadOf(fields...))
}

const logical = `"version":1,"name":"org.apache.kafka.connect.data.`

// Schemas without braces.
const (
	tInt8, tInt16, tInt32, tInt64 = `"type":"int8"`, `"type":"int16"`, `"type":"int32"`, `"type":"int64"`
	tFloat, tDouble, tBoolean     = `"type":"float"`, `"type":"double"`, `"type":"boolean"`
	tString, tBytes               = `"type":"string"`, `"type":"bytes"`
	tDecimal                      = `"type":"bytes",` + logical + `Decimal","parameters":{"scale":"2"}`
	tDate                         = `"type":"int32",` + logical + `Date"`
	tTime                         = `"type":"int32",` + logical + `Time"`
	tTimestamp                    = `"type":"int64",` + logical + `Timestamp"`
	tArray                        = `"type":"array","items":{"type":"int32"}`
	tMap                          = `"type":"map","keys":{"type":"string"},"values":{"type":"int64"}`
	tPairs                        = `"type":"map","keys":{"type":"int32"},"values":{"type":"string"}`
	optional                      = `,"optional":true`
)

var inner = []field{{"x", tInt32, `1`}, {"y", tString + optional + `,"default":"d"`, ``}}

// allFields have every type once, as required fields, and what null and defaults are about.
var allFields = []field{
	{"b", tBoolean, `true`}, {"i8", tInt8, `-8`}, {"i16", tInt16, `1600`}, {"i32", tInt32, `70000`}, {"i64", tInt64, `3000000000`},
	{"f32", tFloat, `1.5`}, {"f64", tDouble, `-2.25`}, {"s", tString, `"txt"`}, {"digits", tString, `"42"`}, {"by", tBytes, `"AQL/"`},
	{"dec", tDecimal, `"BNI="`}, {"date", tDate, `19000`}, {"time", tTime, `3723004`}, {"ts", tTimestamp, `1700000000123`},
	{"arr", tArray, `[1,2,3]`}, {"map", tMap, `{"k2":2,"k1":1}`}, {"pairs", tPairs, `[[7,"seven"]]`},
	{"inner", unbraced(schemaOf(`"name":"inner"`, inner...)), `{"x":1}`},
	{"oi", tInt32 + optional, `null`}, {"od", tInt64 + optional + `,"default":7`, `null`}, {"os", tString + optional, ``},
	{"rd", tString + `,"default":"dflt"`, `"set"`},
}

// flatFields are allFields without maps, which Flatten refuses.
func flatFields() []field {
	return pick("b", "i32", "f64", "s", "dec", "date", "arr", "inner", "oi", "od", "rd")
}

// pick chooses fields of allFields.
func pick(names ...string) []field {
	var out []field
	for _, name := range names {
		for _, f := range allFields {
			if f.name == name {
				out = append(out, f)
			}
		}
	}
	return out
}

const richAttributes = `"optional":true,"name":"rich","version":3,"doc":"all types","parameters":{"p":"1"}`

// Payloads that every transform of keys or values is tried with.
var (
	rich       = structure(richAttributes, allFields...)
	schemaless = plain(`{"b":true,"i32":5,"i64":3000000000,"f64":1.5,"s":"txt","digits":"42","n":null,"arr":[1,"a",null],"ts":1700000000123,` +
		`"inner":{"x":1,"deeper":{"z":"w"}},"empty":{}}`)
	standard = []string{rich, schemaless, env(`{`+tString+`}`, `"text"`), env(`{`+tInt64+`}`, `1700000000123`), plain(`"bare"`),
		env(schemaOf(`"optional":true`, inner...), `null`), null}
)
