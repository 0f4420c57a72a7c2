// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/snapshot"
)

// lasting is a failure that another attempt would meet again, whatever its cause looks like.
type lasting struct{ error }

func (l lasting) Unwrap() error { return l.error }

// refused is an answer of the server while things are opened. Most of them concern the configuration; those that do not are told by their codes.
type refused struct{ error }

func (r refused) Unwrap() error { return r.error }

// passing are the beginnings of error codes that have to do with the state of the server: connections, rollbacks, resources, objects in use,
// interventions of operators, and the system around it. Limits of its configuration, 53400, and prerequisites that it lacks, 55000, stay as they are.
var passing = []string{"08", "40", "530", "531", "532", "533", "55006", "55P03", "57", "58"}

// passes says whether a failure may be gone when the same is tried again: those of connections, and what the server answers once everything was
// opened. A failure of our own, such as a message that cannot be read, does not pass.
func passes(err error) bool {
	var last lasting
	var lost *position.LostError
	switch {
	case errors.As(err, &last), errors.As(err, &lost), errors.Is(err, replication.ErrLogRemoved):
		return false
	case errors.Is(err, replication.ErrSlotTimeout), errors.Is(err, snapshot.ErrRewritten):
		return true
	}
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		var opening refused
		return !errors.As(err, &opening) || passesByCode(answer.Code)
	}
	return passesAsConnection(err)
}

func passesByCode(code string) bool {
	return slices.ContainsFunc(passing, func(beginning string) bool { return strings.HasPrefix(code, beginning) })
}

func passesAsConnection(err error) bool {
	var connecting *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connecting) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, replication.ErrStreamEnded) || pgconn.SafeToRetry(err)
}
