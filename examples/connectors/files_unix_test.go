// SPDX-License-Identifier: Apache-2.0

//go:build unix

package connectors

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver of the files that the example of JDBC is about

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cmd/app"
	"github.com/longshore-io/connect/internal/javaproperties"
)

// example is what is seen of a file that runs; its name is that of its connector.
type example struct {
	name string
	// status begins with this, RUNNING RUNNING where it is "".
	status string
	// topic is used by the connector, unless it is "".
	topic string
}

// hermetic are the examples that need no server, real those that do.
var (
	hermetic = []example{
		{name: "file-source", topic: "lines"}, {name: "file-sink", topic: "lines"},
		{name: "datagen", status: "RUNNING RUNNING RUNNING", topic: "load"},
		{name: "verifiable-source", topic: "numbers"}, {name: "verifiable-sink", topic: "numbers"}, {name: "schema-source", topic: "structs"},
		{name: "mock-source", status: "RUNNING FAILED"}, {name: "mock-sink", status: "FAILED"},
		{name: "jdbc-source", topic: "shop-orders"}, {name: "jdbc-sink", topic: "shop-orders"},
	}
	real = []example{
		{name: "jdbc-source-mariadb", topic: "maria-orders"}, {name: "debezium-jdbc-sink", topic: "maria-orders"},
		{name: "postgresql", topic: "shop.public.customers"},
	}
)

func pathOf(t *testing.T, e example) string {
	t.Helper()
	path, err := filepath.Abs(e.name + ".properties")
	require.NoError(t, err)
	return path
}

// TestEveryConnectorHasAnExample also sees that a test runs every file.
func TestEveryConnectorHasAnExample(t *testing.T) {
	plugins := &connect.Plugins{}
	app.Bundled(plugins)
	shown := map[string]bool{}
	var named []string
	for _, e := range append(append([]example{}, hermetic...), real...) {
		named = append(named, e.name+".properties")
		text, err := os.ReadFile(pathOf(t, e))
		require.NoError(t, err)
		props, err := javaproperties.Parse(text)
		require.NoError(t, err)
		require.Equal(t, e.name, props["name"])
		_, info, err := plugins.Connector(props["connector.class"])
		require.NoError(t, err)
		shown[info.Class] = true
	}
	for _, x := range plugins.List() {
		if x.Type == connect.SourcePlugin || x.Type == connect.SinkPlugin {
			require.True(t, shown[x.Class], "%s has no example", x.Class)
		}
	}
	files, err := filepath.Glob("*.properties")
	require.NoError(t, err)
	require.ElementsMatch(t, files, named)
}

func TestTheExamplesThatNeedNoServerRun(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "input.txt"), []byte("one\ntwo\n"), 0o600))
	shop := database(t, filepath.Join(dir, "shop.db"))
	_, err := shop.Exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT); INSERT INTO orders (item) VALUES ('anchor'), ('rope')`)
	require.NoError(t, err)
	var files []string
	for _, e := range hermetic {
		files = append(files, pathOf(t, e))
	}
	r := runFiles(t, dir, files...)
	for _, e := range hermetic {
		r.check(e)
	}
	r.await("file-sink", "the lines are copied", func() bool { return contains(filepath.Join(dir, "output.txt"), "one\ntwo\n") })
	rows := database(t, filepath.Join(dir, "copy.db"))
	var found string
	r.await("jdbc-sink", "the rows are copied", func() bool {
		return rows.QueryRow(`SELECT group_concat(id || ' ' || item) FROM (SELECT * FROM orders ORDER BY id)`).Scan(&found) == nil && found == "1 anchor,2 rope"
	})
	r.stop()
	require.Contains(t, r.out.String(), `"name":"verifiable-source"`, "what the verifiable connectors print")
}

// check waits until a connector does what it should.
func (r *running) check(e example) {
	r.t.Helper()
	want := e.status
	if want == "" {
		want = "RUNNING RUNNING"
	}
	r.await(e.name, "it is "+want, func() bool { return strings.HasPrefix(r.status(e.name), want) })
	if e.topic != "" {
		r.await(e.name, "it uses "+e.topic, func() bool { return r.uses(e.name, e.topic) })
	}
}

func database(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func contains(file, text string) bool {
	got, _ := os.ReadFile(file)
	return strings.Contains(string(got), text)
}
