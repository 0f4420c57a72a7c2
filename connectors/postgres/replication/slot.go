// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/position"
)

// Querier runs queries: a *pgx.Conn.
type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Plugin is the output plugin of all slots.
const Plugin = "pgoutput"

// slotQuery asks by JSON for what only newer servers have.
const slotQuery = `SELECT s.active, coalesce(s.active_pid, 0), coalesce(s.confirmed_flush_lsn::text, ''), coalesce(s.restart_lsn::text, ''),
  coalesce(s.catalog_xmin::text::bigint, 0), coalesce(to_jsonb(s)->>'wal_status', ''), coalesce(to_jsonb(s)->>'invalidation_reason', ''),
  CASE WHEN pg_catalog.pg_is_in_recovery() THEN '' ELSE pg_catalog.pg_current_wal_lsn()::text END
FROM pg_catalog.pg_replication_slots s
WHERE s.slot_name = $1 AND s.database = $2 AND s.plugin = $3`

// FindSlot returns the state of a slot of this database, nil where there is none.
func FindSlot(ctx context.Context, q Querier, database, name string) (*position.Slot, error) {
	slot := position.Slot{Name: name}
	var confirmed, restart, status, reason, end string
	err := q.QueryRow(ctx, slotQuery, name, database, Plugin).
		Scan(&slot.Active, &slot.PID, &confirmed, &restart, &slot.CatalogXmin, &status, &reason, &end)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look up the replication slot %s: %w", name, err)
	}
	for lsn, text := range map[*position.LSN]string{&slot.Confirmed: confirmed, &slot.Restart: restart, &slot.LogEnd: end} {
		if *lsn, err = position.ParseLSN(text); err != nil {
			return nil, err
		}
	}
	switch {
	case reason != "":
		slot.Lost = reason
	case status == "lost":
		slot.Lost = "the log that it needs was removed, since it took more than max_slot_wal_keep_size"
	}
	return &slot, nil
}

// DropSlot drops a slot. Whoever read from it may still be about to leave, so it is tried three times; a slot that is not there is fine.
func DropSlot(ctx context.Context, q Querier, name string) error {
	for attempt := 1; ; attempt++ {
		_, err := q.Exec(ctx, "SELECT pg_catalog.pg_drop_replication_slot($1)", name)
		switch {
		case err == nil || hasCode(err, undefinedObject):
			return nil
		case attempt == 3 || !hasCode(err, objectInUse):
			return fmt.Errorf("drop the replication slot %s: %w", name, err)
		}
		if err := connect.Sleep(ctx, time.Second); err != nil {
			return fmt.Errorf("drop the replication slot %s: %w", name, err)
		}
	}
}

// AdvanceSlot moves a slot that nobody reads from forward to a position.
func AdvanceSlot(ctx context.Context, q Querier, name string, to position.LSN) error {
	if _, err := q.Exec(ctx, "SELECT pg_catalog.pg_replication_slot_advance($1, $2::text::pg_lsn)", name, to.String()); err != nil {
		return fmt.Errorf("move the replication slot %s to %s: %w", name, to, err)
	}
	return nil
}

// Codes of errors, as PostgreSQL's documentation lists them.
const (
	objectInUse     = "55006"
	undefinedObject = "42704"
	duplicateObject = "42710"
	queryCanceled   = "57014"
	lockNotFree     = "55P03"
	undefinedFile   = "58P01"
)

func hasCode(err error, codes ...string) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	for _, code := range codes {
		if refused.Code == code {
			return true
		}
	}
	return false
}
