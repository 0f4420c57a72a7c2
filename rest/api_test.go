// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

const (
	notFound = `{"error_code":404,"message":"HTTP 404 Not Found"}`
	example  = "http://connect.example:8083"
)

// exchange is one request and all that matters of its answer.
type exchange struct {
	name   string
	herder *fakeHerder
	// request is "METHOD target", headers "Name: value", or "Name" for none of that name.
	request string
	headers []string
	body    string

	status int
	// contentType is what the answer has, "" for none.
	contentType string
	location    string
	allow       string
	answer      string
	// call is what the herder was asked, "" for nothing.
	call string
}

func (e exchange) run(t *testing.T) {
	if e.herder == nil {
		e.herder = &fakeHerder{}
	}
	w := e.send(t, e.herder)
	body, err := io.ReadAll(w.Result().Body)
	require.NoError(t, err)

	assert.Equal(t, e.status, w.Code)
	assert.Equal(t, e.contentType, w.Header().Get("Content-Type"))
	assert.Equal(t, e.location, w.Header().Get("Location"))
	assert.Equal(t, e.allow, w.Header().Get("Allow"))
	assert.Equal(t, e.answer, string(body))
	assert.Equal(t, e.call, strings.Join(e.herder.asked(), "; "))
}

// send makes the request of the handler of all routes.
func (e exchange) send(t *testing.T, herder Herder) *httptest.ResponseRecorder {
	method, target, _ := strings.Cut(e.request, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(e.body))
	r.Host = "connect.example:8083"
	if e.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, header := range e.headers {
		name, value, given := strings.Cut(header, ": ")
		r.Header.Set(name, value)
		if !given {
			r.Header.Del(name)
		}
	}
	w := httptest.NewRecorder()
	NewHandler(herder, Config{}).ServeHTTP(w, r)
	return w
}

func runAll(t *testing.T, exchanges []exchange) {
	for _, e := range exchanges {
		t.Run(e.name, func(t *testing.T) { e.run(t) })
	}
}

func text(s string) *string { return &s }

var (
	orders = connect.ConnectorInfo{
		Name: "orders", Config: connect.Raw(map[string]string{"name": "orders", "q": "a<b & c>d"}),
		Tasks: []connect.TaskID{{Connector: "orders", Task: 0}}, Type: connect.Source,
	}
	running = connect.InstanceStatus{State: connect.Running, WorkerID: "w:8083", Version: text("4.1.0")}
	failed  = connect.InstanceStatus{State: connect.Failed, WorkerID: "w:8083", Trace: "boom\n\tat x"}
	status  = connect.ConnectorStatus{
		Name: "orders", Connector: running, Type: connect.Source,
		Tasks: []connect.TaskStatus{{ID: 0, InstanceStatus: failed}, {ID: 1, InstanceStatus: connect.InstanceStatus{State: connect.Paused, WorkerID: "w:8083", Version: text("undefined")}}},
	}
)

const (
	ordersJSON = `{"name":"orders","config":{"name":"orders","q":"a<b & c>d"},"tasks":[{"connector":"orders","task":0}],"type":"source"}`
	statusJSON = `{"name":"orders","connector":{"state":"RUNNING","worker_id":"w:8083","version":"4.1.0"},"tasks":[` +
		`{"id":0,"state":"FAILED","worker_id":"w:8083","version":null,"trace":"boom\n\tat x"},` +
		`{"id":1,"state":"PAUSED","worker_id":"w:8083"}],"type":"source"}`
)

func TestReading(t *testing.T) {
	digests := map[string]connect.ConnectorDigest{"orders": {Info: &orders, Status: &status}}
	runAll(t, []exchange{
		{name: "the root tells the version", request: "GET /", status: 200, contentType: jsonType, call: "info",
			answer: `{"version":"4.1.0","commit":"c0ffee","kafka_cluster_id":"abc"}`},
		{name: "a healthy worker", request: "GET /health", herder: &fakeHerder{health: connect.Healthy}, status: 200, contentType: jsonType, call: "health",
			answer: `{"status":"healthy","message":"Worker has completed startup and is ready to handle requests."}`},
		{name: "a starting worker", request: "GET /health", herder: &fakeHerder{health: connect.Starting, message: "Worker is still starting up. Reading topics."},
			status: 503, contentType: jsonType, call: "health", answer: `{"status":"starting","message":"Worker is still starting up. Reading topics."}`},
		{name: "a worker that cannot say how it is", request: "GET /health", herder: &fakeHerder{err: errors.New("Request timed out")},
			status: 500, contentType: jsonType, call: "health",
			answer: `{"status":"unhealthy","message":"Worker was unable to handle this request and may be unable to handle other requests. Request timed out"}`},
		{name: "no connectors are an empty list", request: "GET /connectors", status: 200, contentType: jsonType, answer: `[]`, call: "names"},
		{name: "names", request: "GET /connectors", herder: &fakeHerder{names: []string{"b", "a"}}, status: 200, contentType: jsonType, answer: `["b","a"]`, call: "names"},
		{name: "expand both", request: "GET /connectors?expand=status&expand=info", herder: &fakeHerder{digests: digests}, status: 200, contentType: jsonType,
			answer: `{"orders":{"status":` + statusJSON + `,"info":` + ordersJSON + `}}`, call: "digests info=true status=true"},
		{name: "expand info", request: "GET /connectors?expand=info", status: 200, contentType: jsonType, answer: `{}`, call: "digests info=true status=false"},
		{name: "an unknown expansion is ignored", request: "GET /connectors?expand=foo", herder: &fakeHerder{digests: map[string]connect.ConnectorDigest{"c1": {}}},
			status: 200, contentType: jsonType, answer: `{"c1":{}}`, call: "digests info=false status=false"},
		{name: "a semicolon does not end a value", request: "GET /connectors?expand=info;x", status: 200, contentType: jsonType, answer: `{}`, call: "digests info=false status=false"},
		{name: "a value that is not escaped correctly is taken as it is", request: "GET /connectors?expand=%zz&%65xpand=inf%6F", status: 200, contentType: jsonType, answer: `{}`, call: "digests info=true status=false"},
		{name: "of a flag the first value counts", request: "GET /connector-plugins?connectorsOnly=false&connectorsOnly=true", status: 200, contentType: jsonType, answer: `[]`, call: "plugins connectorsOnly=false"},
		{name: "expansions in one value are none", request: "GET /connectors?expand=info,status", status: 200, contentType: jsonType, answer: `{}`, call: "digests info=false status=false"},
		{name: "expand without a value counts", request: "GET /connectors?expand", status: 200, contentType: jsonType, answer: `{}`, call: "digests info=false status=false"},
		{name: "a connector", request: "GET /connectors/orders", herder: &fakeHerder{info: orders}, status: 200, contentType: jsonType, answer: ordersJSON, call: `connector "orders"`},
		{name: "a config", request: "GET /connectors/orders/config", herder: &fakeHerder{info: orders}, status: 200, contentType: jsonType,
			answer: `{"name":"orders","q":"a<b & c>d"}`, call: `connector "orders"`},
		{name: "a config shows null as null", request: "GET /connectors/n/config", herder: &fakeHerder{info: connect.ConnectorInfo{Config: connect.RawConfig{"x": nil}}},
			status: 200, contentType: jsonType, answer: `{"x":null}`, call: `connector "n"`},
		{name: "a status", request: "GET /connectors/orders/status", herder: &fakeHerder{status: status}, status: 200, contentType: jsonType, answer: statusJSON, call: `status "orders"`},
		{name: "a status without tasks", request: "GET /connectors/o/status", herder: &fakeHerder{status: connect.ConnectorStatus{Name: "o", Connector: running, Type: connect.Sink}},
			status: 200, contentType: jsonType, call: `status "o"`,
			answer: `{"name":"o","connector":{"state":"RUNNING","worker_id":"w:8083","version":"4.1.0"},"tasks":[],"type":"sink"}`},
		{name: "tasks", request: "GET /connectors/orders/tasks", herder: &fakeHerder{tasks: []connect.TaskInfo{{ID: orders.Tasks[0], Config: connect.Raw(map[string]string{"task.class": "T"})}}},
			status: 200, contentType: jsonType, answer: `[{"id":{"connector":"orders","task":0},"config":{"task.class":"T"}}]`, call: `tasks "orders"`},
		{name: "a task's status", request: "GET /connectors/orders/tasks/0/status", herder: &fakeHerder{task: status.Tasks[0]}, status: 200, contentType: jsonType,
			answer: `{"id":0,"state":"FAILED","worker_id":"w:8083","version":null,"trace":"boom\n\tat x"}`, call: `task status "orders" 0`},
		{name: "connectors among the plugins", request: "GET /connector-plugins", status: 200, contentType: jsonType, call: "plugins connectorsOnly=true",
			herder: &fakeHerder{plugins: []connect.PluginInfo{{Class: "a.B", Type: "sink", Version: "4.1.0"}, {Class: "C", Type: "source", Version: "undefined"}}},
			answer: `[{"class":"a.B","type":"sink","version":"4.1.0"},{"class":"C","type":"source"}]`},
		{name: "all plugins", request: "GET /connector-plugins?connectorsOnly=False", status: 200, contentType: jsonType, answer: `[]`, call: "plugins connectorsOnly=false"},
		{name: "any other text is false", request: "GET /connector-plugins?connectorsOnly=xx", status: 200, contentType: jsonType, answer: `[]`, call: "plugins connectorsOnly=false"},
		{name: "a blank flag is the default", request: "GET /connector-plugins?connectorsOnly=", status: 200, contentType: jsonType, answer: `[]`, call: "plugins connectorsOnly=true"},
	})
}

func TestChanging(t *testing.T) {
	created := func(name, config string) string {
		return `{"name":"` + name + `","config":` + config + `,"tasks":[],"type":"source"}`
	}
	runAll(t, []exchange{
		{name: "create trims the name and puts it into the config", request: "POST /connectors", body: `{"name":" x ","config":{"a":1.50,"b":null}}`,
			status: 201, contentType: jsonType, location: example + "/connectors/x", answer: created("x", `{"a":"1.50","b":null,"name":"x"}`),
			call: `create "x" {"a":"1.50","b":null,"name":"x"} -`},
		{name: "create stopped", request: "POST /connectors", body: `{"name":"x","config":{"name":"x"},"initial_state":"Stopped"}`,
			status: 201, contentType: jsonType, location: example + "/connectors/x", answer: created("x", `{"name":"x"}`), call: `create "x" {"name":"x"} STOPPED`},
		{name: "create without a name leaves the refusal to validation", request: "POST /connectors", body: `{"config":{}}`,
			herder: &fakeHerder{err: connect.Errorf(connect.BadConfig, "Invalid value  for configuration name: String may not be empty")},
			status: 400, contentType: jsonType, location: "", call: `create "" {"name":""} -`,
			answer: `{"error_code":400,"message":"Invalid value  for configuration name: String may not be empty"}`},
		{name: "create with another name in the config", request: "POST /connectors", body: `{"name":"x","config":{"name":"y"}}`, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"Connector name configuration (y) doesn't match connector name in the URL (x)"}`},
		{name: "create what exists", request: "POST /connectors", body: `{"name":"x","config":{}}`,
			herder: &fakeHerder{err: connect.Errorf(connect.Exists, "Connector x already exists")}, status: 409, contentType: jsonType,
			answer: `{"error_code":409,"message":"Connector x already exists"}`, call: `create "x" {"name":"x"} -`},
		{name: "the location of a name with a slash can be followed", request: "POST /connectors", body: `{"name":"a/b {50%}","config":{}}`, status: 201, contentType: jsonType,
			location: example + "/connectors/a%2Fb%20%7B50%25%7D", answer: created("a/b {50%}", `{"name":"a/b {50%}"}`), call: `create "a/b {50%}" {"name":"a/b {50%}"} -`},
		{name: "the location of a name as Java escapes it", request: "POST /connectors", body: `{"name":"a;b!$&'()*+,=:@~|^ä","config":{}}`, status: 201, contentType: jsonType,
			location: example + "/connectors/a%3Bb!$&'()*+,=:@~%7C%5E%C3%A4", answer: created("a;b!$&'()*+,=:@~|^ä", `{"name":"a;b!$&'()*+,=:@~|^ä"}`), call: `create "a;b!$&'()*+,=:@~|^ä" {"name":"a;b!$&'()*+,=:@~|^ä"} -`},
		{name: "the location of a name that is a step", request: "POST /connectors", body: `{"name":"..","config":{}}`, status: 201, contentType: jsonType,
			location: example + "/connectors/%2E%2E", answer: created("..", `{"name":".."}`), call: `create ".." {"name":".."} -`},
		{name: "create with no name and one in the config", request: "POST /connectors", body: `{"name":null,"config":{"name":"x"}}`, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"Connector name configuration (x) doesn't match connector name in the URL ()"}`},
		{name: "create with a name in the config that is null", request: "POST /connectors", body: `{"name":"x","config":{"name":null}}`, status: 201, contentType: jsonType,
			location: example + "/connectors/x", answer: created("x", `{"name":"x"}`), call: `create "x" {"name":"x"} -`},
		{name: "patch", request: "PATCH /connectors/orders/config", body: `{"a":1.50,"b":null}`, herder: &fakeHerder{info: orders}, status: 200, contentType: jsonType,
			answer: ordersJSON, call: `patch "orders" {"a":"1.50","b":null}`},
		{name: "patch may have another name in it", request: "PATCH /connectors/orders/config", body: `{"name":"zz"}`, herder: &fakeHerder{info: orders}, status: 200, contentType: jsonType,
			answer: ordersJSON, call: `patch "orders" {"name":"zz"}`},
		{name: "patch nothing", request: "PATCH /connectors/orders/config", body: `{}`, herder: &fakeHerder{info: orders}, status: 200, contentType: jsonType, answer: ordersJSON, call: `patch "orders" {}`},
		{name: "patch what is not there", request: "PATCH /connectors/x/config", body: `{}`, herder: &fakeHerder{err: connect.Errorf(connect.NotFound, "Connector x not found")},
			status: 404, contentType: jsonType, answer: `{"error_code":404,"message":"Connector x not found"}`, call: `patch "x" {}`},
		{name: "put makes a connector", request: "PUT /connectors/x/config", body: `{"a":true}`, herder: &fakeHerder{created: true}, status: 201, contentType: jsonType,
			location: example + "/connectors/x", answer: `{"name":"x","config":{"a":"true","name":"x"},"tasks":[],"type":"sink"}`, call: `put "x" {"a":"true","name":"x"}`},
		{name: "put changes a connector", request: "PUT /connectors/x/config", body: `{"a":"1"}`, status: 200, contentType: jsonType,
			answer: `{"name":"x","config":{"a":"1","name":"x"},"tasks":[],"type":"sink"}`, call: `put "x" {"a":"1","name":"x"}`},
		{name: "put does not trim", request: "PUT /connectors/%20x%20/config", body: `{}`, status: 200, contentType: jsonType,
			answer: `{"name":" x ","config":{"name":" x "},"tasks":[],"type":"sink"}`, call: `put " x " {"name":" x "}`},
		{name: "put with another name in the config", request: "PUT /connectors/x/config", body: `{"name":"y"}`, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"Connector name configuration (y) doesn't match connector name in the URL (x)"}`},
		{name: "delete", request: "DELETE /connectors/x", status: 204, call: `delete "x"`},
		{name: "delete what is not there", request: "DELETE /connectors/x", herder: &fakeHerder{err: connect.Errorf(connect.NotFound, "Connector x not found")},
			status: 404, contentType: jsonType, answer: `{"error_code":404,"message":"Connector x not found"}`, call: `delete "x"`},
		{name: "pause", request: "PUT /connectors/x/pause", status: 202, call: `pause "x"`},
		{name: "resume", request: "PUT /connectors/x/resume", status: 202, call: `resume "x"`},
		{name: "stop", request: "PUT /connectors/x/stop", status: 204, call: `stop "x"`},
		{name: "a plain restart", request: "POST /connectors/x/restart", status: 204, call: `restart "x" tasks=false failed=false`},
		{name: "a restart with tasks", request: "POST /connectors/x/restart?includeTasks=TRUE&onlyFailed=yes", herder: &fakeHerder{restarted: &status},
			status: 202, contentType: jsonType, answer: statusJSON, call: `restart "x" tasks=true failed=false`},
		{name: "restart a task", request: "POST /connectors/x/tasks/3/restart", status: 204, call: `restart task "x" 3`},
	})
}

func TestPaths(t *testing.T) {
	runAll(t, []exchange{
		{name: "a trailing slash", request: "GET /connectors/", status: 200, contentType: jsonType, answer: `[]`, call: "names"},
		{name: "a trailing slash behind a name", request: "DELETE /connectors/x/", status: 204, call: `delete "x"`},
		{name: "an escaped slash is part of the name", request: "PUT /connectors/a%2fb/pause", status: 202, call: `pause "a/b"`},
		{name: "an escaped percent sign is part of the name", request: "PUT /connectors/50%25/pause", status: 202, call: `pause "50%"`},
		{name: "a plus is a plus", request: "PUT /connectors/a+b/pause", status: 202, call: `pause "a+b"`},
		{name: "spaces, braces, question marks", request: "PUT /connectors/%7Ba%20b%3F%7D/pause", status: 202, call: `pause "{a b?}"`},
		{name: "letters that need no escape may have one", request: "PUT /connectors/%78/p%61use", status: 202, call: `pause "x"`},
		{name: "colons and stars are ordinary letters", request: "PUT /connectors/:c*/pause", status: 202, call: `pause ":c*"`},
		{name: "dots", request: "DELETE /connectors/%2E%2E", status: 204, call: `delete ".."`},
		{name: "parameters of a segment are dropped", request: "PUT /connectors/x;v=1/pause;y", status: 202, call: `pause "x"`},
		{name: "an escaped semicolon is part of the name", request: "PUT /connectors/x%3Bv=1/pause", status: 202, call: `pause "x;v=1"`},
		{name: "parameters of the last slash", request: "GET /connectors/;x=1", status: 200, contentType: jsonType, answer: `[]`, call: "names"},
		{name: "parameters of the root", request: "GET /;x", status: 200, contentType: jsonType, call: "info", answer: `{"version":"4.1.0","commit":"c0ffee","kafka_cluster_id":"abc"}`},
		{name: "parameters instead of a name", request: "GET /connectors/;x/status", status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The path /connectors/;x/status has an empty segment: names may not be empty"}`},
		{name: "two slashes at the end", request: "GET /connectors/x//", status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The path /connectors/x// has an empty segment: names may not be empty"}`},
		{name: "two slashes at the beginning", request: "GET //connectors", status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The path //connectors has an empty segment: names may not be empty"}`},
		{name: "a name that is not UTF-8", request: "GET /connectors/%ff", status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The path /connectors/%ff is not valid UTF-8"}`},
		{name: "steps are not taken", request: "GET /connectors/./x", status: 404, answer: notFound},
		{name: "case counts", request: "GET /Connectors", status: 404, answer: notFound},
		{name: "forward is for workers among themselves", request: "PUT /connectors/x/stop?forward=false", status: 204, call: `stop "x"`},
		{name: "an empty name", request: "GET /connectors//status", status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The path /connectors//status has an empty segment: names may not be empty"}`},
		{name: "an unknown path", request: "GET /nothing-here", status: 404, answer: notFound},
		{name: "a path of Kafka Connect 3", request: "GET /connectors/x/tasks-config", status: 404, answer: notFound},
		{name: "a task that is no number", request: "GET /connectors/x/tasks/one/status", status: 404, contentType: jsonType, answer: notFound},
		{name: "a task with a wrong method is of no interest", request: "GET /connectors/x/tasks/one/restart", status: 405, allow: "POST,OPTIONS",
			answer: `{"error_code":405,"message":"HTTP 405 Method Not Allowed"}`},
		{name: "a task number too large for Java", request: "POST /connectors/x/tasks/2147483648/restart", status: 404, contentType: jsonType, answer: notFound},
		{name: "a task number with a sign and zeros", request: "POST /connectors/x/tasks/+007/restart", status: 204, call: `restart task "x" 7`},
		{name: "a negative task is a question for the herder", request: "GET /connectors/x/tasks/-1/status",
			herder: &fakeHerder{err: connect.Errorf(connect.NotFound, "No status found for task x--1")}, status: 404, contentType: jsonType,
			answer: `{"error_code":404,"message":"No status found for task x--1"}`, call: `task status "x" -1`},
		{name: "a wrong method", request: "PUT /connectors", status: 405, allow: "HEAD,POST,GET,OPTIONS",
			answer: `{"error_code":405,"message":"HTTP 405 Method Not Allowed"}`},
		{name: "options", request: "OPTIONS /connectors", status: 200, contentType: "text/plain", allow: "HEAD,POST,GET,OPTIONS", answer: "HEAD, POST, GET, OPTIONS"},
		{name: "options of a connector", request: "OPTIONS /connectors/x", status: 200, contentType: "text/plain", allow: "HEAD,DELETE,GET,OPTIONS", answer: "HEAD, DELETE, GET, OPTIONS"},
		{name: "options of a config", request: "OPTIONS /connectors/x/config", status: 200, contentType: "text/plain", allow: "HEAD,GET,OPTIONS,PUT,PATCH", answer: "HEAD, GET, OPTIONS, PUT, PATCH"},
		{name: "options of offsets", request: "OPTIONS /connectors/x/offsets", status: 200, contentType: "text/plain", allow: "HEAD,DELETE,GET,OPTIONS,PATCH", answer: "HEAD, DELETE, GET, OPTIONS, PATCH"},
		{name: "options of a logger", request: "OPTIONS /admin/loggers/x", status: 200, contentType: "text/plain", allow: "HEAD,GET,OPTIONS,PUT", answer: "HEAD, GET, OPTIONS, PUT"},
		{name: "options of what is only done", request: "OPTIONS /connectors/x/pause", status: 200, contentType: "text/plain", allow: "OPTIONS,PUT", answer: "OPTIONS, PUT"},
		{name: "options for a client that takes only JSON", request: "OPTIONS /connectors/x/pause", headers: []string{"Accept: application/json"}, status: 200, contentType: "application/json", allow: "OPTIONS,PUT"},
		{name: "options of nothing", request: "OPTIONS /nothing", status: 404, answer: notFound},
	})
}

func TestMediaTypes(t *testing.T) {
	const unsupported = `{"error_code":415,"message":"HTTP 415 Unsupported Media Type"}`
	const unacceptable = `{"error_code":406,"message":"HTTP 406 Not Acceptable"}`
	runAll(t, []exchange{
		{name: "a body of another type", request: "PUT /connectors/x/pause", body: "{}", headers: []string{"Content-Type: text/plain"}, status: 415, answer: unsupported},
		{name: "a body without a type", request: "POST /connectors", body: "{}", headers: []string{"Content-Type"}, status: 415, contentType: jsonType, answer: unsupported},
		{name: "a body whose type is a range", request: "POST /connectors", body: "{}", headers: []string{"Content-Type: application/*"}, status: 415, contentType: jsonType, answer: unsupported},
		{name: "a body whose type is empty", request: "POST /connectors", body: "{}", headers: []string{"Content-Type: "}, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The Content-Type \"\" is not a media type"}`},
		{name: "a body with a type without a slash", request: "POST /connectors", body: "{}", headers: []string{"Content-Type: json"}, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The Content-Type \"json\" is not a media type"}`},
		{name: "a body with two types", request: "POST /connectors", body: "{}", headers: []string{"Content-Type: application/json, text/plain"}, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The Content-Type \"application/json, text/plain\" is not a media type"}`},
		{name: "a body that is like JSON", request: "POST /connectors", body: "{}", headers: []string{"Content-Type: application/vnd.x+json"}, status: 415, answer: unsupported},
		{name: "a body that nobody reads needs no type", request: "PUT /connectors/x/pause", body: "xx", headers: []string{"Content-Type"}, status: 202, call: `pause "x"`},
		{name: "a body that nobody reads may have a range as type", request: "PUT /connectors/x/pause", body: "xx", headers: []string{"Content-Type: */*"}, status: 202, call: `pause "x"`},
		{name: "a body that nobody reads need not be JSON", request: "DELETE /connectors/x", body: "xx", status: 204, call: `delete "x"`},
		{name: "a get with a body", request: "GET /connectors", body: "{}", status: 200, contentType: jsonType, answer: `[]`, call: "names"},
		{name: "a get with a body of another type", request: "GET /connectors", headers: []string{"Content-Type: text/plain"}, status: 415, answer: unsupported},
		{name: "the root does not look at the type", request: "GET /health", herder: &fakeHerder{health: connect.Healthy}, headers: []string{"Content-Type: text/plain"}, status: 200, contentType: jsonType,
			answer: `{"status":"healthy","message":"Worker has completed startup and is ready to handle requests."}`, call: "health"},
		{name: "a character set does no harm", request: "PUT /connectors/x/pause", body: "{}", headers: []string{"Content-Type: application/json; charset=utf-8"}, status: 202, call: `pause "x"`},
		{name: "capitals in the type", request: "PUT /connectors/x/pause", body: "{}", headers: []string{"Content-Type: Application/JSON;charset"}, status: 202, call: `pause "x"`},
		{name: "no body of another type", request: "PUT /connectors/x/pause", headers: []string{"Content-Type: application/x-www-form-urlencoded"}, status: 415, answer: unsupported},
		{name: "no body needs no type", request: "PUT /connectors/x/pause", status: 202, call: `pause "x"`},
		{name: "a client that takes anything", request: "PUT /connectors/x/pause", headers: []string{"Accept: text/html, */*;q=0.1"}, status: 202, call: `pause "x"`},
		{name: "a client that takes applications", request: "PUT /connectors/x/pause", headers: []string{"Accept: application/*"}, status: 202, call: `pause "x"`},
		{name: "a client that does not take JSON", request: "GET /connectors", headers: []string{"Accept: text/html, application/xml"}, status: 406, answer: unacceptable},
		{name: "a quality of 0 refuses nothing", request: "GET /connectors", headers: []string{"Accept: application/json;q=0"}, status: 200, contentType: jsonType, answer: `[]`, call: "names"},
		{name: "a client written in Java", request: "GET /connectors", headers: []string{"Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"}, status: 200, contentType: jsonType, answer: `[]`, call: "names"},
		{name: "an empty wish", request: "GET /connectors", headers: []string{"Accept: "}, status: 200, contentType: jsonType, answer: `[]`, call: "names"},
		{name: "a wish with parameters", request: "GET /connectors", headers: []string{"Accept: text/html,, Application/Json;charset=utf-8"}, status: 200, contentType: jsonType, answer: `[]`, call: "names"},
		{name: "a quality that is none", request: "GET /connectors", headers: []string{"Accept: application/json;q=2"}, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The Accept header has \"application/json;q=2\", which is not a media range"}`},
		{name: "an unknown path comes before the wish", request: "GET /nothing", headers: []string{"Accept: text/html"}, status: 404, answer: notFound},
		{name: "a wrong method comes before the type", request: "PUT /connectors", body: "x", headers: []string{"Content-Type: text/plain"}, status: 405, allow: "HEAD,POST,GET,OPTIONS",
			answer: `{"error_code":405,"message":"HTTP 405 Method Not Allowed"}`},
		{name: "the media type counts before what is accepted", request: "POST /connectors", body: "x", headers: []string{"Content-Type: text/plain", "Accept: text/html"}, status: 415, answer: unsupported},
	})
}

func TestErrors(t *testing.T) {
	fails := func(err error) *fakeHerder { return &fakeHerder{err: err} }
	runAll(t, []exchange{
		{name: "a conflict", request: "GET /connectors", herder: fails(connect.Errorf(connect.Conflict, "busy")), status: 409, contentType: jsonType,
			answer: `{"error_code":409,"message":"busy"}`, call: "names"},
		{name: "a time-out of the herder's own", request: "GET /connectors", herder: fails(connect.Errorf(connect.TimedOut, "Request timed out. The worker is currently <x>.")),
			status: 500, contentType: jsonType, answer: `{"error_code":500,"message":"Request timed out. The worker is currently <x>."}`, call: "names"},
		{name: "any other error", request: "GET /connectors", herder: fails(errors.New("Failed to start connector: x")), status: 500, contentType: jsonType,
			answer: `{"error_code":500,"message":"Failed to start connector: x"}`, call: "names"},
		{name: "broken JSON", request: "POST /connectors", body: `{not json`, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The request body is not valid JSON: invalid character 'n' looking for beginning of object key string (line 1, column 2)"}`},
		{name: "what Kafka Connect's configuration has turned off", request: "GET /connectors/x/topics", herder: fails(connect.Errorf(connect.Forbidden, "Topic tracking is disabled.")),
			status: 403, contentType: jsonType, answer: `{"error_code":403,"message":"Topic tracking is disabled."}`, call: `topics "x"`},
		{name: "more than one value", request: "PUT /connectors/x/config", body: "{} {}", status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The request body is not valid JSON: something follows the value (line 1, column 4)"}`},
		{name: "no body where one is needed", request: "PUT /connectors/x/config", status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"The request body is empty: a JSON object was expected"}`},
		{name: "a body that is too large", request: "POST /connectors", body: strings.Repeat(" ", 10<<20+1), status: 413, contentType: jsonType,
			answer: `{"error_code":413,"message":"The request body is larger than 10485760 bytes"}`},
	})
}

func TestHeadAnswersWhereGetDoes(t *testing.T) {
	server := httptest.NewServer(NewHandler(&fakeHerder{names: []string{"a"}}, Config{}))
	defer server.Close()
	for path, want := range map[string]int{"/connectors": 200, "/nothing": 404, "/connectors/x/pause": 405} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, server.URL+path, nil)
		require.NoError(t, err)
		resp, err := server.Client().Do(r)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, want, resp.StatusCode, path)
		assert.Empty(t, body, path)
	}
}
