// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// fitting are bodies that the routes which read one are content with.
var fitting = map[string]string{
	"POST /connectors":                               `{"name":"x","config":{}}`,
	"PUT /connectors/:connector/config":              `{}`,
	"PATCH /connectors/:connector/config":            `{}`,
	"PATCH /connectors/:connector/offsets":           `{"offsets":[{}]}`,
	"PUT /connector-plugins/:plugin/config/validate": `{}`,
	"PUT /admin/loggers/:logger":                     `{"level":"INFO"}`,
}

// request makes a request of a route that has a name in its path everywhere where one can be.
func (rt route) request(name string) exchange {
	path := strings.NewReplacer(":connector", name, ":plugin", name, ":logger", name, ":task", "0").Replace(rt.path)
	return exchange{request: rt.method + " " + path, body: fitting[rt.method+" "+rt.path]}
}

func (rt route) named() bool { return strings.Contains(rt.path, ":") }

// everyRoute runs a test for each route; some of them are of no interest to it.
func everyRoute(t *testing.T, test func(t *testing.T, rt route)) {
	for _, rt := range routes {
		t.Run(rt.method+" "+rt.path, func(t *testing.T) { test(t, rt) })
	}
}

func TestEveryRouteReachesTheHerderOnce(t *testing.T) {
	everyRoute(t, func(t *testing.T, rt route) {
		herder := &fakeHerder{health: connect.Healthy, restarted: &status}
		w := rt.request("x").send(t, herder)
		assert.Contains(t, []int{200, 201, 202, 204}, w.Code)
		want := 1
		if rt.path == "/readyz" { // which asks for the health, and then for the leader
			want = 2
		}
		assert.Len(t, herder.asked(), want)
		assert.Equal(t, w.Body.Len() > 0, w.Header().Get("Content-Type") == jsonType)
	})
}

func TestEveryRouteAnswersAnUnknownNameInTheHerdersWords(t *testing.T) {
	everyRoute(t, func(t *testing.T, rt route) {
		if !rt.named() {
			return
		}
		w := rt.request("ghost").send(t, &fakeHerder{err: connect.Errorf(connect.NotFound, "Nothing is called ghost")})
		assert.Equal(t, http.StatusNotFound, w.Code)
		assert.Equal(t, jsonType, w.Header().Get("Content-Type"))
		assert.Equal(t, `{"error_code":404,"message":"Nothing is called ghost"}`, w.Body.String())
	})
}

func TestEveryRouteThatReadsABodyRefusesABadOne(t *testing.T) {
	bad := map[string]string{
		"no body": "", "not JSON": "{not json", "no object": "[]", "null": "null", "an object where none may be": `{"x":{}}`, "one that is cut": `{"x":`, "two": "{} {}",
	}
	everyRoute(t, func(t *testing.T, rt route) {
		assert.Equal(t, fitting[rt.method+" "+rt.path] != "", rt.content == read)
		for name, body := range bad {
			t.Run(name, func(t *testing.T) {
				e, herder := rt.request("x"), &fakeHerder{health: connect.Healthy}
				e.body = body
				w := e.send(t, herder)
				if rt.content != read {
					assert.Less(t, w.Code, 300)
					return
				}
				assert.Equal(t, http.StatusBadRequest, w.Code)
				assert.Contains(t, w.Body.String(), `{"error_code":400,"message":"`)
				assert.Empty(t, herder.asked())
			})
		}
	})
}

func TestEveryPathRefusesMethodsThatItHasNot(t *testing.T) {
	everyRoute(t, func(t *testing.T, rt route) {
		e := rt.request("x")
		_, path, _ := strings.Cut(e.request, " ")
		e.request = "OPTIONS " + path
		allowed := e.send(t, &fakeHerder{}).Header().Get("Allow")
		require.Contains(t, allowed, rt.method)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"} {
			herder := &fakeHerder{health: connect.Healthy}
			e.request = method + " " + path
			w := e.send(t, herder)
			if strings.Contains(","+allowed+",", ","+method+",") {
				assert.NotEqual(t, http.StatusMethodNotAllowed, w.Code, method)
				continue
			}
			assert.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
			assert.Equal(t, allowed, w.Header().Get("Allow"), method)
			assert.JSONEq(t, `{"error_code":405,"message":"HTTP 405 Method Not Allowed"}`, w.Body.String(), method)
			assert.Empty(t, w.Header().Get("Content-Type"), method)
			assert.Empty(t, herder.asked(), method)
		}
	})
}

func TestEveryRouteRefusesWhatIsNotJSON(t *testing.T) {
	everyRoute(t, func(t *testing.T, rt route) {
		herder := &fakeHerder{health: connect.Healthy}
		e := rt.request("x")
		e.headers = []string{"Content-Type: text/plain"}
		w := e.send(t, herder)
		if rt.content == unseen {
			assert.Equal(t, http.StatusOK, w.Code)
		} else {
			assert.Equal(t, http.StatusUnsupportedMediaType, w.Code)
			assert.Empty(t, herder.asked())
		}
		herder = &fakeHerder{health: connect.Healthy}
		e = rt.request("x")
		e.headers = []string{"Accept: text/html"}
		assert.Equal(t, http.StatusNotAcceptable, e.send(t, herder).Code)
		assert.Empty(t, herder.asked())
	})
}

func TestEveryRouteTakesOddNames(t *testing.T) {
	names := map[string]string{
		"spaces": " a b ", "dots": "a.b..c", "one dot": ".", "two dots": "..", "a percent sign": "50%", "what looks escaped": "a%2Fb", "slashes": "a/b/", "braces": "{a}", "a colon": ":a",
		"a star": "*a", "a semicolon": "a;b=c", "a question mark": "a?b", "a hash": "a#b", "quotes": `"a'b"`, "a backslash": `a\b`, "a plus": "a+b", "letters of other scripts": "ä日本😀",
		"words of the API": "config", "200 characters": strings.Repeat("x", 200),
	}
	everyRoute(t, func(t *testing.T, rt route) {
		if !rt.named() {
			return
		}
		for odd, name := range names {
			t.Run(odd, func(t *testing.T) {
				herder := &fakeHerder{}
				w := rt.request(escapeName(name)).send(t, herder)
				assert.Less(t, w.Code, 300)
				require.Len(t, herder.asked(), 1)
				if !strings.HasSuffix(rt.path, "/validate") { // the only one that does not tell the herder of the name
					assert.Contains(t, herder.asked()[0], fmt.Sprintf("%q", name))
				}
			})
		}
	})
}

func TestAHandlerOfSomeRoutesHasNoOthers(t *testing.T) {
	var admin []route
	for _, rt := range routes {
		if rt.admin {
			admin = append(admin, rt)
		}
	}
	handler := newAPI(&fakeHerder{}, Config{}, admin)
	assert.Equal(t, http.StatusOK, do(t.Context(), handler, "GET", "/admin/loggers").Code)
	for _, path := range []string{"/", "/connectors", "/connectors/x"} {
		w := do(t.Context(), handler, "GET", path)
		assert.Equal(t, http.StatusNotFound, w.Code, path)
		assert.Equal(t, notFound, w.Body.String(), path)
	}
}
