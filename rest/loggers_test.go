// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	connect "github.com/longshore-io/connect"
)

func TestLoggers(t *testing.T) {
	at := int64(1700000000000)
	levels := map[string]connect.LoggerLevel{"root": {Level: connect.LogInfo}, "a.b": {Level: connect.LogDebug, LastModified: &at}}
	set := func(name, query, body, call string) exchange {
		return exchange{name: name, request: "PUT /admin/loggers/a.b" + query, body: body, herder: &fakeHerder{names: []string{"a.b", "a.b.c"}}, status: 200, contentType: jsonType,
			answer: `["a.b","a.b.c"]`, call: call}
	}
	refused := func(name, body, answer string) exchange {
		return exchange{name: name, request: "PUT /admin/loggers/a.b?scope=cluster", body: body, status: 400, contentType: jsonType, answer: answer}
	}
	const unspecified = `{"error_code":400,"message":"Desired 'level' parameter was not specified in request."}`
	runAll(t, []exchange{
		{name: "all loggers", request: "GET /admin/loggers/", herder: &fakeHerder{levels: levels}, status: 200, contentType: jsonType, call: "loggers",
			answer: `{"a.b":{"level":"DEBUG","last_modified":1700000000000},"root":{"level":"INFO","last_modified":null}}`},
		{name: "no loggers", request: "GET /admin/loggers", status: 200, contentType: jsonType, answer: `{}`, call: "loggers"},
		{name: "one logger", request: "GET /admin/loggers/root", herder: &fakeHerder{levels: levels}, status: 200, contentType: jsonType,
			answer: `{"level":"INFO","last_modified":null}`, call: `logger "root"`},
		{name: "an unknown logger", request: "GET /admin/loggers/x", herder: &fakeHerder{err: connect.Errorf(connect.NotFound, "Logger x not found.")}, status: 404, contentType: jsonType,
			answer: `{"error_code":404,"message":"Logger x not found."}`, call: `logger "x"`},
		set("a level in any case", "", `{"level":" deBug "}`, `set logger "a.b" DEBUG`),
		set("other fields are of no interest", "", `{"level":"OFF","x":1}`, `set logger "a.b" OFF`),
		set("the last of two levels counts", "", `{"level":"OFF","level":"WARN"}`, `set logger "a.b" WARN`),
		set("this worker", "?scope=Worker", `{"level":"ALL"}`, `set logger "a.b" ALL`),
		set("an unknown scope is this worker", "?scope=galaxy", `{"level":"ALL"}`, `set logger "a.b" ALL`),
		set("a blank scope is this worker", "?scope=", `{"level":"ALL"}`, `set logger "a.b" ALL`),
		set("of two scopes the first counts", "?scope=worker&scope=cluster", `{"level":"ALL"}`, `set logger "a.b" ALL`),
		{name: "no logger changes", request: "PUT /admin/loggers/a%20b", body: `{"level":"INFO"}`, status: 200, contentType: jsonType, answer: `[]`, call: `set logger "a b" INFO`},
		{name: "all workers get the level as it was written", request: "PUT /admin/loggers/a.b?scope=CLUSTER", body: `{"level":"debug"}`, status: 204, call: `set logger everywhere "a.b" debug`},
		{name: "a level that is none", request: "PUT /admin/loggers/a.b?scope=cluster", body: `{"level":"bad"}`, status: 404, contentType: jsonType,
			answer: `{"error_code":404,"message":"invalid log level 'bad'."}`},
		{name: "a number is a level that is none", request: "PUT /admin/loggers/a.b", body: `{"level":1}`, status: 404, contentType: jsonType,
			answer: `{"error_code":404,"message":"invalid log level '1'."}`},
		refused("no level", `{}`, unspecified),
		refused("level null", `{"level":null}`, unspecified),
		refused("the case of the field counts", `{"LEVEL":"INFO"}`, unspecified),
		refused("a level that is an object", `{"level":{}}`, `{"error_code":400,"message":"The value of \"level\" must be a string, a number, a boolean or null, not an object (line 1, column 10)"}`),
		refused("another field that is an object", `{"level":"INFO","x":{}}`, `{"error_code":400,"message":"The value of \"x\" must be a string, a number, a boolean or null, not an object (line 1, column 21)"}`),
		refused("null", `null`, `{"error_code":400,"message":"The request body must be a JSON object, not null (line 1, column 1)"}`),
		refused("nothing", ``, `{"error_code":400,"message":"The request body is empty: a JSON object was expected"}`),
	})
}

func TestAnUnknownScopeIsLoggedOnce(t *testing.T) {
	tests := []struct {
		name, query string
		warnings    int
	}{
		{"no scope", "", 0},
		{"a known scope", "?scope=worker", 0},
		{"an unknown scope", "?scope=galaxy", 1},
		{"a blank scope", "?scope", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			r := httptest.NewRequestWithContext(t.Context(), "PUT", "/admin/loggers/a"+tt.query, strings.NewReader(`{"level":"INFO"}`))
			r.Header.Set("Content-Type", jsonType)
			NewHandler(&fakeHerder{}, Config{Log: slog.New(slog.NewTextHandler(&log, nil))}).ServeHTTP(httptest.NewRecorder(), r)
			assert.Equal(t, tt.warnings, strings.Count(log.String(), "level=WARN"))
		})
	}
}
