// SPDX-License-Identifier: Apache-2.0

package registrytest

import (
	"encoding/json"
	"fmt"
	"net/http"
)

const contentType = "application/vnd.schemaregistry.v1+json"

// call is one request with the store locked.
type call struct {
	*store
	w      http.ResponseWriter
	r      *http.Request
	checks map[string]Check
}

// routes is the whole API.
var routes = map[string]func(*call){
	"GET /schemas/types":                                        (*call).types,
	"GET /schemas/ids/{id}":                                     (*call).schema,
	"GET /schemas/ids/{id}/schema":                              (*call).schemaText,
	"GET /schemas/ids/{id}/versions":                            (*call).places,
	"GET /schemas/ids/{id}/subjects":                            (*call).subjectsOf,
	"GET /subjects":                                             (*call).list,
	"POST /subjects/{subject}":                                  (*call).lookup,
	"DELETE /subjects/{subject}":                                (*call).deleteSubject,
	"GET /subjects/{subject}/versions":                          (*call).listVersions,
	"POST /subjects/{subject}/versions":                         (*call).register,
	"GET /subjects/{subject}/metadata":                          (*call).withMetadata,
	"GET /subjects/{subject}/versions/{version}":                (*call).version,
	"GET /subjects/{subject}/versions/{version}/schema":         (*call).versionText,
	"GET /subjects/{subject}/versions/{version}/referencedby":   (*call).referencedBy,
	"DELETE /subjects/{subject}/versions/{version}":             (*call).deleteVersion,
	"POST /compatibility/subjects/{subject}/versions":           (*call).compatibility,
	"POST /compatibility/subjects/{subject}/versions/{version}": (*call).compatibility,
	"GET /config":           (*call).config,
	"PUT /config":           (*call).setConfig,
	"GET /config/{subject}": (*call).config,
	"PUT /config/{subject}": (*call).setConfig,
	"GET /mode":             (*call).mode,
	"PUT /mode":             (*call).setMode,
	"GET /mode/{subject}":   (*call).mode,
	"PUT /mode/{subject}":   (*call).setMode,
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	mux := http.NewServeMux()
	for pattern, answer := range routes {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			defer s.mu.Unlock()
			answer(&call{s.store, w, r, s.checks})
		})
	}
	if _, pattern := mux.Handler(r); pattern == "" {
		refuse(w, http.StatusNotFound, http.StatusNotFound, "HTTP 404 Not Found")
		return
	}
	mux.ServeHTTP(w, r)
}

func (c *call) answer(body any) {
	c.w.Header().Set("Content-Type", contentType)
	_ = json.NewEncoder(c.w).Encode(body)
}

func (c *call) refuse(code int, format string, args ...any) {
	status := code
	for status > 999 {
		status /= 10
	}
	refuse(c.w, status, code, fmt.Sprintf(format, args...))
}

func refuse(w http.ResponseWriter, status, code int, message string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error_code": code, "message": message})
}

// The error codes of the API.
const (
	noSubject       = 40401
	noVersion       = 40402
	noSchema        = 40403
	softDeleted     = 40404
	notSoftDeleted  = 40405
	noSubjectLevel  = 40408
	noSubjectMode   = 40409
	incompatible    = 409
	invalidSchema   = 42201
	invalidVersion  = 42202
	invalidLevel    = 42203
	invalidMode     = 42204
	notPermitted    = 42205
	referenceExists = 42206
)

func (c *call) subject() string { return c.r.PathValue("subject") }

// flag is a boolean parameter of the query.
func (c *call) flag(name string) bool { return c.r.URL.Query().Get(name) == "true" }

// body reads the schema of a request; it has answered where that is none.
func (c *call) body() (Schema, bool) {
	var schema Schema
	if err := json.NewDecoder(c.r.Body).Decode(&schema); err != nil {
		c.refuse(400, "%v", err)
		return Schema{}, false
	}
	schema = withType(schema)
	check := c.checks[schema.Type]
	if check == nil {
		c.refuse(invalidSchema, "Invalid schema type %s", schema.Type)
		return Schema{}, false
	}
	if _, err := c.check(check, nil, schema); err != nil {
		c.refuse(invalidSchema, "Invalid schema %s, details: %v", schema.Text, err)
		return Schema{}, false
	}
	return schema, true
}
