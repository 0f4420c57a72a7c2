// SPDX-License-Identifier: Apache-2.0

//go:build real

package connectors

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/databasetest"
)

func TestTheExamplesThatNeedServersRun(t *testing.T) {
	postgres, maria := databasetest.PostgreSQL(t), databasetest.MariaDB(t)
	postgres.Exec(t, "CREATE TABLE customers (id serial PRIMARY KEY, name text)", "INSERT INTO customers (name) VALUES ('Ada')")
	maria.Exec(t, "CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, item varchar(20), changed timestamp(3) NOT NULL DEFAULT current_timestamp(3))",
		"INSERT INTO orders (item) VALUES ('anchor'), ('rope')")
	here := strings.NewReplacer(
		"jdbc:mariadb://localhost:3306/shop", maria.JDBC(), "connection.user=reader", "connection.user="+maria.User,
		"jdbc:postgresql://localhost:5432/shop", postgres.JDBC(), "connection.username=writer", "connection.username="+postgres.User,
		"hostname=localhost", "hostname=127.0.0.1", "database.port=5432", "database.port="+strconv.Itoa(postgres.Port), "database.user=reader", "database.user="+postgres.User,
		"dbname=shop", "dbname="+postgres.Database, "slot.name=shop", "slot.name="+postgres.Database,
	)
	passwords := map[string]string{"jdbc-source-mariadb": maria.Password}
	dir := t.TempDir()
	var files []string
	for _, e := range real {
		text, err := os.ReadFile(pathOf(t, e))
		require.NoError(t, err)
		password, is := passwords[e.name]
		if !is {
			password = postgres.Password
		}
		file := filepath.Join(dir, e.name+".properties")
		require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(here.Replace(string(text)), "password=secret", "password="+password)), 0o600))
		files = append(files, file)
	}
	r := runFiles(t, dir, files...)
	for _, e := range real {
		r.check(e)
	}
	r.await("debezium-jdbc-sink", "the rows are copied", func() bool {
		rows, err := postgres.Rows(t.Context(), "SELECT item FROM orders ORDER BY id")
		return err == nil && len(rows) == 2 && rows[0][0] == "anchor" && rows[1][0] == "rope"
	})
	r.stop()
}
