// SPDX-License-Identifier: Apache-2.0

package catalog

import "context"

// Relation is what a Relation message of the stream says of a table: its columns as they were when the rows that follow were written.
type Relation struct {
	ID
	// OID is the relation's id.
	OID uint32
	// Identity is its replica identity.
	Identity Identity
	// Columns are in the order of rows.
	Columns []RelationColumn
}

// RelationColumn is a column of a Relation message.
type RelationColumn struct {
	Name     string
	TypeOID  uint32
	Modifier int32
}

// Refresh makes a table of a Relation message: columns and their types are the message's, keys, defaults and NOT NULL are those that the
// database has for columns of the same names now. For a table that is gone they are those of one that has its name now, if there is one. Key
// columns that the message does not have are of a later definition and are left out.
func Refresh(ctx context.Context, q Querier, types *Types, r Relation) (*Table, error) {
	now, err := readTables(ctx, q, tablesQuery+` AND c.oid = coalesce((SELECT oid FROM pg_catalog.pg_class WHERE oid = $1), pg_catalog.to_regclass(pg_catalog.format('%I.%I', $2::text, $3::text)))`,
		r.OID, r.Schema, r.Name)
	if err != nil {
		return nil, err
	}
	if err := fill(ctx, q, types, now); err != nil {
		return nil, err
	}
	oids := make([]uint32, len(r.Columns))
	for i, c := range r.Columns {
		oids[i] = c.TypeOID
	}
	if err := types.learn(ctx, q, oids); err != nil {
		return nil, err
	}
	if len(now) == 0 {
		return merge(&Table{Pages: -1, Rows: -1}, types, r), nil
	}
	return merge(now[0], types, r), nil
}

// merge is a table's definition now with the columns of a message.
func merge(now *Table, types *Types, r Relation) *Table {
	t := *now
	t.ID, t.OID, t.Identity, t.Key = r.ID, r.OID, r.Identity, nil
	t.Columns = make([]Column, len(r.Columns))
	for i, c := range r.Columns {
		t.Columns[i] = Column{Name: c.Name, Optional: true}
		if at := now.Column(c.Name); at >= 0 {
			t.Columns[i] = now.Columns[at]
		}
		t.Columns[i].Type, t.Columns[i].Modifier = types.ByOID(c.TypeOID), c.Modifier
	}
	for _, k := range now.Key {
		if at := t.Column(now.Columns[k].Name); at >= 0 {
			t.Key = append(t.Key, at)
		}
	}
	return &t
}
