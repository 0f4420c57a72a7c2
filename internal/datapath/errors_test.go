// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"fmt"
	"slices"
	"strings"
)

// texts are messages of a topic with a JSON string each, all with the key k and a header.
func texts(topic string, all ...string) []message {
	var out []message
	for _, text := range all {
		out = append(out, msg(topic, `"k"`, quoted(text), "h", "1", "h", "text"))
	}
	return out
}

// emitted are the same as envelopes.
func emitted(topic string, all ...string) []message {
	var out []message
	for _, text := range all {
		out = append(out, msg(topic, plainKey, env(`{`+tString+`}`, quoted(text)), "h", env(`{`+tInt8+`}`, `1`)))
	}
	return out
}

// asJSON reads and writes plain JSON.
var asJSON = []string{"key.converter", jsonConverter, "key.converter.schemas.enable", "false", "value.converter", jsonConverter, "value.converter.schemas.enable", "false"}

// dlq is a dead letter queue without context headers.
var dlq = deadLetters[2:6]

// flakyTransform fails at texts with bad in them.
func flakyTransform(retriable bool, times int, more ...string) []string {
	return append([]string{"transforms", "flaky", "transforms.flaky.type", flakyClass, "transforms.flaky.matching", "bad",
		"transforms.flaky.fail.retriable", fmt.Sprint(retriable), "transforms.flaky.fail.times", fmt.Sprint(times)}, more...)
}

func flakyOf(kind string, more ...string) []string {
	return append([]string{kind, flakyConverterClass, kind + ".matching", "bad", kind + ".fail.times", "-1"}, more...)
}

var some = []string{"one", "bad two", "three", "also bad", "five"}

func errorScenarios() []*scenario {
	return slices.Concat(toleranceScenarios(), retryScenarios(), reportScenarios(), taskScenarios())
}

// failure is a part of the data path that fails at a bad record, by name.
var failures = map[string][]string{
	"transform": flakyTransform(false, -1),
	"key":       flakyOf("key.converter"),
	"value":     flakyOf("value.converter"),
	"header":    flakyOf("header.converter"),
}

// toleranceScenarios have each part fail, with errors.tolerance none and all, and what is told of it.
func toleranceScenarios() []*scenario {
	var out []*scenario
	for part, failing := range failures {
		source := emitted("a", some...)
		sink := texts("a", some...)
		for i := range source {
			if strings.Contains(some[i], "bad") { // each part sees something bad, and only its own fails
				source[i].key, source[i].headers[0].Value = []byte(env(`{`+tString+`}`, `"bad key"`)), []byte(env(`{`+tString+`}`, `"bad header"`))
				sink[i].key, sink[i].headers[1].Value = []byte(`"bad key"`), []byte("bad header")
			}
		}
		base := props{}.with(asJSON...).with(failing...)
		logging := []string{"errors.log.enable", "true", "errors.log.include.messages", "true"}
		out = append(out,
			(&scenario{name: "source.none." + part, config: replaying(base).with(logging...), replay: source}).failing(),
			&scenario{name: "source.all." + part, config: replaying(base).with("errors.tolerance", "all", "errors.log.enable", "true"), replay: source},
			(&scenario{name: "sink.none." + part, config: dumping(base).with(dlq...).with(logging...), input: sink}).failing(),
			&scenario{name: "sink.all." + part, config: dumping(base).with(dlq...).with("errors.tolerance", "all", "errors.log.enable", "true"), input: sink},
			&scenario{name: "sink.context." + part, config: dumping(base).with(deadLetters...).with(logging...), input: sink})
	}
	slices.SortFunc(out, func(a, b *scenario) int { return strings.Compare(a.name, b.name) })
	return out
}

// retryScenarios have transforms and converters fail with what may pass.
func retryScenarios() []*scenario {
	base := props{}.with(asJSON...)
	patient := []string{"errors.retry.timeout", "20000", "errors.retry.delay.max.ms", "400"}
	hasty := []string{"errors.retry.timeout", "700", "errors.retry.delay.max.ms", "200"}
	var out []*scenario
	both := func(name string, fails bool, config props) {
		out = append(out, &scenario{name: "source.retry." + name, config: replaying(config), replay: emitted("a", some...), fails: fails},
			&scenario{name: "sink.retry." + name, config: dumping(config).with(dlq...).with("errors.deadletterqueue.context.headers.enable", "true"), input: texts("a", some...), fails: fails})
	}
	both("passes", false, base.with(flakyTransform(true, 2)...).with(patient...))
	both("forever", false, base.with(flakyTransform(true, 2)...).with("errors.retry.timeout", "-1", "errors.retry.delay.max.ms", "300"))
	both("gives.up", true, base.with(flakyTransform(true, -1)...).with(hasty...))
	both("is.skipped", false, base.with(flakyTransform(true, -1)...).with(hasty...).with("errors.tolerance", "all"))
	both("is.off", true, base.with(flakyTransform(true, 1)...))
	both("of.value", false, base.with(flakyOf("value.converter", "value.converter.fail.times", "2", "value.converter.fail.retriable", "true")...).with(patient...))
	both("not.for.fatal", true, base.with(flakyTransform(false, 1)...).with(patient...))
	return out
}

// reportScenarios have a sink that reports records itself.
func reportScenarios() []*scenario {
	base := dumping(props{}).with(asJSON...).with("report.at", "1,3")
	one := func(name string, fails bool, config props) *scenario {
		return &scenario{name: "sink.report." + name, config: config, input: texts("a", some...), fails: fails}
	}
	return []*scenario{
		one("nobody", false, base),
		one("tolerated", false, base.with(deadLetters...)),
		one("bare", false, base.with(deadLetters...).with("errors.deadletterqueue.context.headers.enable", "false")),
		one("logged", false, base.with("errors.tolerance", "all", "errors.log.enable", "true", "errors.log.include.messages", "true")),
		one("none", true, base.with(deadLetters...).with("errors.tolerance", "none")),
		one("changed", false, base.with(deadLetters...).with("transforms", "r,h", "transforms.r.type", transforms+"RegexRouter", "transforms.r.regex", ".*", "transforms.r.replacement", "elsewhere",
			"transforms.h.type", transforms+"HoistField$Value", "transforms.h.field", "hoisted")),
	}
}

// taskScenarios have the connectors themselves fail, or Kafka.
func taskScenarios() []*scenario {
	base := props{}.with(asJSON...)
	source := func(name string, fails bool, more ...string) *scenario {
		return &scenario{name: "source.task." + name, config: replaying(base).with(more...), replay: emitted("a", some...), fails: fails}
	}
	sink := func(name string, fails bool, more ...string) *scenario {
		return &scenario{name: "sink.task." + name, config: dumping(base).with(more...), input: texts("a", some...), fails: fails}
	}
	large := emitted("a", "small", strings.Repeat("large ", 3000), "small again")
	negative := emitted("a", "early", "late")
	negative[0].time = -5
	return []*scenario{
		source("poll.fatal", true, "fail.at", "3"), source("poll.tolerated", true, "fail.at", "0", "errors.tolerance", "all"), sink("put.tolerated", true, "fail.at", "3", "errors.tolerance", "all"),
		source("poll.retriable", false, "fail.at", "3", "fail.retriable", "true", "fail.times", "2"),
		sink("put.fatal", true, "fail.at", "3"), sink("put.retriable", false, "fail.at", "3", "fail.retriable", "true", "fail.times", "2"),
		{name: "source.task.large", config: replaying(base).with("producer.override.max.request.size", "3000"), replay: large[:2], fails: true}, // one behind it may be on its way
		{name: "source.task.large.tolerated", config: replaying(base).with("producer.override.max.request.size", "3000", "errors.tolerance", "all"), replay: large},
		{name: "source.task.negative", config: replaying(base), replay: negative, fails: true},
		{name: "source.task.negative.tolerated", config: replaying(base).with("errors.tolerance", "all"), replay: negative, fails: true},
	}
}
