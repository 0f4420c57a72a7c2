// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// reader reads the targets of a task in turns, on one connection.
type reader struct {
	settings *settings
	database *database.Database
	session  *database.Session
	targets  []*target
	queue    *queue
	logger   *slog.Logger
	now      func() time.Time
}

// run reads until the context ends, or an error that does not pass.
func (r *reader) run(ctx context.Context) error {
	for {
		t := r.next()
		if !r.waitFor(ctx, t) {
			return nil
		}
		if err := r.turn(ctx, t); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// next is the target that has waited longest; names decide between equals.
func (r *reader) next() *target {
	return slices.MinFunc(r.targets, func(a, b *target) int {
		if c := a.since.Compare(b.since); c != 0 {
			return c
		}
		return strings.Compare(a.order(), b.order())
	})
}

// order is the name, the bare one first.
func (t *target) order() string {
	if t.table == nil {
		return ""
	}
	return t.table.Name + "\x00" + t.table.Schema + "\x00" + t.table.Catalog
}

// waitFor waits until it is the target's turn, and returns false when the context ends first. The first turn is at once.
func (r *reader) waitFor(ctx context.Context, t *target) bool {
	if t.since.IsZero() {
		return ctx.Err() == nil
	}
	return connect.Sleep(ctx, t.since.Add(r.settings.pollInterval).Sub(r.now())) == nil
}

// turn reads a target once. Errors of the database are logged and the turn comes again; the error that is returned is for good.
func (r *reader) turn(ctx context.Context, t *target) error {
	err := r.connected(ctx)
	if err != nil {
		return err
	}
	err = r.readOnce(ctx, t)
	t.since = r.now()
	if err == nil {
		t.failures = 0
		return nil
	}
	failure := database.FailureOf(err)
	lasting := failure == database.Local && connect.Classify(err) != connect.Transient || r.forGood(err)
	err = fmt.Errorf("read %s: %w", t, r.settings.shown(err))
	if ctx.Err() != nil || lasting {
		return err
	}
	t.failures++
	if r.settings.retries > 0 && t.failures >= r.settings.retries {
		return fmt.Errorf("the query was refused %d times, which is all of %s: %w", t.failures, retriesKey, err)
	}
	r.logger.Error("A query was refused; it is tried again", "after", r.settings.pollInterval, "failures", t.failures, "error", err)
	if failure == database.Lost || r.session.Rollback(ctx) != nil {
		r.disconnect()
	}
	return nil
}

// forGood says whether an error will come again: MySQL's driver tells wrong statements from others by the class of the SQL state.
func (r *reader) forGood(err error) bool {
	state, _ := database.StateOf(err)
	if r.database.Dialect() != database.MySQL || len(state) < 2 {
		return false
	}
	return slices.Contains([]string{"0A", "22", "23", "28", "42"}, state[:2])
}

// connected makes sure that there is a connection which answers.
func (r *reader) connected(ctx context.Context) error {
	if r.session != nil && r.session.Alive(ctx) {
		return nil
	}
	r.disconnect()
	session, err := r.database.Connect(ctx)
	if err != nil {
		return err
	}
	r.session = session
	return nil
}

func (r *reader) disconnect() {
	if r.session != nil {
		r.session.Close()
		r.session = nil
	}
}

// readOnce reads what is new in one transaction, and hands it over.
func (r *reader) readOnce(ctx context.Context, t *target) error {
	if err := r.describe(ctx, t); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	d := &delivery{target: t, queue: r.queue, ctx: ctx}
	rows := result{settings: r.settings, session: r.session, logger: r.logger, emit: d.take}
	if err := r.readRows(ctx, t, rows); err != nil {
		_ = r.session.Rollback(ctx) // the error that was before says more
		return err
	}
	if err := d.end(); err != nil {
		return err
	}
	return r.session.Commit(ctx)
}

func (r *reader) readRows(ctx context.Context, t *target, rows result) error {
	var now time.Time
	if t.byTime() {
		var err error
		if now, err = rows.now(ctx); err != nil {
			return err
		}
		if t.fromNow {
			t.at, t.fromNow = mark{at: now, hasAt: true}, false
		}
	}
	return rows.read(ctx, t, t.span(now, r.settings.delay))
}

// begin starts a transaction as it is configured. A database that refuses the isolation reads with its own from then on.
func (r *reader) begin(ctx context.Context) error {
	err := r.session.Begin(ctx, r.settings.isolation)
	if err == nil || r.settings.isolation == sql.LevelDefault || database.FailureOf(err) == database.Lost {
		return err
	}
	r.settings.isolation = sql.LevelDefault
	r.logger.Warn("The isolation of transactions cannot be set; the database's own is used", "key", isolationKey, "error", err)
	return r.session.Begin(ctx, sql.LevelDefault)
}

// describe asks for the columns of the table where the result does not say all of them.
func (r *reader) describe(ctx context.Context, t *target) (err error) {
	dialect := r.database.Dialect()
	if t.table == nil || dialect != database.SQLite && dialect != database.SQLServer {
		return nil
	}
	t.known, err = r.session.Columns(ctx, *t.table)
	return err
}
