// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"fmt"
	"net/http"
	"strings"
)

const (
	validateSource = "/connector-plugins/FileStreamSource/config/validate"
	validateSink   = "/connector-plugins/FileStreamSink/config/validate"

	transformsOf = "org.apache.kafka.connect.transforms."
)

func validations(s *session) {
	good, sunk := source("val").with("name", "val"), sink("@T@-val").with("name", "val")
	for _, change := range append(append([][]any{{}}, sharedChanges...), sourceChanges...) {
		s.validate(validateSource, good, change)
	}
	for _, change := range append(append([][]any{{}}, sharedChanges...), sinkChanges...) {
		s.validate(validateSink, sunk, change)
	}
	s.create("val", good.with("tasks.max", 0, "errors.tolerance", "some", "value.converter", "no.such.Class"))
	s.create("val", sunk.with("topics", nil))
	s.create("val", sunk.with("topics", "a", "topics.regex", "a"))
}

// validate sends a configuration with some keys changed.
func (s *session) validate(at string, c config, change []any) {
	about := []string{}
	for i := 0; i < len(change); i += 2 {
		value := fmt.Sprintf("%q", fmt.Sprint(change[i+1]))
		switch change[i+1] {
		case nil:
			value = "absent"
		case null:
			value = "null"
		}
		about = append(about, fmt.Sprintf("%s=%s", change[i], value))
	}
	s.do(call{method: http.MethodPut, path: at, body: c.with(change...).String(), about: "with " + strings.Join(about, " ")})
}

// sharedChanges are keys that a source and a sink have both; nil takes one away.
var sharedChanges = [][]any{
	{"name", nil}, {"name", ""}, {"name", null}, {"name", "a\u0001b"}, {"name", "a/b"}, {"connector.class", "org.apache.kafka.connect.file.NoSuch"},
	{"tasks.max", 0}, {"tasks.max", "zero"}, {"tasks.max", -1}, {"tasks.max", ""}, {"tasks.max", null}, {"tasks.max", " 2 "}, {"tasks.max", "2147483648"}, {"tasks.max", "1.0"},
	{"tasks.max.enforce", "perhaps"}, {"tasks.max.enforce", "FALSE"}, {"connector.plugin.version", "4.1.0"}, {"connector.plugin.version", "9.9"}, {"connector.plugin.version", "[1,"},
	{"key.converter", nil, "value.converter", nil}, {"value.converter", "no.such.Class"}, {"value.converter", ""}, {"value.converter", "FileStreamSource"}, {"value.converter", "StringConverter"}, {"key.converter", "String"}, {"value.converter", null},
	{"value.converter", jsonConverter, "value.converter.schemas.enable", "perhaps"}, {"value.converter", jsonConverter, "value.converter.decimal.format", "x", "value.converter.schemas.cache.size", "-1"},
	{"value.converter", jsonConverter, "value.converter.schemas.enable", "false"}, {"key.converter", bytesConverter}, {"value.converter.schemas.enable", "x"}, {"value.converter.encoding", "no-such"},
	{"header.converter", "org.apache.kafka.connect.storage.SimpleHeaderConverter"}, {"header.converter", stringConverter}, {"header.converter", "no.such.Class"},
	{"key.converter", "org.apache.kafka.connect.converters.IntegerConverter"}, {"value.converter", "org.apache.kafka.connect.converters.BooleanConverter"}, {"value.converter.plugin.version", "9.9"},
	{"transforms", "a"}, {"transforms", "a,a"}, {"transforms", "a, b", "transforms.a.type", "no.such.Class"}, {"transforms", ""}, {"transforms", ","}, {"transforms", "a", "transforms.a.type", stringConverter},
	{"transforms", "a", "transforms.a.type", ""}, {"transforms", "a", "transforms.a.negate", "true"}, {"transforms", "a", "transforms.a.predicate", "p"}, {"transforms", null},
	{"predicates", "p"}, {"predicates", "p,p"}, {"predicates", "p", "predicates.p.type", "no.such.Class"}, {"predicates", "p", "predicates.p.type", stringConverter},
	{"transforms", "a", "transforms.a.type", "RegexRouter"}, {"transforms", "a", "transforms.a.type", "RegexRouter", "transforms.a.regex", "(", "transforms.a.replacement", "x"}, {"transforms", "a", "transforms.a.type", "RegexRouter", "transforms.a.regex", null},
	{"transforms", "a", "transforms.a.type", transformsOf + "RegexRouter", "transforms.a.regex", "a**", "transforms.a.predicate", "p", "transforms.a.negate", "x"}, {"transforms", "a,b", "transforms.a.type", "Filter", "transforms.b.type", "DropHeaders", "transforms.b.headers", ""},
	{"transforms", "a", "transforms.a.type", transformsOf + "TimestampConverter$Value", "transforms.a.target.type", "date"}, {"transforms", "a", "transforms.a.type", transformsOf + "TimestampConverter$Key", "transforms.a.target.type", "string"}, {"transforms", "a", "transforms.a.type", "TimestampConverter"},
	{"transforms", "a", "transforms.a.type", "InsertHeader"}, {"transforms", "a", "transforms.a.type", "TimestampRouter", "transforms.a.timestamp.format", "bad"}, {"transforms", "a", "transforms.a.type", "TimestampRouter", "transforms.a.plugin.version", "9.9"},
	{"predicates", "p", "predicates.p.type", "TopicNameMatches"}, {"predicates", "p", "predicates.p.type", "TopicNameMatches", "predicates.p.pattern", "["}, {"predicates", "p", "predicates.p.type", "TopicNameMatches", "predicates.p.pattern", ""},
	{"predicates", "p,q", "predicates.p.type", "HasHeaderKey", "predicates.p.name", "", "predicates.q.type", transformsOf + "predicates.RecordIsTombstone"}, {"predicates", "p", "predicates.p.type", "Filter"}, {"transforms", "a", "transforms.a.type", "RecordIsTombstone"},
	{"config.action.reload", "sometimes"}, {"config.action.reload", "NONE"}, {"errors.tolerance", "some"}, {"errors.tolerance", "ALL"}, {"errors.tolerance", "all"}, {"errors.retry.timeout", "x"}, {"errors.retry.timeout", "-2"},
	{"errors.retry.delay.max.ms", "1.5"}, {"errors.log.enable", "p"}, {"errors.log.include.messages", "p"}, {"unknown.key", "x"}, {"unknown.key", null}, {"file", null}, {"file", ""},
	{"tasks.max", "x", "errors.tolerance", "x", "errors.log.enable", "x", "file", null, "more", null},
	{"connector.class", "${file:/no/such:key}"}, {"file", "${file:/no/such:key}"}, {"file", "${nosuch:key}"},
}

var sourceChanges = [][]any{
	{"topic", nil}, {"topic", ""}, {"topic", null}, {"topic", "a b"}, {"batch.size", 0}, {"batch.size", "x"}, {"batch.size", null}, {"batch.size", ""},
	{"topic.creation.groups", "g"}, {"topic.creation.groups", "g,g"}, {"topic.creation.groups", "default"}, {"topic.creation.groups", ""}, {"topic.creation.default.partitions", 1}, {"topic.creation.default.replication.factor", 1},
	{"topic.creation.default.partitions", 0, "topic.creation.default.replication.factor", 0}, {"topic.creation.default.partitions", "x", "topic.creation.default.replication.factor", "99999"},
	{"topic.creation.default.partitions", -1, "topic.creation.default.replication.factor", -1}, {"topic.creation.groups", "g", "topic.creation.default.partitions", 1, "topic.creation.default.replication.factor", 1},
	{"topic.creation.groups", "g", "topic.creation.g.include", "a.*", "topic.creation.default.partitions", 1, "topic.creation.default.replication.factor", 1},
	{"topic.creation.groups", "g", "topic.creation.g.include", "(", "topic.creation.g.exclude", "[", "topic.creation.g.partitions", -2, "topic.creation.default.partitions", 1, "topic.creation.default.replication.factor", 1},
	{"topic.creation.groups", "g", "topic.creation.g.cleanup.policy", "compact", "topic.creation.default.partitions", 1, "topic.creation.default.replication.factor", 1},
	{"exactly.once.support", "required"}, {"exactly.once.support", "requested"}, {"exactly.once.support", "sometimes"}, {"exactly.once.support", "REQUIRED"}, {"exactly.once.support", null},
	{"transaction.boundary", "connector"}, {"transaction.boundary", "interval"}, {"transaction.boundary", "x"}, {"transaction.boundary.interval.ms", 0}, {"transaction.boundary.interval.ms", -1}, {"transaction.boundary.interval.ms", "x"},
	{"offsets.storage.topic", ""}, {"offsets.storage.topic", "a"}, {"offsets.storage.topic", null}, {"offsets.storage.topic", "  "},
	{"producer.override.linger.ms", 5}, {"producer.override.acks", "x"}, {"producer.override.", "x"}, {"consumer.override.max.poll.records", 1}, {"admin.override.client.id", "x"}, {"producer.override.nonsense", "x"},
	{"topics", "a"}, {"topics.regex", "("}, {"connector.class", "FileStreamSink"},
}

var sinkChanges = [][]any{
	{"topics", nil}, {"topics", ""}, {"topics", " "}, {"topics", ","}, {"topics", "a,,b"}, {"topics", "a,a"}, {"topics", null}, {"topics", "a b"}, {"topics.regex", "a.*"}, {"topics", nil, "topics.regex", "("}, {"topics", nil, "topics.regex", ""},
	{"topics", nil, "topics.regex", "a.*"}, {"topics", "", "topics.regex", ""}, {"topics", nil, "topics.regex", "(?<=a)b"}, {"topics", nil, "topics.regex", null},
	{"errors.deadletterqueue.topic.name", "@T@-val"}, {"topics", nil, "topics.regex", ".*", "errors.deadletterqueue.topic.name", "dlq"}, {"errors.deadletterqueue.topic.name", ""},
	{"errors.deadletterqueue.topic.name", null}, {"errors.deadletterqueue.topic.replication.factor", 0}, {"errors.deadletterqueue.topic.replication.factor", "x"}, {"errors.deadletterqueue.topic.replication.factor", 99999},
	{"errors.deadletterqueue.context.headers.enable", "x"}, {"errors.deadletterqueue.topic.name", "dlq", "errors.deadletterqueue.topic.replication.factor", 1},
	{"errors.deadletterqueue.topic.name", "dlq", "producer.override.acks", "1", "admin.override.client.id", "x"},
	{"consumer.override.group.id", "@T@"}, {"consumer.override.group.id", "other"}, {"consumer.override.max.poll.records", "x"}, {"consumer.override.", "x"}, {"producer.override.acks", "x"}, {"consumer.override.auto.offset.reset", "never"},
	{"exactly.once.support", "x"}, {"connector.class", "FileStreamSource"}, {"topic", "a"},
}

func validationPaths(s *session) {
	const alias, full = `{"connector.class":"FileStreamSource"}`, `{"connector.class":"org.apache.kafka.connect.file.FileStreamSourceConnector"}`
	for _, plugin := range []string{"FileStreamSource", "FileStreamSourceConnector", "org.apache.kafka.connect.file.FileStreamSourceConnector", "org.apache.kafka.connect.file.FileStreamSource", "Source", "source", "Connector", "e", "FileStreamSink", "NoSuch", "%20"} {
		at := "/connector-plugins/" + plugin + "/config/validate"
		s.put(at, alias)
		s.put(at, full)
	}
	for _, body := range []string{`{}`, `{"connector.class":""}`, `{"connector.class":null}`, `{"connector.class":"NoSuch"}`, `{"name":"x"}`, `{"connector.class":"FileStreamSource","a":7}`, `{"connector.class":"FileStreamSource","a":{}}`} {
		s.put("/connector-plugins/NoSuch/config/validate", body)
		s.put(validateSource, body)
	}
	s.put("/connector-plugins/"+strings.Repeat("x", 300)+"/config/validate", alias)
	s.put("/connector-plugins/"+jsonConverter+"/config/validate", alias)
	s.put("/connector-plugins/"+jsonConverter+"/config/validate", `{"connector.class":"`+jsonConverter+`"}`)
	s.put("/connector-plugins/MirrorSource/config/validate", alias)
}

func pluginConfigs(s *session) {
	for class := range s.both {
		s.get("/connector-plugins/" + class + "/config")
	}
	for _, name := range []string{"FileStreamSource", "FileStreamSink", "FileStreamSourceConnector", "JsonConverter", "Json", "String", "StringConverter", "ByteArray", "SimpleHeaderConverter", "Simple", "Integer",
		"NoSuch", "filestreamsource", "%20", "FileStreamSource%20", "org.apache.kafka.connect.file.FileStream", "file.FileStreamSource", "java.lang.String", "Source", "org.apache.kafka.connect.runtime.Worker", "FileConfigProvider"} {
		s.get("/connector-plugins/" + name + "/config")
	}
	for _, version := range []string{"4.1.0", "latest", "", "9.9", "[4.1.0]", "[4,5)", "%5B4,5)", "(4.1.0,)", "[1,2)", "nonsense", "[4", "LATEST", "4.1", "%20", "4.1.0&version=9.9"} {
		s.get("/connector-plugins/FileStreamSource/config?version=" + version)
	}
	s.get("/connector-plugins/NoSuch/config?version=[")
	s.get("/connector-plugins/FileStreamSource/config?version")
	s.get("/connector-plugins/JsonConverter/config?version=1.0")
	s.get("/connector-plugins?connectorsOnly=false")
}

func loggers(s *session) {
	const at = "/admin/loggers/"
	all := func() { s.do(call{method: "GET", path: "/admin/loggers", shape: loggerShapes}) }
	all()
	s.get(at + "root")
	s.get(at + "compat.one")
	s.put(at+"compat.one", `{"level":"DEBUG"}`)
	s.get(at + "compat.one")
	s.put(at+"compat.one", `{"level":"DEBUG"}`)
	s.put(at+"compat.one", `{"level":"debug"}`)
	s.put(at+"compat.one.two", `{"level":"TRACE"}`)
	s.put(at+"compat", `{"level":"WARN"}`)
	s.get(at + "compat.one.two")
	s.put(at+"compat.o", `{"level":"ERROR"}`)
	s.get(at + "compat.one")
	for _, level := range []string{"OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL", "error", " INFO", "INFO ", "", "LOUD", "WARNING", "7", "null"} {
		s.put(at+"compat.levels", `{"level":"`+level+`"}`)
		s.get(at + "compat.levels")
	}
	for _, body := range []string{`{}`, `{"level":null}`, `{"level":7}`, `{"level":true}`, `{"level":{}}`, `{"level":[]}`, `{"level":"INFO","more":"x"}`, `{"LEVEL":"INFO"}`, `{"more":1,"level":"WARN"}`} {
		s.put(at+"compat.body", body)
		s.get(at + "compat.body")
	}
	for _, scope := range []string{"worker", "WORKER", "", "planet", "cluster%20", "%20worker"} {
		s.put(at+"compat.scopes?scope="+scope, `{"level":"DEBUG"}`)
		s.put(at+"compat.scopes?scope="+scope, `{"level":"INFO"}`)
	}
	for _, scope := range []string{"cluster", "CLUSTER", "Cluster"} {
		s.put(at+"compat.cluster?scope="+scope, `{"level":"DEBUG"}`)
		s.await("the level has come round", at+"compat.cluster", has("DEBUG"))
		s.get(at + "compat.cluster")
		s.put(at+"compat.cluster?scope="+scope, `{"level":"WARN"}`)
		s.await("the level has come round", at+"compat.cluster", has("WARN"))
	}
	s.put(at+"compat.cluster?scope=cluster", `{"level":"LOUD"}`)
	s.put(at+"compat.cluster?scope=cluster", `{}`)
	for _, name := range []string{"a%20b", "a%2Fb", "Compat.One", "ROOT", "compat%2Eone", "compat.", ".", "%20", "a%24b", "a{b}", "ü"} {
		s.get(at + name)
		s.put(at+name, `{"level":"INFO"}`)
	}
	for _, level := range []string{"ERROR", "WARN"} {
		s.do(call{method: "PUT", path: at + "root", body: `{"level":"` + level + `"}`, shape: loggerNames})
		s.get(at + "root")
	}
	all()
	s.do(call{method: "PUT", path: at + "root", body: `{"level":"INFO"}`, shape: loggerNames})
	s.get(at + "compat.one")
}
