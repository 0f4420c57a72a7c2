// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// ReadTables reads the ordinary and partitioned tables that are wanted, sorted by schema.table; a nil want takes all. It asks three
// queries, and one more when there are columns of types that are not known yet.
func ReadTables(ctx context.Context, q Querier, types *Types, want func(ID) bool) ([]*Table, error) {
	tables, err := readTables(ctx, q, tablesQuery)
	if err != nil {
		return nil, err
	}
	if want != nil {
		tables = slices.DeleteFunc(tables, func(t *Table) bool { return !want(t.ID) })
	}
	slices.SortFunc(tables, func(a, b *Table) int { return cmp.Compare(a.String(), b.String()) })
	if err := fill(ctx, q, types, tables); err != nil {
		return nil, err
	}
	return tables, nil
}

// ReadTable reads the ordinary or partitioned table of a name, schema.table without quotes; nil where there is none.
func ReadTable(ctx context.Context, q Querier, types *Types, name string) (*Table, error) {
	tables, err := readTables(ctx, q, tablesQuery+` AND n.nspname || '.' || c.relname = $1`, name)
	if err != nil || len(tables) == 0 {
		return nil, err
	}
	return tables[0], fill(ctx, q, types, tables)
}

// fill reads columns and keys of tables that have their OID.
func fill(ctx context.Context, q Querier, types *Types, tables []*Table) error {
	if len(tables) == 0 {
		return nil
	}
	columns, err := readColumns(ctx, q, tables)
	if err != nil {
		return err
	}
	oids := make([]uint32, len(columns))
	for i := range columns {
		oids[i] = columns[i].typ
	}
	if err := types.learn(ctx, q, oids); err != nil {
		return err
	}
	places := attach(types, tables, columns)
	return readKeys(ctx, q, tables, places)
}

const tablesQuery = `SELECT c.oid, n.nspname::text, c.relname::text, c.relkind = 'p', c.relispartition, c.relreplident::text, c.relpages, c.reltuples::float8,
	coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), '')
	FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_temp\_%' AND n.nspname NOT LIKE 'pg\_toast%'`

func readTables(ctx context.Context, q Querier, query string, args ...any) ([]*Table, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the tables of the database: %w", err)
	}
	tables, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*Table, error) {
		t := &Table{}
		var identity string
		var pages int32
		var tuples float64
		if err := row.Scan(&t.OID, &t.Schema, &t.Name, &t.Partitioned, &t.Partition, &identity, &pages, &tuples, &t.Comment); err != nil {
			return nil, err
		}
		t.Identity, t.Pages, t.Rows = Identity(identity[0]), int64(pages), int64(tuples)
		return t, nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the tables of the database: %w", err)
	}
	return tables, nil
}

// columnRow is a column with the table that it is in.
type columnRow struct {
	Column
	table, typ uint32
	number     int16
}

// columnsQuery has no default for generated columns: what the catalog has there is the expression that they are computed by.
const columnsQuery = `SELECT a.attrelid, a.attnum, a.attname::text, a.atttypid, a.atttypmod, NOT a.attnotnull, a.attgenerated <> '',
	CASE WHEN a.attgenerated = '' THEN coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END,
	coalesce(pg_catalog.col_description(a.attrelid, a.attnum), '')
	FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	WHERE a.attrelid = ANY($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum`

func readColumns(ctx context.Context, q Querier, tables []*Table) ([]columnRow, error) {
	rows, err := q.Query(ctx, columnsQuery, tableOIDs(tables))
	if err != nil {
		return nil, fmt.Errorf("read the columns of the tables: %w", err)
	}
	columns, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (columnRow, error) {
		var c columnRow
		err := row.Scan(&c.table, &c.number, &c.Name, &c.typ, &c.Modifier, &c.Optional, &c.Generated, &c.Default, &c.Comment)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the columns of the tables: %w", err)
	}
	return columns, nil
}

func tableOIDs(tables []*Table) []uint32 {
	oids := make([]uint32, len(tables))
	for i, t := range tables {
		oids[i] = t.OID
	}
	return oids
}

// attribute names a column as the catalog does: numbers stay when earlier columns are dropped.
type attribute struct {
	table  uint32
	number int16
}

// attach gives tables their columns, and says where in Columns each is.
func attach(types *Types, tables []*Table, columns []columnRow) map[attribute]int {
	byOID := make(map[uint32]*Table, len(tables))
	for _, t := range tables {
		byOID[t.OID] = t
	}
	places := make(map[attribute]int, len(columns))
	for i := range columns {
		c := &columns[i]
		t := byOID[c.table]
		c.Type = types.ByOID(c.typ)
		c.Optional = c.Optional && !c.Type.NotNull
		places[attribute{c.table, c.number}] = len(t.Columns)
		t.Columns = append(t.Columns, c.Column)
	}
	return places
}

// keysQuery has the primary key of a table first, then its unique indexes as JDBC drivers list them: a clustered one, hashes, others, each by
// name. Columns that an index merely includes are no part of the key.
const keysQuery = `SELECT i.indrelid, i.indisprimary, (i.indkey::int2[])[0:i.indnkeyatts - 1]
	FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = c.relam
	WHERE i.indrelid = ANY($1) AND i.indisunique AND i.indisvalid AND i.indexprs IS NULL
	ORDER BY i.indrelid, i.indisprimary DESC, i.indisclustered DESC, m.amname <> 'hash', c.relname`

func readKeys(ctx context.Context, q Querier, tables []*Table, places map[attribute]int) error {
	rows, err := q.Query(ctx, keysQuery, tableOIDs(tables))
	if err != nil {
		return fmt.Errorf("read the keys of the tables: %w", err)
	}
	keys := map[uint32]*Table{}
	for _, t := range tables {
		keys[t.OID] = t
	}
	var oid uint32
	var primary bool
	var numbers []int16
	_, err = pgx.ForEachRow(rows, []any{&oid, &primary, &numbers}, func() error {
		t := keys[oid]
		if t == nil {
			return nil // the first of the table's was better
		}
		delete(keys, oid)
		t.PrimaryKey = primary
		for _, n := range numbers {
			t.Key = append(t.Key, places[attribute{oid, n}])
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the keys of the tables: %w", err)
	}
	return nil
}
