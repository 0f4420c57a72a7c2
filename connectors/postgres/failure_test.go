// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/snapshot"
)

// unsent is an error of a driver that has sent nothing.
type unsent struct{}

func (unsent) Error() string     { return "conn closed" }
func (unsent) SafeToRetry() bool { return true }

func TestWhichFailuresPass(t *testing.T) {
	answer := func(code string) error { return fmt.Errorf("x: %w", &pgconn.PgError{Code: code}) }
	cases := map[string]struct {
		err    error
		passes bool
	}{
		"the connection broke":                {fmt.Errorf("read the stream: %w", io.ErrUnexpectedEOF), true},
		"the server went down":                {answer("57P01"), true},
		"the stream was ended":                {fmt.Errorf("x: %w", replication.ErrStreamEnded), true},
		"the server starts up":                {refused{answer("57P03")}, true},
		"the slot is busy":                    {refused{answer("55006")}, true},
		"a wrong password":                    {refused{answer("28P01")}, false},
		"no such database":                    {refused{answer("3D000")}, false},
		"no right to make a publication":      {refused{answer("42501")}, false},
		"no logical decoding":                 {refused{answer("55000")}, false},
		"no slot that is free":                {refused{answer("53400")}, false},
		"too many connections":                {refused{answer("53300")}, true},
		"a connection that was closed before": {fmt.Errorf("x: %w", unsent{}), true},
		"the same once things are open":       {answer("42501"), true},
		"a table was rewritten":               {fmt.Errorf("x: %w", snapshot.ErrRewritten), true},
		"the log is gone":                     {fmt.Errorf("x: %w (%w)", replication.ErrLogRemoved, answer("58P01")), false},
		"the slot is ahead":                   {&position.LostError{}, false},
		"a lasting one":                       {lasting{answer("57P01")}, false},
		"a message that cannot be read":       {errors.New("decode"), false},
		"transactions were in the slot's way": {refused{fmt.Errorf("x: %w", replication.ErrSlotTimeout)}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.passes, passes(c.err)) })
	}
}
