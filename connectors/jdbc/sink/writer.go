// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// writer works on one connection. Each call is a transaction of its own, which an error takes back.
type writer interface {
	// fast hands many rows to the database at once, as far as it can take them. An error does not say which row is at fault.
	fast(ctx context.Context, u *unit) error
	// slow hands over row by row, in the order of the records. An error names the record.
	slow(ctx context.Context, u *unit) error
	// change creates or changes a table. It is never in a transaction with rows: MySQL ends the one that it finds, be the change in vain.
	change(ctx context.Context, ddl []string) error
	// takeTurns is called when a transaction was given up for the sake of another: from now on those of several tasks come one after the other, where
	// the database has a way to say so.
	takeTurns()
}

const (
	// conflictAttempts is how often a transaction is tried that the database has given up for the sake of another.
	conflictAttempts = 6
	// conflictPause is how long to wait before it is tried again, at first; it doubles.
	conflictPause = 10 * time.Millisecond
)

// carryOut does a unit, and does it again where other transactions were in the way. Where the fast way fails the slow one says what is wrong, or
// that nothing is: then the fast one is not tried again for these layouts.
func carryOut(ctx context.Context, w writer, u *unit) error {
	if len(u.chunks) == 0 {
		return nil
	}
	err := patiently(ctx, w, func() error { return w.fast(ctx, u) })
	if err == nil || !isSQL(err) || passes(err) {
		return err
	}
	if err := patiently(ctx, w, func() error { return w.slow(ctx, u) }); err != nil {
		return err
	}
	for _, c := range u.chunks {
		c.layout.slow = true
	}
	return nil
}

// alterTable creates or changes a table, and does it again where other transactions were in the way.
func alterTable(ctx context.Context, w writer, ddl []string) error {
	return patiently(ctx, w, func() error { return w.change(ctx, ddl) })
}

func patiently(ctx context.Context, w writer, do func() error) error {
	pause := conflictPause
	for attempt := 1; ; attempt++ {
		err := do()
		if err == nil || attempt == conflictAttempts || !isSQL(err) || database.FailureOf(err) != database.Transient {
			return err
		}
		w.takeTurns()
		// Two that have met once should not meet again.
		if connect.Sleep(ctx, pause/2+rand.N(pause)) != nil {
			return err
		}
		pause *= 2
	}
}

// newWriter makes the writer that goes with a connection.
func newWriter(s *database.Session) writer {
	if s.Postgres() != nil {
		return newPgWriter(s)
	}
	return newSQLWriter(s)
}
