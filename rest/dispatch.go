// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/julienschmidt/httprouter"
)

// request is what an endpoint gets of an HTTP request.
type request struct {
	// params are the segments of the path, decoded.
	params httprouter.Params
	query  url.Values
	body   []byte
	// origin is the scheme and host that the client called.
	origin string
	log    *slog.Logger
}

func (r request) connector() string { return r.params.ByName("connector") }

// first returns the first value of a parameter in the query, and whether it is there at all.
func (r request) first(name string) (string, bool) {
	return r.query.Get(name), r.query.Has(name)
}

// flag reads a boolean of the query as Kafka Connect does: the first value counts, blank is the default, and only true, in
// any case, is true.
func (r request) flag(name string, missing bool) bool {
	text := r.query.Get(name)
	if strings.TrimSpace(text) == "" {
		return missing
	}
	return strings.EqualFold(text, "true")
}

// api is the handler of all routes.
type api struct {
	router *httprouter.Router
	herder Herder
	cfg    Config
	log    *slog.Logger
}

// NewHandler serves the API of a worker. Of the configuration it reads the limits, the log and the metrics.
func NewHandler(herder Herder, cfg Config) http.Handler {
	return newAPI(herder, cfg, routes).withMetrics()
}

// newAPI serves some of the routes; there is nothing at the paths of the others.
func newAPI(herder Herder, cfg Config, served []route) *api {
	cfg = cfg.withDefaults()
	a := &api{router: httprouter.New(), herder: herder, cfg: cfg, log: cfg.Log}
	for _, rt := range served {
		a.router.Handle(rt.method, rt.path, func(w http.ResponseWriter, r *http.Request, params httprouter.Params) {
			a.serve(w, r, rt, params)
		})
	}
	return a
}

// withMetrics serves the metrics, too, if there are any.
func (a *api) withMetrics() *api {
	if a.cfg.Metrics != nil {
		a.router.Handler(http.MethodGet, metricsPath, a.cfg.Metrics)
	}
	return a
}

// ServeHTTP finds the route by the path as it was escaped, so that an escaped slash is part of a name.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, err := canonicalPath(r.URL.EscapedPath())
	if err != nil {
		errorReply(err).write(w)
		return
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if handle, params, _ := a.router.Lookup(method, path); handle != nil {
		handle(w, r, params)
		return
	}
	a.unrouted(r, path).write(w)
}

// canonicalPath escapes each segment in one way, so that routes are found however a client escapes, and drops one slash at
// the end. Parameters of segments (;a=b) are dropped, as JAX-RS does; a semicolon that is escaped belongs to the name.
func canonicalPath(escaped string) (string, error) {
	path := parameters.ReplaceAllString(escaped, "")
	if path == "" || path == "/" {
		return "/", nil
	}
	segments := strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/"), "/")
	for i, segment := range segments {
		text, err := url.PathUnescape(segment)
		switch {
		case err != nil:
			return "", badRequest("The path %s is not escaped correctly: %v", escaped, err)
		case text == "":
			return "", badRequest("The path %s has an empty segment: names may not be empty", escaped)
		case !utf8.ValidString(text):
			return "", badRequest("The path %s is not valid UTF-8", escaped)
		}
		segments[i] = url.PathEscape(text)
	}
	return "/" + strings.Join(segments, "/"), nil
}

var parameters = regexp.MustCompile(`;[^/]*`)

// parseQuery reads a query as JAX-RS does: a semicolon is an ordinary letter, and what is not escaped correctly is taken as
// it is.
func parseQuery(raw string) url.Values {
	values := url.Values{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name = unescape(name); name != "" {
			values.Add(name, unescape(value))
		}
	}
	return values
}

func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// unrouted answers OPTIONS with the path's methods, and what else has no route with 404 or 405.
func (a *api) unrouted(r *http.Request, path string) reply {
	allow := a.allowed(path)
	switch {
	case allow == "":
		return errorReply(errNotFound)
	case r.Method == http.MethodOptions:
		options := reply{status: http.StatusOK, allow: allow, typedOnly: true}
		if takesText, err := accepts(r, "text/plain"); takesText && err == nil {
			options.body = plainText(strings.ReplaceAll(allow, ",", ", "))
		}
		return options
	}
	refused := errorReply(errMethodNotAllowed)
	refused.allow = allow
	return refused
}

// allowed lists the methods of a path in the order of Kafka Connect, which is that of a Java hash set; "" is no such path.
func (a *api) allowed(path string) string {
	var allowed []string
	for _, method := range []string{"HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH"} {
		lookup := method
		if method == http.MethodHead {
			lookup = http.MethodGet
		}
		if handle, _, _ := a.router.Lookup(lookup, path); handle != nil || method == http.MethodOptions {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 1 {
		return ""
	}
	return strings.Join(allowed, ",")
}

// serve answers a request that has a route.
func (a *api) serve(w http.ResponseWriter, r *http.Request, rt route, params httprouter.Params) {
	err := negotiate(r, rt.content)
	var body []byte
	if err == nil && rt.content == read {
		body, err = readBody(w, r, a.cfg.MaxBody)
	}
	if err != nil {
		errorReply(err).write(w)
		return
	}
	for i := range params {
		// The path was escaped by canonicalPath and has no mistake.
		params[i].Value, _ = url.PathUnescape(params[i].Value)
	}
	answer := a.call(r, rt, request{params: params, query: parseQuery(r.URL.RawQuery), body: body, origin: origin(r), log: a.log})
	answer.write(w)
}

// origin is the scheme and host of the URL that the client called; "" where it named none, as HTTP/1.0 allows.
func origin(r *http.Request) string {
	switch {
	case r.Host == "":
		return ""
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
