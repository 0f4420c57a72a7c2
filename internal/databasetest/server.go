// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	loopback     = "127.0.0.1"
	startTimeout = 90 * time.Second
	// stopGrace is how long Stop waits for a graceful end before it kills.
	stopGrace = 60 * time.Second
	pollEvery = 50 * time.Millisecond
	// restartFor is how long a start is repeated that fails because of what a killed server has left behind for a moment.
	restartFor = 30 * time.Second
)

// kind is what tells PostgreSQL and MariaDB apart.
type kind struct {
	name            string
	endsOnInterrupt bool
	// format makes the data folder; command is the server's command line.
	format  func(ctx context.Context, s *Server) error
	command func(s *Server) *exec.Cmd
	connect func(ctx context.Context, dsn string) (session, error)
	dsn     func(s *Server) string
	jdbc    string
}

// Config says how to run a server.
type Config struct {
	// Dir gets the data and the log. It must exist, and all users must be able to enter it when this process is root's. Without it
	// the server makes one, and removes it when it ends for good.
	Dir string
	// Settings win over the ones for tests: those of postgresql.conf, or options of mariadbd without the two dashes.
	Settings map[string]string
	// Durable has the server wait for the disk as it does by default. Without it all is kept when the server is killed, and not
	// when the machine is.
	Durable bool
	// Fetched leaves out an installed server.
	Fetched bool
}

// Server is a real database server that runs, and one database on it.
type Server struct {
	Port           int
	User, Password string
	Database       string

	kind    kind
	cfg     Config
	home    string // folder of the server's programs
	ownsDir bool
	proc    *process // nil while it does not run
}

// process is a server that was started.
type process struct {
	cmd    *exec.Cmd
	exited <-chan struct{}
	logAt  int64 // where in the log this process began
}

// String names the server for messages.
func (s *Server) String() string { return s.kind.name + " on " + s.Addr() }

// Addr is host:port. It stays the same over Start.
func (s *Server) Addr() string { return net.JoinHostPort(loopback, strconv.Itoa(s.Port)) }

// DSN is what Go's drivers take: a URL for pgx, user:password@tcp(host:port)/database for go-sql-driver.
func (s *Server) DSN() string { return s.kind.dsn(s) }

// JDBC is the URL that Java's drivers take, without user and password.
func (s *Server) JDBC() string { return "jdbc:" + s.kind.jdbc + "://" + s.Addr() + "/" + s.Database }

// PID is the id of the server's first process, 0 while it does not run.
func (s *Server) PID() int {
	if s.proc == nil {
		return 0
	}
	return s.proc.cmd.Process.Pid
}

// Log is what the server has said so far.
func (s *Server) Log() (string, error) {
	text, err := os.ReadFile(s.logFile())
	return string(text), err
}

func (s *Server) dataDir() string { return filepath.Join(s.cfg.Dir, "data") }

func (s *Server) logFile() string { return filepath.Join(s.cfg.Dir, "server.log") }

// begin makes a data folder and starts on it.
func (s *Server) begin(ctx context.Context) (err error) {
	if s.cfg.Dir == "" {
		if s.cfg.Dir, err = os.MkdirTemp("", "longshore-database-"); err != nil {
			return fmt.Errorf("make a folder for %s: %w", s.kind.name, err)
		}
		s.ownsDir = true
		defer func() {
			if err != nil {
				err = errors.Join(err, os.RemoveAll(s.cfg.Dir))
			}
		}()
	}
	if err := own(s.cfg.Dir); err != nil {
		return fmt.Errorf("give the folder of %s to the user it runs as: %w", s.kind.name, err)
	}
	if s.Port, err = freePort(); err != nil {
		return err
	}
	if err := s.kind.format(ctx, s); err != nil {
		return fmt.Errorf("make the data folder of %s: %w", s.kind.name, err)
	}
	return s.start(ctx)
}

// Start runs a server that was killed or stopped again, on the same port and data, and returns when it answers.
func (s *Server) Start() error {
	if s.proc != nil {
		return fmt.Errorf("start %s: it runs", s)
	}
	return s.start(context.Background())
}

// start repeats itself while the server ends at once: a killed one leaves processes and memory behind that take a moment to go.
func (s *Server) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for began := time.Now(); ; {
		err := s.startOnce(ctx)
		if !errors.Is(err, errEnded) || time.Since(began) > restartFor {
			return err
		}
	}
}

var errEnded = errors.New("the process has ended")

func (s *Server) startOnce(ctx context.Context) error {
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("open the log of %s: %w", s.kind.name, err)
	}
	defer log.Close()
	at, err := log.Stat()
	if err != nil {
		return fmt.Errorf("find the end of the log of %s: %w", s.kind.name, err)
	}
	p := &process{cmd: s.kind.command(s), logAt: at.Size()}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Dir = log, log, s.cfg.Dir
	unprivileged(p.cmd)
	if p.exited, err = kafkatest.StartTied(p.cmd); err != nil {
		return fmt.Errorf("start %s: %w", s, err)
	}
	if err := s.await(ctx, p); err != nil {
		err = fmt.Errorf("start %s: %w; its log ends with:\n%s", s, err, s.logTail(p))
		return errors.Join(err, p.kill())
	}
	s.proc = p
	return nil
}

// await returns when the server answers.
func (s *Server) await(ctx context.Context, p *process) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		err := s.ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.exited:
			return errEnded
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// Kill ends all processes of the server at once (SIGKILL) and returns when the first is gone. A server that does not run is fine.
func (s *Server) Kill() error {
	if s.proc == nil {
		return nil
	}
	p := s.proc
	s.proc = nil
	return p.kill()
}

// Stop ends the server gracefully, and with it the sessions of its clients. A server that does not run is fine.
func (s *Server) Stop() error {
	if s.proc == nil {
		return nil
	}
	p := s.proc
	s.proc = nil
	if err := askToEnd(p.cmd.Process, s.kind); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop %s: %w", s, err)
	}
	late := time.NewTimer(stopGrace)
	defer late.Stop()
	select {
	case <-p.exited:
		return nil
	case <-late.C:
		return errors.Join(fmt.Errorf("%s did not end within %s", s, stopGrace), p.kill())
	}
}

// End kills the server and removes the folder that it made.
func (s *Server) End() error {
	err := s.Kill()
	if s.ownsDir {
		err = errors.Join(err, os.RemoveAll(s.cfg.Dir))
	}
	return err
}

// kill ends the first process before its children: it would take the end of one of these for a fault and start others.
func (p *process) kill() error {
	left := children(p.cmd.Process.Pid)
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill process %d: %w", p.cmd.Process.Pid, err)
	}
	err := killChildren(left)
	<-p.exited
	return err
}

// logTail is the end of what a process has logged.
func (s *Server) logTail(p *process) string {
	const most = 4 << 10
	text, err := os.ReadFile(s.logFile())
	if err != nil {
		return "no log: " + err.Error()
	}
	text = bytes.TrimSpace(text[min(int(p.logAt), len(text)):])
	return string(text[max(0, len(text)-most):])
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
