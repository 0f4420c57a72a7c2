// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// run is one attempt: from opening connections to the failure that ends it.
type run struct {
	*task

	sql     *pgx.Conn
	types   *catalog.Types
	tables  []*catalog.Table // that are captured, as they were at the start
	slot    *position.Slot   // nil where there was none at the start
	created replication.CreatedSlot
	repl    *replication.Conn // until the stream is made of it

	// from is where the run goes on, known says that there is such a place.
	from  position.Offset
	known bool
}

// run takes the steps in Debezium's order, so that the same things are there or missing when one of them fails.
func (r *run) run(ctx context.Context) error {
	if err := r.open(ctx); err != nil {
		return refused{err}
	}
	d, err := r.decide(ctx)
	if err != nil {
		return err
	}
	if d.Stream {
		if err := r.openSlot(ctx); err != nil {
			return refused{err}
		}
	}
	if err := r.begin(ctx, d); err != nil {
		return err
	}
	if !d.Stream {
		return nil
	}
	return r.stream(ctx)
}

// open connects, and reads what the decision about the start needs.
func (r *run) open(ctx context.Context) error {
	var err error
	if r.sql, err = r.database.Connect(ctx); err != nil {
		return err
	}
	if r.types, err = catalog.ReadTypes(ctx, r.sql); err != nil {
		return fmt.Errorf("read the types of the database: %w", err)
	}
	if err := r.readOffset(ctx); err != nil {
		return err
	}
	r.checkLevel(ctx)
	if r.tables, err = catalog.ReadTables(ctx, r.sql, r.types, r.builder.Filter().Table); err != nil {
		return fmt.Errorf("read the tables of the database: %w", err)
	}
	if err := r.checkNumber(); err != nil {
		return err
	}
	r.slot, err = replication.FindSlot(ctx, r.sql, r.database.Name(), r.settings.Slot.Name)
	return err
}

// readOffset finds where to go on: where the run before was, whose events Poll has or will have, else where it is stored.
func (r *run) readOffset(ctx context.Context) error {
	if r.current != nil {
		r.from, r.known = *r.current, true
		return nil
	}
	fields, err := r.offsets.Offset(ctx, r.partition)
	if err != nil {
		return fmt.Errorf("read the stored offset: %w", err)
	}
	if fields == nil {
		return nil
	}
	r.counts.Restore(fields)
	r.from, err = position.Load(fields)
	r.known = true
	return err
}

func (r *run) checkLevel(ctx context.Context) {
	var level string
	err := r.sql.QueryRow(ctx, "SHOW wal_level").Scan(&level)
	if err == nil && level != "logical" {
		r.log.Error("the server writes too little into its log: set wal_level to logical and restart it", "wal_level", level)
	}
}

func (r *run) checkNumber() error {
	most := r.settings.Filters.MaxTables
	if most <= 0 || len(r.tables) <= most {
		return nil
	}
	if r.settings.Filters.MaxTablesFails {
		return lasting{fmt.Errorf("the include and exclude lists capture %d tables, and guardrail.collections.max is %d", len(r.tables), most)}
	}
	r.log.Warn("more tables are captured than guardrail.collections.max says", "tables", len(r.tables), "max", most)
	return nil
}

// openSlot opens the replication connection and makes publication and slot where there is no slot.
func (r *run) openSlot(ctx context.Context) error {
	if err := r.replicate(ctx); err != nil {
		return err
	}
	r.slotted.Store(true)
	if r.slot != nil {
		return nil
	}
	if err := r.publish(ctx); err != nil {
		return err
	}
	s := r.settings.Slot
	for attempt := 0; ; attempt++ {
		var err error
		r.created, err = r.repl.CreateSlot(ctx, replication.NewSlot{Name: s.Name, Failover: s.Failover, Timeout: s.CreateTimeout})
		if err == nil || !errors.Is(err, replication.ErrSlotTimeout) || attempt >= s.MaxRetries {
			return err
		}
		r.log.Warn("the replication slot could not be made and is tried again", "in", s.RetryDelay, "error", err)
		if err := connect.Sleep(ctx, s.RetryDelay); err != nil {
			return err
		}
		r.repl.Close()
		if err := r.replicate(ctx); err != nil {
			return err
		}
	}
}

// replicate opens the replication connection, in slot.max.retries more attempts if need be.
func (r *run) replicate(ctx context.Context) error {
	s := r.settings.Slot
	for attempt := 0; ; attempt++ {
		var err error
		if r.repl, err = r.database.Replicate(ctx); err == nil || ctx.Err() != nil || attempt >= s.MaxRetries || !passes(refused{err}) {
			return err
		}
		r.log.Warn("the replication connection could not be opened and is tried again", "in", s.RetryDelay, "error", err)
		if err := connect.Sleep(ctx, s.RetryDelay); err != nil {
			return err
		}
	}
}

// publish makes or mends the publication.
func (r *run) publish(ctx context.Context) error {
	p := replication.Publication{Settings: r.settings.Publication, Captured: ids(r.tables), Timeout: r.settings.Slot.CreateTimeout}
	warning, err := p.Ensure(ctx, r.sql)
	if warning != "" {
		r.log.Warn("the publication may not have what is captured", "why", warning)
	}
	if err != nil && r.settings.Publication.Mode == settings.PublicationFiltered && len(r.tables) == 0 {
		return lasting{err}
	}
	return err
}

func ids(tables []*catalog.Table) []catalog.ID {
	out := make([]catalog.ID, len(tables))
	for i, table := range tables {
		out[i] = table.ID
	}
	return out
}

// close gives back what the run still has.
func (r *run) close() {
	if r.repl != nil {
		r.repl.Close()
	}
	if r.sql != nil {
		closeSoon(r.sql)
	}
}
