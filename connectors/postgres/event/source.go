// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strconv"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javadate"
)

// Version is what the source block says that it was made by: the Debezium that it is compatible with.
const Version = "3.3.1.Final"

// marks are the values of the snapshot field by Mark, boxed once.
var marks = [...]any{"false", "true", "first", "first_in_data_collection", "last_in_data_collection", "last", "incremental"}

// place is what the source block of an event depends on beside the table.
type place struct {
	lsn, lastCommit uint64
	tx, time, xmin  int64
	mark            Mark
}

// cachedSource keeps the last source block and the boxed values of which it is made: the rows of a table in a snapshot share one block, and
// the changes of a transaction its time and id.
type cachedSource struct {
	valid        bool
	at           place
	table        *sourceOf
	block        *connect.Struct
	ms, us, ns   any
	tx           any
	now          int64
	nowMS, nowUS any
	nowNS        any
}

// sourceOf are the fields of the source block that a table has in common for all events.
type sourceOf struct {
	schema                       *connect.Schema
	version, connector, name, db any
	namespace, table             any
}

// source returns the source block of an event of a table. It may be shared with other records and must not be changed.
func (p *Position) source(of *sourceOf) *connect.Struct {
	c := &p.cached
	at := place{p.LSN, p.LastCommit, p.TxID, p.Time, p.Xmin, p.Mark}
	if c.valid && c.table == of && c.at == at {
		return c.block
	}
	p.boxTimes(at)
	s := connect.NewStruct(of.schema)
	s.SetAt(0, of.version)
	s.SetAt(1, of.connector)
	s.SetAt(2, of.name)
	s.SetAt(sourceTimeMS, c.ms)
	s.SetAt(sourceSnapshot, marks[at.mark])
	s.SetAt(5, of.db)
	s.SetAt(sourceSequence, sequence(at))
	s.SetAt(sourceTimeUS, c.us)
	s.SetAt(sourceTimeNS, c.ns)
	s.SetAt(sourceSchema, of.namespace)
	s.SetAt(sourceTable, of.table)
	if at.mark != SnapshotIncremental {
		s.SetAt(sourceTx, c.tx)
		s.SetAt(sourceLSN, unlessZero(int64(at.lsn)))
	}
	s.SetAt(sourceXmin, unlessZero(at.xmin))
	c.valid, c.at, c.table, c.block = true, at, of, s
	return s
}

func (p *Position) boxTimes(at place) {
	c := &p.cached
	if !c.valid || c.at.time != at.time {
		c.ms, c.us, c.ns = javadate.FloorDiv(at.time, 1000), at.time, at.time*1000
	}
	if !c.valid || c.at.tx != at.tx {
		c.tx = unlessZero(at.tx)
	}
}

// boxNow boxes the time of processing, which those that come in one batch have in common.
func (p *Position) boxNow() *cachedSource {
	c := &p.cached
	if c.nowNS == nil || c.now != p.Now {
		c.now, c.nowMS, c.nowUS, c.nowNS = p.Now, javadate.FloorDiv(p.Now, 1e6), javadate.FloorDiv(p.Now, 1000), p.Now
	}
	return c
}

func unlessZero(v int64) any {
	if v == 0 {
		return nil
	}
	return v
}

// sequence is a JSON array of two positions as strings, null for one that is not known.
func sequence(at place) string {
	var room [64]byte
	b := append(room[:0], '[')
	b = append(appendPosition(b, at.lastCommit), ',')
	b = append(appendPosition(b, at.lsn), ']')
	return string(b)
}

func appendPosition(b []byte, lsn uint64) []byte {
	if lsn == 0 {
		return append(b, "null"...)
	}
	return append(strconv.AppendInt(append(b, '"'), int64(lsn), 10), '"')
}
