// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// sink takes the rows of a result one by one: the record's value, where reading goes on after it, and about how many bytes it has.
type sink func(value *connect.Struct, at mark, size int) error

// result reads the result of a target's statement to its end.
type result struct {
	settings *settings
	session  *database.Session
	logger   *slog.Logger
	emit     sink
}

// rowBytes is what a row needs beside its values, about.
const rowBytes = 200

func (r result) read(ctx context.Context, t *target, s span) error {
	text, bounds := t.criteria.statement()
	if conn := r.session.Postgres(); conn != nil {
		return r.postgres(ctx, conn, t, text, r.postgresArguments(t, bounds, s))
	}
	args := t.criteria.arguments(bounds, s, plainOf(r.settings, r.session).bind)
	return r.session.SQL().Raw(func(conn any) error { return r.plain(ctx, conn, t, text, args) })
}

// postgresArguments are texts of no type: the server takes them for what the column is. A column without a zone leaves the offset out, and so sees the
// time in db.timezone; one with a zone sees the instant.
func (r result) postgresArguments(t *target, bounds []bound, s span) [][]byte {
	times := r.settings.times()
	args := t.criteria.arguments(bounds, s, func(at time.Time) any {
		return times.text(at)[:len(microsText)] + at.In(times.clock.Zone).Format("-07:00:00")
	})
	out := make([][]byte, len(args))
	for i, arg := range args {
		out[i] = fmt.Append(nil, arg)
	}
	return out
}

// postgres asks for the description first, as the form of the values is chosen by it.
func (r result) postgres(ctx context.Context, conn *pgx.Conn, t *target, text string, args [][]byte) error {
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	description, err := conn.PgConn().Prepare(ctx, "", text, nil)
	if err != nil {
		return err
	}
	columns, err := postgresColumns(ctx, conn, description.Fields)
	if err != nil {
		return err
	}
	plan, err := t.postgresPlan(r.settings, columns, r.logger)
	if err != nil {
		return err
	}
	formats := make([]int16, len(columns))
	for i, c := range columns {
		if binaryType(c.oid) {
			formats[i] = 1
		}
	}
	// The unnamed statement is gone with the questions to the catalog.
	rows := conn.PgConn().ExecParams(ctx, text, args, nil, nil, formats)
	if err = r.postgresRows(plan, rows, len(columns)); err != nil {
		giveUp() // Close would read the rest of the result first
	}
	if _, closing := rows.Close(); err == nil {
		err = closing
	}
	return err
}

type postgresRows interface {
	NextRow() bool
	Values() [][]byte
}

func noBytes(b []byte) bool { return b == nil }

func (r result) postgresRows(p *plan[[]byte], rows postgresRows, columns int) error {
	for rows.NextRow() {
		row := rows.Values()
		if len(row) != columns {
			return connect.Errorf(connect.Transient, "the columns of the result have changed while it was asked for")
		}
		size := rowBytes
		for _, v := range row {
			size += len(v)
		}
		value, err := record(p, row, noBytes)
		if err != nil {
			return err
		}
		at, err := markOfRow(p, row, value, noBytes)
		if err != nil {
			return err
		}
		if err := r.emit(value, at, size); err != nil {
			return err
		}
	}
	return nil
}

// microsText is a time as a text with what PostgreSQL and MySQL keep of it.
const microsText = "2006-01-02 15:04:05.000000"

// plainOf is how values of a database behind database/sql are read.
func plainOf(s *settings, session *database.Session) plain {
	db := session.Database()
	p := plain{times: s.times(), dialect: db.Dialect(), finerDatetime: db.Dialect() == database.SQLServer && hasFinerDatetime(session.Version())}
	p.zeroDate, _ = db.Parameter("zeroDateTimeBehavior")
	if _, set := db.Parameter("zeroDateTimeBehavior"); !set && db.MariaDBDriver() {
		p.zeroDate = "CONVERT_TO_NULL"
	}
	precision, _ := db.Parameter("date_precision")
	p.seconds = strings.EqualFold(precision, "seconds")
	p.dateClass, _ = db.Parameter("date_class")
	return p
}

// bind is a time as the parameter of a statement: what the clock shows in db.timezone, but in SQLite what date_class says.
func (p plain) bind(at time.Time) any {
	switch p.dialect {
	case database.MySQL:
		return p.times.text(at)[:len(microsText)]
	case database.SQLServer:
		return p.times.text(at)[:len("2006-01-02 15:04:05.0000000")]
	}
	switch strings.ToUpper(p.dateClass) {
	case "TEXT":
		return p.times.text(at)[:len("2006-01-02 15:04:05.000")]
	case "REAL":
		return float64(at.UnixMilli())/(secondsPerDay*1000) + 2440587.5
	}
	if p.seconds {
		return at.Unix()
	}
	return at.UnixMilli()
}

var errNoStatements = errors.New("the driver has no prepared statements")

// plain runs the statement through the driver itself: database/sql would copy every value.
func (r result) plain(ctx context.Context, conn any, t *target, text string, args []any) error {
	preparer, is := conn.(driver.ConnPrepareContext)
	if !is {
		return errNoStatements
	}
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	statement, err := preparer.PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	defer statement.Close()
	query, is := statement.(driver.StmtQueryContext)
	if !is {
		return errNoStatements
	}
	values := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: arg}
	}
	rows, err := query.QueryContext(ctx, values)
	if err != nil {
		return err
	}
	if err = r.plainRows(t, rows); err != nil {
		giveUp() // Close would read the rest of the result first
	}
	if closing := rows.Close(); err == nil {
		err = closing
	}
	return err
}

func noValue(v any) bool { return v == nil }

func (r result) plainRows(t *target, rows driver.Rows) error {
	row := make([]driver.Value, len(rows.Columns()))
	values := make([]any, len(row))
	var p *plan[any]
	for {
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if p == nil {
			if p, err = t.plainPlan(r.settings, r.session, describerOf(r.session.Database(), t.known).columns(rows, row), r.logger); err != nil {
				return err
			}
		}
		size := rowBytes
		for i, v := range row {
			values[i] = v
			size += sizeOf(v)
		}
		if err := r.plainRow(p, values, size); err != nil {
			return err
		}
	}
}

func (r result) plainRow(p *plan[any], values []any, size int) error {
	value, err := record(p, values, noValue)
	if err != nil {
		return err
	}
	at, err := markOfRow(p, values, value, noValue)
	if err != nil {
		return err
	}
	return r.emit(value, at, size)
}

func sizeOf(v any) int {
	switch x := v.(type) {
	case []byte:
		return len(x)
	case string:
		return len(x)
	}
	return 8
}

var nowStatements = map[database.Dialect]string{
	database.PostgreSQL: "SELECT CURRENT_TIMESTAMP", database.MySQL: "SELECT CURRENT_TIMESTAMP", database.SQLServer: "SELECT CURRENT_TIMESTAMP",
	database.SQLite: "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
}

// now is the database's present time, exact to the millisecond.
func (r result) now(ctx context.Context) (time.Time, error) {
	dialect := r.session.Database().Dialect()
	rows, err := r.session.Query(ctx, nowStatements[dialect])
	if err != nil {
		return time.Time{}, fmt.Errorf("ask for the database's time: %w", err)
	}
	defer rows.Close()
	var value any
	if rows.Next() {
		err = rows.Scan(&value)
	}
	rows.Close()
	if err = errors.Join(err, rows.Err()); err != nil {
		return time.Time{}, fmt.Errorf("ask for the database's time: %w", err)
	}
	if at, is := value.(time.Time); is && dialect == database.PostgreSQL {
		return at.UTC().Truncate(time.Millisecond), nil
	}
	p := plainOf(r.settings, r.session)
	if dialect == database.SQLite {
		// SQLite has no zone: this is UTC, and so are the numbers that it is compared with.
		p.clock.Zone = time.UTC
	}
	at, err := p.instantOf(column{kind: kindTimestamp})(value)
	if err != nil {
		return at, fmt.Errorf("ask for the database's time: %w", err)
	}
	return at.Truncate(time.Millisecond), nil
}
