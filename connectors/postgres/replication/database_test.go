// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
)

func TestSessionsBeginWithWhatValuesDependOn(t *testing.T) {
	server := replicationtest.New(t)
	s := of(server)
	s.User, s.Name = `a 'b' \c`, "Ünï db"
	s.Driver = map[string]string{"currentSchema": "a, b", "options": "-c work_mem=64MB", "socketFactory": "of.java"}
	s.InitialStatements = []string{"SET a TO b", "SELECT 1"}
	d := database(t, s)
	conn, err := d.Connect(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	require.Equal(t, s.InitialStatements, server.Queries())
	session := server.Sessions()[0]
	for name, want := range map[string]string{"user": s.User, "database": s.Name, "client_encoding": "UTF8", "TimeZone": "UTC", "DateStyle": "ISO, MDY", "extra_float_digits": "3",
		"search_path": "a, b", "options": "-c work_mem=64MB", "application_name": "longshore"} {
		require.Equal(t, want, session[name], name)
	}
	require.NotContains(t, session, "replication")
	require.NotContains(t, session, "socketFactory")

	probe, err := d.Probe(t.Context())
	require.NoError(t, err)
	defer func() { _ = probe.Close(t.Context()) }()
	repl, err := d.Replicate(t.Context())
	require.NoError(t, err)
	defer repl.Close()
	require.Len(t, server.Queries(), 2, "initial statements are for neither")
	require.Equal(t, "database", server.Sessions()[2]["replication"])
	require.Equal(t, "0", server.Sessions()[2]["idle_in_transaction_session_timeout"])
}

func TestAnInitialStatementThatIsRefusedEndsTheConnection(t *testing.T) {
	server := replicationtest.New(t)
	server.Answer = answers(map[string]replicationtest.Reply{"SET": replicationtest.Refuse("42704", "unrecognized parameter")})
	s := of(server)
	s.InitialStatements = []string{"SET nothing TO 1"}
	_, err := database(t, s).Connect(t.Context())
	require.ErrorContains(t, err, "run a statement of database.initial.statements")
	_, err = database(t, s).ConnectPlain(t.Context())
	require.ErrorContains(t, err, "unrecognized parameter")
}

func TestNoErrorHasThePassword(t *testing.T) {
	server := replicationtest.New(t)
	server.Only = true // refuses
	_, err := database(t, of(server)).Connect(t.Context())
	require.ErrorContains(t, err, "no pg_hba.conf entry")
	require.NotContains(t, err.Error(), secret)

	s := of(server)
	s.Driver = map[string]string{"connectTimeout": "soon"}
	_, err = NewDatabase(s)
	require.ErrorContains(t, err, "read the settings of the database connection")
	require.NotContains(t, err.Error(), secret)
	s.Driver, s.SSLMode, s.SSLRootCert = nil, "verify-ca", "/no/such/file"
	_, err = NewDatabase(s)
	require.ErrorContains(t, err, "unable to read CA file")
	require.NotContains(t, err.Error(), secret)
}
