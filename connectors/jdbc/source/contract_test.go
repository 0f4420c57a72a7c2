// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// sqlite is a database in a file of its own.
type sqlite struct {
	*testing.T
	url     string
	session *database.Session
}

func newSQLite(t *testing.T, statements ...string) *sqlite {
	t.Helper()
	db := &sqlite{T: t, url: "jdbc:sqlite:" + filepath.ToSlash(filepath.Join(t.TempDir(), "test.db"))}
	d, err := database.New(database.Settings{URL: db.url})
	require.NoError(t, err)
	db.session, err = d.Connect(context.Background())
	require.NoError(t, err)
	t.Cleanup(db.session.Close)
	db.run("PRAGMA journal_mode=WAL")
	db.run(statements...)
	return db
}

func (db *sqlite) run(statements ...string) {
	db.Helper()
	for _, text := range statements {
		_, err := db.session.Exec(context.Background(), text)
		require.NoError(db, err, text)
	}
}

// props is a configuration that reads quickly.
func (db *sqlite) props(more ...string) map[string]string {
	props := map[string]string{urlKey: db.url, prefixKey: "db-", pollIntervalKey: "20", lingerKey: "200", whitelistKey: "orders", modeKey: modeIncrementing}
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	return props
}

func TestTheSourceKeepsTheContract(t *testing.T) {
	for mode, more := range map[string][]string{
		modeIncrementing:          {incrementingKey, "id"},
		modeTimestampIncrementing: {incrementingKey, "id", timestampKey, "changed"},
		modeTimestamp:             {timestampKey, "changed"},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			conntest.Source(t, conntest.SourceCase{
				New: New,
				Prepare: func(t *testing.T) conntest.SourceSetup {
					db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, changed TIMESTAMP NOT NULL)")
					n := 0
					return conntest.SourceSetup{
						Props: db.props(append(more, modeKey, mode, passwordKey, "not-to-be-said")...),
						Feed: func(count int) {
							for range count {
								n++
								db.run(fmt.Sprintf("INSERT INTO orders (name, changed) VALUES ('order %d', %d)", n, 1_600_000_000_000+n/3*1000+n))
							}
						},
					}
				},
				Bad: map[string]string{
					urlKey: "postgresql://x", attemptsKey: "0", backoffKey: "soon", credentialsKey: "com.example.Vault", precisionMappingKey: "maybe", numericMappingKey: "Best_Fit",
					dialectKey: "OracleDatabaseDialect", calendarKey: "julian", modeKey: "snapshot", timestampMappingKey: "a:b", incrementingMappingKey: "a", includeKey: "(", excludeKey: "[",
					initialKey: "now", validateNonNullKey: "x", queryKey: "WITH x AS (SELECT 1) SELECT 1", quoteKey: "sometimes", retriesKey: "often", isolationKey: "read_committed",
					pollIntervalKey: "x", batchKey: "0", bufferKey: "-1", lingerKey: "long", tablePollIntervalKey: "x", prefixKey: "a b", delayKey: "x", zoneKey: "Mars/Olympus", granularityKey: "Micros_Long",
				},
			})
		})
	}
}
