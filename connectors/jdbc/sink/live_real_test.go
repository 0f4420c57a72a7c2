// SPDX-License-Identifier: Apache-2.0

//go:build real

package sink

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// servers are the databases that are on this machine.
var servers = map[string]func(testing.TB) *databasetest.Server{"PostgreSQL": databasetest.PostgreSQL, "MariaDB": databasetest.MariaDB}

// onServers runs a test on each of them.
func onServers(t *testing.T, test func(t *testing.T, db *databasetest.Server)) {
	for name, server := range servers {
		t.Run(name, func(t *testing.T) { test(t, server(t)) })
	}
}

// reach is the configuration that both classes need to reach a server, and more of it.
func reach(db *databasetest.Server, more ...string) map[string]string {
	props := map[string]string{"connection.url": db.JDBC(), "connection.user": db.User, "connection.username": db.User, "connection.password": db.Password}
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	return props
}

// lines are the rows of a query as text.
func lines(t testing.TB, db *databasetest.Server, query string) []string {
	var out []string
	for _, row := range db.Query(t, query) {
		out = append(out, strings.Join(row, " "))
	}
	return out
}

// way is one configuration of a class, with the records that it is given.
type way struct {
	name    string
	create  func() connect.SinkConnector
	letters string
	records func(words string) []connect.SinkRecord
	more    []string
	// modelled says that the model knows what has to be in the table.
	modelled bool
}

var ways = []way{
	{"Confluent upsert", NewConfluent, "cccCdt", orders, []string{"insert.mode", "upsert", "pk.mode", "record_key", "delete.enabled", "true"}, true},
	{"Confluent update", NewConfluent, "cccCdt", orders, []string{"insert.mode", "update", "pk.mode", "record_key", "delete.enabled", "true"}, false},
	{"Confluent insert", NewConfluent, "cC", orders, []string{"pk.mode", "none"}, false},
	{"Debezium upsert", NewDebezium, "cufdtC", events, []string{"insert.mode", "upsert", "primary.key.mode", "record_key", "delete.enabled", "true", "collection.name.format"}, true},
	{"Debezium reduced", NewDebezium, "cufdtC", events, []string{"insert.mode", "upsert", "primary.key.mode", "record_key", "delete.enabled", "true", "use.reduction.buffer", "true", "collection.name.format"}, false},
	{"Debezium update", NewDebezium, "cufdtxm", events, []string{"insert.mode", "update", "primary.key.mode", "record_key", "delete.enabled", "true", "truncate.enabled", "true", "collection.name.format"}, false},
	{"Debezium insert", NewDebezium, "cufxm", events, []string{"primary.key.mode", "none", "truncate.enabled", "true", "collection.name.format"}, false},
}

// TestTheFastWayLeavesWhatRowByRowLeaves is a property over sequences of records, cut into puts and batches anywhere.
func TestTheFastWayLeavesWhatRowByRowLeaves(t *testing.T) {
	onServers(t, func(t *testing.T, db *databasetest.Server) {
		for _, how := range ways {
			t.Run(how.name, func(t *testing.T) { compareWays(t, db, how) })
		}
	})
}

func compareWays(t *testing.T, db *databasetest.Server, how way) {
	key := ", PRIMARY KEY (id)"
	if how.name == "Confluent insert" || how.name == "Debezium insert" {
		key = ""
	}
	for _, table := range []string{"fast_orders", "slow_orders"} {
		db.Exec(t, "CREATE TABLE IF NOT EXISTS "+table+" (id INT NOT NULL, name VARCHAR(50), size INT DEFAULT 7"+key+")")
		defer db.Exec(t, "DROP TABLE "+table)
	}
	rapid.Check(t, func(rt *rapid.T) {
		parts, words := drawPuts(rt, how.letters, how.records)
		batch := fmt.Sprint(rapid.IntRange(1, 10).Draw(rt, "batch"))
		var left [][]string
		for _, table := range []string{"fast_orders", "slow_orders"} {
			db.Exec(t, "DELETE FROM "+table)
			if strings.Contains(how.name, "update") {
				db.Exec(t, "INSERT INTO "+table+" (id, name) VALUES (1, 'a'), (2, 'b')")
			}
			props := reach(db, "table.name.format", table, "collection.name.format", table, "batch.size", batch)
			for i := 0; i+1 < len(how.more); i += 2 {
				props[how.more[i]] = how.more[i+1]
			}
			task := how.create().NewTask()
			require.NoError(rt, task.Start(t.Context(), &conntest.SinkContext{}, props))
			if table == "slow_orders" {
				rowByRow(task)
			}
			for _, records := range parts {
				require.NoError(rt, task.Put(t.Context(), records))
			}
			require.NoError(rt, task.Stop(t.Context()))
			left = append(left, lines(t, db, "SELECT id, name, size FROM "+table+" ORDER BY id, name, size"))
		}
		require.Equal(rt, left[1], left[0], words)
		if how.modelled {
			want := model(words, true)
			if how.create().Version() == debeziumVersion {
				want = debeziumModel(words)
			}
			require.Equal(rt, want, nilIfEmpty(left[0]), words)
		}
	})
}

func nilIfEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// debeziumModel is model for Debezium's class, which writes null and not the default.
func debeziumModel(words string) []string {
	have := map[string]string{}
	size := map[string]string{}
	for i, word := range strings.Fields(words) {
		key := word[1:]
		switch word[0] {
		case 'd', 't':
			delete(have, key)
			delete(size, key)
			continue
		case 'C':
			size[key] = "NULL"
		default:
			if size[key] == "" {
				size[key] = "7"
			}
		}
		have[key] = fmt.Sprint("name ", i)
	}
	var out []string
	for _, key := range []string{"1", "2", "3", "4"} {
		if have[key] != "" {
			out = append(out, key+" "+have[key]+" "+size[key])
		}
	}
	return out
}

func TestAConstraintNamesTheRecord(t *testing.T) {
	onServers(t, func(t *testing.T, db *databasetest.Server) {
		db.Exec(t, "CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, name VARCHAR(50), CHECK (name <> 'refused'))")
		task := start(t, NewConfluent(), &conntest.SinkContext{}, reach(db, "max.retries", "0"))
		err := task.Put(t.Context(), refusedAt(orders("c1 c2 c3 c4"), 2))
		require.ErrorContains(t, err, "write the record of topic orders, partition 0, offset 2 to table")
		assert.Empty(t, lines(t, db, "SELECT name FROM orders"))
		require.NoError(t, task.Put(t.Context(), orders("c1 c2")), "the connection serves on")
	})
}

func TestDeadLettersOfBothClasses(t *testing.T) {
	onServers(t, func(t *testing.T, db *databasetest.Server) {
		db.Exec(t, "CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, name VARCHAR(50), CHECK (name <> 'refused'))")
		for _, create := range []func() connect.SinkConnector{NewConfluent, NewDebezium} {
			db.Exec(t, "DELETE FROM orders")
			var reported letters
			task := start(t, create(), &conntest.SinkContext{Reporter: &reported}, reach(db, "max.retries", "0", "collection.name.format", "orders"))
			records := refusedAt(orders("c1 c2 c3 c4"), 2)
			require.NoError(t, task.Put(t.Context(), records))
			assert.Equal(t, []string{"1", "2", "4"}, lines(t, db, "SELECT id FROM orders ORDER BY id"))
			require.Len(t, reported.got, 1)
			assert.Contains(t, reported.got[0], "2: write the record")
		}
	})
}

func TestTwoTasksMakeTheSameTable(t *testing.T) {
	onServers(t, func(t *testing.T, db *databasetest.Server) {
		for round := range 5 {
			table := fmt.Sprint("race_", round)
			var group sync.WaitGroup
			errs := make([]error, 4)
			for i := range errs {
				var task connect.SinkTask
				words := []string{"c1 c2", "C3 C4"}[i%2]
				if i < 2 {
					task = start(t, NewConfluent(), &conntest.SinkContext{}, reach(db, "auto.create", "true", "auto.evolve", "true", "insert.mode", "upsert", "pk.mode", "record_key", "table.name.format", table, "max.retries", "20")).SinkTask
				} else {
					task = start(t, NewDebezium(), &conntest.SinkContext{}, reach(db, "schema.evolution", "basic", "insert.mode", "upsert", "primary.key.mode", "record_key", "collection.name.format", table)).SinkTask
				}
				group.Go(func() { errs[i] = task.Put(t.Context(), orders(words)) })
			}
			group.Wait()
			for _, err := range errs {
				require.NoError(t, err)
			}
			assert.Equal(t, []string{"1", "2", "3", "4"}, lines(t, db, "SELECT id FROM "+table+" ORDER BY id"))
		}
	})
}

func TestTasksThatWriteTheSameKeysInOtherOrdersDoNotFail(t *testing.T) {
	onServers(t, func(t *testing.T, db *databasetest.Server) {
		db.Exec(t, "CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, name VARCHAR(50), size INT)")
		var group sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			task := start(t, NewConfluent(), &conntest.SinkContext{}, reach(db, "insert.mode", "upsert", "pk.mode", "record_key", "max.retries", "0")).SinkTask
			words := []string{"c1 c2 C3 c4 c5", "c5 c4 C3 c2 c1"}[i%2]
			group.Go(func() {
				for range 50 {
					if errs[i] == nil {
						errs[i] = task.Put(t.Context(), orders(words))
					}
				}
			})
		}
		group.Wait()
		for _, err := range errs {
			require.NoError(t, err)
		}
	})
}

// TestAConnectionThatIsCut is cut between two puts, which nobody notices, and in the middle of one, which is tried again.
func TestAConnectionThatIsCut(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, "CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, name VARCHAR(50), size INT)")
	cut := "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	for _, create := range []func() connect.SinkConnector{NewConfluent, NewDebezium} {
		task := start(t, create(), &conntest.SinkContext{}, reach(db, "insert.mode", "upsert", "pk.mode", "record_key", "primary.key.mode", "record_key", "collection.name.format", "orders",
			"connection.restart.on.errors", "true", "retry.backoff.ms", "10"))
		require.NoError(t, task.Put(t.Context(), orders("c1")))
		db.Query(t, cut)
		require.NoError(t, task.Put(t.Context(), orders("c1 c2")))

		// A lock holds the put up until its connection is cut.
		blocked := make(chan error, 1)
		release := hold(t, db)
		go func() { blocked <- task.Put(t.Context(), orders("c1 c2 C3")) }()
		require.Eventually(t, func() bool {
			return len(db.Query(t, "SELECT 1 FROM pg_locks WHERE NOT granted")) > 0
		}, waitLimit, waitTick)
		db.Query(t, cut+" AND wait_event_type = 'Lock'")
		release()
		err := <-blocked
		if err != nil {
			require.Equal(t, connect.Transient, connect.Classify(err), err)
			require.NoError(t, task.Put(t.Context(), orders("c1 c2 C3")))
		}
		assert.Equal(t, []string{"1", "2", "3"}, lines(t, db, "SELECT id FROM orders ORDER BY id"))
		db.Exec(t, "DELETE FROM orders")
	}
}

// hold locks the table orders until it is told to let go.
func hold(t *testing.T, db *databasetest.Server) (release func()) {
	s := open(t, db.JDBC(), map[string]string{"user": db.User, "password": db.Password})
	_, err := s.Exec(t.Context(), "BEGIN")
	require.NoError(t, err)
	_, err = s.Exec(t.Context(), "LOCK TABLE orders IN SHARE MODE")
	require.NoError(t, err)
	return func() {
		_, err := s.Exec(context.WithoutCancel(t.Context()), "ROLLBACK")
		require.NoError(t, err)
	}
}

const (
	waitLimit = 20 * time.Second
	waitTick  = 20 * time.Millisecond
)
