// SPDX-License-Identifier: Apache-2.0

//go:build real

package sink

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// TestBothSinksKeepTheContractOnServers has servers that hang, in the middle of a commit say, and are cut off, too.
func TestBothSinksKeepTheContractOnServers(t *testing.T) {
	for server, start := range servers {
		for name, create := range map[string]func() connect.SinkConnector{"Confluent": NewConfluent, "Debezium": NewDebezium} {
			t.Run(name+" on "+server, func(t *testing.T) {
				conntest.Sink(t, conntest.SinkCase{
					New:     create,
					Record:  contractRecord,
					Unfit:   refusedRecord,
					Prepare: func(t *testing.T) conntest.SinkSetup { return contractOn(t, server, start(t)) },
				})
			})
		}
	}
}

// roles make a user, $, for a database, @, and remove it. Its password is a word of its own: the suite looks for it in what is said.
var roles = map[string][2][]string{
	"PostgreSQL": {{"CREATE ROLE $ LOGIN PASSWORD 'sesame'", "GRANT ALL ON conntest TO $"}, {"DROP OWNED BY $", "DROP ROLE $"}},
	"MariaDB":    {{"CREATE USER $ IDENTIFIED BY 'sesame'", "GRANT ALL ON @.* TO $"}, {"DROP USER $"}},
}

func contractOn(t *testing.T, server string, db *databasetest.Server) conntest.SinkSetup {
	role := "role_" + db.Database
	named := func(statements []string) []string {
		var out []string
		for _, text := range statements {
			out = append(out, strings.NewReplacer("$", role, "@", db.Database).Replace(text))
		}
		return out
	}
	db.Exec(t, "CREATE TABLE conntest (id bigint PRIMARY KEY, name varchar(100) CHECK (name <> 'refused'))")
	db.Exec(t, named(roles[server][0])...)
	t.Cleanup(func() { assert.NoError(t, db.Run(ctxOf(t), named(roles[server][1])...)) })
	wire := conntest.NewWire(t, db.Addr())
	props := reach(db, "insert.mode", "upsert", "pk.mode", "record_value", "pk.fields", "id", "primary.key.mode", "record_value", "primary.key.fields", "id", "max.retries", "0", "connection.restart.on.errors", "true")
	props["connection.user"], props["connection.username"], props["connection.password"] = role, role, "sesame"
	props["connection.url"] = strings.Replace(db.JDBC(), db.Addr(), wire.Addr(), 1)
	return conntest.SinkSetup{Props: props, Hang: wire.Hang, Break: wire.Cut, Missing: func(records []connect.SinkRecord) error {
		have := lines(t, db, "SELECT name FROM conntest")
		for _, r := range records {
			if name := fmt.Sprint("name ", r.Value.(*connect.Struct).At(0)); !slices.Contains(have, name) {
				return fmt.Errorf("%s is missing", name)
			}
		}
		return nil
	}}
}
