// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"unicode/utf16"
)

// enveloped are documents with a schema, most of them wrong.
func enveloped() []string {
	under := func(schema string, payloads ...string) []string {
		var out []string
		for _, payload := range payloads {
			out = append(out, env(schema, payload))
		}
		return out
	}
	any := []string{`null`, `true`, `1`, `-1.9`, `1e3`, `1e30`, `128`, `3000000000`, `9223372036854775808`, `"1"`, `"NaN"`, `"AQI="`, `"AQ"`, `"A-_="`, `" AQI="`, `""`, `[]`, `[1]`, `{}`, `{"a":1}`, `[[1,2]]`, `[["a"]]`, `[["a",1,2]]`}
	var out []string
	for _, schema := range []string{tInt8, tInt16, tInt32, tInt64, tFloat, tDouble, tBoolean, tString, tBytes, tArray, tMap, tPairs, tDecimal, tDate, tTime, tTimestamp, `"type":"struct","fields":[{"type":"int64","optional":true,"field":"a"}]`} {
		out = append(out, under(`{`+schema+`}`, any...)...)
		out = append(out, under(`{`+schema+`,"optional":true,"default":1}`, `null`)...)
	}
	for _, schema := range []string{`{"type":"INT32"}`, `{"type":"int32","optional":"true"}`, `{"type":"int32","optional":null}`, `{"type":"int32","version":"3"}`, `{"type":"int32","version":3.7}`, `{"type":"int32","version":null}`, `{"type":"int32","name":5}`, `{"type":"int32","name":null}`, `{"type":"int32","doc":7}`, `{"type":"int32","parameters":{"a":1}}`,
		`{"type":"int32","parameters":[]}`, `{"type":"int32","parameters":null}`, `{"type":null}`, `{"type":5}`, `"int32"`, `["int32"]`, `7`, `{"type":"array","items":"int32"}`, `{"type":"array","items":null}`, `{"type":"map","values":{"type":"int32"}}`, `{"type":"map","keys":null,"values":null}`, `{"type":"struct"}`, `{"type":"struct","fields":[1]}`,
		`{"type":"struct","fields":[{"type":"int32"}]}`, `{"type":"struct","fields":[{"type":"int32","field":5}]}`, `{"type":"struct","fields":[{"type":"int32","field":""}]}`, `{"type":"struct","fields":[{"type":"int32","field":"a"},{"type":"int8","field":"a"}]}`, `{"type":"struct","fields":[{"type":"nope","field":"a"}]}`, `{"type":"struct","fields":{"a":{"type":"int32"}}}`,
		`{"type":"int32","field":"x","more":1}`, `{"type":"int32","type":"string"}`, `{"type":"int32","default":"x"}`, `{"type":"string","default":5}`, `{"type":"string","default":null}`, `{"type":"boolean","default":"true"}`, `{"type":"bytes","default":"AQ"}`, `{"type":"array","items":{"type":"int32"},"default":[1,null]}`, `{"type":"array","items":{"type":"int32"},"default":[1,2]}`,
		`{"type":"map","keys":{"type":"string"},"values":{"type":"int32"},"default":{"a":1}}`, `{"type":"int8","default":300}`, `{"type":"int32","version":-1,"name":"n"}`, `{"type":"int32","version":99999999999}`, `{"type":"string","parameters":{"b":"2","a":"1","B":"3"},"name":"n","doc":"d"}`,
		`{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"x"}}`, `{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"-3"}}`, `{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"},"default":"BNI="}`,
		`{"type":"string","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}}`, `{"type":"int64","name":"org.apache.kafka.connect.data.Date"}`, `{"type":"int32","name":"org.apache.kafka.connect.data.Timestamp"}`, `{"type":"int32","name":"org.apache.kafka.connect.data.Date","version":2}`, `{"type":"int32","name":"org.apache.kafka.connect.data.Date","default":5}`,
		`{"type":"int32","name":"org.apache.kafka.connect.data.Time","default":86400001}`, `{"type":"int32","name":"org.apache.kafka.connect.data.Time","default":-1}`, `{"type":"int64","name":"org.apache.kafka.connect.data.Timestamp","default":"x"}`} {
		out = append(out, under(schema, `1`, `"x"`, `{"a":1}`, `null`)...)
	}
	person := `{"type":"struct","optional":true,"fields":[{"type":"string","field":"n"},{"type":"int32","optional":true,"default":3,"field":"o"},{"type":"struct","optional":true,"fields":[{"type":"int8","field":"x"}],"field":"s"}]}`
	return append(out, slices.Concat(under(person, `{"n":"a"}`, `{"n":null}`, `{"n":"a","o":null,"s":null}`, `{"n":"a","s":{}}`, `{"n":"a","s":{"x":1,"y":2},"z":0}`, `{"n":"a","n":"b"}`, `[]`, `"text"`, `{"n":5}`),
		under(`{`+tDecimal+`}`, `12.345`, `1e2`, `12`, `-0.01`, `"BNI"`, `99999999999999999999.99`), under(`{`+tDate+`}`, `3000000000`, `2147483647`, `1.0`), under(`{`+tTime+`}`, `86400000`, `-1`), under(`{`+tTimestamp+`}`, `1.0`, `-9223372036854775808`),
		[]string{`{"payload":1,"schema":{"type":"int32"}}`, `{"schema":null}`, `{"payload":1}`, `{"schema":null,"payload":null}`, `{"schema":null,"payload":{"schema":{"type":"int32"},"payload":1}}`, `{"schema":{"type":"int32"},"schema":{"type":"string"},"payload":1}`, `{"schema":{"type":"int32"},"payload":1} trailing`, `{"schema":{"type":"int32"},"payload":1}{}`})...)
}

// documents are texts that are JSON, nearly JSON, or what other parsers take for it.
func documents() []string {
	return []string{`{"s":"\ud83d\ude00 \u0000 \u007f \u2028 \/ \b\f\n\r\t"}`, "\"\x01\"", "\"a\tb\"", `"\x"`, `"\u12"`, `"unended`, `1E5`, `1e-400`, `0.1e1`, `-0`, `-0.0`, `00`, `01`, `-01`, `+1`, `1.`, `.5`, `-.5`, `1e`, `1e+`, `0x1`, `1_0`, `123456789012345678901234567890`, `-9223372036854775809`, `9223372036854775807`, `9223372036854775808`,
		`1.0`, `100.0e-2`, `1.7976931348623159e308`, `-1e999`, `9007199254740993`, `0.1234567890123456789`, `4.9e-324`, `2e-324`, `{"a":1} x`, `1,2`, `{"a":1}{"b":2}`, `[1]]`, `true false`, `"a" "b"`, `tru`, `trueish`, `nullx`, `True`, `/* c */ 1`, "1 // c", `# c`, `'a'`, `{a:1}`, `{'a':1}`, `Infinity`, `-Infinity`, `[NaN]`, `[1,]`, `[,1]`, `{"a":1,}`, `{,}`, `{"a" 1}`, `{"a"}`, `{1:2}`, `[1 2]`, `]`, `}`,
		`:`, `,`, "\ufeff1", " \t\r\n 1 \n", "\x0b1", "\u00a01", `{"":{"":[]}}`, `{"b":1,"a":2,"b":3}`, `{"a":{"b":{"c":[[[{"d":null}]]]}}}`, strings.Repeat("[", 999) + strings.Repeat("]", 999), strings.Repeat("[", 1001) + strings.Repeat("]", 1001), strings.Repeat(`{"a":`, 600) + "1" + strings.Repeat("}", 600),
		strings.Repeat("7", 1000), strings.Repeat("7", 1001), "0." + strings.Repeat("3", 1100), `{"` + strings.Repeat("k", 50000) + `":1}`, `{"` + strings.Repeat("k", 50001) + `":1}`, `"` + strings.Repeat("v", 70000) + `"`, `["` + strings.Repeat("é", 3000) + `"]`, `{"k` + strings.Repeat(`":1,"k`, 40) + `":2}`, "\n", "\t", `{"Aa":1,"BB":2,"C#":3,"zz":[{"Aa":{},"BB":[]}]}`, `{"0":0,"00":1,"-1":2,"1e0":3," ":4}`}
}

// encoded are bytes of texts in several encodings, and numbers of every length.
func encoded() []string {
	wide := func(text string, order binary.AppendByteOrder, mark bool) string {
		var out []byte
		units := utf16.Encode([]rune(text))
		if mark {
			units = append([]uint16{0xfeff}, units...)
		}
		for _, u := range units {
			out = order.AppendUint16(out, u)
		}
		return string(out)
	}
	out := []string{"plain", "ünï 🐟", "\xfc\xe9", "\xc0\xaf", "\xed\xa0\x80", "\xf0\x9f\x90", "\xf8\x88\x80\x80\x80", "\xef\xbb\xbfbom", "\x80", "a\x00b", wide("bé🐟", binary.BigEndian, true), wide("bé🐟", binary.LittleEndian, true), wide("bé🐟", binary.BigEndian, false), wide("bé🐟", binary.LittleEndian, false), "\xd8\x00", "\xd8\x00\x00a", "\xdc\x00", "odd", "\xfe\xff", "\xff\xfe\x00", "\x00a\x00"}
	for n := range 10 {
		out = append(out, string([]byte{0x7f, 0xc0, 1, 2, 3, 4, 5, 6, 7, 8}[:n]), string([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}[:n]))
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), math.SmallestNonzeroFloat64, math.MaxFloat64, 0.1} {
		out = append(out, string(binary.BigEndian.AppendUint64(nil, math.Float64bits(f))), string(binary.BigEndian.AppendUint32(nil, math.Float32bits(float32(f)))))
	}
	return out
}

// oddConverterScenarios have documents, encodings and numbers that are seldom right.
func oddConverterScenarios() []*scenario {
	odd := []convention{{"json", jsonConverter, nil}, {"numeric", jsonConverter, []string{"decimal.format", "NUMERIC", "replace.null.with.default", "false", "schemas.cache.size", "0"}}}
	bare := []convention{{"bare", jsonConverter, []string{"schemas.enable", "false"}}}
	texts := []convention{{"utf8", stringConverter, nil}, {"ascii", stringConverter, []string{"converter.encoding", "us-ascii"}}, {"latin", stringConverter, []string{"converter.encoding", "latin1"}}, {"utf16", stringConverter, []string{"converter.encoding", "UTF-16"}}, {"utf16be", stringConverter, []string{"converter.encoding", "UTF-16BE"}},
		{"utf16le", stringConverter, []string{"converter.encoding", "utf-16le"}}, {"bytes", bytesConverter, nil}, {"boolean", numbers + "BooleanConverter", nil}, {"short", numbers + "ShortConverter", nil}, {"integer", numbers + "IntegerConverter", nil}, {"long", numbers + "LongConverter", nil}, {"float", numbers + "FloatConverter", nil}, {"double", numbers + "DoubleConverter", nil}}
	written := []string{deep, empty, wide, edges, env(`{`+tString+`}`, `"\ud83d\ude00\u0000\u2028\u007f<>&'"`), env(`{"type":"array","items":{`+tPairs+`}}`, `[[[1,"a"]],[]]`), env(`{"type":"map","keys":{`+tBoolean+`},"values":{`+tArray+`}}`, `[[true,[1]],[false,[]]]`), env(`{"type":"map","keys":{`+tString+optional+`},"values":{`+tString+optional+`}}`, `{"a":null}`),
		env(`{"type":"array","items":{`+tDate+optional+`}}`, `[1,null]`), env(`{`+tDecimal+optional+`}`, `null`), plain(`[1.0E10,1e-5,123456.789e3,-0.0]`)}
	return slices.Concat(converting("odd.document", "odd.document.headers", append(bare, odd[0]), written, documents()), converting("odd.envelope", "odd.envelope.headers", odd, written, enveloped()), onlySinks(converting("odd.encoded", "odd.encoded.headers", texts, nil, encoded())),
		converting("odd.simple", "odd.simple.headers", []convention{{"simple", simpleHeaders, nil}}, written, slices.Concat(literals, documents()[:40])))
}

// onlySinks leaves out the sources, which have nothing to emit.
func onlySinks(all []*scenario) []*scenario {
	return slices.DeleteFunc(all, func(s *scenario) bool { return !s.isSink() })
}
