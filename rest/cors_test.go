// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// preflight is the header by which a browser asks for leave.
const preflight = "Access-Control-Request-Method"

// answered is what came back of a request.
type answered struct {
	status      int
	header      http.Header
	proto, body string
}

// dressed answers a request as a normal listener with these rules does.
func dressed(t *testing.T, cfg Config, method, path string, header ...string) answered {
	t.Helper()
	d, err := dressOf(cfg)
	require.NoError(t, err)
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.on(NewHandler(&fakeHerder{}, cfg)).ServeHTTP(w, r)
	return answered{status: w.Code, header: w.Header(), body: w.Body.String()}
}

// The headers are those of Kafka Connect 4.1.0 with the same properties, as it sent them.
func TestOrigins(t *testing.T) {
	const allowed = `https?://(.*\.)?good\.example, http://Other\.example`
	none := [4]string{}
	simple := func(origin string) [4]string { return [4]string{origin} }
	leave := func(origin string) [4]string { return [4]string{origin, "GET, PUT,DELETE", "Content-Type", "60"} }
	tests := []struct {
		name, request string
		header        []string
		want          [4]string
		status        int
	}{
		{"no origin", "GET /connectors", nil, none, 200},
		{"an empty origin", "GET /connectors", []string{"Origin", ""}, none, 200},
		{"a match", "GET /connectors", []string{"Origin", "http://a.good.example"}, simple("http://a.good.example"), 200},
		{"a match in other case", "GET /connectors", []string{"Origin", "HTTPS://GOOD.example"}, simple("HTTPS://GOOD.example"), 200},
		{"a match of the second", "GET /connectors", []string{"Origin", "http://other.example"}, simple("http://other.example"), 200},
		{"a match of part is none", "GET /connectors", []string{"Origin", "http://other.example.evil"}, none, 200},
		{"one of several", "GET /connectors", []string{"Origin", "http://other.example http://evil.example"}, simple("http://other.example http://evil.example"), 200},
		{"an error", "GET /nothing", []string{"Origin", "http://other.example"}, simple("http://other.example"), 404},
		{"a method that is not allowed is the resource's to refuse", "PUT /connectors", []string{"Origin", "http://other.example"}, simple("http://other.example"), 405},
		{"HEAD", "HEAD /connectors", []string{"Origin", "http://other.example"}, simple("http://other.example"), 200},
		{"a preflight reaches the resource", "OPTIONS /connectors", []string{"Origin", "http://other.example", preflight, "GET"}, leave("http://other.example"), 200},
		{"a preflight for what is not allowed is told what is", "OPTIONS /connectors", []string{"Origin", "http://other.example", preflight, "PATCH"}, leave("http://other.example"), 200},
		{"a preflight for what is not there", "OPTIONS /nothing", []string{"Origin", "http://other.example", preflight, "GET"}, leave("http://other.example"), 404},
		{"OPTIONS without the question is no preflight", "OPTIONS /connectors", []string{"Origin", "http://other.example"}, simple("http://other.example"), 200},
		{"GET with the question is no preflight", "GET /connectors", []string{"Origin", "http://other.example", preflight, "GET"}, simple("http://other.example"), 200},
		{"a preflight of a stranger", "OPTIONS /connectors", []string{"Origin", "http://evil.example", preflight, "GET"}, none, 200},
		{"a preflight without origin", "OPTIONS /connectors", []string{preflight, "GET"}, none, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			method, path, _ := strings.Cut(tt.request, " ")
			resp := dressed(t, Config{AllowOrigin: allowed, AllowMethods: "GET, PUT,DELETE"}, method, path, tt.header...)
			assert.Equal(t, tt.status, resp.status)
			assert.Equal(t, []string{"Origin"}, resp.header.Values("Vary"), "on every answer")
			for i, name := range []string{"Allow-Origin", "Allow-Methods", "Allow-Headers", "Max-Age"} {
				assert.Equal(t, tt.want[i], resp.header.Get("Access-Control-"+name), name)
			}
			for _, name := range []string{"Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Timing-Allow-Origin"} {
				assert.Empty(t, resp.header.Values(name))
			}
			if method == http.MethodOptions && tt.status == 200 {
				assert.Equal(t, "HEAD,POST,GET,OPTIONS", resp.header.Get("Allow"))
			}
		})
	}
}

func TestWithoutAnAllowedOriginNothingIsAdded(t *testing.T) {
	resp := dressed(t, Config{AllowOrigin: " ", AllowMethods: "GET"}, http.MethodOptions, "/connectors", "Origin", "http://a", preflight, "GET")
	for _, name := range []string{"Vary", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods"} {
		assert.Empty(t, resp.header.Values(name))
	}
}

func TestAStarAllowsEveryOrigin(t *testing.T) {
	resp := dressed(t, Config{AllowOrigin: "*"}, http.MethodOptions, "/connectors", "Origin", "null", preflight, "POST")
	assert.Equal(t, "null", resp.header.Get("Access-Control-Allow-Origin"), "the origin is said back, and not the star")
	assert.Equal(t, "GET,POST,HEAD", resp.header.Get("Access-Control-Allow-Methods"))
}

func TestLazyAndAlternativePatternsMatchTheWholeOrigin(t *testing.T) {
	o, err := parseOrigins("http://a|http://ab,x.*?y", "")
	require.NoError(t, err)
	for origin, want := range map[string]bool{"http://ab": true, "http://a": true, "http://abc": false, "xy1y": true, "1xy": false} {
		assert.Equal(t, want, o.allow(origin), origin)
	}
}

func TestOriginsThatAreNoRegularExpressions(t *testing.T) {
	err := Config{AllowOrigin: "*.foo.com,http://ok,a)|(b"}.Check()
	require.EqualError(t, err, "Invalid value *.foo.com for configuration access.control.allow.origin: error parsing regexp: missing argument to repetition operator: `*`; "+originRules+
		"\nInvalid value a)|(b for configuration access.control.allow.origin: error parsing regexp: unexpected ): `(?i)a)|(b`; "+originRules)
	assert.Equal(t, connect.BadConfig, connect.Classify(err))
	_, err = Listen(t.Context(), Config{Listeners: []string{"http://localhost:0"}, AllowOrigin: "*.foo.com"})
	require.ErrorContains(t, err, "access.control.allow.origin")
}
