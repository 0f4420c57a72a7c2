// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import "github.com/longshore-io/connect/internal/kafkatest"

func standaloneCalls(s *session) {
	for _, path := range []string{"/", "/health", "/connectors", "/connector-plugins", "/connectors/ghost", "/connectors/ghost/config", "/connectors/ghost/status", "/connectors/ghost/tasks", "/connectors/ghost/tasks/0/status",
		"/connectors/ghost/topics", "/connectors/ghost/offsets", "/nothing", "/connectors?expand=info"} {
		s.get(path)
	}
	for _, verb := range []string{"pause", "resume", "stop", "topics/reset"} {
		s.put("/connectors/ghost/"+verb, "")
	}
	for _, path := range []string{"restart", "restart?includeTasks=true", "restart?onlyFailed=true", "tasks/0/restart"} {
		s.post("/connectors/ghost/"+path, "")
	}
	s.delete("/connectors/ghost")
	s.delete("/connectors/ghost/offsets")
	s.patch("/connectors/ghost/offsets", offsets(filePartition, `null`))
	s.patch("/connectors/ghost/config", `{"a":"b"}`)
	s.post("/connectors/ghost/tasks", "[]")
	s.put("/connectors/ghost/fence", "")
	s.put("/admin/loggers/compat.one?scope=cluster", `{"level":"DEBUG"}`)
	s.get("/admin/loggers/compat.one")
	s.put("/admin/loggers/compat.one", `{"level":"WARN"}`)
	s.standaloneConnector()
	s.validate(validateSource, source("val"), []any{"exactly.once.support", "required", "offsets.storage.topic", "a"})
	s.validate(validateSink, sink("val"), []any{"name", "v", "consumer.override.group.id", "@T@"})
	s.standaloneFailures()
}

// standaloneConnector is the life of one connector.
func (s *session) standaloneConnector() {
	s.create("one", source("one"))
	s.states("one", "RUNNING", "RUNNING")
	s.everything("one")
	s.create("one", source("one"))
	s.put("/connectors/one/config", source("one").with("batch.size", 7).String())
	s.patch("/connectors/one/config", `{"batch.size":8,"more":"x"}`)
	s.settled("one", "RUNNING", "RUNNING")
	s.post("/connectors/one/restart", "")
	s.post("/connectors/one/restart?includeTasks=true", "")
	s.post("/connectors/one/tasks/0/restart", "")
	s.settled("one", "RUNNING", "RUNNING")
	s.await("offsets are stored", "/connectors/one/offsets", has(`"position":14`))
	s.get("/connectors/one/offsets")
	s.get("/connectors/one/topics")
	s.delete("/connectors/one/offsets")
	s.put("/connectors/one/pause", "")
	s.states("one", "PAUSED", "PAUSED")
	s.get("/connectors/one/status")
	s.put("/connectors/one/stop", "")
	s.states("one", "STOPPED")
	s.get("/connectors/one/status")
	s.get("/connectors/one/tasks")
	s.patch("/connectors/one/offsets", offsets(filePartition, `{"position":4}`))
	s.get("/connectors/one/offsets")
	s.delete("/connectors/one/offsets")
	s.get("/connectors/one/offsets")
	s.put("/connectors/one/resume", "")
	s.states("one", "RUNNING", "RUNNING")
	s.await("the topic is noted", "/connectors/one/topics", has("@T@-one"))
	s.await("all is read", "/connectors/one/offsets", has(`"position":14`))
	s.put("/connectors/one/topics/reset", "")
	s.await("the topics are forgotten", "/connectors/one/topics", has(`"topics":[]`))
	s.post("/connectors/one/tasks/7/restart", "")
	s.delete("/connectors/one")
	s.get("/connectors/one")
	s.get("/connectors/one/status")
	s.get("/connectors")
}

func (s *session) standaloneFailures() {
	s.create("two", source("two"), "stopped")
	s.states("two", "STOPPED")
	s.create("three", source("three"), "paused")
	s.get("/connectors/three/tasks")
	s.create("four", failing())
	s.states("four", "FAILED")
	s.get("/connectors/four/status")
	s.get("/connectors?expand=info&expand=status")
	s.gone("two", "three", "four")
	s.post("/connectors", `{"name":"x","config":{}}`)
	s.put("/connectors/x/config", `{"connector.class":"no.such.Class"}`)
}

// options are worker properties that show in answers.
func options(broker string) setup {
	return setup{mode: kafkatest.Distributed, broker: broker, adminListener: true, props: map[string]string{
		"access.control.allow.origin":             "http://good.example,http://.*\\.many\\.example",
		"access.control.allow.methods":            "GET,PUT,DELETE",
		"response.http.headers.config":            `set X-Compat: one, add X-Compat-More: two, "add Cache-Control: no-cache, no-store", add X-Compat-More: three`,
		"topic.tracking.allow.reset":              "false",
		"connector.client.config.override.policy": "Principal",
	}}
}

func corsAndHeaders(s *session) {
	for _, path := range []string{"/", "/connectors", "/connectors/ghost", "/nothing", "/connectors/a%2Fb", "/connectors/ghost/topics"} {
		for _, origin := range []string{"", "http://good.example", "http://bad.example", "http://a.many.example", "HTTP://GOOD.EXAMPLE", "http://good.example.evil", "null", "http://bad.example http://good.example"} {
			if origin != "" && path != "/connectors" && origin != "http://good.example" {
				continue
			}
			s.do(call{method: "GET", path: path, header: map[string]string{"Origin": origin}})
		}
	}
	for _, origin := range []string{"http://good.example", "http://bad.example", "http://a.many.example"} {
		for _, method := range []string{"GET", "PUT", "DELETE", "POST", "PATCH", "HEAD", "get", ""} {
			s.do(call{method: "OPTIONS", path: "/connectors", header: map[string]string{"Origin": origin, "Access-Control-Request-Method": method}})
		}
	}
	preflight := map[string]string{"Origin": "http://good.example", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
	for _, path := range []string{"/connectors/ghost/config", "/nothing", "/connectors/ghost/pause"} {
		s.do(call{method: "OPTIONS", path: path, header: preflight})
	}
	preflight["Access-Control-Request-Headers"] = "x-other, content-type"
	preflight["Accept"] = "*/*"
	s.do(call{method: "OPTIONS", path: "/connectors", header: preflight})
	for _, method := range []string{"POST", "PUT", "DELETE", "HEAD"} {
		s.do(call{method: method, path: "/connectors", header: map[string]string{"Origin": "http://good.example"}})
	}
	s.put("/connectors/ghost/topics/reset", "")
	s.validate(validateSource, source("val"), []any{"name", "v", "producer.override.acks", "1", "producer.override.sasl.mechanism", "PLAIN", "admin.override.client.id", "x"})
	s.validate(validateSink, sink("val"), []any{"name", "v", "consumer.override.group.id", "x", "consumer.override.security.protocol", "PLAINTEXT"})
	s.create("refused", source("val").with("producer.override.acks", "1"))
}

func adminListeners(s *session) {
	admin := func(of side) string { return of.admin }
	for _, path := range []string{"/admin/loggers/root", "/", "/connectors", "/health", "/connector-plugins", "/nothing", "/admin", "/admin/loggers/no.such"} {
		s.do(call{method: "GET", path: path, address: admin})
		s.get(path)
	}
	s.do(call{method: "GET", path: "/admin/loggers", address: admin, shape: loggerShapes})
	s.get("/admin/loggers")
	for _, method := range []string{"OPTIONS", "PUT", "POST"} {
		s.do(call{method: method, path: "/admin/loggers/compat.one", body: `{"level":"DEBUG"}`, address: admin})
		s.do(call{method: method, path: "/admin/loggers/compat.one", body: `{"level":"DEBUG"}`})
	}
	s.do(call{method: "GET", path: "/admin/loggers/root", address: admin, header: map[string]string{"Origin": "http://good.example"}})
	s.do(call{method: "PUT", path: "/admin/loggers/compat.one?scope=cluster", body: `{"level":"WARN"}`, address: admin})
}
