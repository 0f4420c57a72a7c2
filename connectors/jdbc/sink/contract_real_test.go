// SPDX-License-Identifier: Apache-2.0

//go:build real

package sink

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// TestBothSinksKeepTheContractOnPostgreSQL has a server that hangs and is cut off, too.
func TestBothSinksKeepTheContractOnPostgreSQL(t *testing.T) {
	for name, create := range map[string]func() connect.SinkConnector{"Confluent": NewConfluent, "Debezium": NewDebezium} {
		t.Run(name, func(t *testing.T) {
			conntest.Sink(t, conntest.SinkCase{
				New:    create,
				Record: contractRecord,
				Unfit: func(n int) connect.Record {
					r := contractRecord(n)
					r.Value.(*connect.Struct).SetAt(1, "refused")
					return r
				},
				Prepare: func(t *testing.T) conntest.SinkSetup {
					db := databasetest.PostgreSQL(t)
					db.Exec(t, "CREATE TABLE conntest (id bigint PRIMARY KEY, name text CHECK (name <> 'refused'))")
					// The suite looks for the password in what is said, so it has to be a word of its own.
					role := "role_" + db.Database
					db.Exec(t, "CREATE ROLE "+role+" LOGIN PASSWORD 'sesame'", "GRANT ALL ON conntest TO "+role)
					t.Cleanup(func() { assert.NoError(t, db.Run(ctxOf(t), "DROP OWNED BY "+role, "DROP ROLE "+role)) })
					wire := conntest.NewWire(t, db.Addr())
					props := reach(db, "insert.mode", "upsert", "pk.mode", "record_value", "pk.fields", "id", "primary.key.mode", "record_value", "primary.key.fields", "id", "max.retries", "0", "connection.restart.on.errors", "true")
					props["connection.user"], props["connection.username"], props["connection.password"] = role, role, "sesame"
					props["connection.url"] = "jdbc:postgresql://" + wire.Addr() + "/" + db.Database
					return conntest.SinkSetup{Props: props, Hang: wire.Hang, Break: wire.Cut, Missing: func(records []connect.SinkRecord) error {
						have := lines(t, db, "SELECT name FROM conntest")
						for _, r := range records {
							if name := fmt.Sprint("name ", r.Value.(*connect.Struct).At(0)); !slices.Contains(have, name) {
								return fmt.Errorf("%s is missing", name)
							}
						}
						return nil
					}}
				},
			})
		})
	}
}
