// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// plain is a connection for queries, by the protocol that the server of the tests speaks.
func plain(t *testing.T, server *replicationtest.Server) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(fmt.Sprintf("host=127.0.0.1 port=%d user=u dbname=d sslmode=disable", server.Port()))
	require.NoError(t, err)
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

func boolean(values ...string) replicationtest.Reply {
	reply := [][]string{}
	for _, value := range values {
		reply = append(reply, []string{value})
	}
	return replicationtest.Rows([]replicationtest.Column{{Name: "b", OID: replicationtest.Bool}}, reply...)
}

func TestPublicationsAreMadeOrMended(t *testing.T) {
	none, named, all := boolean(), boolean("f"), boolean("t")
	captured := []catalog.ID{{Schema: "public", Name: "b"}, {Schema: "public", Name: `A "q"`}}
	tables := func(names ...string) replicationtest.Reply {
		var rows [][]string
		for _, name := range names {
			rows = append(rows, []string{"public", name})
		}
		return replicationtest.Rows([]replicationtest.Column{{Name: "n", OID: replicationtest.Text}, {Name: "r", OID: replicationtest.Text}}, rows...)
	}
	const both = `"public"."A ""q""", "public"."b"`
	cases := map[string]struct {
		mode      settings.PublicationMode
		found     replicationtest.Reply
		published replicationtest.Reply
		captured  []catalog.ID
		root      bool
		standby   bool
		does      string
		warning   string
		err       string
	}{
		"all tables, none there":          {mode: settings.PublicationAllTables, found: none, captured: captured, does: `CREATE PUBLICATION "pub" FOR ALL TABLES`},
		"all tables, via the root":        {mode: settings.PublicationAllTables, found: none, root: true, does: `CREATE PUBLICATION "pub" FOR ALL TABLES WITH (publish_via_partition_root = true)`},
		"all tables, one there":           {mode: settings.PublicationAllTables, found: named},
		"no tables, none there":           {mode: settings.PublicationNoTables, found: none, captured: captured, does: `CREATE PUBLICATION "pub"`},
		"no tables, one there":            {mode: settings.PublicationNoTables, found: all},
		"disabled, none there":            {mode: settings.PublicationDisabled, found: none, err: "Publication autocreation is disabled, please create one and restart the connector."},
		"disabled, one there":             {mode: settings.PublicationDisabled, found: named},
		"filtered, none there":            {mode: settings.PublicationFiltered, found: none, captured: captured, does: `CREATE PUBLICATION "pub" FOR TABLE ` + both},
		"filtered, via the root":          {mode: settings.PublicationFiltered, found: none, captured: captured[:1], root: true, does: `CREATE PUBLICATION "pub" FOR TABLE "public"."b" WITH (publish_via_partition_root = true)`},
		"filtered, the same there":        {mode: settings.PublicationFiltered, found: named, captured: captured, published: tables("b", `A "q"`)},
		"filtered, another there":         {mode: settings.PublicationFiltered, found: named, captured: captured, published: tables("b", "c"), does: `ALTER PUBLICATION "pub" SET TABLE ` + both},
		"filtered, for all tables there":  {mode: settings.PublicationFiltered, found: all, captured: captured, err: "is for all tables and cannot be filtered"},
		"filtered, nothing captured":      {mode: settings.PublicationFiltered, found: none, err: "Unable to create filtered publication pub for "},
		"filtered, there and of no table": {mode: settings.PublicationFiltered, found: named, warning: "no table matches"},
		"a standby, none there":           {mode: settings.PublicationAllTables, found: none, standby: true, warning: "has to be made on the primary"},
		"a standby, filtered, right":      {mode: settings.PublicationFiltered, found: named, standby: true, captured: captured[:1], published: tables("b", "c")},
		"a standby, filtered, wrong":      {mode: settings.PublicationFiltered, found: named, standby: true, captured: captured, published: tables("b"), err: `has no table "public"."A ""q"""`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := replicationtest.New(t)
			standby := boolean("f")
			if c.standby {
				standby = boolean("t")
			}
			server.Answer = answers(map[string]replicationtest.Reply{"puballtables": c.found, "pg_is_in_recovery": standby, "pg_publication_rel": c.published})
			p := Publication{Settings: settings.Publication{Name: "Pub", Mode: c.mode, ViaPartitionRoot: c.root}, Captured: c.captured, Timeout: 90 * time.Second}
			warning, err := p.Ensure(t.Context(), plain(t, server))
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
			} else {
				require.NoError(t, err)
			}
			if c.warning != "" {
				require.Contains(t, warning, c.warning)
			} else {
				require.Empty(t, warning)
			}
			var does string
			for i, query := range server.Queries() {
				if query == "SET LOCAL statement_timeout = 90000" {
					does = server.Queries()[i+1]
				}
			}
			require.Equal(t, c.does, does)
		})
	}
}
