// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// Publication says what publication a stream needs.
type Publication struct {
	// Settings are the connector's.
	Settings settings.Publication
	// Captured are the tables that the connector captures, the signal table among them.
	Captured []catalog.ID
	// Timeout is for statements that create or alter; they wait for locks.
	Timeout time.Duration
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*$`)

// name is the publication's name as the server stores it: SQL folds a plain one to lower case.
func (p *Publication) name() string {
	if plainName.MatchString(p.Settings.Name) {
		return strings.ToLower(p.Settings.Name)
	}
	return p.Settings.Name
}

// Ensure makes or mends the publication as publication.autocreate.mode says. It returns a warning for the log, or "".
func (p *Publication) Ensure(ctx context.Context, conn *pgx.Conn) (warning string, err error) {
	all, exists, err := p.find(ctx, conn)
	if err != nil {
		return "", err
	}
	mode := p.Settings.Mode
	if exists && mode != settings.PublicationFiltered {
		return "", nil
	}
	if mode == settings.PublicationDisabled {
		return "", fmt.Errorf("Publication autocreation is disabled, please create one and restart the connector. (There is no publication %s.)", p.name())
	}
	standby, err := isStandby(ctx, conn)
	switch {
	case err != nil:
		return "", err
	case standby && mode == settings.PublicationFiltered:
		return "", p.checkOnStandby(ctx, conn, exists)
	case standby:
		return fmt.Sprintf("the publication %s has to be made on the primary: this server is a standby", p.name()), nil
	}
	switch mode {
	case settings.PublicationAllTables:
		return "", p.execute(ctx, conn, "CREATE PUBLICATION "+quote(p.name())+" FOR ALL TABLES"+p.options())
	case settings.PublicationNoTables:
		return "", p.execute(ctx, conn, "CREATE PUBLICATION "+quote(p.name())+p.options())
	}
	return p.ensureFiltered(ctx, conn, all, exists)
}

func (p *Publication) find(ctx context.Context, q Querier) (all, exists bool, err error) {
	err = q.QueryRow(ctx, "SELECT puballtables FROM pg_catalog.pg_publication WHERE pubname = $1", p.name()).Scan(&all)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return false, false, nil
	case err != nil:
		return false, false, fmt.Errorf("look up the publication %s: %w", p.name(), err)
	}
	return all, true, nil
}

func (p *Publication) ensureFiltered(ctx context.Context, conn *pgx.Conn, all, exists bool) (string, error) {
	switch {
	case all:
		return "", fmt.Errorf("the publication %s is for all tables and cannot be filtered: drop it, name another in publication.name, or set publication.autocreate.mode to all_tables", p.name())
	case len(p.Captured) == 0 && exists:
		return fmt.Sprintf("no table matches the include and exclude lists, so the publication %s stays as it is", p.name()), nil
	case len(p.Captured) == 0:
		return "", fmt.Errorf("Unable to create filtered publication %s for %s", p.name(), "") //nolint:staticcheck // Debezium's text
	case !exists:
		return "", p.execute(ctx, conn, "CREATE PUBLICATION "+quote(p.name())+" FOR TABLE "+p.tables()+p.options())
	}
	published, err := p.published(ctx, conn)
	if err != nil || slices.Equal(published, p.sorted()) {
		return "", err
	}
	return "", p.execute(ctx, conn, "ALTER PUBLICATION "+quote(p.name())+" SET TABLE "+p.tables())
}

// checkOnStandby looks whether the publication, which has come from the primary, has what is captured.
func (p *Publication) checkOnStandby(ctx context.Context, q Querier, exists bool) error {
	if !exists {
		return fmt.Errorf("the publication %s has to be made on the primary: this server is a standby", p.name())
	}
	published, err := p.published(ctx, q)
	if err != nil {
		return err
	}
	for _, table := range p.sorted() {
		if !slices.Contains(published, table) {
			return fmt.Errorf("the publication %s has no table %s: add it on the primary, since this server is a standby", p.name(), table)
		}
	}
	return nil
}

// published returns the tables of the publication. Tables that were named count: of one that is published via its root the server shows the root.
func (p *Publication) published(ctx context.Context, q Querier) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT n.nspname, c.relname FROM pg_catalog.pg_publication p
JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE p.pubname = $1`, p.name())
	if err != nil {
		return nil, fmt.Errorf("ask for the tables of the publication %s: %w", p.name(), err)
	}
	tables, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var id catalog.ID
		err := row.Scan(&id.Schema, &id.Name)
		return qualified(id), err
	})
	if err != nil {
		return nil, fmt.Errorf("ask for the tables of the publication %s: %w", p.name(), err)
	}
	slices.Sort(tables)
	return tables, nil
}

func (p *Publication) sorted() []string {
	tables := make([]string, len(p.Captured))
	for i, id := range p.Captured {
		tables[i] = qualified(id)
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}

func (p *Publication) tables() string { return strings.Join(p.sorted(), ", ") }

func (p *Publication) options() string {
	if p.Settings.ViaPartitionRoot {
		return " WITH (publish_via_partition_root = true)"
	}
	return ""
}

// execute runs a statement with a limit of its own for its time.
func (p *Publication) execute(ctx context.Context, conn *pgx.Conn, statement string) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", p.Timeout.Milliseconds())); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, statement)
		return err
	})
	if err != nil {
		return fmt.Errorf("run %s: %w", statement, err)
	}
	return nil
}

func isStandby(ctx context.Context, q Querier) (bool, error) {
	var standby bool
	if err := q.QueryRow(ctx, "SELECT pg_catalog.pg_is_in_recovery()").Scan(&standby); err != nil {
		return false, fmt.Errorf("ask whether the server is a standby: %w", err)
	}
	return standby, nil
}

func qualified(id catalog.ID) string { return quote(id.Schema) + "." + quote(id.Name) }
