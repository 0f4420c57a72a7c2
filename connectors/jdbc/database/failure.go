// SPDX-License-Identifier: Apache-2.0

package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	mssql "github.com/microsoft/go-mssqldb"
	"modernc.org/sqlite"
)

// Failure is what an error of a database means for who made the call.
type Failure int

// The failures.
const (
	// Refused is any error by which the database says no: wrong syntax, a constraint, a missing right. It comes again when tried again.
	Refused Failure = iota
	// Transient is a conflict with others that goes away: a deadlock, a serialization failure, a lock that took too long, a busy file. The
	// transaction is lost, the connection is not.
	Transient
	// Lost is a connection that is gone or a server that is going or coming: a new connection may do.
	Lost
	// Local is an error of this side: cancelled, or nothing of the database's at all.
	Local
)

// FailureOf says what an error means.
func FailureOf(err error) Failure {
	var pg *pgconn.PgError
	var my *mysql.MySQLError
	var ms mssql.Error
	var lite *sqlite.Error
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return Local
	case errors.As(err, &pg):
		return postgresFailure(pg.Code)
	case errors.As(err, &my):
		return mysqlFailure(my.Number)
	case errors.As(err, &ms):
		return sqlserverFailure(ms.Number)
	case errors.As(err, &lite):
		return sqliteFailure(lite.Code())
	case brokenConnection(err):
		return Lost
	}
	return Local
}

func postgresFailure(state string) Failure {
	switch {
	case state == "40P01", state == "40001", state == "55P03":
		return Transient
	case strings.HasPrefix(state, "08"), strings.HasPrefix(state, "57P0"), state == "53300", state == "25P03":
		return Lost
	}
	return Refused
}

func mysqlFailure(number uint16) Failure {
	switch number {
	case 1205, 1213, 3572:
		return Transient
	case 1040, 1042, 1053, 1077, 1079, 1129, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 4031:
		return Lost
	}
	return Refused
}

func sqlserverFailure(number int32) Failure {
	switch number {
	case 1205, 1222, 3960:
		return Transient
	case 233, 596, 6005, 10053, 10054, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920:
		return Lost
	}
	return Refused
}

// sqliteFailure goes by the lower byte, the primary result code: 5 is busy, 6 is locked.
func sqliteFailure(code int) Failure {
	switch code & 0xff {
	case 5, 6:
		return Transient
	}
	return Refused
}

func brokenConnection(err error) bool {
	var network net.Error
	var connecting *pgconn.ConnectError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.As(err, &network) || errors.As(err, &connecting) || strings.Contains(err.Error(), "conn closed")
}

// StateOf returns the SQL state and the database's own number of an error, as far as it has them: "23505" and 0, say, or "23000" and 1062.
func StateOf(err error) (state string, number int) {
	var pg *pgconn.PgError
	var my *mysql.MySQLError
	var ms mssql.Error
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg):
		return pg.Code, 0
	case errors.As(err, &my):
		return string(my.SQLState[:]), int(my.Number)
	case errors.As(err, &ms):
		return "S" + fmt.Sprintf("%04d", ms.State), int(ms.Number)
	case errors.As(err, &lite):
		return "", lite.Code()
	}
	return "", 0
}

// redacted is an error whose text has no secrets; what caused it is still found.
type redacted struct {
	text string
	err  error
}

func (r *redacted) Error() string { return r.text }
func (r *redacted) Unwrap() error { return r.err }

// redact takes the secrets out of an error's text. Short ones stay: "a" is in every text, and hides nothing.
func (d *Database) redact(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, secret := range d.address.secrets() {
		if len(secret) >= 3 {
			text = strings.ReplaceAll(text, secret, "****")
			text = strings.ReplaceAll(text, strconv.Quote(secret), "****")
		}
	}
	if text == err.Error() {
		return err
	}
	return &redacted{text, err}
}
