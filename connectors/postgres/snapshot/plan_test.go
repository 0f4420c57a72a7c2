// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

func TestTheMethodDependsOnSizeKeyAndOrder(t *testing.T) {
	t.Parallel()
	const big = cachedPages + 1
	for name, c := range map[string]struct {
		shape shape
		want  method
	}{
		"small":                               {shape{pages: 100, chunkPages: 100, keyed: true, blocks: true, threads: 4}, whole},
		"key":                                 {shape{pages: 101, chunkPages: 100, keyed: true, blocks: true, threads: 1}, byKey},
		"big key in order":                    {shape{pages: big, chunkPages: 100, keyed: true, blocks: true, threads: 1, correlation: -0.9}, byKey},
		"big key in no order":                 {shape{pages: big, chunkPages: 100, keyed: true, blocks: true, threads: 4, correlation: 0.1}, byBlock},
		"big key in no order, one reader":     {shape{pages: big, chunkPages: 100, keyed: true, blocks: true, threads: 1, correlation: 0.1}, whole},
		"big key in no order, old server":     {shape{pages: big, chunkPages: 100, keyed: true, threads: 4}, byKey},
		"no key":                              {shape{pages: 101, chunkPages: 100, blocks: true, threads: 2}, byBlock},
		"no key, one reader":                  {shape{pages: 101, chunkPages: 100, blocks: true, threads: 1}, whole},
		"no key, partitions or an old server": {shape{pages: 101, chunkPages: 100, threads: 2}, whole},
	} {
		assert.Equal(t, c.want, choose(c.shape), name)
	}
}

func TestChunksAreOfAUsefulSize(t *testing.T) {
	t.Parallel()
	assert.EqualValues(t, minChunkPages, chunkPages(10, 1, 0, 0, false))
	assert.EqualValues(t, maxChunkPages, chunkPages(1<<30, 8, 0, 0, false))
	assert.EqualValues(t, 500, chunkPages(32000, 4, 0, 0, false))
	assert.EqualValues(t, 2000, chunkPages(32000, 4, 0, 0, true))
	assert.EqualValues(t, 87, chunkPages(1400, 1, 0, 0, false), "an interruption repeats little of a table that is read in seconds")
	assert.EqualValues(t, 10, chunkPages(32000, 4, 1000, 100, false))
	assert.EqualValues(t, 20, chunkPages(32000, 4, 1000, 0, false))
	assert.EqualValues(t, 1, chunkPages(32000, 4, 1, 100, false))
}

func TestBlocksCoverEachPageOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pages, size := rapid.Int64Range(0, 1000).Draw(t, "pages"), rapid.Int64Range(1, 300).Draw(t, "size")
		pieces := blocksOf(pages, size)
		next := int64(0)
		for i, p := range pieces {
			require.Equal(t, next, p.fromBlock)
			require.Equal(t, i == len(pieces)-1, p.toBlock == 0, "only the last is open")
			next = p.toBlock
		}
	})
}

// holds says whether a number is in a piece of keys.
func holds(p piece, n int) bool {
	at := func(b bound) int { v, _ := strconv.Atoi(b[0]); return v }
	return (p.from == nil || n >= at(p.from)) && (p.to == nil || n < at(p.to))
}

func bounds(numbers []int) []bound {
	slices.Sort(numbers)
	out := make([]bound, len(numbers))
	for i, n := range numbers {
		out[i] = bound{strconv.Itoa(n)}
	}
	return out
}

func TestPiecesCoverEachKeyOnceAlsoWhenGapsAreCutAnew(t *testing.T) {
	t.Parallel()
	number := rapid.IntRange(-20, 20)
	rapid.Check(t, func(t *rapid.T) {
		p := part{table: "a.b", pieces: piecesOf(nil, nil, bounds(rapid.SliceOf(number).Draw(t, "cuts")))}
		p.done = make([]bool, len(p.pieces))
		for round := range 3 {
			for i := range p.done {
				p.done[i] = p.done[i] || rapid.Bool().Draw(t, "done")
			}
			before := p
			p = throughText(t, p)
			requireSame(t, before, p)
			var cuts []cut
			for _, b := range bounds(rapid.SliceOf(number).Draw(t, fmt.Sprint("more ", round))) {
				c := cut{at: b, gap: -1}
				for gap, g := range gapsOf(p) {
					if n, _ := strconv.Atoi(b[0]); holds(g, n) {
						c.gap = gap
					}
				}
				cuts = append(cuts, c)
			}
			before, p = p, refine(p, cuts)
			requireSame(t, before, p)
		}
	})
}

// requireSame wants each key in one piece of each, done in both or in none.
func requireSame(t *rapid.T, before, after part) {
	for n := -25; n < 25; n++ {
		require.Equal(t, isDone(t, before, n), isDone(t, after, n), "%d", n)
	}
}

func isDone(t *rapid.T, p part, n int) bool {
	found, done := 0, false
	for i := range p.pieces {
		if holds(p.pieces[i], n) {
			found++
			done = p.done[i]
		}
	}
	require.Equal(t, 1, found, "each key is in one piece")
	return done
}

func throughText(t *rapid.T, p part) part {
	progress := (&Progress{}).withPart(p)
	read, err := ParseProgress(progress.Text())
	require.NoError(t, err)
	require.Len(t, read.parts, 1)
	for i := 1; i < len(read.parts[0].done); i++ {
		require.NotEqual(t, read.parts[0].done[i-1], read.parts[0].done[i], "neighbours are stored as one")
	}
	return read.parts[0]
}

func TestConditionsNameKeysAndPlaces(t *testing.T) {
	t.Parallel()
	assert.Empty(t, piece{}.condition([]string{`"id"`}))
	assert.Equal(t, `"id" >= '5' AND "id" < '9'`, piece{from: bound{"5"}, to: bound{"9"}}.condition([]string{`"id"`}))
	assert.Equal(t, `ROW("a", "b") >= ROW('it''s', E'\\')`, piece{from: bound{"it's", `\`}}.condition([]string{`"a"`, `"b"`}))
	assert.Equal(t, "ctid >= '(5,0)' AND ctid < '(9,0)'", piece{fromBlock: 5, toBlock: 9}.condition(nil))
}

func table(columns ...string) *catalog.Table {
	t := &catalog.Table{ID: catalog.ID{Schema: "public", Name: `t"x`}, OID: 5, PrimaryKey: true, Key: []int{0}}
	for _, c := range columns {
		t.Columns = append(t.Columns, catalog.Column{Name: c, Type: &catalog.Type{OID: 23, Name: "int4"}})
	}
	return t
}

func TestStatementsQuoteNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `SELECT "a", "C c" FROM "public"."t""x" WHERE x`, selectStatement(table("a", "b", "C c"), []int{0, 2}, "x"))
	assert.Contains(t, lockStatement(1500e6, []*catalog.Table{table("a")}), `SET LOCAL lock_timeout = 1500; LOCK TABLE "public"."t""x" IN ACCESS SHARE MODE;`)
	assert.Equal(t, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '0-1'; "+unlimited, beginStatement("0-1", "serializable"))
}

func TestProgressTellsTablesAndKeys(t *testing.T) {
	t.Parallel()
	def := table("id", "v")
	p := &Progress{}
	assert.True(t, p.Empty())
	p = p.withTable("public.a").withPart(part{table: def.String(), oid: 5, key: keyNames(def), pieces: piecesOf(nil, nil, bounds([]int{1, 2, 3})), done: make([]bool, 4)})
	half := p.withPiece(def.String(), 1)
	assert.JSONEq(t, `{"v":1,"done":["public.a"],"parts":[{"table":"public.t\"x","oid":5,"key":["id:23"],"bounds":[["1"],["2"]],"done":"-x-"}]}`, half.Text())
	assert.NotEqual(t, p.Text(), half.Text(), "progress is not changed")
	read, err := ParseProgress(half.Text())
	require.NoError(t, err)
	assert.Equal(t, half.Text(), read.Text())
	assert.True(t, read.tableDone(catalog.ID{Schema: "public", Name: "a"}))
	assert.NotNil(t, read.rest(def))
	other := *def
	other.OID = 6
	assert.Nil(t, read.rest(&other), "another table of the same name begins anew")
	other = *def
	other.Key = []int{1}
	assert.Nil(t, read.rest(&other), "another key begins anew")
	assert.Empty(t, half.withTable(def.String()).parts)
}

func TestProgressThatIsNotOursIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{", `{"v":2}`, `{"v":1,"parts":[{"table":"a","bounds":[],"done":"xx"}]}`, `{"v":1,"parts":[{"table":"a","bounds":[["1"],["1"]],"done":"x-x"}]}`} {
		_, err := ParseProgress(text)
		assert.ErrorContains(t, err, "read the progress of the interrupted snapshot", text)
	}
	p, err := ParseProgress("")
	require.NoError(t, err)
	assert.True(t, p.Empty())
}
