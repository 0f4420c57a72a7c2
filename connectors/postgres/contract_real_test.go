// SPDX-License-Identifier: Apache-2.0

//go:build real

package postgres

import (
	"context"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// contractRole has a password that occurs nowhere else. It is the server's, and ends with it.
const contractRole = `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'conntest') THEN
	CREATE ROLE conntest SUPERUSER LOGIN PASSWORD 'kept-from-everybody'; END IF; END $$`

// contractSetup is a table of a database of the test's own, behind a wire.
func contractSetup(t *testing.T, props map[string]string) (*databasetest.Server, conntest.SourceSetup) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, "CREATE TABLE t (id serial PRIMARY KEY, v text)", contractRole)
	wire := conntest.NewWire(t, db.Addr())
	host, port, err := net.SplitHostPort(wire.Addr())
	require.NoError(t, err)
	setup := conntest.SourceSetup{
		Props: map[string]string{
			"name": "c", "topic.prefix": "p", "plugin.name": "pgoutput", "table.include.list": "public.t",
			"database.hostname": host, "database.port": port, "database.user": "conntest", "database.password": "kept-from-everybody", "database.dbname": db.Database,
			"slot.name": "s_" + db.Database, "retriable.restart.connector.wait.ms": "100", "slot.max.retries": "50", "slot.retry.delay.ms": "100",
		},
		Feed: func(n int) {
			require.NoError(t, db.Run(context.Background(), fmt.Sprintf("INSERT INTO t (v) SELECT 'row' FROM generate_series(1, %d)", n)))
		},
		Hang: wire.Hang, Break: wire.Cut,
	}
	for key, value := range props {
		setup.Props[key] = value
	}
	return db, setup
}

// rowOf is the row of a record: times and positions are those of the reading, and a row of a snapshot may come again as that of a change.
func rowOf(record connect.SourceRecord) any {
	_, text := textOf(&record)
	return record.Topic + text[1:]
}

var contractBad = map[string]string{
	"topic.prefix": "", "database.hostname": "", "plugin.name": "wal2json", "slot.name": "Upper", "snapshot.mode": "sometimes",
	"publication.autocreate.mode": "some", "decimal.handling.mode": "exact", "max.batch.size": "0", "poll.interval.ms": "0",
}

// contractUnchecked are keys that Debezium does not check.
var contractUnchecked = []string{
	"column.truncate.to.(d+).chars", "topic.cache.size", "money.fraction.digits", "skip.messages.without.change", "read.only",
	"internal.slot.seek.to.known.offset.on.start", "internal.create.slot.command.timeout",
}

func TestTheSnapshotKeepsTheContract(t *testing.T) {
	conntest.Source(t, conntest.SourceCase{
		New: New, Content: rowOf, Repeats: true, Bad: contractBad, Unchecked: contractUnchecked,
		Prepare: func(t *testing.T) conntest.SourceSetup {
			_, setup := contractSetup(t, map[string]string{"snapshot.mode": "initial"})
			return setup
		},
	})
}

func TestTheStreamKeepsTheContract(t *testing.T) {
	conntest.Source(t, conntest.SourceCase{
		New: New, Content: rowOf, Bad: contractBad, Unchecked: contractUnchecked,
		Prepare: func(t *testing.T) conntest.SourceSetup {
			db, setup := contractSetup(t, map[string]string{"snapshot.mode": "no_data"})
			db.Exec(t, "CREATE PUBLICATION dbz_publication FOR TABLE t", "SELECT pg_create_logical_replication_slot('"+setup.Props["slot.name"]+"', 'pgoutput')")
			return setup
		},
	})
}
