// SPDX-License-Identifier: Apache-2.0

package replicationtest

import (
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"
)

// Patience is how long a test waits for what has to come.
const Patience = 10 * time.Second

// Server is a server on a port of the loopback interface. Its fields are set before the first connection.
type Server struct {
	// Version is what it calls itself.
	Version string
	// Standby says that it is one.
	Standby bool
	// TLS encrypts the sessions of clients that ask for it; nil refuses that, and Only refuses those that do not ask.
	TLS  *tls.Config
	Only bool
	// Answer answers a query; nil has every query answered with no rows.
	Answer func(query string) Reply

	listener net.Listener
	streams  chan *Stream
	cancels  chan struct{}

	mu       sync.Mutex
	ends     []net.Conn
	sessions []map[string]string
	queries  []string
	wg       sync.WaitGroup
}

// New starts a server of version 15, which ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &Server{Version: "15.0", listener: listener, streams: make(chan *Stream, 8), cancels: make(chan struct{}, 8)}
	s.wg.Go(s.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		s.Break()
		s.wg.Wait()
	})
	return s
}

// Port is where it listens, on 127.0.0.1.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Sessions are the parameters that each session began with.
func (s *Server) Sessions() []map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sessions)
}

// Queries are all that came so far, in their order.
func (s *Server) Queries() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.queries)
}

// Stream waits for the next stream that a client has started.
func (s *Server) Stream(t testing.TB) *Stream {
	t.Helper()
	select {
	case stream := <-s.streams:
		return stream
	case <-time.After(Patience):
		require.FailNow(t, "no stream was started")
		return nil
	}
}

// Cancelled has one for each query that a client wanted to be cancelled.
func (s *Server) Cancelled() <-chan struct{} { return s.cancels }

// Break cuts all connections.
func (s *Server) Break() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, end := range s.ends {
		_ = end.Close()
	}
	s.ends = nil
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.ends = append(s.ends, conn)
		s.mu.Unlock()
		s.wg.Go(func() {
			defer conn.Close()
			s.serve(conn)
		})
	}
}

// serve is a session. What goes wrong ends it: the client tells the test.
func (s *Server) serve(conn net.Conn) {
	backend := pgproto3.NewBackend(conn, conn)
	secure := false
	for {
		first, err := backend.ReceiveStartupMessage()
		if err != nil {
			return
		}
		switch m := first.(type) {
		case *pgproto3.SSLRequest:
			if conn, secure = s.encrypt(conn); conn == nil {
				return
			}
			backend = pgproto3.NewBackend(conn, conn)
		case *pgproto3.CancelRequest:
			s.cancels <- struct{}{}
			return
		case *pgproto3.StartupMessage:
			if s.Only && !secure {
				backend.Send(&pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: "28000", Message: "no pg_hba.conf entry for no encryption"})
				_ = backend.Flush()
				return
			}
			s.greet(backend, m.Parameters)
			s.talk(conn, backend)
			return
		}
	}
}

// encrypt answers the wish for TLS.
func (s *Server) encrypt(conn net.Conn) (net.Conn, bool) {
	if s.TLS == nil {
		_, err := conn.Write([]byte("N"))
		if err != nil {
			return nil, false
		}
		return conn, false
	}
	if _, err := conn.Write([]byte("S")); err != nil {
		return nil, false
	}
	secured := tls.Server(conn, s.TLS)
	if secured.Handshake() != nil {
		return nil, false
	}
	return secured, true
}

func (s *Server) greet(backend *pgproto3.Backend, parameters map[string]string) {
	s.mu.Lock()
	s.sessions = append(s.sessions, parameters)
	s.mu.Unlock()
	standby := "off"
	if s.Standby {
		standby = "on"
	}
	backend.Send(&pgproto3.AuthenticationOk{})
	for name, value := range map[string]string{"server_version": s.Version, "client_encoding": "UTF8", "standard_conforming_strings": "on", "in_hot_standby": standby} {
		backend.Send(&pgproto3.ParameterStatus{Name: name, Value: value})
	}
	backend.Send(&pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte{0, 0, 0, 1}})
	backend.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	_ = backend.Flush()
}

// talk answers queries until the client leaves.
func (s *Server) talk(conn net.Conn, backend *pgproto3.Backend) {
	for {
		message, err := backend.Receive()
		if err != nil {
			return
		}
		query, is := message.(*pgproto3.Query)
		if !is {
			return
		}
		s.mu.Lock()
		s.queries = append(s.queries, query.String)
		s.mu.Unlock()
		var reply Reply
		if s.Answer != nil {
			reply = s.Answer(query.String)
		}
		if reply.stream {
			s.stream(conn, backend)
			return
		}
		reply.send(backend, query.String)
		if backend.Flush() != nil {
			return
		}
	}
}

// stream hands the session to the test, and keeps what the client says.
func (s *Server) stream(conn net.Conn, backend *pgproto3.Backend) {
	backend.Send(&pgproto3.CopyBothResponse{})
	if backend.Flush() != nil {
		return
	}
	stream := &Stream{conn: conn, updates: make(chan Update, 1024), ended: make(chan struct{})}
	s.streams <- stream
	defer close(stream.ended)
	for {
		message, err := backend.Receive()
		if err != nil {
			return
		}
		switch m := message.(type) {
		case *pgproto3.CopyData:
			stream.updates <- updateOf(m.Data)
		case *pgproto3.CopyDone:
			stream.orderly.Store(true)
		case *pgproto3.Terminate:
			return
		}
	}
}
