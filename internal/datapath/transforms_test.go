// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

// probe is one configuration of a transform with the payloads that it is tried with, besides the standard ones.
type probe struct {
	config   []string
	payloads []string
	// only leaves the standard payloads out.
	only bool
}

func with(config ...string) probe { return probe{config: config} }

func (p probe) on(payloads ...string) probe {
	p.payloads = append(p.payloads, payloads...)
	return p
}

func (p probe) alone() probe {
	p.only = true
	return p
}

func (p probe) all() []string {
	if p.only {
		return p.payloads
	}
	return append(slices.Clone(standard), p.payloads...)
}

// Input that every message has besides its payload.
var (
	plainKey    = env(`{`+tString+`}`, `"the key"`)
	someHeaders = []kgo.RecordHeader{
		{Key: "h1", Value: []byte(env(`{`+tInt32+`}`, `1`))}, {Key: "h2", Value: []byte(env(`{`+tString+`}`, `"two"`))},
		{Key: "h1", Value: []byte(plain(`{"m":[1]}`))}, {Key: "none"},
	}
)

// ofField tries a transform of keys and of values: as a source and as a sink each.
func ofField(class string, probes ...probe) []*scenario {
	return slices.Concat(bothWays(class+"$Key", true, probes), bothWays(class+"$Value", false, probes))
}

// ofRecord tries a transform of whole records.
func ofRecord(class string, probes ...probe) []*scenario { return bothWays(class, false, probes) }

// bothWays makes a source and a sink of the same probes. Each probe has a topic of its own, and a predicate that lets the transform
// see this topic only. What fails goes on: in the sink to a dead letter queue, which has the text of the error.
func bothWays(class string, key bool, probes []probe) []*scenario {
	config := props{"errors.tolerance": "all", "header.converter": jsonConverter}
	var aliases []string
	var messages []message
	for i, p := range probes {
		topic := fmt.Sprintf("p%d", i)
		aliases = append(aliases, topic)
		at := "transforms." + topic + "."
		config = config.with(at+"type", fullName(class), at+"predicate", topic, "predicates."+topic+".type", predicates+"TopicNameMatches",
			"predicates."+topic+".pattern", ".*-"+topic)
		for j := 0; j < len(p.config); j += 2 {
			config[at+p.config[j]] = p.config[j+1]
		}
		for _, payload := range p.all() {
			m := msg(topic, plainKey, payload)
			if key {
				m.key, m.value = m.value, m.key
			}
			m.headers = someHeaders
			messages = append(messages, m)
		}
	}
	config["transforms"] = strings.Join(aliases, ",")
	config["predicates"] = config["transforms"]
	name := strings.ToLower(strings.ReplaceAll(class[strings.LastIndexByte(class, '.')+1:], "$", "."))
	return []*scenario{
		{name: "source." + name, config: replaying(config), replay: messages},
		{name: "sink." + name, config: dumping(config).with(deadLetters...), input: messages},
	}
}

// fullName adds the package of Kafka Connect's transforms to a name that has none.
func fullName(class string) string {
	if strings.Contains(class, ".") {
		return class
	}
	return transforms + class
}

func replaying(config props) props {
	return config.with("connector.class", replayClass, "replay.file", "@DIR@/"+replayFile, "done.file", "@DIR@/"+doneFile)
}

func dumping(config props) props {
	return config.with("connector.class", dumpClass, "dump.dir", "@DIR@")
}

// deadLetters turns on a dead letter queue with all it can tell.
var deadLetters = []string{"errors.tolerance", "all", "errors.deadletterqueue.topic.name", "@T@-dlq",
	"errors.deadletterqueue.topic.replication.factor", "1", "errors.deadletterqueue.context.headers.enable", "true"}

func transformScenarios() []*scenario {
	return slices.Concat(
		ofField("Cast", castProbes()...),
		ofRecord("DropHeaders", with("headers", "h1,absent"), with("headers", "h2,none").on(rich).alone()),
		ofField("ExtractField", with("field", "s"), with("field", "od"), with("field", "od", "replace.null.with.default", "false"), with("field", "inner"), with("field", "absent"), with("field", "oi"),
			with("field", "inner.x", "field.syntax.version", "V2"), with("field", "inner.deeper.z", "field.syntax.version", "V2"), with("field", "inner.absent", "field.syntax.version", "V2"),
			with("field", "`a.b`.c", "field.syntax.version", "V2").on(structure("", field{"a.b", unbraced(schemaOf("", field{"c", tInt8, ""})), `{"c":3}`}), plain(`{"a.b":{"c":"in"}}`)).alone(),
			with("field", "a.b").on(structure("", field{"a.b", tInt8, `4`}), plain(`{"a.b":{"c":"in"}}`)).alone()),
		filterScenarios(),
		ofField("Flatten", flattenProbes()...),
		ofField("HeaderFrom", with("fields", "s,inner", "headers", "hs,hi", "operation", "move"), with("fields", "od,i64", "headers", "hd,hl", "operation", "copy"),
			with("fields", "od", "headers", "hd", "operation", "copy", "replace.null.with.default", "false"), with("fields", "absent,s", "headers", "ha,hs", "operation", "move"),
			with("fields", "x,y", "headers", "hx,hx", "operation", "move").on(structure(`"optional":true,"version":2`, inner...), structure("", inner...)).alone()),
		ofField("HoistField", with("field", "wrapped")),
		ofField("InsertField", insertProbes()...),
		ofRecord("InsertHeader", headerProbes()...),
		ofField("MaskField", maskProbes()...),
		ofRecord("RegexRouter", with("regex", "(.*)-(\\w+)", "replacement", "$1-routed.$2").on(rich).alone(), with("regex", "p1", "replacement", "never").on(rich).alone(),
			with("regex", "(.*)-p(?<n>\\d)", "replacement", "$1-${n}.named\\$").on(plain(`1`)).alone(), with("regex", ".*", "replacement", "$0-p0again").on(rich).alone()),
		ofField("ReplaceField", with("exclude", "s,inner,absent"), with("include", "s,i32,od,inner"), with("renames", "s:text,inner:outer,absent:here"),
			with("include", "s,i32,b", "exclude", "b", "renames", "i32:number,b:boolean"), with("include", "od,oi", "replace.null.with.default", "false"), with("include", "nothing"), with("renames", "s:digits")),
		ofField("SetSchemaMetadata", with("schema.name", "com.example.New", "schema.version", "7"), with("schema.name", "only.name"), with("schema.version", "9"),
			with("schema.name", "n", "replace.null.with.default", "false")),
		timestampScenarios(),
		ofRecord("TimestampRouter", with(), with("topic.format", "${topic}.${timestamp}.x", "timestamp.format", "yyyy-MM-dd'T'HH.mm.ss.SSS"), with("timestamp.format", "EEE.MMM.YYYY.ww.D.u.a.hh.z").on(rich).alone()),
		ofRecord("ValueToKey", with("fields", "s"), with("fields", "i32,inner,od,b"), with("fields", "od", "replace.null.with.default", "false"), with("fields", "absent"), with("fields", "s,absent")),
		chainScenarios(),
		debeziumScenarios(),
	)
}

func castProbes() []probe {
	odd := structure(`"optional":true`, field{"n", tInt64 + optional + `,"default":300`, `null`}, field{"t", tString + `,"default":"5"`, `"77"`})
	whole := []string{env(`{`+tInt8+`}`, `-1`), env(`{`+tInt32+`,"default":99}`, `300`), env(`{`+tDouble+`}`, `1.0E20`), env(`{`+tFloat+`}`, `-0.75`), env(`{`+tBoolean+`}`, `true`),
		env(`{`+tString+`}`, `" 7 "`), env(`{`+tString+`}`, `"7"`), env(`{`+tString+`}`, `"TRUE"`), env(`{`+tString+`}`, `"1e3"`), env(`{`+tBytes+`}`, `"AQL/"`), env(`{`+tDecimal+`}`, `"BNI="`),
		env(`{`+tDate+`}`, `19000`), env(`{`+tTime+`}`, `3723004`), env(`{`+tTimestamp+`}`, `1700000000123`), plain(`5`), plain(`2.5`), plain(`true`), plain(`"12"`), plain(`[1]`)}
	probes := []probe{
		with("spec", "i32:int8,f64:int16,digits:int32,b:int64,i64:float32,f32:float64,i8:boolean,i16:string"),
		with("spec", "date:int32,time:int32,ts:int64,dec:string,by:string"), with("spec", "date:string,time:string,ts:string,od:string,rd:string,b:string,f64:string,f32:string"),
		with("spec", "s:int8"), with("spec", "absent:int32"), with("spec", "dec:int32,dec:float64"), with("spec", "arr:string"), with("spec", "inner:int32"), with("spec", "oi:string,od:float32,os:int8"),
		with("spec", "od:string", "replace.null.with.default", "false"), with("spec", "n:string,t:int16").on(odd).alone(), with("spec", "n:boolean,t:float64", "replace.null.with.default", "false").on(odd).alone(),
		with("spec", "b:boolean,s:boolean,digits:boolean,f64:boolean,i64:int16,f64:int64"),
	}
	for _, to := range []string{"int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"} {
		probes = append(probes, with("spec", to).on(whole...))
	}
	return probes
}

func flattenProbes() []probe {
	deep := structure(`"name":"outer","version":2`, field{"a", unbraced(schemaOf(`"optional":true`, field{"b", unbraced(schemaOf("", field{"c", tInt32, ``}, field{"d", tString + `,"default":"dd"`, ``})), ``})), `{"b":{"c":1,"d":"e"}}`},
		field{"z", tInt8, `1`})
	absent := structure("", field{"a", unbraced(schemaOf(`"optional":true`, field{"b", tInt32, ``}, field{"l", tArray, ``})), `null`}, field{"z", tInt8, `1`})
	defaulted := structure(`"optional":true`, field{"a", unbraced(schemaOf(`"optional":true,"doc":"x"`, field{"b", tInt32 + optional + `,"default":4`, ``})), `{"b":null}`})
	clash := structure("", field{"a.b", tInt32, `1`}, field{"a", unbraced(schemaOf("", field{"b", tInt32, ``})), `{"b":2}`})
	flat := structure(richAttributes, flatFields()...)
	schemaless := plain(`{"a":{"b":{"c":[1,{"d":2}]},"e":{}},"f":null,"a.b":3,"g":{"h":{"i":{"j":true}}}}`)
	return []probe{with().on(flat, deep, absent, defaulted, clash, schemaless, plain(`{}`), plain(`[1]`)), with("delimiter", "_").on(flat, deep, absent, schemaless).alone(), with("delimiter", "").on(deep, schemaless).alone()}
}

func insertProbes() []probe {
	return []probe{
		with("topic.field", "topic"), with("topic.field", "topic!", "partition.field", "partition?", "timestamp.field", "at"), with("static.field", "st", "static.value", "value"),
		with("static.field", "st!", "static.value", "7", "timestamp.field", "at!", "topic.field", "t?"), with("topic.field", "s"), with("offset.field", "offset"), with("offset.field", "offset!", "partition.field", "p!", "topic.field", "t"),
		with("static.field", "od2", "static.value", "", "replace.null.with.default", "false"), with("timestamp.field", "at").on(structure(`"optional":true,"version":2`, inner...)),
	}
}

func headerProbes() []probe {
	var out []probe
	for _, literal := range []string{"text", "7", "300", "70000", "3000000000", "1.5", "true", "null", "2020-01-02", "2020-01-02T03:04:05.678Z", "10:11:12.123Z", "[1,2]", `[1,"a"]`, `{"a":1}`, `"quoted"`, "1,2", "12345678901234567890"} {
		out = append(out, with("header", "inserted", "value.literal", literal).on(rich).alone())
	}
	return out
}

func maskProbes() []probe {
	var out []probe
	for _, f := range append(slices.Clone(allFields), field{name: "absent"}, field{name: "n"}, field{name: "empty"}) {
		out = append(out, with("fields", f.name).on(rich, schemaless).alone(), with("fields", f.name, "replacement", "42").on(rich, schemaless).alone())
	}
	return append(out, with("fields", "s,i32,b"), with("fields", "s,digits", "replacement", "xxx"), with("fields", "i8", "replacement", "300").on(rich).alone(), with("fields", "dec", "replacement", "1.5").on(rich).alone(),
		with("fields", "od,oi", "replace.null.with.default", "false").on(rich).alone(), with("fields", "od", "replacement", "5", "replace.null.with.default", "false").on(rich).alone())
}

func timestampScenarios() []*scenario {
	const iso = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"
	var whole, fields []probe
	values := []string{env(`{`+tString+`}`, `"2023-11-14T22:13:20.123Z"`), env(`{`+tString+`}`, `"2023-11-14T22:13:20.123+02:00 and more"`), env(`{`+tString+`}`, `"no date"`), env(`{`+tInt64+optional+`}`, `null`),
		env(`{`+tDate+`}`, `19000`), env(`{`+tTime+`}`, `3723004`), env(`{`+tTimestamp+`}`, `1700000000123`), env(`{`+tTimestamp+optional+`}`, `null`), env(`{`+tInt32+`}`, `19000`), plain(`1700000000123`), plain(`"2020-01-02T03:04:05.678Z"`), plain(`true`), env(`{`+tInt64+`}`, `-1`)}
	for _, to := range []string{"string", "unix", "Date", "Time", "Timestamp"} {
		whole = append(whole, with("target.type", to, "format", iso).on(values...))
		fields = append(fields, with("target.type", to, "format", iso, "field", "ts"), with("target.type", to, "format", iso, "field", "i64"), with("target.type", to, "format", iso, "field", "absent").on(rich, schemaless).alone(),
			with("target.type", to, "format", iso, "field", "date").on(rich).alone(), with("target.type", to, "format", iso, "field", "time").on(rich).alone(), with("target.type", to, "format", iso, "field", "n").on(schemaless).alone())
	}
	for _, precision := range []string{"seconds", "milliseconds", "microseconds", "nanoseconds"} {
		whole = append(whole, with("target.type", "unix", "unix.precision", precision).on(values...).alone(), with("target.type", "Timestamp", "unix.precision", precision).on(values...).alone())
	}
	for _, format := range []string{"EEE, d MMM yyyy HH:mm:ss Z", "yy/M/d h:m:s a zzz", "G yyyy DDD 'o''clock' k K EEEE MMMM", "YYYY-'W'ww-u F W S"} {
		whole = append(whole, with("target.type", "string", "format", format).on(values[6], values[4], values[12]).alone())
	}
	whole = append(whole, with("target.type", "Timestamp", "format", "yyyy-MM-dd").on(env(`{`+tString+`}`, `"2023-11-14"`), env(`{`+tString+`}`, `"2023-13-40"`), env(`{`+tString+`}`, `"23-1-4x"`)).alone())
	fields = append(fields, with("target.type", "unix", "field", "d", "replace.null.with.default", "false").on(structure("", field{"d", tTimestamp + optional + `,"default":5`, `null`})).alone(),
		with("target.type", "unix", "field", "d").on(structure(`"optional":true,"version":4`, field{"d", tTimestamp + optional + `,"default":5`, `null`})).alone())
	return slices.Concat(renamed(ofField("TimestampConverter", whole...), ".whole"), renamed(ofField("TimestampConverter", fields...), ".field"))
}

func renamed(all []*scenario, suffix string) []*scenario {
	for _, s := range all {
		s.name += suffix
	}
	return all
}

// filterScenarios have every predicate, as it is and negated.
func filterScenarios() []*scenario {
	messages := []message{msg("a", plainKey, rich, "h1", plain(`1`)), msg("a", plainKey, null), msg("b", null, plain(`5`)), msg("b", null, null, "h1", null), msg("a", plainKey, env(`{`+tInt32+optional+`}`, `null`)), msg("ab", null, plain(`"last"`))}
	var out []*scenario
	for name, predicate := range map[string][]string{
		"header": {"type", predicates + "HasHeaderKey", "name", "h1"}, "tombstone": {"type", predicates + "RecordIsTombstone"},
		"topic": {"type", predicates + "TopicNameMatches", "pattern", ".*-[a&&[^b]]"},
	} {
		for _, negate := range []string{"false", "true"} {
			config := props{"transforms": "f", "transforms.f.type": transforms + "Filter", "transforms.f.predicate": "p", "transforms.f.negate": negate, "predicates": "p", "header.converter": jsonConverter}
			for i := 0; i < len(predicate); i += 2 {
				config["predicates.p."+predicate[i]] = predicate[i+1]
			}
			out = append(out, &scenario{name: "source.filter." + name + "." + negate, config: replaying(config), replay: messages},
				&scenario{name: "sink.filter." + name + "." + negate, config: dumping(config), input: messages})
		}
	}
	slices.SortFunc(out, func(a, b *scenario) int { return strings.Compare(a.name, b.name) })
	return out
}

// chainScenarios have several transforms one after the other.
func chainScenarios() []*scenario {
	config := props{"errors.tolerance": "all", "header.converter": simpleHeaders, "transforms": "flat,key,hoist,cast,head,meta,route",
		"transforms.flat.type": transforms + "Flatten$Value", "transforms.key.type": transforms + "ValueToKey", "transforms.key.fields": "s",
		"transforms.hoist.type": transforms + "HoistField$Key", "transforms.hoist.field": "k", "transforms.cast.type": transforms + "Cast$Value", "transforms.cast.spec": "i32:string,f64:int32",
		"transforms.head.type": transforms + "HeaderFrom$Value", "transforms.head.fields": "b,date,dec", "transforms.head.headers": "hb,hdate,hdec", "transforms.head.operation": "move",
		"transforms.meta.type": transforms + "SetSchemaMetadata$Value", "transforms.meta.schema.name": "chained", "transforms.route.type": transforms + "RegexRouter",
		"transforms.route.regex": "(.*)-a", "transforms.route.replacement": "$1-z"}
	messages := []message{msg("a", null, structure(richAttributes, flatFields()...), "own", plain(`1`)), msg("b", plainKey, plain(`{"s":"x","b":true,"date":5,"dec":1.5,"f64":"12","nested":{"q":1}}`), "own", plain(`[1,2]`)), msg("a", null, null)}
	return []*scenario{{name: "source.chain", config: replaying(config), replay: messages}, {name: "sink.chain", config: dumping(config).with(deadLetters...), input: messages}}
}
