// SPDX-License-Identifier: Apache-2.0

package compat

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// said makes an answer with a JSON body.
func said(status int, body string, headers ...string) answer {
	a := answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
	for i := 0; i < len(headers); i += 2 {
		a.header.Add(headers[i], headers[i+1])
	}
	return a
}

var connectors = call{method: "GET", path: "/connectors"}

func TestAnswersThatAreTheSame(t *testing.T) {
	for name, c := range map[string]struct {
		call       call
		java, ours answer
	}{
		"equal":                      {connectors, said(200, `{"a":1}`), said(200, ` {"a": 1}`)},
		"another order of fields":    {connectors, said(200, `{"a":1,"b":2}`), said(200, `{"b":2,"a":1}`)},
		"connectors in hash order":   {connectors, said(200, `["b","a"]`), said(200, `["a","b"]`)},
		"topics in hash order":       {call{}, said(200, `{"c":{"topics":["b","a"]}}`), said(200, `{"c":{"topics":["a","b"]}}`)},
		"offsets in hash order":      {call{}, said(200, `{"offsets":[{"p":2},{"p":1}]}`), said(200, `{"offsets":[{"p":1},{"p":2}]}`)},
		"another commit":             {call{}, said(200, `{"commit":"13f7"}`), said(200, `{"commit":"abc"}`)},
		"other documentation":        {call{}, said(200, `{"documentation":"x"}`), said(200, `{"documentation":"y"}`)},
		"another time":               {call{}, said(200, `{"last_modified":1}`), said(200, `{"last_modified":2}`)},
		"other frames":               {call{}, said(200, `{"trace":"E: m\n\tat a"}`), said(200, `{"trace":"E: m\n\tat b\nCaused by: c"}`)},
		"methods in hash order":      {call{}, said(200, ``, "Allow", "GET,PUT"), said(200, ``, "Allow", "PUT, GET")},
		"a plugin that only one has": {call{}, said(200, `[{"class":"org.apache.kafka.connect.mirror.MirrorX"},{"class":"a.B"}]`), said(200, `[{"class":"a.B"}]`)},
		"connectors that no release of Kafka has": {call{}, said(400, `{"message":"available connectors are: a.B, a.C"}`),
			said(400, `{"message":"available connectors are: io.confluent.connect.jdbc.JdbcSinkConnector, io.debezium.connector.jdbc.X, a.B, org.apache.kafka.connect.tools.MockX, a.C, org.apache.kafka.connect.tools.Y, io.longshore.connect.x.Z"}`)},
		"headers that nobody reads": {call{}, said(200, ``, "Server", "Jetty"), said(200, ``, "Date", "today")},
	} {
		t.Run(name, func(t *testing.T) {
			both := plugins{"a.B": true}
			assert.Empty(t, differences(viewOf(c.call, c.java, both), viewOf(c.call, c.ours, both)))
		})
	}
}

func TestAnswersThatDiffer(t *testing.T) {
	for name, c := range map[string]struct{ java, ours answer }{
		"status":                   {said(200, `[]`), said(201, `[]`)},
		"a header":                 {said(200, `[]`), said(200, `[]`, "Location", "x")},
		"no header":                {said(200, `[]`, "Allow", "GET"), said(200, `[]`)},
		"no body":                  {said(200, `[]`), said(200, ``)},
		"null and no body":         {said(200, `null`), said(200, `"null"`)},
		"a field more":             {said(200, `{}`), said(200, `{"a":null}`)},
		"a field less":             {said(200, `{"a":null}`), said(200, `{}`)},
		"a number as a text":       {said(200, `{"a":1}`), said(200, `{"a":"1"}`)},
		"a number written apart":   {said(200, `{"a":1}`), said(200, `{"a":1.0}`)},
		"the order of a list":      {said(200, `{"errors":["a","b"]}`), said(200, `{"errors":["b","a"]}`)},
		"a list that is shorter":   {said(200, `{"errors":["a","b"]}`), said(200, `{"errors":["a"]}`)},
		"the first line of traces": {said(200, `{"trace":"E: m\n\tat a"}`), said(200, `{"trace":"E: n\n\tat a"}`)},
		"documentation or none":    {said(200, `{"documentation":"x"}`), said(200, `{"documentation":null}`)},
		"a time or none":           {said(200, `{"last_modified":1}`), said(200, `{"last_modified":null}`)},
		"a text and a page":        {said(200, `<html>`), said(200, `no JSON`)},
		"plugins of ours":          {said(200, `["a.B"]`), said(200, `["a.C"]`)},
	} {
		t.Run(name, func(t *testing.T) {
			both := plugins{"a.B": true}
			assert.NotEmpty(t, differences(viewOf(call{}, c.java, both), viewOf(call{}, c.ours, both)))
		})
	}
}

func TestADeliberateDifferenceExcusesNothingElse(t *testing.T) {
	const unread = `{"error_code":500,"message":"Unexpected character ('x' (code 120))"}`
	r := newReport()
	broken := call{method: "POST", path: "/connectors", body: "x"}
	r.compare("a", broken, said(500, unread), said(400, `{"error_code":400,"message":"no JSON (line 1, column 1)"}`), nil)
	require.Empty(t, r.different)
	r.compare("a", broken, said(500, unread), said(400, `{"error_code":400,"message":"no JSON (line 1, column 1)"}`, "Location", "x"), nil)
	require.Len(t, r.different, 1)
	r.compare("a", broken, said(500, unread), said(400, `{"error_code":400,"message":"something else"}`), nil)
	require.Len(t, r.different, 2)
	r.compare("a", broken, said(500, `{"error_code":500,"message":"another"}`), said(400, `{"error_code":400,"message":"no JSON (line 1, column 1)"}`), nil)
	require.Len(t, r.different, 3)
	require.Equal(t, 4, r.total())
	require.Contains(t, r.String(), "3 differences")
	require.NotContains(t, r.stale(), "a body that cannot be read is the caller's mistake")
	require.NotContains(t, r.uncalled(), "/connectors")
	require.Contains(t, r.uncalled(), "/health")
}

func TestMendsTakeAwayWhatTheyAreAbout(t *testing.T) {
	const classless, missing = `{"error_code":%,"message":"Connector config {%} contains no connector type"}`, `Failed to find any class that implements Connector, available connectors are: a.B`
	fill := func(text string, with ...string) string {
		for _, w := range with {
			text = strings.Replace(text, "%", w, 1)
		}
		return text
	}
	invalid := func(count string, errors string) answer {
		return said(200, fill(`{"error_count":%,"configs":[{"definition":null,"value":{"name":"k","errors":[%]}}]}`, count, errors))
	}
	for name, c := range map[string]struct {
		call       call
		java, ours answer
		left       int
	}{
		"hidden values":           {call{}, said(400, fill(classless, "400", "b=1, name=x")), said(400, fill(classless, "400", "b=[hidden], name=x")), 0},
		"hidden values, new keys": {call{}, said(400, fill(classless, "400", "name=x")), said(400, fill(classless, "400", "b=[hidden], name=x")), 1},
		"an exception before the class": {call{}, said(400, `{"message":"org.apache.kafka.connect.errors.ConnectException: `+missing+`"}`),
			said(400, `{"message":"`+missing+`. The nearest is a.B"}`), 0},
		"another class": {call{}, said(400, `{"message":"`+missing+`"}`), said(400, `{"message":"`+missing+`, a.C. The nearest is a.B"}`), 1},
		"a validation": {call{path: "/connector-plugins/x/config/validate"}, said(500, `{"error_code":500,"message":"org.apache.kafka.common.config.ConfigException: m"}`),
			said(400, `{"error_code":400,"message":"m"}`), 0},
		"a validation with another text": {call{path: "/connector-plugins/x/config/validate"}, said(500, `{"error_code":500,"message":"org.apache.kafka.X: m"}`),
			said(400, `{"error_code":400,"message":"m"}`), 1},
		"one that only Java has":     {call{}, invalid("0", ``), invalid("1", `"Invalid regex: look-ahead is not supported: expressions are matched without backtracking"`), 0},
		"one that only Java refuses": {call{}, invalid("1", `"Invalid regex: x"`), invalid("0", ``), 1},
		"an error beside it":         {call{}, invalid("1", `"other"`), invalid("2", `"other","Invalid regex: look-ahead is not supported: expressions are matched without backtracking"`), 0},
		"a page of the server":       {call{path: "/x//y"}, answer{status: 400, header: http.Header{}, body: "<html>"}, said(404, `{"error_code":404}`), 0},
		"a page, and ours breaks":    {call{path: "/x//y"}, answer{status: 400, header: http.Header{}, body: "<html>"}, said(500, `{"error_code":500}`), 1},
		"Location escaped":           {call{}, said(201, `{}`, "Location", "/a;b"), said(201, `{}`, "Location", "/a%3Bb"), 0},
		"Location elsewhere":         {call{}, said(201, `{}`, "Location", "/a;b"), said(201, `{}`, "Location", "/a"), 1},
		"both without an answer":     {call{}, answer{}, answer{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReport()
			r.compare("x", c.call, c.java, c.ours, nil)
			require.Len(t, r.different, c.left, "%v", r.different)
		})
	}
}

func TestCallsAreCountedByPath(t *testing.T) {
	for url, path := range map[string]string{
		"/": "/", "/connectors/": "/connectors", "/connectors?expand=info": "/connectors", "/connectors/a%2Fb/tasks/0/status": "/connectors/{c}/tasks/{t}/status",
		"/connectors//status": elsewhere, "/nothing": elsewhere, "/admin/loggers/org.x": "/admin/loggers/{l}",
	} {
		assert.Equal(t, path, pathOf(url), url)
	}
}

func TestPlaceholdersAreEachSidesOwn(t *testing.T) {
	s := side{token: "djava", dir: "/tmp/x", host: "127.0.0.1:1", admin: "127.0.0.1:2"}
	require.Equal(t, "/connectors/djava?f=/tmp/x", s.own("/connectors/@T@?f=@DIR@"))
	require.Equal(t, "@T@ @DIR@ @HOST@ @ADMIN@", s.plain("djava /tmp/x 127.0.0.1:1 127.0.0.1:2"))
	require.Equal(t, map[string]string{"Accept": "application/json"}, call{}.headers())
	require.Equal(t, map[string]string{"Content-Type": "text/plain"},
		call{body: "x", header: map[string]string{"Accept": "", "Content-Type": "text/plain"}}.headers())
	require.Len(t, []rune(call{method: "GET", path: strings.Repeat("x", 9)}.String()), 13)
}
