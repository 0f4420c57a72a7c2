// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"net/http"
	"slices"
	"strings"
)

// resource is a path with its methods; the body is a right one for those that take one.
type resource struct {
	path, methods, body string
}

// resources are all of them, for a connector that is not there.
var resources = []resource{
	{"/", "GET", ""},
	{"/health", "GET", ""},
	{"/connectors", "GET POST", `{"name":"ghost","config":{"tasks.max":"1"}}`},
	{"/connectors/ghost", "GET DELETE", ""},
	{"/connectors/ghost/config", "GET PUT PATCH", `{"tasks.max":"1"}`},
	{"/connectors/ghost/status", "GET", ""},
	{"/connectors/ghost/restart", "POST", ""},
	{"/connectors/ghost/pause", "PUT", ""},
	{"/connectors/ghost/resume", "PUT", ""},
	{"/connectors/ghost/stop", "PUT", ""},
	{"/connectors/ghost/tasks", "GET", ""},
	{"/connectors/ghost/tasks/0/status", "GET", ""},
	{"/connectors/ghost/tasks/0/restart", "POST", ""},
	{"/connectors/ghost/topics", "GET", ""},
	{"/connectors/ghost/topics/reset", "PUT", ""},
	{"/connectors/ghost/offsets", "GET PATCH DELETE", `{"offsets":[{"partition":{"a":1},"offset":null}]}`},
	{"/connectors/ghost/fence", "", ""},
	{"/connector-plugins", "GET", ""},
	{"/connector-plugins/FileStreamSource/config", "GET", ""},
	{"/connector-plugins/FileStreamSource/config/validate", "PUT", `{"connector.class":"FileStreamSource"}`},
	{"/admin/loggers", "GET", ""},
	{"/admin/loggers/compat.matrix", "GET PUT", `{"level":"WARN"}`},
}

// internal are calls that only workers make: without their signature they are refused before anything else.
func internal(method, path string) bool {
	return method == http.MethodPost && strings.HasSuffix(path, "/tasks") || method == http.MethodPut && strings.HasSuffix(path, "/fence")
}

// call is a right call of a method.
func (r resource) call(method string) call {
	c := call{method: method, path: r.path}
	if r.body != "" && slices.Contains([]string{"POST", "PUT", "PATCH"}, method) {
		c.body = r.body
	}
	if r.path == "/admin/loggers" {
		c.shape = loggerShapes
	}
	return c
}

var everyMethod = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

func methodsOfEveryResource(s *session) {
	for _, r := range resources {
		for _, method := range everyMethod {
			if internal(method, r.path) {
				continue
			}
			s.do(r.call(method))
		}
	}
}

func slashesAndUnknownPaths(s *session) {
	for _, r := range resources {
		for _, method := range strings.Fields(r.methods) {
			c := r.call(method)
			c.path += "/"
			if r.path != "/" {
				s.do(c)
			}
		}
	}
	for _, path := range []string{"/nothing", "/connectors/ghost/nothing", "/connectors/ghost/tasks-config", "/connectors/ghost/tasks/0",
		"/connectors/ghost/topics/other", "/connector-plugins/FileStreamSource", "/admin", "/admin/other", "/CONNECTORS", "/connectors/ghost/Status",
		"/connectors/ghost/tasks/x/status", "/connectors/ghost/tasks/-1/status", "/connectors/ghost/tasks/1.0/status",
		"/connectors/ghost/tasks/2147483648/status", "/connectors/ghost/tasks/+1/status", "/connectors/ghost/tasks/007/status", "/favicon.ico", "/application.wadl"} {
		s.get(path)
	}
	s.post("/connectors/ghost/tasks/x/restart", "")
	s.post("/nothing", "{}")
	s.do(call{method: "OPTIONS", path: "/nothing"})
	s.do(call{method: "TRACE", path: "/connectors"})
	s.do(call{method: "PROPFIND", path: "/connectors"})
}

func mediaTypes(s *session) {
	for _, r := range resources {
		for _, method := range strings.Fields(r.methods) {
			c := r.call(method)
			c.header = map[string]string{"Accept": "text/html"}
			s.do(c)
			if c.hasBody() {
				c.header = map[string]string{"Content-Type": "text/plain"}
				s.do(c)
			}
		}
	}
	for _, accept := range []string{"", "*/*", "application/*", "text/html, application/json;q=0.5", "application/json; charset=utf-8",
		"application/json;q=0", "text/html, */*;q=0.1", "nonsense", "application/json, nonsense", "application/vnd.api+json"} {
		s.do(call{method: "GET", path: "/connectors", header: map[string]string{"Accept": accept}})
	}
	s.do(call{method: "GET", path: "/connectors/ghost", header: map[string]string{"Accept": "*/*"}})
	s.do(call{method: "OPTIONS", path: "/connectors", header: map[string]string{"Accept": "*/*"}})
	s.do(call{method: "OPTIONS", path: "/connectors", header: map[string]string{"Accept": "text/html"}})
	for _, contentType := range []string{"", "application/json; charset=utf-8", "APPLICATION/JSON", "application/json;charset=ISO-8859-1", "application/*",
		"*/*", "application/vnd.api+json", "application/x-www-form-urlencoded", "text/json", "nonsense", "application/octet-stream"} {
		s.do(call{method: "PUT", path: "/connectors/ghost/config", body: `{"tasks.max":"1"}`, header: map[string]string{"Content-Type": contentType}})
	}
	// Calls that take no body do not mind one.
	s.do(call{method: "PUT", path: "/connectors/ghost/pause", body: "text", header: map[string]string{"Content-Type": "text/plain"}})
	s.put("/connectors/ghost/pause", "{}")
	s.post("/connectors/ghost/restart", "{")
	s.do(call{method: "DELETE", path: "/connectors/ghost", body: "{}"})
	s.do(call{method: "GET", path: "/connectors", body: "{}"})
	s.do(call{method: "GET", path: "/connectors", body: "text", header: map[string]string{"Content-Type": "text/plain"}})
}

// oddBodies fit no resource.
var oddBodies = []string{`{not json`, `{"a":`, `null`, `[]`, `["a"]`, `"text"`, `""`, `7`, `1.5`, `true`, ` `, `{`, `}`, `{"a":{"b":1}}`,
	`{"a":["b"]}`, `{'a':'b'}`, `{"a":"b",}`, `{"a":NaN}`, `{"a":01}`, "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}", "// comment\n{}", `nul`, `{"a":"b"`, `{"a" "b"}`}

func bodiesThatCannotBeRead(s *session) {
	for _, r := range resources {
		for _, method := range strings.Fields(r.methods) {
			c := r.call(method)
			if !c.hasBody() {
				continue
			}
			c.body, c.emptyBody = "", true
			s.do(c)
			for _, body := range oddBodies {
				c.body, c.emptyBody = body, false
				s.do(c)
			}
		}
	}
}

// createBodies are requests that say too little, too much or the wrong thing.
var createBodies = []string{
	`{}`, `{"name":"x"}`, `{"name":"x","config":null}`, `{"config":{}}`, `{"name":null,"config":{"connector.class":"FileStreamSource"}}`,
	`{"name":"x","config":{}}`, `{"name":"x","config":[]}`, `{"name":"x","config":"text"}`, `{"name":{},"config":{}}`, `{"name":["x"],"config":{}}`,
	`{"name":"x","config":{},"extra":1}`, `{"extra":1,"name":"x"}`, `{"NAME":"x","config":{}}`, `{"name":"x","config":{"a":{}}}`, `{"name":"x","config":{"a":[1]}}`,
	`{"name":7,"config":{}}`, `{"name":true,"config":{}}`, `{"name":1.50,"config":{}}`,
	`{"name":"x","config":{"connector.class":null}}`, `{"name":"x","config":{"connector.class":""}}`, `{"name":"x","config":{"connector.class":7}}`,
	`{"name":"x","config":{"name":"y","connector.class":"FileStreamSource"}}`, `{"name":"x","config":{"name":null,"connector.class":"FileStreamSource"}}`,
	`{"name":"x","config":{"name":"","connector.class":"FileStreamSource"}}`, `{"name":" x ","config":{"name":" x ","connector.class":"FileStreamSource"}}`,
	`{"name":"","config":{"connector.class":"FileStreamSource"}}`, `{"name":"  ","config":{"connector.class":"FileStreamSource","topic":"t"}}`,
	`{"name":"x","config":{"connector.class":"no.such.Class"}}`, `{"name":"x","config":{"connector.class":"FileStreamSinc"}}`,
	`{"name":"x","config":{"connector.class":"` + stringConverter + `"}}`, `{"name":"x","config":{"connector.class":"StringConverter"}}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource"}}`, `{"name":"x","config":{"connector.class":"FileStreamSink"}}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource","topic":"t","tasks.max":"zero","errors.tolerance":"some"}}`,
	`{"name":"x","config":{"tasks.max":"1"}}`, `{"name":"x","config":{"a":1,"b":true,"c":1.50}}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource","topic":"t"},"initial_state":"sleeping"}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource","topic":"t"},"initial_state":""}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource","topic":"t"},"initial_state":7}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource","topic":"t"},"initial_state":{}}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource","topic":"t"},"initial_state":[]}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource"},"initial_state":null}`,
	`{"name":"x","config":{"connector.class":"no.such.Class"},"initial_state":"stopped"}`,
	`{"name":"x","name":"y","config":{"a":"1"},"config":{"connector.class":"FileStreamSource"}}`,
	`{"name":"x","config":{"connector.class":"FileStreamSource"}} trailing`, `{"name":"x","config":{"connector.class":"FileStreamSource"}}{}`,
	"{\"name\":\"a\\u0001b\",\"config\":{\"connector.class\":\"FileStreamSource\",\"topic\":\"t\"}}",
	"{\"name\":\"a\\nb\",\"config\":{\"connector.class\":\"FileStreamSource\",\"topic\":\"t\"}}",
	"\ufeff" + `{"name":"x","config":{"connector.class":"FileStreamSource"}}`,
}

func requestsThatAreRefused(s *session) {
	for _, body := range createBodies {
		s.post("/connectors", body)
	}
	for _, body := range []string{`{}`, `{"connector.class":"FileStreamSource"}`, `{"connector.class":"FileStreamSource","name":"other","topic":"t"}`,
		`{"name":null,"connector.class":"FileStreamSource"}`, `{"connector.class":"no.such.Class"}`, `{"connector.class":null}`, `{"a":"b"}`, `{"a":null}`,
		`{"connector.class":"FileStreamSource","topic":"t","name":""}`, `{"connector.class":"FileStreamSource","topic":""}`,
		`{"connector.class":"FileStreamSource","topic":"t","tasks.max":0}`, `{"connector.class":"FileStreamSource","topic":"t","tasks.max":1.5}`,
		`{"connector.class":"FileStreamSource","topic":"t","tasks.max":true}`, `{"connector.class":"FileStreamSource","topic":"t","tasks.max":null}`,
		`{"connector.class":"FileStreamSource","topic":"t"} trailing-is-not-read`,
	} {
		if !strings.HasSuffix(body, "not-read") {
			s.put("/connectors/x/config", body)
		}
		s.patch("/connectors/x/config", body)
	}
	s.do(call{method: "PUT", path: "/admin/loggers/compat.limit", body: `{"level":"` + strings.Repeat("A", 10<<20) + `"}`,
		shape: func(any) any { return nil }})
	s.get("/connectors")
}

func queryBooleans(s *session) {
	for _, value := range []string{"true", "TRUE", "True", "tRuE", "false", "yes", "1", "", "%20", "%20true", "true%20", "t", "null", "x&connectorsOnly=true", "true&connectorsOnly=false"} {
		s.get("/connector-plugins?connectorsOnly=" + value)
	}
	s.get("/connector-plugins?connectorsOnly")
	s.get("/connector-plugins?connectorsonly=false")
	s.get("/connector-plugins?CONNECTORSONLY=false")
	s.get("/connector-plugins?other=1")
	for _, query := range []string{"includeTasks=yes", "includeTasks=", "onlyFailed=1", "includeTasks=TRUE", "onlyFailed=true", "onlyFailed=true&includeTasks=false", "other=true", "forward=false", "forward=true", "forward=x"} {
		s.post("/connectors/ghost/restart?"+query, "")
	}
	for _, query := range []string{"?expand", "?expand=", "?expand=info", "?expand=status", "?expand=info&expand=status", "?expand=other", "?expand=INFO", "?expand=info,status", "?other=info", "?"} {
		s.get("/connectors" + query)
	}
	s.post("/connectors/ghost/tasks/0/restart?forward=true", "")
	s.do(call{method: "DELETE", path: "/connectors/ghost?forward=false"})
	s.post("/connectors?forward=x", `{"name":"x","config":{"connector.class":"FileStreamSource"}}`)
	s.get("/connectors?a=%zz")
	s.get("/connectors?%")
}

// loggerShapes keeps of all loggers the root and what forms the others have: names are a worker's own.
func loggerShapes(body any) any {
	loggers, is := body.(map[string]any)
	if !is {
		return body
	}
	shapes := map[string]any{}
	for _, logger := range loggers {
		fields, _ := logger.(map[string]any)
		level, _ := fields["level"].(string)
		_, modified := fields["last_modified"]
		shapes["is an object"] = len(fields) == 2 && modified
		if !slices.Contains([]string{"FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL"}, level) {
			shapes["odd level"] = level
		}
	}
	_, shapes["root"] = loggers["root"]
	return shapes
}

// loggerNames keeps of a list of names that it is one and that it is sorted.
func loggerNames(body any) any {
	names, is := body.([]any)
	if !is {
		return body
	}
	sorted := slices.IsSortedFunc(names, func(a, b any) int { return strings.Compare(text(a), text(b)) })
	return map[string]any{"list of names": len(names) > 0, "sorted": sorted}
}
