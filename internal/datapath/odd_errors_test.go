// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

// oddErrorScenarios have failures in places, and with options, that are seldom together.
func oddErrorScenarios() []*scenario {
	base := props{}.with(asJSON...)
	letters := dumping(base).with(deadLetters...)
	strange := texts("a", some...)
	strange[1].headers = []kgo.RecordHeader{{Key: "__connect.errors.topic", Value: []byte("before")}, {Key: "__connect.errors.stage"}, {Key: "", Value: []byte{}}, {Key: "ü", Value: []byte{0xff, 0}}, {Key: "h"}, {Key: "h", Value: []byte("bad header")}}
	strange[3].key = nil
	bare := []message{msg("a", null, `"bad"`), msg("a", "", `"bad"`), msg("a", `"k"`, null), msg("a", "{", null), msg("a", `"k"`, ""), msg("a", "bad key", `"bad"`)}
	flaky := func(alias string, more ...string) []string {
		return append([]string{"transforms." + alias + ".type", flakyClass, "transforms." + alias + ".matching", "bad", "transforms." + alias + ".fail.times", "-1"}, more...)
	}
	chosen := []string{"predicates", "h,t", "predicates.h.type", predicates + "HasHeaderKey", "predicates.h.name", "ü", "predicates.t.type", "RecordIsTombstone"}
	between := base.with("transforms", "i,f,j", "transforms.i.type", "InsertHeader", "transforms.i.header", "first", "transforms.i.value.literal", "1", "transforms.j.type", "InsertHeader", "transforms.j.header", "last", "transforms.j.value.literal", "2").with(flaky("f", "transforms.f.predicate", "h")...).with(chosen...)
	logged := []string{"errors.log.enable", "true"}
	large := emitted("a", "small", strings.Repeat("large ", 3000), "small again")
	sink := func(name string, fails bool, config props, input []message) *scenario {
		return &scenario{name: "sink.odd.errors." + name, config: config, input: input, fails: fails}
	}
	source := func(name string, fails bool, config props, replay []message) *scenario {
		return &scenario{name: "source.odd.errors." + name, config: replaying(config), replay: replay, fails: fails}
	}
	return []*scenario{
		sink("between", false, dumping(between).with(deadLetters...), strange), sink("between.none", true, dumping(between).with(dlq...).with(logged...), strange), source("between", false, between.with("errors.tolerance", "all").with(logged...), emitted("a", some...)),
		sink("twice", false, letters.with("transforms", "f,g").with(flaky("f")...).with(flaky("g")...), strange), sink("strange", false, letters.with(flakyOf("value.converter")...), strange), sink("strange.header", false, letters.with(flakyOf("header.converter")...), strange),
		sink("strange.bare", false, letters.with("errors.deadletterqueue.context.headers.enable", "false").with(flakyTransform(false, -1)...), strange),
		sink("nulls", false, letters.with(flakyTransform(false, -1)...), bare), sink("nulls.key", false, letters.with(flakyOf("key.converter")...), bare), sink("nulls.logged", false, letters.with(logged...).with("errors.log.include.messages", "true").with(flakyOf("value.converter")...), bare),
		sink("unreported", false, dumping(base).with("errors.tolerance", "all").with(flakyTransform(false, -1)...), strange), sink("logged.only", true, dumping(base).with(logged...).with(flakyTransform(false, -1)...), strange),
		sink("spaced", false, letters.with("errors.deadletterqueue.topic.name", " @T@-dlq ").with(flakyTransform(false, -1)...), strange), sink("blank", false, letters.with("errors.deadletterqueue.topic.name", "  ").with(flakyTransform(false, -1)...), strange),
		sink("replicas", true, letters.with("errors.deadletterqueue.topic.replication.factor", "3"), strange), sink("topic.name", true, letters.with("errors.deadletterqueue.topic.name", "@T@ no name"), strange),
		sink("report.retriable", false, letters.with("report.at", "1,3", "fail.at", "2", "fail.retriable", "true", "fail.times", "2"), strange), sink("report.fatal", true, letters.with("report.at", "0,3", "fail.at", "3"), strange),
		sink("report.routed", false, letters.with("report.at", "1,3", "transforms", "r", "transforms.r.type", "RegexRouter", "transforms.r.regex", ".*", "transforms.r.replacement", "x", "errors.deadletterqueue.context.headers.enable", "false"), strange),
		sink("delay.one", true, letters.with("errors.tolerance", "none").with(flakyTransform(true, -1)...).with("errors.retry.timeout", "300", "errors.retry.delay.max.ms", "1"), strange),
		source("all.logged", false, base.with(flakyOf("key.converter")...).with("errors.tolerance", "all", "errors.log.include.messages", "true").with(logged...), large[:1]), source("large.logged", false, base.with("errors.tolerance", "all", "producer.override.max.request.size", "3000").with(logged...), large),
		source("value.retries", true, base.with(flakyOf("value.converter", "value.converter.fail.retriable", "true")...).with("errors.retry.timeout", "500", "errors.retry.delay.max.ms", "100"), emitted("a", some...)),
		source("header.retries", false, base.with(flakyOf("header.converter", "header.converter.fail.retriable", "true", "header.converter.fail.times", "1")...).with("errors.retry.timeout", "5000", "errors.retry.delay.max.ms", "100"), emitted("a", "bad")),
		source("topic.name", true, base.with("transforms", "r", "transforms.r.type", "RegexRouter", "transforms.r.regex", ".*", "transforms.r.replacement", "no topic\\$"), emitted("a", some...)),
		source("topic.empty", true, base.with("transforms", "r", "transforms.r.type", "RegexRouter", "transforms.r.regex", ".*", "transforms.r.replacement", ""), emitted("a", some...)),
	}
}

// oddStartScenarios cannot be created, or fail when they start.
func oddStartScenarios() []*scenario {
	var out []*scenario
	add := func(name string, refused bool, config ...string) {
		s := &scenario{name: "source.odd.start." + name, config: replaying(props{}.with(config...)), replay: emitted("a", some...), refused: refused, fails: !refused}
		out = append(out, s)
	}
	one := func(class string, config ...string) []string {
		out := []string{"transforms", "x", "transforms.x.type", fullName(class)}
		for i := 0; i < len(config); i += 2 {
			out = append(out, "transforms.x."+config[i], config[i+1])
		}
		return out
	}
	for i, wrong := range [][]string{one("Cast$Value"), one("Cast$Value", "spec", ""), one("Cast$Value", "spec", "a:b:c"), one("Cast$Value", "spec", "a:bytes"), one("Cast$Value", "spec", "a:decimal"), one("Cast$Value", "spec", "int8,a:int8"), one("ExtractField$Key", "field", "a", "field.syntax.version", "V3"), one("HeaderFrom$Value", "fields", "a", "headers", "", "operation", "take"),
		one("InsertHeader", "header", "a"), one("MaskField$Value", "fields", "a", "replacement", ""), one("RegexRouter", "regex", "(a", "replacement", "b"), one("RegexRouter", "regex", "a"), one("ReplaceField$Value", "renames", "a:b,c"), one("SetSchemaMetadata$Value", "schema.version", "x"), one("TimestampConverter$Value", "target.type", "date", "unix.precision", "days"),
		one("ValueToKey"), one("DropHeaders", "headers", ""), one("Filter", "negate", "true"), one("Filter", "negate", "maybe", "predicate", ""), one("Cast$Value", "spec", "int8", "replace.null.with.default", "yes"), {"transforms", "x"}, {"transforms", "x", "transforms.x.type", "Cast$Value"}, {"transforms", "x", "transforms.x.type", "RegexRouterTransformation"}, {"transforms", "x,x", "transforms.x.type", transforms + "Filter"}, {"transforms", "x", "transforms.x.type", ""},
		{"transforms", "x", "transforms.x.type", transforms + "Cast"}, {"predicates", "p"}, {"predicates", "p", "predicates.p.type", predicates + "TopicNameMatches"}, {"predicates", "p", "predicates.p.type", predicates + "TopicNameMatches", "predicates.p.pattern", "["}, {"predicates", "p", "predicates.p.type", predicates + "HasHeaderKey", "predicates.p.name", ""},
		{"value.converter", jsonConverter, "value.converter.decimal.format", "hex", "value.converter.schemas.cache.size", "x", "value.converter.schemas.enable", "maybe"}, {"errors.tolerance", "some", "errors.retry.timeout", "x", "errors.log.enable", "1", "tasks.max", "0"}, {"transaction.boundary", "often", "transaction.boundary.interval.ms", "-1", "exactly.once.support", "maybe"}, {"config.action.reload", "never", "errors.retry.delay.max.ms", "soon"}} {
		add(fmt.Sprintf("refused%02d", i), true, wrong...)
	}
	for i, wrong := range [][]string{one("SetSchemaMetadata$Value"), one("InsertField$Value"), one("ExtractField$Value", "field", "`a", "field.syntax.version", "V2"), one("HeaderFrom$Value", "fields", "a,b", "headers", "c", "operation", "move"), one("TimestampRouter", "timestamp.format", "yyyyb"), one("TimestampConverter$Value", "target.type", "string"), one("TimestampConverter$Value", "target.type", "string", "format", "'open"),
		{"producer.override.acks", "7"}, {"producer.override.compression.type", "zip"}, {"topic.creation.default.partitions", "0"}, {"topic.creation.groups", "a", "topic.creation.a.partitions", "1"}} {
		add(fmt.Sprintf("failed%d", i), false, wrong...)
	}
	sinks := []*scenario{
		{name: "neither", config: dumping(props{"topics": " "})}, {name: "both", config: dumping(props{"topics": "a", "topics.regex": "b"})}, {name: "regex", config: dumping(props{"topics.regex": "[b"})}, {name: "letters", config: dumping(props{"topics": "a,b,@T@-dlq"}).with(deadLetters...)},
		{name: "letters.regex", config: dumping(props{"topics.regex": ".*-dlq"}).with(deadLetters...)}, {name: "letters.wrong", config: dumping(props{}).with("errors.deadletterqueue.topic.replication.factor", "99999", "errors.deadletterqueue.context.headers.enable", "on")},
	}
	for _, s := range sinks {
		s.name, s.refused, s.input = "sink.odd.start.refused."+s.name, true, texts("a", some...)
	}
	for _, wrong := range [][]string{{"consumer.override.auto.offset.reset", "nope"}, {"consumer.override.max.poll.records", "0"}} {
		sinks = append(sinks, &scenario{name: "sink.odd.start.failed." + wrong[0][18:], config: dumping(props{}.with(wrong...)), input: texts("a", some...), fails: true})
	}
	return append(append(out, sinks...), &scenario{name: "source.odd.start.refused.file", config: props{"connector.class": fileSource, "topic": "", "batch.size": "x", "transforms": "a", "transforms.a.type": "org.apache.kafka.connect.transforms.MaskField"}, text: "x\n", refused: true})
}

// oddFileScenarios have lines that end and begin in every way, and the options of the file connectors.
func oddFileScenarios() []*scenario {
	from := func(name, text string, want int, more ...string) *scenario {
		return &scenario{name: "source.odd.file." + name, text: text, want: want, config: props{"connector.class": "FileStreamSource", "file": "@DIR@/in.txt", "topic": "@T@-lines"}.with(more...)}
	}
	long := strings.Repeat("0123456789abcdef", 300)
	return []*scenario{
		from("batches", "1\n2\n3\n4\n5\n", 5, "batch.size", "5", "tasks.max", "5"), from("ends", "a\r\nb\rc\n\r\n\r\rd\n\ne\r\n", 9), from("long", long+"\n"+long+long+"\r\nx\n", 3), from("unicode", "\ufeffbom\n🐟🐟\nÿ\u2028z\u0085w\n\x00nul\x0b\x0c\n", 4), from("broken", "a\xffb\n\xc3\n\xe2\x82\nend\n", 4),
		from("as.bytes", "1\n2\n", 2, "transforms", "c", "transforms.c.type", transforms+"Cast$Value", "transforms.c.spec", "int16", "value.converter", "Short", "key.converter", "Json"), from("blank", "\n\n \n", 3, "value.converter", "String"),
		{name: "sink.odd.file.lines", config: props{"connector.class": "FileStreamSink", "file": "@DIR@/out.txt", "value.converter": jsonConverter, "key.converter": stringConverter}.with(deadLetters...), input: slices.Concat([]message{msg("a", null, wide), msg("a", null, edges), msg("a", null, empty), msg("a", null, null)}, texts("a", "x"))},
		{name: "sink.odd.file.cast", config: props{"connector.class": "FileStreamSinkConnector", "file": "@DIR@/out.txt", "value.converter": "Json", "key.converter": "String", "transforms": "c,t", "transforms.c.type": transforms + "Cast$Value", "transforms.c.spec": "i64:float32,f64:float32,s:string", "transforms.t.type": transforms + "TimestampConverter$Value", "transforms.t.field": "ts", "transforms.t.target.type": "string", "transforms.t.format": "yyyy"}.with(deadLetters...),
			input: []message{msg("a", null, schemaless), msg("a", null, edges), msg("a", null, structure("", pick("s", "i64", "f64", "ts", "dec", "date", "time", "map", "inner", "oi")...))}},
	}
}

// oddTopicScenarios choose topics by lists and expressions that are seldom so.
func oddTopicScenarios() []*scenario {
	var sent, spread []message
	for i := range 12 {
		key := env(`{`+tString+`}`, fmt.Sprintf(`"ключ %d"`, i))
		sent = append(sent, msg([]string{"x1", "y2", "z"}[i%3], key, plain(fmt.Sprint(i))))
		spread = append(spread, msg([]string{"x1", "y2", "z"}[i%3], key, structure("", field{"n", tInt32, fmt.Sprint(i)}, field{"s", tString, fmt.Sprintf(`"s%d"`, i%5)})))
	}
	creation := []string{"topic.creation.default.partitions", "4", "topic.creation.default.replication.factor", "-1", "topic.creation.groups", "a,b", "topic.creation.a.include", ".*-[xy]\\d", "topic.creation.a.exclude", ".*-y.", "topic.creation.a.partitions", "2", "topic.creation.a.cleanup.policy", "compact", "topic.creation.b.include", ".*-(?:y2|q)", "topic.creation.b.partitions", "3"}
	return []*scenario{
		{name: "sink.odd.topics.list", config: dumping(props{"topics": " @IN@-x1 , @IN@-x1,, @IN@-z"}), input: []message{sent[0], sent[2], sent[3], sent[5]}}, {name: "sink.odd.topics.regex", config: dumping(props{"topics.regex": "in-sink\\.odd\\.(?:topics|nothing)\\.regex-[x-y&&[^q]]\\d|in-sink\\.odd\\.topics\\.regex-Z", "consumer.override.max.poll.records": "1"}), input: []message{sent[0], sent[1], sent[3], sent[4]}},
		{name: "source.topics.odd.created", config: replaying(props{}).with(creation...), replay: sent},
		{name: "source.topics.odd.keyed", config: replaying(props{"transforms": "k,x,r", "transforms.k.type": "ValueToKey", "transforms.k.fields": "s", "transforms.x.type": transforms + "ExtractField$Key", "transforms.x.field": "s", "transforms.r.type": "RegexRouter", "transforms.r.regex": "(.*)-([xyz]).*", "transforms.r.replacement": "$1-r", "key.converter": "String"}).with("topic.creation.default.partitions", "5", "topic.creation.default.replication.factor", "1"), replay: spread},
	}
}
