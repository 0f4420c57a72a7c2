// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

var postgres = kind{
	name: "PostgreSQL", connect: connectPostgres, jdbc: "postgresql", endsOnInterrupt: true,
	format: formatPostgres, command: postgresCommand,
	dsn: func(s *Server) string {
		return fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", s.User, s.Password, s.Addr(), s.Database)
	},
}

// NewPostgreSQL starts a server on a free port of the loopback interface, with logical decoding on, and returns when it answers. Its
// error has the end of the server's log. The caller ends it with End.
func NewPostgreSQL(ctx context.Context, cfg Config) (*Server, error) {
	home, err := postgresHome(ctx, cfg.Fetched)
	if err != nil {
		return nil, err
	}
	s := &Server{User: "postgres", Password: "postgres", Database: "postgres", kind: postgres, cfg: cfg, home: home}
	return s, s.begin(ctx)
}

// postgresHome is the folder with bin/ of the server.
func postgresHome(ctx context.Context, fetched bool) (string, error) {
	if home := installedPostgres(); home != "" && !fetched {
		return home, nil
	}
	artifacts, err := postgresArtifacts()
	if err != nil {
		return "", err
	}
	return tree(ctx, "postgresql", pom(artifacts...), unpackPostgres)
}

// installedPostgres is "" where there is none. Debian keeps the server off the path, a folder for each major version.
func installedPostgres() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well-formed
	slices.SortFunc(found, func(a, b string) int { return major(a) - major(b) })
	if len(found) > 0 {
		return filepath.Dir(filepath.Dir(found[len(found)-1]))
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return ""
	}
	if initdb, err = filepath.EvalSymlinks(initdb); err != nil {
		return ""
	}
	return filepath.Dir(filepath.Dir(initdb))
}

// major reads the 15 of /usr/lib/postgresql/15/bin/initdb.
func major(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb)))) // what is no number comes first
	return n
}

func (s *Server) program(name string) string { return filepath.Join(s.home, "bin", name) }

func formatPostgres(ctx context.Context, s *Server) error {
	secret := filepath.Join(s.cfg.Dir, "password")
	if err := errors.Join(os.WriteFile(secret, []byte(s.Password), 0o600), own(secret)); err != nil {
		return err
	}
	initdb := exec.CommandContext(ctx, s.program("initdb"), "--pgdata", s.dataDir(), "--username", s.User, "--pwfile", secret,
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	initdb.Dir = s.cfg.Dir
	unprivileged(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", initdb.Path, err, out)
	}
	conf, err := os.OpenFile(filepath.Join(s.dataDir(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer conf.Close()
	_, err = conf.WriteString(postgresSettings(s))
	return err
}

// postgresSettings leave room for the slots and sessions of many tests. The money type prints as the locale wants: C is like en_US.
func postgresSettings(s *Server) string {
	p := map[string]string{
		"listen_addresses": loopback, "port": strconv.Itoa(s.Port), "unix_socket_directories": "",
		"wal_level": "logical", "max_wal_senders": "60", "max_replication_slots": "100", "max_connections": "200",
		"timezone": "UTC", "log_timezone": "UTC", "datestyle": "ISO, MDY", "shared_buffers": "128MB", "max_wal_size": "4GB",
	}
	if !s.cfg.Durable {
		p["fsync"], p["full_page_writes"] = "off", "off"
	}
	maps.Copy(p, s.cfg.Settings)
	var b strings.Builder
	b.WriteByte('\n')
	for _, k := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintf(&b, "%s = '%s'\n", k, strings.ReplaceAll(p[k], "'", "''"))
	}
	return b.String()
}

func postgresCommand(s *Server) *exec.Cmd {
	return exec.Command(s.program("postgres"), "-D", s.dataDir())
}
