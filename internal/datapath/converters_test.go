// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

// values are envelopes of every type, without schema and null.
var values = slices.Concat(standard, []string{
	env(`{`+tInt8+`}`, `-8`), env(`{`+tInt16+`}`, `-300`), env(`{`+tInt32+`}`, `70000`), env(`{`+tInt64+`}`, `-3000000000`), env(`{`+tFloat+`}`, `0.1`), env(`{`+tDouble+`}`, `1.0E-7`),
	env(`{`+tDouble+`}`, `123456789012345680`), env(`{`+tBoolean+`}`, `false`), env(`{`+tBytes+`}`, `"/wA="`), env(`{`+tDecimal+`}`, `"BNI="`), env(`{`+tDate+`}`, `-1`), env(`{`+tTime+`}`, `86399999`), env(`{`+tTimestamp+`}`, `-1`),
	env(`{`+tString+`}`, `""`), env(`{`+tString+`}`, `"ünïcödé 🐟 \u0001\"\\\/"`), env(`{`+tString+optional+`,"default":"d"}`, `null`), env(`{`+tArray+`}`, `[]`), env(`{`+tMap+`}`, `{"b":1,"a":2,"zz":3}`), env(`{`+tPairs+`}`, `[[1,"x"],[-5,"y"]]`),
	env(`{"type":"array","items":{`+tDecimal+`}}`, `["BNI=","AA=="]`), env(`{"type":"map","keys":{"type":"string"},"values":{`+tTimestamp+`}}`, `{"a":1}`),
	plain(`true`), plain(`12345678901234567890`), plain(`-0.0`), plain(`""`), plain(`[]`), plain(`{}`), plain(`[null,{"a":[{}]}]`), plain(`{"é":"ü","a b":"c","10":1,"9":2}`),
})

// raws are bytes as a topic may hold them.
var raws = func() []string {
	number := func(bits int, n uint64) string {
		b := binary.BigEndian.AppendUint64(nil, n)
		return string(b[8-bits/8:])
	}
	return slices.Concat(values, []string{
		plain(`1e400`),
		"", " ", "text", "true", "false", "\x00", "\x01", "\x02", number(16, 0xfffe), number(32, 70000), number(32, 0x3fc00000), number(64, 0x3ff8000000000000), number(64, 1<<40), number(64, 0xffffffffffffffff),
		`{"a":1}`, `[1,2.5,"x"]`, `"quoted"`, `1 2`, `1.5`, `null`, `{`, `{"schema":{"type":"int32"},"payload":"x"}`, `{"schema":{"type":"string"},"payload":7}`, `{"schema":{"type":"int8"},"payload":300}`,
		`{"schema":{"type":"int32"},"payload":null}`, `{"schema":{"type":"nope"},"payload":1}`, `{"schema":{},"payload":1}`, `{"schema":{"type":"array"},"payload":[]}`, `{"schema":{"type":"struct","fields":1},"payload":{}}`,
		`{"schema":{"type":"struct","fields":[{"type":"int32","field":"a"}]},"payload":{}}`, `{"schema":{"type":"int32","optional":true,"default":5},"payload":null}`, `{"schema":{"type":"int32"},"payload":1,"more":2}`,
		`{"a":1,"a":2}`, `{"schema":{"type":"bytes"},"payload":"###"}`, `{"schema":{` + tDecimal + `},"payload":12.3}`, `{"schema":{` + tDate + `},"payload":"x"}`, `{"schema":{` + tTime + `},"payload":86400001}`,
		`{"schema":{"type":"map","keys":{"type":"string"}},"payload":{}}`, `{"schema":{"type":"int32","name":"n","version":3,"doc":"d","parameters":{"z":"1","a":"2"}},"payload":4}`,
		"\xff\xfe", "a\xffb", "2020-01-02", "10:11:12.123Z", "007", "1,2", `{"a":1,"b":[true,null]}`, "[1,", "NaN", "1e3", "-0", "99999999999.5", "5 6",
	})
}()

// convention is a converter with its options.
type convention struct {
	name, class string
	options     []string
}

var conventions = []convention{
	{"json", jsonConverter, nil}, {"json.bare", jsonConverter, []string{"schemas.enable", "false"}}, {"json.numeric", jsonConverter, []string{"decimal.format", "numeric", "schemas.cache.size", "1"}},
	{"json.nulls", jsonConverter, []string{"replace.null.with.default", "false"}}, {"json.bare.nulls", jsonConverter, []string{"schemas.enable", "false", "replace.null.with.default", "false", "decimal.format", "NUMERIC"}},
	{"string", stringConverter, nil}, {"string.latin", stringConverter, []string{"converter.encoding", "ISO-8859-1"}}, {"string.utf16", stringConverter, []string{"converter.encoding", "UTF-16"}}, {"bytes", bytesConverter, nil}, {"boolean", numbers + "BooleanConverter", nil},
	{"short", numbers + "ShortConverter", nil}, {"integer", numbers + "IntegerConverter", nil}, {"long", numbers + "LongConverter", nil}, {"float", numbers + "FloatConverter", nil}, {"double", numbers + "DoubleConverter", nil},
}

func (c convention) as(kind string) []string {
	out := []string{kind, c.class}
	for i := 0; i < len(c.options); i += 2 {
		out = append(out, kind+"."+c.options[i], c.options[i+1])
	}
	return out
}

// converterScenarios have every converter for keys, values and headers: each converts all values on the way in and all bytes on the
// way out.
func converterScenarios() []*scenario {
	return converting("converter", "headers", append(slices.Clone(conventions), convention{"simple", simpleHeaders, nil}), values, raws)
}

// converting makes scenarios of each converter with values on the way in and bytes on the way out.
func converting(prefix, headersPrefix string, all []convention, values, raws []string) []*scenario {
	var out []*scenario
	for _, c := range all {
		sourceConfig := props{"errors.tolerance": "all", "header.converter": jsonConverter}
		if c.class != simpleHeaders {
			sourceConfig = sourceConfig.with(c.as("key.converter")...).with(c.as("value.converter")...)
		}
		headerConfig := props{"errors.tolerance": "all"}.with(c.as("header.converter")...)
		var emitted, headed, sent []message
		for _, value := range values {
			if c.name == "string.utf16" && strings.Contains(value, `{"type":"bytes"`) {
				continue // the address of a byte array is easier to find in ASCII
			}
			emitted = append(emitted, msg("keys", value, null), msg("values", null, value))
			m := msg("headers", null, env(`{`+tString+`}`, `"v"`))
			m.headers = []kgo.RecordHeader{{Key: "h", Value: textOrNull(value)}}
			headed = append(headed, m)
		}
		for _, raw := range raws {
			if raw != null && strings.HasPrefix(raw, "\x00") && len(raw) == len(null) {
				panic("bytes that stand for null")
			}
			m := msg("headers", null, "v")
			m.headers = []kgo.RecordHeader{{Key: "h", Value: textOrNull(raw)}}
			sent = append(sent, m, msg("keys", raw, null), msg("values", null, raw))
		}
		if c.class == simpleHeaders {
			emitted, sent = nil, slices.DeleteFunc(sent, func(m message) bool { return m.topic != "headers" })
		} else {
			out = append(out, &scenario{name: "source." + prefix + "." + c.name, config: replaying(sourceConfig), replay: emitted})
		}
		sinkConfig := sourceConfig.with(c.as("header.converter")...)
		if c.class == simpleHeaders {
			sinkConfig = sinkConfig.with("value.converter", stringConverter)
		}
		out = append(out, &scenario{name: "source." + headersPrefix + "." + c.name, config: replaying(headerConfig), replay: headed},
			&scenario{name: "sink." + prefix + "." + c.name, config: dumping(sinkConfig).with(deadLetters...), input: sent})
	}
	return out
}
