// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

func TestTheStartOfAStream(t *testing.T) {
	cases := map[string]struct {
		version string
		options StreamOptions
		want    string
	}{
		"plain":                      {"15.0", options(), `START_REPLICATION SLOT "s" LOGICAL 0/10 ("proto_version" '1', "publication_names" '"p"', "messages" 'true')`},
		"before messages were known": {"13.4", options(), `START_REPLICATION SLOT "s" LOGICAL 0/10 ("proto_version" '1', "publication_names" '"p"')`},
		"where the slot is":          {"13.4", StreamOptions{Slot: "s", Publication: "p", StatusInterval: slow}, `START_REPLICATION SLOT "s" LOGICAL 0/0 ("proto_version" '1', "publication_names" '"p"')`},
		"names as the server has them": {"13.4", StreamOptions{Slot: "s", Publication: "Mine", StatusInterval: slow},
			`START_REPLICATION SLOT "s" LOGICAL 0/0 ("proto_version" '1', "publication_names" '"mine"')`},
		"names that have to be quoted": {"13.4", StreamOptions{Slot: "s", Publication: `My "pub" of it's`, StatusInterval: slow},
			`START_REPLICATION SLOT "s" LOGICAL 0/0 ("proto_version" '1', "publication_names" '"My ""pub"" of it''s"')`},
		"further options win": {"15.0", StreamOptions{Slot: "s", Publication: "p", StatusInterval: slow, Params: []settings.Param{{Name: "messages", Value: "false"}, {Name: "origin", Value: "none"}}},
			`START_REPLICATION SLOT "s" LOGICAL 0/0 ("proto_version" '1', "publication_names" '"p"', "messages" 'false', "origin" 'none')`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := replicationtest.New(t)
			server.Version = c.version
			stream(t, server, c.options)
			queries := server.Queries()
			require.Equal(t, c.want, queries[len(queries)-1])
		})
	}
}

func TestAStreamThatCannotBeStarted(t *testing.T) {
	cases := map[string]struct {
		reply replicationtest.Reply
		is    error
		text  string
	}{
		"the slot is in use":       {replicationtest.Refuse("55006", "replication slot is active for PID 7"), ErrSlotBusy, "start the stream of slot s at 0/10"},
		"the log is gone":          {replicationtest.Refuse("58P01", "requested WAL segment has already been removed"), ErrLogRemoved, "has already been removed"},
		"another refusal":          {replicationtest.Refuse("42704", "there is no slot"), nil, "there is no slot"},
		"an answer without stream": {replicationtest.Reply{}, nil, "without a stream"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := replicationtest.New(t)
			replies := streaming("60000")
			replies["START_REPLICATION"] = c.reply
			server.Answer = answers(replies)
			_, err := connection(t, server).Stream(t.Context(), options())
			require.ErrorContains(t, err, c.text)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
		})
	}
}

func TestAStartThatIsNotAnsweredEndsWithItsContext(t *testing.T) {
	server := replicationtest.New(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	released := make(chan struct{})
	t.Cleanup(func() { close(released) })
	server.Answer = func(query string) replicationtest.Reply {
		if query == "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'" {
			return replicationtest.Row("60000")
		}
		cancel(why)
		<-released
		return replicationtest.Reply{}
	}
	_, err := connection(t, server).Stream(ctx, options())
	require.Error(t, err)
}
