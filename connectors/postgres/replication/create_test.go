// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
)

func TestASlotIsMadeAsTheServerCanMakeIt(t *testing.T) {
	cases := map[string]struct {
		version string
		standby bool
		slot    NewSlot
		want    string
	}{
		"plain":                      {"15.3 (Debian)", false, NewSlot{Name: "s"}, `CREATE_REPLICATION_SLOT "s" LOGICAL pgoutput`},
		"for a moment":               {"15.3", false, NewSlot{Name: "s", Temporary: true}, `CREATE_REPLICATION_SLOT "s" TEMPORARY LOGICAL pgoutput`},
		"kept by standbys":           {"17.0", false, NewSlot{Name: "s", Failover: true}, `CREATE_REPLICATION_SLOT "s" LOGICAL pgoutput (FAILOVER)`},
		"which older ones do not":    {"16.9", false, NewSlot{Name: "s", Failover: true}, `CREATE_REPLICATION_SLOT "s" LOGICAL pgoutput`},
		"nor is one made on them so": {"17.0", true, NewSlot{Name: "s", Failover: true}, `CREATE_REPLICATION_SLOT "s" LOGICAL pgoutput`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := replicationtest.New(t)
			server.Version, server.Standby = c.version, c.standby
			server.Answer = answers(map[string]replicationtest.Reply{"CREATE": replicationtest.Row(c.slot.Name, "0/1A0", "00000003-1", "pgoutput")})
			c.slot.Timeout = time.Minute
			made, err := connection(t, server).CreateSlot(t.Context(), c.slot)
			require.NoError(t, err)
			require.Equal(t, CreatedSlot{LSN: 0x1A0, Snapshot: "00000003-1"}, made)
			require.Equal(t, []string{c.want}, server.Queries())
		})
	}
}

func TestASlotThatCannotBeMade(t *testing.T) {
	cases := map[string]struct {
		reply   replicationtest.Reply
		timeout bool
		text    string
	}{
		"one of that name is there": {replicationtest.Refuse("42710", `replication slot "s" already exists`), false, "make sure to use a distinct replication slot name for each"},
		"a statement timeout":       {replicationtest.Refuse("57014", "canceling statement due to statement timeout"), true, "end them, or raise internal.create.slot.command.timeout"},
		"a lock timeout":            {replicationtest.Refuse("55P03", "canceling statement due to lock timeout"), true, "create the replication slot s"},
		"another refusal":           {replicationtest.Refuse("55000", "logical decoding requires wal_level >= logical"), false, "wal_level"},
		"half an answer":            {replicationtest.Row("s", "0/1"), false, "without a row of 4 columns"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := replicationtest.New(t)
			server.Answer = answers(map[string]replicationtest.Reply{"CREATE": c.reply})
			_, err := connection(t, server).CreateSlot(t.Context(), NewSlot{Name: "s", Timeout: time.Minute})
			require.ErrorContains(t, err, c.text)
			if c.timeout {
				require.ErrorIs(t, err, ErrSlotTimeout)
			} else {
				require.NotErrorIs(t, err, ErrSlotTimeout)
			}
		})
	}
}

// A server waits for all transactions that are under way, maybe for ever.
func TestASlotThatTakesTooLongIsCancelled(t *testing.T) {
	server := replicationtest.New(t)
	server.Answer = func(string) replicationtest.Reply {
		<-server.Cancelled()
		return replicationtest.Refuse("57014", "canceling statement due to user request")
	}
	_, err := connection(t, server).CreateSlot(t.Context(), NewSlot{Name: "s", Timeout: 20 * time.Millisecond})
	require.ErrorIs(t, err, ErrSlotTimeout)
}
