// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// heart knows when heartbeats are due, and runs the action query on a goroutine and a connection of its own, so that a lock does not hold up the stream.
type heart struct {
	interval time.Duration
	next     time.Time
	action   *action // nil where no query is configured
}

func newHeart(s settings.Heartbeat, database *replication.Database, log *slog.Logger, fail func()) heart {
	h := heart{interval: s.Interval, next: time.Now().Add(s.Interval)}
	if s.Interval > 0 && s.Query != "" {
		h.action = startAction(s.Query, database, log, fail)
	}
	return h
}

// wait is how long until the next heartbeat.
func (h *heart) wait() time.Duration {
	if h.interval <= 0 {
		return idle
	}
	return max(time.Until(h.next), time.Millisecond)
}

func (h *heart) stop() {
	if h.action != nil {
		h.action.stop()
	}
}

func (h *heart) failure() error {
	if h.action == nil {
		return nil
	}
	return h.action.failed()
}

// beat appends a heartbeat where one is due. One without an offset would say nothing.
func (s *streaming) beat() {
	h := &s.heart
	if h.interval <= 0 || s.at.Now < h.next.UnixNano() {
		return
	}
	h.next = time.Unix(0, s.at.Now).Add(h.interval)
	if s.tracker.LSN != 0 {
		s.place()
		s.batch.records = s.builder.Heartbeat(s.batch.records, &s.at)
	}
	if h.action != nil {
		poke(h.action.due)
	}
}

// action runs heartbeat.action.query.
type action struct {
	query    string
	database *replication.Database
	log      *slog.Logger
	fail     func()
	due      chan struct{}
	end      context.CancelFunc
	done     sync.WaitGroup

	mu  sync.Mutex
	err error
}

func startAction(query string, database *replication.Database, log *slog.Logger, fail func()) *action {
	ctx, end := context.WithCancel(context.Background())
	a := &action{query: query, database: database, log: log, fail: fail, due: make(chan struct{}, 1), end: end}
	a.done.Go(func() { a.run(ctx) })
	return a
}

func (a *action) run(ctx context.Context) {
	var conn *pgx.Conn
	defer func() {
		if conn != nil {
			closeSoon(conn)
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.due:
		}
		var err error
		if conn == nil || conn.IsClosed() {
			if conn, err = a.database.Connect(ctx); err != nil {
				conn = nil
			}
		}
		if err == nil {
			_, err = conn.Exec(ctx, a.query)
		}
		if err != nil && ctx.Err() == nil && !a.goesOn(err) {
			return
		}
	}
}

// endings are the codes of errors after which the run ends and begins again: the session was ended, the server goes down or comes up, the table is gone.
var endings = []string{"57P01", "57P03", "42P01"}

// goesOn says whether the stream goes on after a failure of the query.
func (a *action) goesOn(err error) bool {
	err = fmt.Errorf("run heartbeat.action.query: %w", err)
	var answer *pgconn.PgError
	if !errors.As(err, &answer) || !slices.Contains(endings, answer.Code) {
		a.log.Error("the query of the heartbeat did not work", "error", err)
		return true
	}
	a.mu.Lock()
	a.err = err
	a.mu.Unlock()
	a.fail()
	return false
}

func (a *action) failed() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

func (a *action) stop() {
	a.end()
	a.done.Wait()
}
