// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Querier asks the database: a connection, a transaction, or a pool.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Types are the types of a database by OID. They grow as columns of new types turn up, and are safe for concurrent use.
type Types struct {
	mu    sync.RWMutex
	byOID map[uint32]*Type
}

// NewTypes makes a set of types that are known already, for tests and for those who have them from elsewhere.
func NewTypes(types ...*Type) *Types {
	t := &Types{byOID: map[uint32]*Type{}}
	for _, known := range types {
		t.byOID[known.OID] = known
	}
	return t
}

// ReadTypes reads the types of a database in one query, but for those that tables are of themselves: a database with thousands of
// tables has twice as many of these, and hardly ever a column of one.
func ReadTypes(ctx context.Context, q Querier) (*Types, error) {
	t := NewTypes()
	rows, err := readTypeRows(ctx, q, typesQuery+` WHERE t.typtype <> 'c' AND coalesce(e.typtype, 'b') <> 'c'`)
	if err != nil {
		return nil, err
	}
	t.add(rows)
	return t, nil
}

// ByOID returns a type, and for one that is not known a Type of KindUnknown.
func (t *Types) ByOID(oid uint32) *Type {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if known := t.byOID[oid]; known != nil {
		return known
	}
	return &Type{OID: oid, Modifier: -1}
}

// learn reads those of some types that are not known, with what they are made of.
func (t *Types) learn(ctx context.Context, q Querier, oids []uint32) error {
	var rows []typeRow
	asked := map[uint32]bool{}
	for missing := t.missing(oids, asked); len(missing) > 0; {
		found, err := readTypeRows(ctx, q, typesQuery+` WHERE t.oid = ANY($1)`, missing)
		if err != nil {
			return err
		}
		rows = append(rows, found...)
		var parts []uint32
		for _, r := range found {
			parts = append(parts, r.element, r.base)
		}
		missing = t.missing(parts, asked)
	}
	t.add(rows)
	return nil
}

// missing returns those that are neither known nor asked for already, and notes that they are.
func (t *Types) missing(oids []uint32, asked map[uint32]bool) []uint32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var missing []uint32
	for _, oid := range oids {
		if oid != 0 && !asked[oid] && t.byOID[oid] == nil {
			missing = append(missing, oid)
			asked[oid] = true
		}
	}
	return missing
}

// typeRow is a type as the catalog has it: what it is made of by OID.
type typeRow struct {
	Type
	kind          string
	element, base uint32
	array         bool
}

// typesQuery tells true arrays from the types that have elements and are none (name, point): only true arrays are read by array_in.
const typesQuery = `SELECT t.oid, t.typname::text, t.typtype::text, t.typelem, t.typbasetype, t.typtypmod, t.typnotnull,
	t.typinput = 'pg_catalog.array_in'::regproc,
	ARRAY(SELECT l.enumlabel::text FROM pg_catalog.pg_enum l WHERE l.enumtypid = t.oid ORDER BY l.enumsortorder)
	FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem`

func readTypeRows(ctx context.Context, q Querier, query string, args ...any) ([]typeRow, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the types of the database: %w", err)
	}
	types, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (typeRow, error) {
		var r typeRow
		err := row.Scan(&r.OID, &r.Name, &r.kind, &r.element, &r.base, &r.Modifier, &r.NotNull, &r.array, &r.Labels)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the types of the database: %w", err)
	}
	return types, nil
}

// add puts types in. All are there before the first is linked, since the catalog has them in no useful order.
func (t *Types) add(rows []typeRow) {
	t.mu.Lock()
	defer t.mu.Unlock()
	byOID := make(map[uint32]*typeRow, len(rows))
	for i := range rows {
		byOID[rows[i].OID] = &rows[i]
	}
	for i := range rows {
		t.link(&rows[i], byOID)
	}
}

// link makes a type out of its row, after those that it is made of.
func (t *Types) link(r *typeRow, rows map[uint32]*typeRow) *Type {
	if known := t.byOID[r.OID]; known != nil {
		return known
	}
	made := r.Type
	made.Kind = Kind(r.kind[0])
	if made.Kind != KindEnum {
		made.Labels = nil
	}
	if r.array {
		made.Kind, made.Element = KindArray, t.part(r.element, rows)
	}
	if made.Kind == KindDomain {
		made = domain(made, t.part(r.base, rows))
	}
	t.byOID[r.OID] = &made
	return &made
}

func (t *Types) part(oid uint32, rows map[uint32]*typeRow) *Type {
	if known := t.byOID[oid]; known != nil {
		return known
	}
	if r := rows[oid]; r != nil {
		return t.link(r, rows)
	}
	return &Type{OID: oid, Modifier: -1}
}

// domain makes a domain over a base, which may be a domain itself.
func domain(d Type, base *Type) Type {
	d.Root = base
	if base.Root != nil {
		d.Root, d.NotNull = base.Root, d.NotNull || base.NotNull
		if d.Modifier < 0 {
			d.Modifier = base.Modifier
		}
	}
	return d
}
