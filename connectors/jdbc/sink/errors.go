// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"errors"
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// sqlError is what the database answered, or that it did not: what Java has SQLException for.
type sqlError struct {
	what string
	err  error
}

func (e *sqlError) Error() string { return e.what + ": " + e.err.Error() }
func (e *sqlError) Unwrap() error { return e.err }

// failed says what was being done when the database answered with an error. Errors of this side stay what they are.
func failed(err error, format string, args ...any) error {
	var data *connect.DataError
	var known *sqlError
	switch {
	case err == nil || errors.As(err, &data) || errors.As(err, &known) || errors.Is(err, context.Canceled):
		return err
	}
	return &sqlError{fmt.Sprintf(format, args...), err}
}

func isSQL(err error) bool {
	var e *sqlError
	return errors.As(err, &e)
}

// passes says whether an error may go away although the records stay what they are: a connection that was lost, a conflict with others.
func passes(err error) bool {
	failure := database.FailureOf(err)
	return failure == database.Lost || failure == database.Transient
}

// tableError is a table that does not fit the records and is not changed: to try again would not help.
type tableError struct{ text string }

func (e *tableError) Error() string { return e.text }

func tableErrorf(format string, args ...any) error { return &tableError{fmt.Sprintf(format, args...)} }

func isTable(err error) bool {
	var e *tableError
	return errors.As(err, &e)
}

// atFault says whether an error is the record's, and not one of the connection or of who was to hear of it.
func atFault(err error) bool {
	var data *connect.DataError
	return errors.As(err, &data) || isTable(err) || isSQL(err) && !passes(err)
}

// trimmed is an error without what the database said of the values.
func trimmed(err error) error {
	var e *sqlError
	if !errors.As(err, &e) {
		return err
	}
	state, number := database.StateOf(e.err)
	return &sqlError{e.what, fmt.Errorf("SQL state %s, error %d (trim.sensitive.log hides the rest)", state, number)}
}
