// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

var maria = kind{
	name: "MariaDB", connect: connectMaria, jdbc: "mariadb",
	format: formatMaria, command: mariaCommand,
	dsn: func(s *Server) string {
		return fmt.Sprintf("%s:%s@tcp(%s)/%s", s.User, s.Password, s.Addr(), s.Database)
	},
}

// NewMariaDB starts a server on a free port of the loopback interface and returns when it answers. Its error has the end of the
// server's log. The caller ends it with End.
func NewMariaDB(ctx context.Context, cfg Config) (*Server, error) {
	home, err := mariaHome(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{User: "longshore", Password: "longshore", Database: "test", kind: maria, cfg: cfg, home: home}
	return s, s.begin(ctx)
}

// mariaHome is the folder with bin/ of the server.
func mariaHome(ctx context.Context) (string, error) {
	a, err := mariaArtifact()
	if err != nil {
		return "", err
	}
	return tree(ctx, "mariadb", pom(a), unpackMaria)
}

// mariaSystem are the files that make the system's tables, in the order in which the server's own script runs them.
var mariaSystem = []string{"mariadb_system_tables.sql", "mariadb_performance_tables.sql", "mariadb_system_tables_data.sql"}

// formatMaria does what mariadb-install-db does, and makes a user and a database.
func formatMaria(ctx context.Context, s *Server) error {
	if err := errors.Join(os.MkdirAll(filepath.Join(s.dataDir(), "mysql"), 0o755), own(s.dataDir()), own(filepath.Join(s.dataDir(), "mysql"))); err != nil {
		return err
	}
	script := bytes.NewBufferString("USE mysql;\n")
	for _, name := range mariaSystem {
		text, err := os.ReadFile(filepath.Join(s.home, "share", name))
		if err != nil {
			return err
		}
		script.Write(text)
	}
	fmt.Fprintf(script, "\nCREATE DATABASE %[1]s CHARACTER SET utf8mb4;\nFLUSH PRIVILEGES;\nCREATE USER '%[2]s'@'%%' IDENTIFIED BY '%[3]s';\nGRANT ALL ON *.* TO '%[2]s'@'%%' WITH GRANT OPTION;\n",
		s.Database, s.User, s.Password)
	return s.bootstrap(ctx, script)
}

func (s *Server) bootstrap(ctx context.Context, script io.Reader) error {
	cmd := exec.CommandContext(ctx, s.program("mariadbd"), append(s.mariaFolders(), "--bootstrap", "--log-warnings=0", "--max_allowed_packet=64M")...)
	cmd.Dir, cmd.Stdin = s.cfg.Dir, script
	unprivileged(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s --bootstrap: %w\n%s", cmd.Path, err, out)
	}
	return nil
}

func (s *Server) mariaFolders() []string {
	return []string{"--no-defaults", "--basedir=" + s.home, "--lc-messages-dir=" + filepath.Join(s.home, "share"), "--datadir=" + s.dataDir(), "--tmpdir=" + s.cfg.Dir}
}

func mariaCommand(s *Server) *exec.Cmd {
	p := map[string]string{
		"port": strconv.Itoa(s.Port), "bind-address": loopback, "socket": filepath.Join(s.cfg.Dir, "sock"), "character-set-server": "utf8mb4",
		"default-time-zone": "+00:00", "max-connections": "300", "innodb-buffer-pool-size": "64M", "skip-name-resolve": "1",
		"innodb-flush-log-at-trx-commit": "2",
	}
	if s.cfg.Durable {
		p["innodb-flush-log-at-trx-commit"] = "1"
	}
	maps.Copy(p, s.cfg.Settings)
	args := s.mariaFolders()
	for _, k := range slices.Sorted(maps.Keys(p)) {
		args = append(args, "--"+k+"="+p[k])
	}
	return exec.Command(s.program("mariadbd"), args...)
}
