// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// shapeQuery asks for the size of a table with all that inherits from it, in pages, how many relations these are, whether they are heaps, whether
// a column of the key can be null in one of them (tables that inherit from one with a key need not have one), whether one has another
// file now than at the moment of the snapshot, the server's version, and how far the first column of the key is in the order of the file.
const shapeQuery = `WITH RECURSIVE tree AS (
	SELECT $1::oid AS oid UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
SELECT coalesce(sum(pg_catalog.pg_relation_size(c.oid)), 0)::bigint / current_setting('block_size')::bigint, count(*),
	bool_and(c.relkind = 'r' AND coalesce(m.amname, '') = 'heap'),
	coalesce(bool_or(EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = ANY($4::text[]) AND NOT a.attnotnull)), false),
	coalesce(bool_or(c.relfilenode <> pg_catalog.pg_relation_filenode(c.oid)), false), current_setting('server_version_num')::int / 10000,
	(SELECT s.correlation FROM pg_catalog.pg_stats s WHERE s.schemaname = $2 AND s.tablename = $3 AND s.attname = ($4::text[])[1] ORDER BY s.inherited DESC LIMIT 1)
FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.oid LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam`

// tidRanges is the version since which servers read a range of places without reading all before it.
const tidRanges = 14

// ErrRewritten says that a table cannot be read as it was: another attempt, at a later moment, can.
var ErrRewritten = errors.New("the table was rewritten by ALTER TABLE or TRUNCATE after the moment of the snapshot")

// checkRewritten tells VACUUM FULL and CLUSTER, after which a snapshot sees what it saw before, from what leaves older snapshots with an empty table.
func checkRewritten(ctx context.Context, conn *pgx.Conn, t *catalog.Table) error {
	var rows bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM "+name(t.ID)+")").Scan(&rows); err != nil {
		return fmt.Errorf("look for rows of %s: %w", t.ID, err)
	}
	if !rows {
		return fmt.Errorf("read %s: %w", t.ID, ErrRewritten)
	}
	return nil
}

// readShape asks what the choice of the method depends on. From then on until the end of the transaction nobody changes the table's definition.
func readShape(ctx context.Context, conn *pgx.Conn, t *catalog.Table, threads, wantedRows int) (shape, error) {
	s := shape{threads: threads}
	if err := execute(ctx, conn, "SELECT FROM "+name(t.ID)+" LIMIT 0"); err != nil {
		return s, fmt.Errorf("hold the definition of %s: %w", t.ID, err)
	}
	var relations, version int
	var heap, nulls, rewritten bool
	var correlation *float64
	var names []string
	if t.PrimaryKey {
		for _, at := range t.Key {
			names = append(names, t.Columns[at].Name)
		}
	}
	if err := conn.QueryRow(ctx, shapeQuery, t.OID, t.Schema, t.Name, names).Scan(&s.pages, &relations, &heap, &nulls, &rewritten, &version, &correlation); err != nil {
		return s, fmt.Errorf("ask for the size of %s: %w", t.ID, err)
	}
	if rewritten {
		if err := checkRewritten(ctx, conn, t); err != nil {
			return s, err
		}
	}
	s.keyed = t.PrimaryKey && !nulls && literalKey(t)
	s.blocks = heap && relations == 1 && version >= tidRanges
	scattered := false
	if correlation != nil {
		s.correlation = *correlation
		scattered = math.Abs(s.correlation) < correlated
	}
	s.chunkPages = chunkPages(s.pages, threads, wantedRows, density(t), scattered)
	return s, nil
}

// literalKey says whether the columns of the key can be compared with texts: the server makes no row of a text by itself.
func literalKey(t *catalog.Table) bool {
	return !slices.ContainsFunc(t.Key, func(at int) bool {
		base, _ := t.Columns[at].Type.Base(-1)
		return base.Kind == catalog.KindComposite
	})
}

// density is how many rows a page has, 0 where it is not known.
func density(t *catalog.Table) float64 {
	if t.Rows <= 0 || t.Pages <= 0 {
		return 0
	}
	return float64(t.Rows) / float64(t.Pages)
}

// sampledPages is how many pages are looked at for a chunk.
const sampledPages = 20

// percent is how much of a table is looked at.
func percent(s shape) float64 {
	return min(100, math.Ceil(100*sampledPages*1000/float64(s.chunkPages))/1000)
}

// cut is a bound that a sample has found, with the gap in which it is.
type cut struct {
	at  bound
	gap int
}

// sampleStatement finds the keys that cut a table into a number of parts, as a sample of its pages has them. Each is told with the number of
// the gap that it is in, -1 for none.
func sampleStatement(t *catalog.Table, s shape, gaps []piece) string {
	keys := keyColumns(t)
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = key + "::text"
	}
	var which strings.Builder
	for i, gap := range gaps {
		condition := gap.condition(keys)
		if condition == "" {
			condition = "true"
		}
		fmt.Fprintf(&which, " WHEN %s THEN %d", condition, i)
	}
	list := strings.Join(keys, ", ")
	chunks := (s.pages + s.chunkPages - 1) / s.chunkPages
	return fmt.Sprintf("SELECT CASE%s ELSE -1 END, %s FROM (SELECT %s, row_number() OVER (ORDER BY %s) - 1 AS longshore_n, count(*) OVER () AS longshore_c FROM %s TABLESAMPLE SYSTEM (%g)) sample "+
		"WHERE longshore_n > 0 AND longshore_n * %d / longshore_c <> (longshore_n - 1) * %d / longshore_c ORDER BY longshore_n",
		which.String(), strings.Join(texts, ", "), list, list, name(t.ID), percent(s), chunks, chunks)
}

// readCuts asks for the keys that cut gaps.
func readCuts(ctx context.Context, conn *pgx.Conn, t *catalog.Table, s shape, gaps []piece) ([]cut, error) {
	results, err := conn.PgConn().Exec(ctx, sampleStatement(t, s, gaps)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("find where to cut %s: %w", t.ID, err)
	}
	var out []cut
	for _, row := range results[0].Rows {
		c := cut{gap: -1, at: make(bound, len(row)-1)}
		if text := string(row[0]); text != "-1" {
			if _, err := fmt.Sscan(text, &c.gap); err != nil {
				return nil, fmt.Errorf("find where to cut %s: %w", t.ID, err)
			}
		}
		for i, value := range row[1:] {
			c.at[i] = string(value)
		}
		out = append(out, c)
	}
	return out, nil
}

// refine cuts the gaps of a part, those pieces that are not done, at what a sample has found in them.
func refine(p part, cuts []cut) part {
	out := part{table: p.table, oid: p.oid, key: p.key}
	gap := 0
	for i, old := range p.pieces {
		if p.done[i] {
			out.pieces, out.done = append(out.pieces, old), append(out.done, true)
			continue
		}
		var within []bound
		for _, c := range cuts {
			if c.gap == gap {
				within = append(within, c.at)
			}
		}
		fresh := piecesOf(old.from, old.to, within)
		out.pieces, out.done = append(out.pieces, fresh...), append(out.done, make([]bool, len(fresh))...)
		gap++
	}
	return out
}

// gapsOf are the pieces that are not done.
func gapsOf(p part) []piece {
	var out []piece
	for i, piece := range p.pieces {
		if !p.done[i] {
			out = append(out, piece)
		}
	}
	return out
}
