// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect/connectors/postgres/position"
)

// Conn is a connection that takes replication commands, one at a time.
type Conn struct {
	conn   *pgconn.PgConn
	buffer *bufio.Reader // that conn reads from
}

// NewSlot says what slot is made.
type NewSlot struct {
	Name string
	// Temporary slots end with the connection.
	Temporary bool
	// Failover has standbys keep the slot, where the server can do that: from version 17 on, and not on a standby.
	Failover bool
	// Timeout is how long it may take: the server waits for all transactions that are under way.
	Timeout time.Duration
}

// CreatedSlot is a slot that was made.
type CreatedSlot struct {
	// LSN is where its stream begins.
	LSN position.LSN
	// Snapshot is the name of a snapshot of exactly that moment. Other sessions can import it until the next command on the connection.
	Snapshot string
}

// ErrSlotTimeout says that the slot could not be made in time.
var ErrSlotTimeout = errors.New("transactions that were under way did not end in time: end them, or raise internal.create.slot.command.timeout")

// CreateSlot makes a slot whose stream begins now.
func (c *Conn) CreateSlot(ctx context.Context, slot NewSlot) (CreatedSlot, error) {
	within, cancel := context.WithTimeoutCause(ctx, slot.Timeout, ErrSlotTimeout)
	defer cancel()
	command := "CREATE_REPLICATION_SLOT " + quote(slot.Name)
	if slot.Temporary {
		command += " TEMPORARY"
	}
	command += " LOGICAL " + Plugin
	if slot.Failover && c.major() >= 17 && c.conn.ParameterStatus("in_hot_standby") != "on" {
		command += " (FAILOVER)"
	}
	row, err := c.row(within, command, 4)
	switch {
	case err == nil:
	case hasCode(err, duplicateObject):
		return CreatedSlot{}, fmt.Errorf("Creation of replication slot failed; when setting up multiple connectors for the same database host, please make sure to use a distinct replication slot name for each.: %w", err) //nolint:staticcheck // Debezium's text
	case ctx.Err() == nil && (within.Err() != nil || hasCode(err, queryCanceled, lockNotFree)):
		return CreatedSlot{}, fmt.Errorf("create the replication slot %s: %w (%w)", slot.Name, ErrSlotTimeout, err)
	default:
		return CreatedSlot{}, fmt.Errorf("create the replication slot %s: %w", slot.Name, err)
	}
	lsn, err := position.ParseLSN(row[1])
	return CreatedSlot{LSN: lsn, Snapshot: row[2]}, err
}

// row runs a command and returns the first row of its result, which must have at least so many columns.
func (c *Conn) row(ctx context.Context, command string, columns int) ([]string, error) {
	results, err := c.conn.Exec(ctx, command).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(results) == 0 || len(results[0].Rows) == 0 || len(results[0].Rows[0]) < columns {
		return nil, fmt.Errorf("the server answered %s without a row of %d columns", command, columns)
	}
	row := make([]string, len(results[0].Rows[0]))
	for i, value := range results[0].Rows[0] {
		row[i] = string(value)
	}
	return row, nil
}

// major is the server's major version, 15 of "15.18 (Debian)"; 0 where it does not say.
func (c *Conn) major() int {
	n := 0
	for _, r := range c.conn.ParameterStatus("server_version") {
		if r < '0' || r > '9' {
			break
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// Close ends the connection; an exported snapshot is gone then.
func (c *Conn) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), cancelGrace)
	defer cancel()
	_ = c.conn.Close(ctx)
}

// quote makes an identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal makes a text of SQL.
func literal(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }
