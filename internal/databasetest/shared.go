// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// sharedServer is a server of this test process.
type sharedServer struct {
	once   sync.Once
	server *Server
	err    error
}

var shared struct {
	managed         bool // Main runs and will end them
	postgres, maria sharedServer
}

// Main runs the tests of a package through kafkatest.Main, and then ends the shared servers. It returns the exit code for os.Exit.
func Main(m *testing.M) (code int) {
	shared.managed = true
	defer func() {
		for _, s := range []*sharedServer{&shared.postgres, &shared.maria} {
			if s.server == nil {
				continue
			}
			if err := s.server.End(); err != nil {
				fmt.Fprintln(os.Stderr, "end the shared server:", err)
				code = 1
			}
		}
	}()
	return kafkatest.Main(m)
}

// PostgreSQL returns a new database on the one PostgreSQL of this test process, which is started on first use. The database ends
// with the test, and its replication slots with it; roles belong to the whole server. None kills or pauses this server.
func PostgreSQL(t testing.TB) *Server {
	t.Helper()
	s := shared.postgres.database(t, NewPostgreSQL)
	t.Cleanup(func() {
		if err := dropPostgres(s); err != nil {
			t.Error(err)
		}
	})
	return s
}

// MariaDB returns a new database on the one MariaDB of this test process, which is started on first use. The database ends with the
// test. None kills or pauses this server.
func MariaDB(t testing.TB) *Server {
	t.Helper()
	s := shared.maria.database(t, NewMariaDB)
	t.Cleanup(func() {
		if err := s.Run(context.Background(), "DROP DATABASE "+s.Database); err != nil {
			t.Error(err)
		}
	})
	return s
}

// StartPostgreSQL starts a server of its own that lives as long as the test.
func StartPostgreSQL(t testing.TB, cfg Config) *Server {
	t.Helper()
	return start(t, cfg, NewPostgreSQL)
}

// StartMariaDB starts a server of its own that lives as long as the test.
func StartMariaDB(t testing.TB, cfg Config) *Server {
	t.Helper()
	return start(t, cfg, NewMariaDB)
}

func start(t testing.TB, cfg Config, begin func(context.Context, Config) (*Server, error)) *Server {
	t.Helper()
	s, err := begin(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.End(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// database makes a database on the shared server. That uses no context of a test, for the server outlives the test that asks first.
func (s *sharedServer) database(t testing.TB, begin func(context.Context, Config) (*Server, error)) *Server {
	t.Helper()
	if !shared.managed {
		t.Fatal("a shared database server needs `func TestMain(m *testing.M) { os.Exit(databasetest.Main(m)) }`")
	}
	s.once.Do(func() {
		server, err := begin(context.Background(), Config{})
		if s.err = err; err == nil {
			s.server = server
		}
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	own := *s.server
	own.Database = "t_" + strings.ToLower(rand.Text()[:12])
	own.proc = nil // nobody's to kill
	s.server.Exec(t, "CREATE DATABASE "+own.Database)
	return &own
}

// dropPostgres ends the sessions that hold slots first: a slot in use cannot be dropped, and with a slot no database can.
func dropPostgres(s *Server) error {
	server := *s
	server.Database = "postgres"
	ctx := context.Background()
	drop := []string{
		"SELECT pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots WHERE active AND database = '" + s.Database + "'",
		"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '" + s.Database + "'",
		"DROP DATABASE " + s.Database + " WITH (FORCE)",
	}
	if err := server.Run(ctx, drop...); err != nil {
		return errors.Join(fmt.Errorf("drop the database of a test: %w", err))
	}
	return nil
}
