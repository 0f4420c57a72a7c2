// SPDX-License-Identifier: Apache-2.0

package registrytest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Server is a registry that runs until the end of the test that started it. It is safe for concurrent use.
type Server struct {
	// URL is where it listens, without credentials.
	URL string

	http    *httptest.Server
	stopped chan struct{}
	once    sync.Once

	mu     sync.Mutex
	store  *store
	checks map[string]Check
	user   string
	// faults are answers that come instead of the right ones, the next one first.
	faults []Fault
	seen   []Request
}

// Request is what a client asked for.
type Request struct {
	// Method, Path and Query are those of the request; Path is not unescaped.
	Method, Path, Query string
	// Header are the headers of the request.
	Header http.Header
}

// Fault is how the server treats one request.
type Fault struct {
	// Status is answered with an error body; 0 answers rightly.
	Status int
	// Drop closes the connection without an answer.
	Drop bool
	// Until holds the answer back till it is closed, or the client goes away.
	Until <-chan struct{}
}

// Start starts a registry on a port of its own.
func Start(t testing.TB) *Server {
	s := &Server{stopped: make(chan struct{}), store: newStore(), checks: map[string]Check{"AVRO": checkAvro, "JSON": checkJSON, "PROTOBUF": checkNothing}}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	t.Cleanup(s.Stop)
	return s
}

// Stop ends the server: connections to it are refused from then on.
func (s *Server) Stop() {
	s.once.Do(func() { close(s.stopped) })
	s.http.CloseClientConnections()
	s.http.Close()
}

// Require makes the server refuse requests that do not have this user and password.
func (s *Server) Require(user, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user, password)
	s.user = r.Header.Get("Authorization")
}

// RequireToken makes the server refuse requests that do not have this bearer token.
func (s *Server) RequireToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user = "Bearer " + token
}

// Fail makes the server treat the next requests so, one fault each.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// SetCheck replaces the check of schemas of a type: AVRO, JSON or PROTOBUF.
func (s *Server) SetCheck(schemaType string, check Check) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checks[schemaType] = check
}

// Register puts a schema into a subject, without any check, and returns its number. An empty type is AVRO.
func (s *Server) Register(subject string, schema Schema) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _ := s.store.add(subject, withType(schema))
	return id
}

// Latest returns the latest version of a subject, and false where there is none.
func (s *Server) Latest(subject string) (Schema, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := s.store.versions(subject, false)
	if len(versions) == 0 {
		return Schema{}, false
	}
	return s.store.at(subject, versions[len(versions)-1]), true
}

// Requests returns what was asked so far, refused requests included.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.seen...)
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault, allowed := s.note(r)
	// Only when the body is read to its end does the server see that a client goes away.
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if fault.Until != nil {
		select {
		case <-fault.Until:
		case <-s.stopped:
			return
		case <-r.Context().Done():
			return
		}
	}
	switch {
	case fault.Drop:
		panic(http.ErrAbortHandler)
	case fault.Status != 0:
		refuse(w, fault.Status, fault.Status, http.StatusText(fault.Status))
	case !allowed:
		refuse(w, http.StatusUnauthorized, http.StatusUnauthorized, "Unauthorized")
	default:
		s.route(w, r)
	}
}

func (s *Server) note(r *http.Request) (fault Fault, allowed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, Request{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Clone()})
	if len(s.faults) > 0 {
		fault, s.faults = s.faults[0], s.faults[1:]
	}
	return fault, s.user == "" || s.user == r.Header.Get("Authorization")
}

func withType(schema Schema) Schema {
	if schema.Type == "" {
		schema.Type = "AVRO"
	}
	schema.Type = strings.ToUpper(schema.Type)
	schema.Subject, schema.Version, schema.ID = "", 0, 0
	return schema
}
