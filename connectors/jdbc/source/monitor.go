// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// monitor looks for tables from time to time, and has tasks planned anew when they are others.
type monitor struct {
	settings *settings
	database *database.Database
	filter   filter
	runtime  connect.ConnectorContext
	logger   *slog.Logger
	cancel   context.CancelFunc
	done     chan struct{}
	// first is closed with the first list.
	first chan struct{}

	mu     sync.Mutex
	listed bool
	list   []database.TableID
	// planned says that list was handed out, or that it was said that there is none yet.
	planned bool
}

// startMonitor takes the session over.
func startMonitor(s *settings, db *database.Database, session *database.Session, f filter, runtime connect.ConnectorContext) *monitor {
	ctx, cancel := context.WithCancel(context.Background())
	m := &monitor{settings: s, database: db, filter: f, runtime: runtime, logger: runtime.Logger(), cancel: cancel, done: make(chan struct{}), first: make(chan struct{})}
	go func() {
		defer close(m.done)
		if err := connect.Guard(func() error { return m.run(ctx, session) }); err != nil && ctx.Err() == nil {
			runtime.RaiseError(err)
		}
	}()
	return m
}

func (m *monitor) stop(ctx context.Context) error {
	m.cancel()
	select {
	case <-m.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run ends with the context, or with an error that is not the database's.
func (m *monitor) run(ctx context.Context, session *database.Session) error {
	defer func() {
		if session != nil {
			session.Close()
		}
	}()
	for {
		var err error
		if session, err = m.look(ctx, session); err != nil {
			return err
		}
		if connect.Sleep(ctx, milliseconds(m.settings.values.Long(tablePollIntervalKey))) != nil {
			return nil
		}
	}
}

// look lists the tables once. Errors of the database are logged and the old list stays; the connection is then made anew.
func (m *monitor) look(ctx context.Context, session *database.Session) (*database.Session, error) {
	if session != nil && !session.Alive(ctx) {
		session.Close()
		session = nil
	}
	if session == nil {
		var err error
		if session, err = m.database.Connect(ctx); err != nil {
			m.lament(ctx, err)
			return nil, nil
		}
	}
	listed, err := session.Tables(ctx, m.listing())
	if err != nil {
		m.lament(ctx, err)
		session.Close()
		return nil, nil
	}
	tables, err := m.filter.choose(known(m.database.Dialect(), listed))
	if err != nil {
		return session, err
	}
	m.found(tables)
	return session, nil
}

func (m *monitor) lament(ctx context.Context, err error) {
	if ctx.Err() == nil {
		m.logger.Error("The tables cannot be listed; what is known of them stays, and they are listed again", "after", milliseconds(m.settings.values.Long(tablePollIntervalKey)), "error", err)
	}
}

func (m *monitor) listing() database.Listing {
	l := database.Listing{Types: m.settings.values.List(tableTypesKey)}
	if text, set := m.settings.values[catalogKey].(string); set {
		l.Catalog = &text
	}
	if text, set := m.settings.values[schemaKey].(string); set {
		l.Schema = &text
	}
	return l
}

// known leaves out SQLite's own tables.
func known(dialect database.Dialect, tables []database.Table) []database.Table {
	if dialect != database.SQLite {
		return tables
	}
	return slices.DeleteFunc(tables, func(t database.Table) bool { return len(t.ID.Name) >= 7 && t.ID.Name[:7] == "sqlite_" })
}

// found takes a new list, and asks for new tasks where the present ones have another.
func (m *monitor) found(tables []database.TableID) {
	m.mu.Lock()
	changed := !m.listed || !slices.Equal(m.list, tables)
	first, ask := !m.listed, changed && m.planned
	m.listed, m.list = true, tables
	if ask {
		m.planned = false
	}
	m.mu.Unlock()
	if first {
		close(m.first)
	}
	if ask {
		m.logger.Info("The tables have changed; tasks are planned anew", "tables", len(tables))
		m.runtime.RequestTaskReconfiguration()
	}
}

// tables returns the list, and false where there is none after so long.
func (m *monitor) tables(ctx context.Context, limit time.Duration) ([]database.TableID, bool) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-m.first:
	case <-timer.C:
	case <-m.done:
	case <-ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.planned = true
	return m.list, m.listed
}
