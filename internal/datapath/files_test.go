// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import "strings"

// fileScenarios have the connectors that both bundle, and nothing of the suite's own.
func fileScenarios() []*scenario {
	return []*scenario{
		fromFile("plain"),
		fromFile("strings", "value.converter", stringConverter, "key.converter", stringConverter),
		fromFile("unheard", "value.converter.schemas.enable", "false"), // without a converter of its own that changes nothing
		fromFile("aliases", "connector.class", "FileStreamSource", "value.converter", "JsonConverter", "value.converter.schemas.enable", "false", "header.converter", "SimpleHeaderConverter", "transforms", "h,i",
			"transforms.h.type", "DropHeaders", "transforms.h.headers", "none", "transforms.i.type", "InsertHeader", "transforms.i.header", "n", "transforms.i.value.literal", "[1,2]"),
		fromFile("hoisted", "transforms", "h,i,k,x", "transforms.h.type", transforms+"HoistField$Value", "transforms.h.field", "line", "transforms.i.type", transforms+"InsertField$Value",
			"transforms.i.topic.field", "topic!", "transforms.i.partition.field", "partition", "transforms.i.static.field", "source?", "transforms.i.static.value", "file",
			"transforms.k.type", transforms+"ValueToKey", "transforms.k.fields", "line,source", "transforms.x.type", transforms+"HeaderFrom$Value", "transforms.x.fields", "source", "transforms.x.headers", "from", "transforms.x.operation", "move"),
		fromFile("dated", "transforms", "h,i,t,m,e", "transforms.h.type", transforms+"HoistField$Value", "transforms.h.field", "line", "transforms.i.type", transforms+"InsertField$Value",
			"transforms.i.static.field", "date", "transforms.i.static.value", "2020-01-02", "transforms.t.type", transforms+"TimestampConverter$Value", "transforms.t.field", "date", "transforms.t.target.type", "Date", "transforms.t.format", "yyyy-MM-dd",
			"transforms.m.type", transforms+"MaskField$Value", "transforms.m.fields", "line", "transforms.e.type", transforms+"SetSchemaMetadata$Value", "transforms.e.schema.name", "dated", "transforms.e.schema.version", "3"),
		fromFile("filtered", "transforms", "f", "transforms.f.type", transforms+"Filter", "transforms.f.predicate", "tombstone", "predicates", "tombstone", "predicates.tombstone.type", predicates+"RecordIsTombstone",
			"header.converter", simpleHeaders),
		fromFile("inserted", "transforms", "i,j", "transforms.i.type", transforms+"InsertHeader", "transforms.i.header", "n", "transforms.i.value.literal", "17", "transforms.j.type", transforms+"InsertHeader", "transforms.j.header", "d", "transforms.j.value.literal", "2020-01-02"),
		fromFile("failing", "value.converter", bytesConverter).failing(),
		intoFile("typed", "value.converter", jsonConverter),
		intoFile("bare", "value.converter", jsonConverter, "value.converter.schemas.enable", "false"),
		intoFile("strings", "value.converter", stringConverter),
		intoFile("hoisted", "value.converter", jsonConverter, "transforms", "h,i", "transforms.h.type", transforms+"HoistField$Value", "transforms.h.field", "it", "transforms.i.type", transforms+"InsertField$Value",
			"transforms.i.offset.field", "offset", "transforms.i.topic.field", "topic", "transforms.i.timestamp.field", "time", "transforms.i.partition.field", "partition"),
		intoFile("flat", "value.converter", jsonConverter, "transforms", "f,c", "transforms.f.type", transforms+"Flatten$Value", "transforms.c.type", transforms+"Cast$Value", "transforms.c.spec", "i32:string,b:int8"),
	}
}

// fromFile reads lines, the last of which is not ended.
func fromFile(name string, more ...string) *scenario {
	return &scenario{name: "source.file." + name, text: "one\ntwo\r\nünï\n\n  last one \nnot ended", want: 5,
		config: props{"connector.class": fileSource, "file": "@DIR@/in.txt", "topic": "@T@-lines"}.with(more...)}
}

// intoFile prints values of all types; what fails goes to a dead letter queue.
func intoFile(name string, more ...string) *scenario {
	s := &scenario{name: "sink.file." + name, config: props{"connector.class": fileSink, "file": "@DIR@/out.txt", "key.converter": stringConverter}.with(deadLetters...).with(more...)}
	for _, value := range values {
		if !strings.Contains(value, `"bytes"`) { // Java prints the address of a byte array
			s.input = append(s.input, msg("values", null, value))
		}
	}
	s.input = append(s.input, msg("values", null, structure("", flatFields()...)), msg("values", null, `{"b":[1,{"c":"d"}],"a":"x"}`), msg("values", null, "not JSON"))
	return s
}

func (s *scenario) failing() *scenario {
	s.fails, s.want = true, 0
	return s
}
