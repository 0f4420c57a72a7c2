// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secret occurs in no other place.
const secret = "kept-from-everybody"

// of are the settings of a connection to a server.
func of(server *replicationtest.Server) settings.Database {
	return settings.Database{Host: "127.0.0.1", Port: server.Port(), User: "u", Password: secret, Name: "d", SSLMode: "disable", TCPKeepAlive: true}
}

func database(t *testing.T, s settings.Database) *Database {
	t.Helper()
	d, err := NewDatabase(s)
	require.NoError(t, err)
	return d
}

// connection is a replication connection.
func connection(t *testing.T, server *replicationtest.Server) *Conn {
	t.Helper()
	conn, err := database(t, of(server)).Replicate(t.Context())
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}

// answers answers queries that contain a text.
func answers(of map[string]replicationtest.Reply) func(string) replicationtest.Reply {
	return func(query string) replicationtest.Reply {
		for part, reply := range of {
			if strings.Contains(query, part) {
				return reply
			}
		}
		return replicationtest.Reply{}
	}
}

// streaming are the answers of a server that streams, and ends streams whose client is silent for so many milliseconds.
func streaming(limit string) map[string]replicationtest.Reply {
	return map[string]replicationtest.Reply{"wal_sender_timeout": replicationtest.Row(limit), "START_REPLICATION": replicationtest.Streams()}
}

// stream starts one, and returns both sides of it.
func stream(t *testing.T, server *replicationtest.Server, o StreamOptions) (*Stream, *replicationtest.Stream) {
	t.Helper()
	if server.Answer == nil {
		server.Answer = answers(streaming("60000"))
	}
	s, err := connection(t, server).Stream(context.Background(), o)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, server.Stream(t)
}
