// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"crypto/tls"
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
	// Listeners are the URLs to listen on, such as http://:8083 for every address of the machine or https://localhost:8443 for
	// this machine only. Port 0 takes any free port.
	Listeners []string
	// AdminListeners are the URLs at which /admin is served instead of with the rest: nil is with the rest, none is nowhere.
	AdminListeners []string
	// TLS is for the https ones of Listeners, AdminTLS for those of AdminListeners. Each has at least one certificate.
	TLS, AdminTLS *tls.Config

	// AllowOrigin is access.control.allow.origin: whose pages may call the API, as regular expressions between commas, or a
	// star for all; "" is nobody's.
	AllowOrigin string
	// AllowMethods is access.control.allow.methods: what such pages may do; "" is GET,POST,HEAD.
	AllowMethods string
	// ResponseHeaders is response.http.headers.config: rules for headers of all answers, those of AdminListeners apart.
	ResponseHeaders string

	// Metrics answers GET /metrics at Listeners; nil is no such path.
	Metrics http.Handler

	// OperationTimeout is how long a request may take; 90 s where it is zero.
	OperationTimeout time.Duration
	// HealthTimeout is how long GET /health, /livez and /readyz may take; 10 s where it is zero.
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

// Check says what is wrong with AllowOrigin and ResponseHeaders: errors of *connect.ConfigError, joined. Listen checks them, too.
func (c Config) Check() error {
	_, err := dressOf(c)
	return err
}

// Limits for clients that are slow or gone, or that send too much.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = time.Minute
	// writeMargin is the time to send an answer after the longest operation.
	writeMargin = 30 * time.Second
	// idleTimeout is Kafka Connect's, for a connection between two requests.
	idleTimeout = 90 * time.Second
	// maxHeaders is Jetty's limit for the headers of a request, in bytes; net/http adds 4 KiB.
	maxHeaders = 8 << 10
)

// Server listens, and serves the API once it is told of whom.
type Server struct {
	cfg    Config
	dress  dress
	opened []opened
	// regular serves cfg.Listeners, admin serves cfg.AdminListeners.
	regular, admin http.Server
}

// opened is an open listener.
type opened struct {
	net.Listener
	bound connect.Listener
	by    *http.Server
}

// Listen opens the listeners, all or none. Clients that call before Serve wait. The errors of wrong listeners and rules are
// *connect.ConfigError with Kafka's texts, joined; that an address is taken is told as the system tells it.
func Listen(ctx context.Context, cfg Config) (*Server, error) {
	wanted, err := parseListeners("listeners", cfg.Listeners, cfg.TLS)
	if len(cfg.Listeners) == 0 {
		err = &connect.ConfigError{Key: "listeners", Value: cfg.Listeners, Reason: "at least one URL is expected, ex: http://localhost:8080,https://localhost:8443."}
	}
	admin, adminErr := parseListeners("admin.listeners", cfg.AdminListeners, cfg.AdminTLS)
	dress, dressErr := dressOf(cfg)
	if err := errors.Join(err, adminErr, dressErr); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg.withDefaults(), dress: dress}
	s.prepare(&s.regular, cfg.TLS)
	s.prepare(&s.admin, cfg.AdminTLS)
	if err := errors.Join(s.open(ctx, "listeners", wanted, &s.regular), s.open(ctx, "admin.listeners", admin, &s.admin)); err != nil {
		s.closeListeners()
		return nil, err
	}
	return s, nil
}

// prepare sets the limits of a server. As with Kafka Connect, there is no HTTP/2.
func (s *Server) prepare(server *http.Server, secured *tls.Config) {
	server.ReadHeaderTimeout = headerTimeout
	server.ReadTimeout = bodyTimeout
	server.WriteTimeout = s.cfg.OperationTimeout + writeMargin
	server.IdleTimeout = idleTimeout
	server.MaxHeaderBytes = maxHeaders
	server.ErrorLog = slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn)
	server.TLSConfig = secured
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
}

func parseListeners(key string, texts []string, secured *tls.Config) ([]connect.Listener, error) {
	var errs []error
	wanted := make([]connect.Listener, 0, len(texts))
	for _, text := range texts {
		l, err := connect.ParseListener(text)
		if err == nil && l.Scheme == "https" && secured == nil {
			err = errors.New("an https listener needs a TLS configuration")
		}
		if err != nil {
			errs = append(errs, &connect.ConfigError{Key: key, Value: text, Reason: err.Error()})
		}
		wanted = append(wanted, l)
	}
	return wanted, errors.Join(errs...)
}

// open opens the listeners that one of the two servers is to serve, up to the first that fails.
func (s *Server) open(ctx context.Context, key string, wanted []connect.Listener, by *http.Server) error {
	for _, l := range wanted {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", l.Address())
		if err != nil {
			return fmt.Errorf("open the REST listener %s (if another process has the address, stop it or set another one in %s): %w", l, key, err)
		}
		if tcp, ok := listener.Addr().(*net.TCPAddr); ok {
			l.Port = tcp.Port
		}
		s.opened = append(s.opened, opened{listener, l, by})
	}
	return nil
}

// Bound returns the normal listeners with the ports that they really have.
func (s *Server) Bound() []connect.Listener { return s.boundBy(&s.regular) }

// AdminBound returns the listeners that serve /admin alone, with the ports that they really have.
func (s *Server) AdminBound() []connect.Listener { return s.boundBy(&s.admin) }

func (s *Server) boundBy(server *http.Server) []connect.Listener {
	var bound []connect.Listener
	for _, o := range s.opened {
		if o.by == server {
			bound = append(bound, o.bound)
		}
	}
	return bound
}

// Serve answers requests until Shutdown, and then returns nil. It returns early with the error of a listener that broke;
// the server is then of no use and must still be shut down. It may be called once.
func (s *Server) Serve(herder Herder) error {
	s.regular.Handler, s.admin.Handler = s.handlers(herder)
	errs := make(chan error, len(s.opened))
	for _, o := range s.opened {
		go func() { errs <- o.serve() }()
	}
	for range s.opened {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func (o opened) serve() error {
	var err error
	if o.bound.Scheme == "https" {
		err = o.by.ServeTLS(o.Listener, "", "")
	} else {
		err = o.by.Serve(o.Listener)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve REST on %s: %w", o.bound, err)
	}
	return nil
}

// Shutdown stops listening and waits for the requests that are being answered. When the context ends first, they are cut
// off and its error is returned.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.closeListeners()
	var errs []error
	for _, server := range []*http.Server{&s.regular, &s.admin} {
		if err := server.Shutdown(ctx); err != nil {
			_ = server.Close() // the connections are cut off; what matters is the error of the context
			errs = append(errs, fmt.Errorf("wait for REST requests to end: %w", err))
		}
	}
	return errors.Join(errs...)
}

// closeListeners also closes those that were never served. To close twice does no harm.
func (s *Server) closeListeners() {
	for _, o := range s.opened {
		_ = o.Close()
	}
}
