// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

func TestTheStateOfASlot(t *testing.T) {
	row := func(values ...string) replicationtest.Reply {
		types := []uint32{replicationtest.Bool, replicationtest.Int8, replicationtest.Text, replicationtest.Text, replicationtest.Int8, replicationtest.Text, replicationtest.Text, replicationtest.Text}
		columns := make([]replicationtest.Column, len(types))
		for i, oid := range types {
			columns[i].OID = oid
		}
		if values == nil {
			return replicationtest.Rows(columns)
		}
		return replicationtest.Rows(columns, values)
	}
	cases := map[string]struct {
		reply replicationtest.Reply
		want  *position.Slot
	}{
		"none":                     {row(), nil},
		"in use":                   {row("t", "77", "0/20", "0/10", "701", "reserved", "", "0/30"), &position.Slot{Name: "s", Active: true, PID: 77, Confirmed: 0x20, Restart: 0x10, CatalogXmin: 701, LogEnd: 0x30}},
		"never confirmed, standby": {row("f", "0", "", "0/10", "0", "extended", "", ""), &position.Slot{Name: "s", Restart: 0x10}},
		"given up":                 {row("f", "0", "0/20", "", "0", "lost", "", ""), &position.Slot{Name: "s", Confirmed: 0x20, Lost: "the log that it needs was removed, since it took more than max_slot_wal_keep_size"}},
		"given up for a reason":    {row("f", "0", "0/20", "", "0", "lost", "idle_timeout", ""), &position.Slot{Name: "s", Confirmed: 0x20, Lost: "idle_timeout"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := replicationtest.New(t)
			server.Answer = answers(map[string]replicationtest.Reply{"pg_replication_slots": c.reply})
			got, err := FindSlot(t.Context(), plain(t, server), "d", "s")
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

// scripted refuses statements as it is told to, and then no more.
type scripted struct {
	Querier
	refusals []error
	ran      []string
}

func (s *scripted) Exec(_ context.Context, sql string, _ ...any) (tag pgconn.CommandTag, err error) {
	s.ran = append(s.ran, sql)
	if len(s.refusals) > 0 {
		err, s.refusals = s.refusals[0], s.refusals[1:]
	}
	return tag, err
}

func TestASlotIsDroppedWhenItsReaderHasLeft(t *testing.T) {
	busy, gone, broken := &pgconn.PgError{Code: "55006"}, &pgconn.PgError{Code: "42704"}, errors.New("broken")
	cases := map[string]struct {
		refusals []error
		tries    int
		takes    time.Duration
		err      error
	}{
		"at once":          {nil, 1, 0, nil},
		"later":            {[]error{busy, busy}, 3, 2 * time.Second, nil},
		"never":            {[]error{busy, busy, busy}, 3, 2 * time.Second, busy},
		"it is not there":  {[]error{gone}, 1, 0, nil},
		"the wire is dead": {[]error{broken}, 1, 0, broken},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q, began := &scripted{refusals: c.refusals}, time.Now()
				err := DropSlot(t.Context(), q, "s")
				require.ErrorIs(t, err, c.err)
				require.Len(t, q.ran, c.tries)
				require.Equal(t, c.takes, time.Since(began))
			})
		})
	}
}

func TestTheWaitForAReaderEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	cancel(why)
	require.ErrorIs(t, DropSlot(ctx, &scripted{refusals: []error{&pgconn.PgError{Code: "55006"}}}, "s"), why)
}

func TestReplicaIdentitiesAreSetWhereTheyDiffer(t *testing.T) {
	items, err := settings.Parse(map[string]string{"topic.prefix": "p", "plugin.name": "pgoutput", "database.hostname": "h", "database.user": "u", "database.dbname": "d",
		"replica.identity.autoset.values": `public\.a:FULL,public\.b:FULL,public\.c:INDEX by_name,public\.(d|e):NOTHING,public\.e:DEFAULT`})
	require.NoError(t, err)
	var tables []*catalog.Table
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		tables = append(tables, &catalog.Table{ID: catalog.ID{Schema: "public", Name: name}, Identity: catalog.IdentityDefault})
	}
	tables[1].Identity = catalog.IdentityFull
	broken := errors.New("no right")
	q := &scripted{refusals: []error{nil, broken}}
	errs := SetIdentities(t.Context(), q, items.Publication.ReplicaIdentities, tables)
	require.Equal(t, []string{`ALTER TABLE "public"."a" REPLICA IDENTITY FULL`, `ALTER TABLE "public"."c" REPLICA IDENTITY USING INDEX "by_name"`,
		`ALTER TABLE "public"."d" REPLICA IDENTITY NOTHING`}, q.ran)
	require.Len(t, errs, 2)
	require.ErrorIs(t, errs[0], broken)
	require.ErrorContains(t, errs[1], "more than one item of replica.identity.autoset.values matches public.e")
}
