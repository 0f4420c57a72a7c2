// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"fmt"
	"slices"
	"strings"
)

// oddTransformScenarios have configurations and payloads that are seldom seen.
func oddTransformScenarios() []*scenario {
	type c = []string
	return slices.Concat(
		renamed(crossed("Cast", oddlyEach(c{"spec", "id:string,l1:string"}, c{"spec", "id:float64,price:string,late:string,raw:string"}, c{"spec", "late:int64,price:float32"}, c{"spec", "late:boolean"}, c{"spec", "price:int8,late:float64"},
			c{"spec", "dotted.name:boolean, with space : boolean ,ünï:boolean"}, c{"spec", "s:string,i64:string,i32:int32,f64:float32,tiny:float32,neg:string,b:float64,digits:float64,ts:int32,i:int8,hex:float64,inf:float32,u:int16"},
			c{"spec", "f64:int64,tiny:string,neg:int8,neg:boolean,inf:float64"}, c{"spec", "s:INT64"}, c{"spec", "digits:int32"}, c{"spec", "inf:float64,hex:float32,f64:int32,i32:int16"}, c{"spec", "list:int32"}, c{"spec", "nested:string"},
			c{"spec", "i32:string,ts:string,s:int8", "replace.null.with.default", "false"}, c{"spec", "none:string"}, c{"spec", "string"}, c{"spec", "boolean", "replace.null.with.default", "false"})...), ".odd"),
		renamed(crossed("ExtractField", oddlyEach(c{"field", "l1.l2.l3", "field.syntax.version", "v2"}, c{"field", "l1.l2.l3.leaf", "field.syntax.version", "V2", "replace.null.with.default", "false"}, c{"field", "l1.l2.l3.leaf", "field.syntax.version", "V2"},
			c{"field", "`dotted.name`", "field.syntax.version", "V2"}, c{"field", "dotted.name"}, c{"field", "tick`s"}, c{"field", "tick`s", "field.syntax.version", "V2"}, c{"field", "l1.list.e", "field.syntax.version", "V2"}, c{"field", "inner.x.y.z", "field.syntax.version", "V2"},
			c{"field", "inner.x.y.q.w", "field.syntax.version", "V2"}, c{"field", "inner.deeper.z", "field.syntax.version", "V2"}, c{"field", "late"}, c{"field", "price", "replace.null.with.default", "false"}, c{"field", "none"}, c{"field", "nested"}, c{"field", "a.", "field.syntax.version", "V2"},
			c{"field", ".s", "field.syntax.version", "V2"}, c{"field", "ünï"}, c{"field", "map"}, c{"field", "s.x", "field.syntax.version", "V2"})...), ".odd"),
		renamed(crossed("Flatten", oddlyEach(c{}, c{"delimiter", "::"}, c{"delimiter", "ü"}, c{"delimiter", ""})...), ".odd"),
		renamed(crossed("HeaderFrom", oddlyEach(c{"fields", "id,l1", "headers", "a,b", "operation", "move"}, c{"fields", "s,s", "headers", "a,b", "operation", "move"}, c{"fields", "inner,inner", "headers", "a,a", "operation", "copy"}, c{"fields", "late,price,raw", "headers", "h1,p,r", "operation", "copy"},
			c{"fields", "late,price,raw", "headers", "h1,p,r", "operation", "move", "replace.null.with.default", "false"}, c{"fields", "none,i32", "headers", "n,i", "operation", "move"}, c{"fields", "absent", "headers", "h", "operation", "copy"}, c{"fields", "Aa,BB,list", "headers", "ü,b c,d", "operation", "move"})...), ".odd"),
		renamed(crossed("HoistField", oddlyEach(c{"field", "a.b"}, c{"field", ""}, c{"field", "ü"})...), ".odd"),
		renamed(crossed("InsertField", oddlyEach(c{"topic.field", "id"}, c{"topic.field", "new", "static.field", "new", "static.value", "x"}, c{"timestamp.field", "ts!", "static.field", "a?", "static.value", "ü"}, c{"static.field", "x!!", "static.value", "1"}, c{"static.field", "!", "static.value", "1"},
			c{"static.field", "", "static.value", "1"}, c{"partition.field", "p?", "timestamp.field", "t?", "topic.field", "o?"}, c{"partition.field", "s"}, c{"offset.field", "o?", "timestamp.field", "t!"}, c{"static.field", "v", "static.value", " 5 ", "replace.null.with.default", "false"},
			c{"topic.field", "late", "replace.null.with.default", "false"}, c{"static.field", "x?!", "static.value", "1"})...), ".odd"),
		renamed(crossed("MaskField", oddlyEach(c{"fields", "l1"}, c{"fields", "nested"}, c{"fields", "late,price"}, c{"fields", "raw"}, c{"fields", "id,dotted.name", "replacement", "-7"}, c{"fields", "id", "replacement", "1e3"}, c{"fields", "id", "replacement", "x"}, c{"fields", "id", "replacement", " 5"},
			c{"fields", "s,i64,f64,b", "replacement", "0x10"}, c{"fields", "s,i64,f64", "replacement", "12345678901234567890.5"}, c{"fields", "inner,list,n,a,absent"}, c{"fields", "inner", "replacement", "1"}, c{"fields", "ts,i,tiny", "replacement", "1E400"}, c{"fields", "price", "replacement", "12.345"},
			c{"fields", "late", "replacement", "5"}, c{"fields", "arr,map"}, c{"fields", "none"}, c{"fields", "s,s,a,b,c,d,e,f,g,,"})...), ".odd"),
		renamed(crossed("ReplaceField", oddlyEach(c{"renames", "id:dotted.name"}, c{"renames", "s:Aa,a:b,b:a"}, c{"renames", "s:x,i64:x"}, c{"include", "id,l1", "exclude", "l1"}, c{"include", " s , i64 "}, c{"exclude", "s", "renames", "s:t"}, c{"include", "t", "renames", "s:t"}, c{"renames", "late:l,price:p,raw:r", "replace.null.with.default", "false"},
			c{"exclude", "none,arr,map,inner,ts,s,i32"}, c{"include", "l1,nested,none"}, c{"renames", "id:id"}, c{"renames", " s : t "}, c{"exclude", ","}, c{"include", "Aa,BB,C#,AaAa,BBBB,AaBB", "renames", "Aa:BBBB,BB:C#"})...), ".odd"),
		renamed(crossed("SetSchemaMetadata", oddlyEach(c{"schema.version", "0"}, c{"schema.version", "-1"}, c{"schema.name", "org.apache.kafka.connect.data.Date", "schema.version", "1"}, c{"schema.name", "with space", "schema.version", "2147483647", "replace.null.with.default", "false"})...), ".odd"),
		oddTimestampScenarios(), oddRouterScenarios(), oddHeaderScenarios(),
		renamed(ofRecord("ValueToKey", oddlyEach(c{"fields", "id,id"}, c{"fields", "l1,late,price"}, c{"fields", "late,raw", "replace.null.with.default", "false"}, c{"fields", "none"}, c{"fields", "Aa,BB,AaAa,BBBB,C#"}, c{"fields", "inner,list"}, c{"fields", "dotted.name"})...), ".odd"),
	)
}

// crossed tries a transform of keys in a sink and that of values in a source: with the ordinary scenarios that is enough of both.
func crossed(class string, probes ...probe) []*scenario {
	return []*scenario{bothWays(class+"$Key", true, probes)[1], bothWays(class+"$Value", false, probes)[0]}
}

// oddTimestampScenarios have patterns and texts that SimpleDateFormat is lenient with, and all pairs of precisions.
func oddTimestampScenarios() []*scenario {
	at := func(ms string) string { return env(`{`+tTimestamp+`}`, ms) }
	text := func(s string) string { return env(`{`+tString+`}`, quoted(s)) }
	instants := []string{at(`0`), at(`-1`), at(`951782400000`), at(`1700000000123`), at(`-62135769600000`), at(`253402300800000`), at(`1711846800000`), env(`{`+tDate+`}`, `-719529`), env(`{`+tTime+`}`, `86399999`), at(`9223372036854775807`), at(`-9223372036854775808`)}
	texts := []string{text("1999-12-31 23:59:60"), text("2024-02-30 25:61:61"), text(" 2024-01-02 03:04:05"), text("2024-1-2 3:4:5"), text("24-01-02 03:04:05"), text("-0044-03-15 00:00:00"), text("2024-01-02"), text("2024-01-02 03:04:05 PST"), text("٢٠٢٤-01-02 03:04:05"), text(""), text("12345-01-02 03:04:05")}
	var probes []probe
	for _, format := range []string{"yyyy-MM-dd HH:mm:ss", "y-M-d H:m:s", "yy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss z", "yyyyMMddHHmmssSSS", "YYYY-ww-u HH:mm:ss", "EEEE, MMMM d, yyyy h:mm:ss.SSSSSS a", "dd/LLL/yyyyyy G kk:KK:hh", "yyyy-DDD'T'HHmmX", "XXX XX X Z zzzz", "''yyyy''''MM'it''s'", "SSS", "D F W w E", "yyyy.MM.dd.HH.mm.ss.S.Z", "u", "''"} {
		probes = append(probes, with("target.type", "string", "format", format).on(instants...).alone(), with("target.type", "Timestamp", "format", format).on(texts...).alone())
	}
	for _, to := range []string{"string", "unix", "Date", "Time", "Timestamp"} {
		for _, precision := range []string{"seconds", "milliseconds", "microseconds", "nanoseconds"} {
			probes = append(probes, with("target.type", to, "unix.precision", precision, "format", "yyyy-MM-dd'T'HH:mm:ss.SSSZ").on(at(`-1`), at(`1700000000123`), at(`9223372036854775807`), env(`{`+tInt64+`,"default":5}`, `1700000000123456789`), env(`{`+tInt64+`}`, `-1500`), plain(`-1`), plain(`9223372036854775807`),
				plain(`1.5`), plain(`{"a":1}`), text("2024-01-02T03:04:05.678+0130"), env(`{`+tDate+optional+`,"default":3}`, `null`), env(`{`+tTime+optional+`,"default":3}`, `7`), env(`{"type":"string","optional":true,"default":"d"}`, `null`)).alone())
		}
	}
	fields := oddlyEach([]string{"target.type", "string", "field", "late", "format", "yyyy"}, []string{"target.type", "unix", "field", "late", "replace.null.with.default", "false"}, []string{"target.type", "Date", "field", "late"}, []string{"target.type", "string", "field", "ts", "format", "yyyy-MM-dd G"}, []string{"target.type", "unix", "field", "id"},
		[]string{"target.type", "Time", "field", "i64", "unix.precision", "nanoseconds"}, []string{"target.type", "Timestamp", "field", "s", "format", "yyyy"}, []string{"target.type", "Timestamp", "field", "digits", "format", "d"}, []string{"target.type", "Timestamp", "field", "price"}, []string{"target.type", "Timestamp", "field", "inner.x"})
	return slices.Concat(renamed(crossed("TimestampConverter", probes...), ".odd"), renamed(crossed("TimestampConverter", fields...), ".odd.field"))
}

// oddRouterScenarios have groups and formats; all topics that come of them are of one scenario each.
func oddRouterScenarios() []*scenario {
	var routes, times []probe
	for _, r := range [][]string{{"(.*)-(p)(\\d+)", "$1-$3$2"}, {".*", "$0-a\\$b"}, {"([a-z]*)(.*)", "$1$2-x"}, {"(?<whole>.+)", "${whole}-y"}, {"(.*)(-p.*)?", "$1-o$2"}, {"(?i)(.*)-P(\\d+)", "$1-i$2"}, {"(.*?)-(.*)", "$1-lazy.$2"}, {"(.*)-p6", "$1-$10"}, {"(.*)-p7", "$1-\\\\"}, {"(.*)-p8", "$2"}, {"(.*)-p9", "$"}, {"(.*)-p10", "${x}"}, {"(.*)-p11", ""}, {"(.*)-p12", "$1-ü"}, {"(.*)-p13", "$1-a b"}, {"[^-]*-.*\\.(.)-p14", "$1"}, {"(.*)-p15", "\\"}} {
		routes = append(routes, with("regex", r[0], "replacement", r[1]).on(plain(`1`), null).alone())
	}
	for _, f := range [][]string{{"${topic}-${timestamp}", "yyyyMMddHHmm"}, {"${topic}-x${topic}", "yyyy"}, {"${timestamp}", "'@T@-'yyyy"}, {"${topic}-${timestamp}-${timestamp}", "HH"}, {"${topic}.${TIMESTAMP}-c", "yyyy"}, {"${topic}-$1${timestamp}", "'$2'yy"}, {"${topic}-${timestamp}", "'a'"}, {"${topic}-\\${timestamp}", "SSS"}} {
		times = append(times, with("topic.format", f[0], "timestamp.format", f[1]).on(plain(`1`), null).alone())
	}
	return slices.Concat(renamed(ofRecord("RegexRouter", routes...), ".odd"), renamed(ofRecord("TimestampRouter", times...), ".odd"))
}

// literals are texts whose type is inferred.
var literals = []string{"", " ", " 7 ", "+7", "07", "0x1F", "1e3", "1E400", "-0", "-0.0", ".5", "5.", "NaN", "Infinity", "TRUE", "True", "false ", "NULL", "null ", "''", `""`, `"a\"b"`, `"\u00fc"`, "[", "[]", "[ ]", "[null]", "[1,2.5]", "[1,300,70000]", "[[1],[2]]", `[1,null,"a"]`, "[1,]", "[,1]", "{", `{"a":1,"b":2.5}`, `{"a":1,"b":"x"}`, "{1:2,3:4}",
	`{"a":[1,2]}`, `{"a":null}`, `{"a"}`, `{"a":1,}`, "{a:b}", "2020-02-30", "2020-1-2", "20200102", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05.678+01:00", "24:00:00.000Z", "10:11:12Z", "10:11:12.123", "-129", "32768", "2147483648", "9223372036854775808", "1.0", "1.50", "3.4e38", "1e39", "0.1", "100000000000000000000.5",
	"ü", "\u00a0", "a,b", "1,2", "\t1\n", "true,false", "[true,false]", "[2020-01-02]", "[a,b]", `["a","b"]`, "{\"k\":2020-01-02}", "\\[1]", "\\", "'quoted'", "1 2", "--1", "1_000", "1L", "1f", "٤"}

// oddHeaderScenarios insert every kind of literal, and read them again in other transforms.
func oddHeaderScenarios() []*scenario {
	var inserted []probe
	for _, literal := range literals {
		inserted = append(inserted, with("header", "lit", "value.literal", literal).on(plain(`1`)).alone())
	}
	drops := []probe{with("headers", "h1,h1, h2 ").on(rich).alone(), with("headers", "H1").on(rich).alone(), with("headers", "h1,h2,none").on(rich, null).alone()}
	var out []*scenario
	for i, part := range slices.Collect(slices.Chunk(inserted, 40)) {
		out = append(out, renamed(ofRecord("InsertHeader", part...), fmt.Sprint(".odd", i))...)
		for _, s := range renamed(ofRecord("InsertHeader", part...), fmt.Sprint(".odd.simple", i)) {
			s.config["header.converter"] = simpleHeaders
			if s.isSink() {
				continue
			}
			out = append(out, s)
		}
	}
	return append(out, renamed(ofRecord("DropHeaders", drops...), ".odd")...)
}

// step is one transform of a chain: its class and its configuration.
type step []string

// chain makes a source and a sink of a chain of transforms; predicates are configurations by name.
func chain(name string, messages []message, named map[string][]string, steps ...step) []*scenario {
	config := props{"errors.tolerance": "all", "header.converter": jsonConverter}
	var aliases, names []string
	for i, s := range steps {
		alias := fmt.Sprintf("t%d", i)
		aliases = append(aliases, alias)
		config["transforms."+alias+".type"] = fullName(s[0])
		for j := 1; j < len(s); j += 2 {
			config["transforms."+alias+"."+s[j]] = s[j+1]
		}
	}
	for predicate, of := range named {
		names = append(names, predicate)
		config["predicates."+predicate+".type"] = predicates + of[0]
		for j := 1; j < len(of); j += 2 {
			config["predicates."+predicate+"."+of[j]] = of[j+1]
		}
	}
	slices.Sort(names)
	config["transforms"], config["predicates"] = strings.Join(aliases, ","), strings.Join(names, ",")
	return []*scenario{{name: "source.chain." + name, config: replaying(config), replay: messages}, {name: "sink.chain." + name, config: dumping(config).with(deadLetters...), input: messages}}
}

// oddChainScenarios have chains whose steps see what only other steps can make: small numbers and dates without a schema, derived schemas.
func oddChainScenarios() []*scenario {
	var all []message
	for i, payload := range slices.Concat([]string{rich, schemaless, null}, odds) {
		m := msg([]string{"a", "b"}[i%2], plainKey, payload)
		if i%3 == 0 {
			m.headers = someHeaders
		}
		all = append(all, m, msg("k", payload, plain(`{"s":"of value","i64":1}`)))
	}
	preds := map[string][]string{"tomb": {"RecordIsTombstone"}, "has": {"HasHeaderKey", "name", "h1"}, "isa": {"TopicNameMatches", "pattern", ".*-a"}, "isk": {"TopicNameMatches", "pattern", "(?i).*-K"}}
	not := func(s step, predicate string) step { return append(s, "predicate", predicate, "negate", "true") }
	when := func(s step, predicate string) step { return append(s, "predicate", predicate) }
	return slices.Concat(
		chain("small", all, preds, step{"Cast$Value", "spec", "i64:int8,i32:float32,ts:int16,s:string"}, step{"MaskField$Value", "fields", "i64,i32", "replacement", "300"}, step{"HeaderFrom$Value", "fields", "i64,i32", "headers", "x,y", "operation", "copy"}, step{"ValueToKey", "fields", "i64,i32,ts"}),
		chain("dates", all, preds, step{"TimestampConverter$Value", "field", "ts", "target.type", "Timestamp"}, step{"HeaderFrom$Value", "fields", "ts", "headers", "x", "operation", "copy"}, step{"Cast$Value", "spec", "i64:string"}, step{"TimestampConverter$Value", "field", "ts", "target.type", "Date"}, step{"MaskField$Value", "fields", "i64"}),
		chain("dates.text", all, preds, step{"TimestampConverter$Value", "field", "ts", "target.type", "Time"}, step{"Cast$Value", "spec", "ts:string"}),
		chain("hoisted", all, preds, step{"HoistField$Value", "field", "h"}, not(step{"InsertField$Value", "timestamp.field", "at!", "topic.field", "t"}, "tomb"), step{"Flatten$Value", "delimiter", "/"}, step{"ReplaceField$Value", "exclude", "h/s", "renames", "h/i64:n"}),
		chain("filtered", all, preds, when(step{"Filter"}, "tomb"), not(step{"DropHeaders", "headers", "h1"}, "isa"), when(step{"InsertHeader", "header", "h1", "value.literal", "7"}, "isk"), not(step{"Filter"}, "has"), step{"RegexRouter", "regex", "(.*)-(.*)", "replacement", "$1-z$2"}, when(step{"HoistField$Value", "field", "never"}, "isa")),
		chain("extracted", all, preds, not(step{"ExtractField$Value", "field", "s"}, "isk"), step{"Cast$Value", "spec", "string"}, step{"SetSchemaMetadata$Value", "schema.name", "x"}, step{"HoistField$Value", "field", "v"}, step{"ValueToKey", "fields", "v"}),
		chain("keyed", all, preds, step{"ValueToKey", "fields", "s,i64"}, step{"Cast$Key", "spec", "i64:string"}, step{"ReplaceField$Key", "renames", "s:t"}, step{"HeaderFrom$Key", "fields", "t", "headers", "t", "operation", "move"}, step{"ExtractField$Key", "field", "i64"}),
		chain("inserted", all, preds, step{"InsertField$Value", "topic.field", "tt", "timestamp.field", "at", "partition.field", "pp"}, step{"RegexRouter", "regex", "(.*)-[ab]", "replacement", "$1-c"}, step{"InsertField$Value", "topic.field", "t2"}, step{"TimestampConverter$Value", "field", "at", "target.type", "string", "format", "yyyy.DDD"},
			step{"MaskField$Value", "fields", "pp"}, step{"InsertField$Key", "offset.field", "o"}),
		chain("swapped", all, preds, step{"ReplaceField$Value", "include", "s,inner,i64,late,price"}, step{"SetSchemaMetadata$Value", "schema.name", "n", "schema.version", "5"}, step{"Flatten$Value"}, step{"Cast$Value", "spec", "late:string,price:string"}, step{"InsertField$Value", "static.field", "x", "static.value", "y"}),
		chain("dropped", all, preds, step{"InsertHeader", "header", "a", "value.literal", "1"}, step{"InsertHeader", "header", "a", "value.literal", "[1,2]"}, not(step{"DropHeaders", "headers", "a,none"}, "has"), step{"HeaderFrom$Value", "fields", "s", "headers", "a", "operation", "move"}),
		chain("metadata.first", all, preds, step{"SetSchemaMetadata$Value", "schema.name", "first", "schema.version", "1"}, step{"InsertField$Value", "static.field", "q", "static.value", "z"}, step{"HoistField$Value", "field", "h"}, step{"ExtractField$Value", "field", "h.s", "field.syntax.version", "V2"}),
	)
}
