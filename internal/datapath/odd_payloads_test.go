// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import "slices"

// Payloads that are seldom seen, with which transforms are tried besides the standard ones.
var (
	// deep has structs in structs, in lists and in maps, and names that a path has to quote.
	deep = structure(`"name":"deep.Root","version":0,"doc":"d","parameters":{"z":"26","a":"1"}`,
		field{"id", tInt64 + `,"name":"com.example.Id","version":2,"doc":"the id","parameters":{"unit":"none"}`, `7`},
		field{"l1", unbraced(schemaOf(`"optional":true,"name":"L1"`, field{"l2", unbraced(schemaOf(`"optional":true,"doc":"second"`, field{"l3", unbraced(schemaOf("", field{"leaf", tString + optional + `,"default":"fallen"`, ``}, field{"n", tInt16, ``})), ``}, field{"on", tBoolean, ``})), ``},
			field{"list", `"type":"array","items":{"type":"struct","fields":[{"type":"int8","field":"e"}]}`, ``})), `{"l2":{"l3":{"leaf":null,"n":3},"on":true},"list":[{"e":1},{"e":2}]}`},
		field{"dotted.name", tString, `"dots"`}, field{"with space", tString, `"space"`}, field{"ünï", tString, `"ü"`}, field{"tick`s", tString, `"tick"`},
		field{"nested", `"type":"array","items":{"type":"array","items":{"type":"string","optional":true}}`, `[["a",null],[]]`},
		field{"late", tTimestamp + optional + `,"default":86400000`, `null`}, field{"price", tDecimal + optional + `,"default":"BNI="`, `null`}, field{"raw", tBytes + optional + `,"default":"AQI="`, `null`})
	// empty has structs without fields, and null in each kind of optional field.
	empty = structure(`"optional":true`, field{"none", `"type":"struct","fields":[]`, `{}`}, field{"s", tString + optional, `null`}, field{"arr", tArray + optional, `null`}, field{"map", tMap + optional, `null`},
		field{"inner", unbraced(schemaOf(`"optional":true`, inner...)), `null`}, field{"ts", tTimestamp + optional, `null`}, field{"i32", tInt32 + optional, `null`})
	// wide has more keys than a small hash table, some of one hash.
	wide = plain(`{"Aa":1,"BB":2,"C#":3,"AaAa":4,"BBBB":5,"AaBB":6,"s":"v","":"empty","a":"1","b":"2","c":"3","d":"4","e":"5","f":"6","g":"7","inner":{"x":{"y":{"z":[{"w":null}]}},"deeper":null},"ts":0,"list":[[],{}],"i64":-1}`)
	// edges are numbers and texts at the edges of types.
	edges = plain(`{"s":"9223372036854775808","i64":9223372036854775807,"i32":-2147483649,"f64":1.7976931348623157e308,"tiny":4.9e-324,"neg":-0.0,"b":false,"digits":" 12 ","ts":-62135596800000,"i":128,"n":null,"hex":"0x1p3","inf":"Infinity","u":"٤٢"}`)

	odds = []string{deep, empty, wide, edges, plain(`[{"s":1}]`), plain(`{}`), env(`{"type":"struct","fields":[]}`, `{}`), env(`{`+tArray+`}`, `[]`), env(`{`+tMap+`,"name":"m"}`, `{"s":1}`)}
)

// oddly tries a configuration with the odd payloads and the standard ones.
func oddly(config ...string) probe {
	return with(config...).on(slices.Concat([]string{rich, schemaless, null}, odds)...).alone()
}

// oddlyEach makes a probe of each configuration.
func oddlyEach(configs ...[]string) []probe {
	var out []probe
	for _, config := range configs {
		out = append(out, oddly(config...))
	}
	return out
}
