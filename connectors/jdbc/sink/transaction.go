// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"database/sql"
	"time"

	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// inTransaction begins with some statements and writes all chunks of a unit, or does nothing.
func inTransaction(ctx context.Context, s *database.Session, u *unit, first []string, write func(context.Context, *chunk) error) error {
	return transact(ctx, s, u.String(), func() error {
		for _, text := range first {
			if _, err := s.Exec(ctx, text); err != nil {
				return failed(err, "wait for other tasks")
			}
		}
		for i := range u.chunks {
			if err := write(ctx, &u.chunks[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// changeTable runs the statements that create or change a table, where the database allows that all of them or none.
func changeTable(ctx context.Context, s *database.Session, ddl []string) error {
	return transact(ctx, s, "the change of a table", func() error {
		for _, text := range ddl {
			if _, err := s.Exec(ctx, text); err != nil {
				return failed(err, "change a table by %s", text)
			}
		}
		return nil
	})
}

// transact does something in a transaction.
func transact(ctx context.Context, s *database.Session, what string, do func() error) error {
	if err := s.Begin(ctx, sql.LevelDefault); err != nil {
		return failed(err, "begin a transaction")
	}
	if err := do(); err != nil {
		// Where the context is at its end the connection is, too, and the server takes the transaction back by itself.
		_ = s.Rollback(ctx)
		return err
	}
	return failed(s.Commit(ctx), "commit %s", what)
}

// farewell is how long a call that is cancelled may go on. Most end sooner. One that is cut off while the server commits would leave rows behind
// whose offsets are not stored: they would come again.
const farewell = 500 * time.Millisecond

// unhurried is a context that ends a while after another.
func unhurried(ctx context.Context) (context.Context, context.CancelFunc) {
	later, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(farewell, cancel) })
	return later, func() {
		stop()
		cancel()
	}
}
