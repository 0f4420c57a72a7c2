// SPDX-License-Identifier: Apache-2.0

package source

import (
	"log/slog"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// target is a table, or the query, that a task reads again and again.
type target struct {
	// table is nil for the query.
	table    *database.TableID
	topic    string
	criteria criteria
	// schemaName is the bare name of the table; records of a query have none.
	schemaName string
	partition  *connect.Partition
	// keeps says that records have offsets; those that read everything each time have none.
	keeps bool

	// at is where reading goes on: after the last row that was handed over.
	at mark
	// fromNow says that reading begins at the database's present time, which nobody has asked for yet.
	fromNow bool
	// since is when the last turn ended; the zero time had none.
	since time.Time
	// failures counts the refusals in a row.
	failures int

	// Plans are used again while the columns of the result are the same.
	postgres *plan[[]byte]
	plain    *plan[any]
	// known are the columns of the table, for databases whose results do not say all.
	known []database.Column
}

// String names the target in messages.
func (t *target) String() string {
	if t.table == nil {
		return "the query"
	}
	return t.table.String()
}

// span is from where to where rows are read, the database's present time being now.
func (t *target) span(now time.Time, delay time.Duration) span {
	s := span{begin: time.Unix(0, 0).UTC(), end: now.Add(-delay), id: -1}
	if t.at.hasAt {
		s.begin = t.at.at
	}
	if t.at.hasID {
		s.id = t.at.id
	}
	return s
}

// byTime and byID say how new rows are found.
func (t *target) byTime() bool { return t.criteria.timestampText != "" }
func (t *target) byID() bool   { return t.criteria.incrementingText != "" }

// sameColumns says whether a plan still fits.
func sameColumns(l *layout, columns []column) bool {
	if l == nil || len(l.columns) != len(columns) {
		return false
	}
	for i := range columns {
		if l.columns[i] != columns[i] {
			return false
		}
	}
	return true
}

// postgresPlan returns the plan for a result's columns.
func (t *target) postgresPlan(s *settings, columns []column, logger *slog.Logger) (*plan[[]byte], error) {
	if t.postgres != nil && sameColumns(t.postgres.layout, columns) {
		return t.postgres, nil
	}
	l, err := s.layoutOf(t, columns, logger)
	if err != nil {
		return nil, err
	}
	times := s.times()
	p, err := planOf(l, times.ofPostgres, times.instantOfPostgres)
	if err != nil {
		return nil, err
	}
	t.postgres = p
	return p, nil
}

func (t *target) plainPlan(s *settings, session *database.Session, columns []column, logger *slog.Logger) (*plan[any], error) {
	if t.plain != nil && sameColumns(t.plain.layout, columns) {
		return t.plain, nil
	}
	l, err := s.layoutOf(t, columns, logger)
	if err != nil {
		return nil, err
	}
	values := plainOf(s, session)
	p, err := planOf(l, values.converter, values.instant)
	if err != nil {
		return nil, err
	}
	t.plain = p
	return p, nil
}
