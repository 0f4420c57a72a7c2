// SPDX-License-Identifier: Apache-2.0

//go:build real

package postgres

import (
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
	"github.com/longshore-io/connect/internal/databasetest"
)

// pass waits until a time is over, which nothing else tells.
func pass(t *testing.T, d time.Duration) {
	began := time.Now()
	require.Eventually(t, func() bool { return time.Since(began) >= d }, d+patience, 5*time.Millisecond)
}

// changes polls until there are so many records of a table's topic, and returns those.
func (r *rig) changes(topic string, n int) []string {
	r.t.Helper()
	of := func() (out []string) {
		for _, s := range r.seen {
			if s.topic == topic {
				out = append(out, s.text)
			}
		}
		return out
	}
	for len(of()) < n {
		r.poll(1)
	}
	return of()
}

func TestTheServerGoesDownAndComesBack(t *testing.T) {
	for name, down := range map[string]func(*databasetest.Server) error{"in good order": (*databasetest.Server).Stop, "killed": (*databasetest.Server).Kill} {
		t.Run(name, func(t *testing.T) {
			db := databasetest.StartPostgreSQL(t, databasetest.Config{})
			db.Exec(t, createT, "CREATE TABLE beats (n int)")
			r := newRig(t, db, map[string]string{"heartbeat.interval.ms": "5", "heartbeat.action.query": "INSERT INTO beats VALUES (1)"}).start()
			r.poll(1) // the heartbeat before the stream
			for i := range 3 {
				db.Exec(t, fmt.Sprintf("INSERT INTO t SELECT i, 'x' FROM generate_series(%d, %d) i", 1+i*100, 100+i*100))
				r.changes("p.public.t", i*100+50)
				r.store()
				require.NoError(t, down(db))
				require.NoError(t, db.Start())
			}
			db.Exec(t, "INSERT INTO t VALUES (301, 'x')")
			require.Equal(t, numbered("c", 1, 301), r.changes("p.public.t", 301))
		})
	}
}

func TestASessionOfTheHeartbeatMayBeEnded(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT, "CREATE TABLE beats (n int)")
	r := newRig(t, db, map[string]string{"heartbeat.interval.ms": "5", "heartbeat.action.query": "INSERT INTO beats VALUES (1)"}).start()
	r.poll(1) // the heartbeat before the stream
	r.changes("p.public.beats", 3)
	db.Exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'INSERT INTO beats%' AND pid <> pg_backend_pid()")
	r.await("the session was missed", func() bool { r.poll(1); return strings.Contains(r.tc.Logs.Text(), "heartbeat.action.query") })
	r.changes("p.public.beats", len(r.changes("p.public.beats", 0))+3)
}

func TestAStreamThatNobodyTakesIsKept(t *testing.T) {
	db := databasetest.StartPostgreSQL(t, databasetest.Config{Settings: map[string]string{"wal_sender_timeout": "1s"}})
	db.Exec(t, createT)
	r := newRig(t, db, nil).start().streaming()
	reader := func() string {
		return db.Query(t, "SELECT active_pid FROM pg_replication_slots")[0][0]
	}
	db.Exec(t, "INSERT INTO t VALUES (0, 'x')")
	r.poll(1)
	before := reader()
	db.Exec(t, "INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(1, 20000) i")
	pass(t, 3*time.Second)
	require.Equal(t, before, reader())
	r.poll(20000)
	require.Len(t, r.seen, 20001)
	require.Equal(t, before, reader())
}

func TestAnOffsetOfAnotherServerIsRefused(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, nil).start().streaming().stop()
	require.NoError(t, r.tc.Stored.Store(connect.MustPartition(map[string]any{"server": "p"}),
		connect.OffsetMap{"lsn": int64(1 << 50), "lsn_proc": int64(1 << 50), "lsn_commit": int64(1 << 50), "messageType": "COMMIT", "ts_usec": int64(1)}))
	var lost *position.LostError
	require.ErrorAs(t, r.start().failed(), &lost)
	require.ErrorContains(t, lost, "the server was restored from a backup, or is not the one that the offset is of")
}

func TestAServerThatWritesTooLittleFailsTheTask(t *testing.T) {
	db := databasetest.StartPostgreSQL(t, databasetest.Config{Settings: map[string]string{"wal_level": "replica"}})
	r := newRig(t, db, nil).start()
	require.ErrorContains(t, r.failed(), "wal_level")
	require.Contains(t, r.tc.Logs.Text(), "set wal_level to logical and restart it")
}

func TestLargeValuesAndTransactionsComeWhole(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, createT)
	r := newRig(t, db, nil).start().streaming()
	db.Exec(t, "INSERT INTO t VALUES (1, repeat('y', 40000000))", "INSERT INTO t SELECT i, 'x' FROM generate_series(2, 100000) i")
	got := texts(r.poll(100_000))
	require.Len(t, got[0], len("c 1|")+40_000_000)
	require.Equal(t, numbered("c", 2, 100_000), got[1:])
}

// encrypted has a server take sessions of a role with TLS, a password and a certificate only.
func encrypted(t *testing.T, db *databasetest.Server, a *replicationtest.Authority, password string) {
	write := func(name, text string) {
		dir := db.Query(t, "SHOW data_directory")[0][0]
		db.Exec(t, fmt.Sprintf("COPY (SELECT unnest(string_to_array('%s', E'\\n'))) TO PROGRAM 'umask 077; cat > \"%s/%s\"'", text, dir, name))
	}
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	cert, key := a.Sign("server", net.ParseIP("127.0.0.1"))
	root, err := os.ReadFile(a.Root())
	require.NoError(t, err)
	write("server.crt", block(replicationtest.Certificate, cert))
	write("server.key", block(replicationtest.Key, key))
	write("root.crt", string(root))
	write("pg_hba.conf", "hostssl all careful 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\nhost all careful 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 scram-sha-256\n")
	db.Exec(t, "CREATE ROLE careful SUPERUSER LOGIN PASSWORD '"+strings.ReplaceAll(password, "'", "''")+"'",
		"ALTER SYSTEM SET ssl_ca_file = 'root.crt'", "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
	require.Eventually(t, func() bool { return db.Query(t, "SHOW ssl")[0][0] == "on" }, patience, 20*time.Millisecond)
}

func TestAStreamWithPasswordAndCertificates(t *testing.T) {
	const password = `kept 'from' \ everybody ü`
	db := databasetest.StartPostgreSQL(t, databasetest.Config{})
	db.Exec(t, createT, "INSERT INTO t VALUES (1, 'x')")
	ours, other := replicationtest.NewAuthority(t), replicationtest.NewAuthority(t)
	encrypted(t, db, ours, password)
	cert, key := ours.Sign("client")
	props := map[string]string{"snapshot.mode": "initial", "snapshot.max.threads": "2", "database.user": "careful", "database.password": password, "database.sslmode": "verify-full",
		"database.sslrootcert": ours.Root(), "database.sslcert": ours.File("client.crt", replicationtest.Certificate, cert), "database.sslkey": ours.File("client.pk8", "", key)}
	r := newRig(t, db, props).start()
	require.Equal(t, []string{"r 1|x"}, texts(r.poll(1)))
	r.streaming()
	db.Exec(t, "INSERT INTO t VALUES (2, 'x')")
	require.Equal(t, []string{"c 2|x"}, texts(r.poll(1)))
	require.Equal(t, [][]string{{"t"}}, db.Query(t, "SELECT DISTINCT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.usename = 'careful'"))
	r.store().stop()
	db.Exec(t, "INSERT INTO t VALUES (3, 'x')")
	require.Equal(t, []string{"c 3|x"}, texts(r.start().poll(1)))

	wrong := map[string]struct{ key, value, want string }{
		"no encryption":             {"database.sslmode", "disable", "pg_hba.conf rejects connection"},
		"an authority of strangers": {"database.sslrootcert", other.Root(), "certificate signed by unknown authority"},
		"another password":          {"database.password", "other", `FATAL: password authentication failed for user "careful"`},
	}
	for name, c := range wrong {
		t.Run(name, func(t *testing.T) {
			props := map[string]string{}
			for key, value := range r.props {
				props[key] = value
			}
			props[c.key] = c.value
			values := map[string]*connect.ConfigValue{}
			for _, def := range New().Config() {
				values[def.Name] = &connect.ConfigValue{Name: def.Name}
			}
			require.NoError(t, New().(connect.ConfigValidator).ValidateConfig(t.Context(), props, values))
			text := strings.Join(values[hostKey].Errors, "\n")
			require.Contains(t, text, "Error while validating connector config: ")
			require.Contains(t, text, c.want)
			require.NotContains(t, text, password)
		})
	}
}
