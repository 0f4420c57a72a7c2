// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	connect "github.com/longshore-io/connect"
)

// Config is what the API can be told. The zero value of each field but Listeners stands for what Kafka Connect does.
type Config struct {
	// Listeners are the URLs to listen on, such as http://:8083 for every address of the machine or http://localhost:8083 for
	// this machine only. Port 0 takes any free port.
	Listeners []string
	// OperationTimeout is how long a request may take; 90 s where it is zero.
	OperationTimeout time.Duration
	// HealthTimeout is how long GET /health may take; 10 s where it is zero.
	HealthTimeout time.Duration
	// MaxBody is the largest body of a request in bytes; 10 MiB where it is zero.
	MaxBody int64
	// Log takes panics of endpoints and complaints of net/http; nil is slog's default logger.
	Log *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.OperationTimeout == 0 {
		c.OperationTimeout = 90 * time.Second
	}
	if c.HealthTimeout == 0 {
		c.HealthTimeout = 10 * time.Second
	}
	if c.MaxBody == 0 {
		c.MaxBody = 10 << 20
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Limits for clients that are slow or gone.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = time.Minute
	// writeMargin is the time to send an answer after the longest operation.
	writeMargin = 30 * time.Second
	// idleTimeout is Kafka Connect's, for a connection between two requests.
	idleTimeout = 90 * time.Second
)

// Server listens, and serves the API once it is told of whom.
type Server struct {
	cfg       Config
	listeners []net.Listener
	bound     []connect.Listener
	http      http.Server
}

// Listen opens the listeners, all or none. Clients that call before Serve wait. The errors of wrong listeners are
// *connect.ConfigError with Kafka's texts, joined; that an address is taken is told as the system tells it.
func Listen(ctx context.Context, cfg Config) (*Server, error) {
	wanted, err := parseListeners(cfg.Listeners)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg.withDefaults()}
	for _, l := range wanted {
		if err := s.listen(ctx, l); err != nil {
			s.closeListeners()
			return nil, err
		}
	}
	s.http = http.Server{
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      s.cfg.OperationTimeout + writeMargin,
		IdleTimeout:       idleTimeout,
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
	}
	return s, nil
}

func parseListeners(texts []string) ([]connect.Listener, error) {
	if len(texts) == 0 {
		return nil, &connect.ConfigError{Key: "listeners", Value: texts, Reason: "at least one URL is expected, ex: http://localhost:8080,https://localhost:8443."}
	}
	var errs []error
	wanted := make([]connect.Listener, 0, len(texts))
	for _, text := range texts {
		l, err := connect.ParseListener(text)
		if err == nil && l.Scheme != "http" {
			err = errors.New("HTTPS is not built yet: use http, behind a proxy that ends TLS")
		}
		if err != nil {
			errs = append(errs, &connect.ConfigError{Key: "listeners", Value: text, Reason: err.Error()})
		}
		wanted = append(wanted, l)
	}
	return wanted, errors.Join(errs...)
}

func (s *Server) listen(ctx context.Context, l connect.Listener) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", l.Address())
	if err != nil {
		return fmt.Errorf("open the REST listener %s (if another process has the address, stop it or set another one in listeners): %w", l, err)
	}
	s.listeners = append(s.listeners, listener)
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok {
		l.Port = tcp.Port
	}
	s.bound = append(s.bound, l)
	return nil
}

// Bound returns the listeners with the ports that they really have.
func (s *Server) Bound() []connect.Listener { return s.bound }

// Serve answers requests until Shutdown, and then returns nil. It returns early with the error of a listener that broke;
// the server is then of no use and must still be shut down. It may be called once.
func (s *Server) Serve(herder Herder) error {
	s.http.Handler = NewHandler(herder, s.cfg)
	errs := make(chan error, len(s.listeners))
	for i, listener := range s.listeners {
		go func() { errs <- s.serve(listener, s.bound[i]) }()
	}
	for range s.listeners {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) serve(listener net.Listener, bound connect.Listener) error {
	if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve REST on %s: %w", bound, err)
	}
	return nil
}

// Shutdown stops listening and waits for the requests that are being answered. When the context ends first, they are cut
// off and its error is returned.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.closeListeners()
	err := s.http.Shutdown(ctx)
	if err != nil {
		_ = s.http.Close() // the connections are cut off; what matters is the error of the context
		return fmt.Errorf("wait for REST requests to end: %w", err)
	}
	return nil
}

// closeListeners also closes those that were never served. To close twice does no harm.
func (s *Server) closeListeners() {
	for _, listener := range s.listeners {
		_ = listener.Close()
	}
}
