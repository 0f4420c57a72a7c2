// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// Database opens connections with the settings of a connector. It is safe for concurrent use.
type Database struct {
	config     *pgx.ConnConfig
	statements []string
}

// session are parameters of every session: with them snapshot and stream have one text form of each value.
var session = map[string]string{
	"client_encoding":    "UTF8",
	"DateStyle":          "ISO, MDY",
	"IntervalStyle":      "postgres",
	"TimeZone":           "UTC",
	"extra_float_digits": "3",
	"bytea_output":       "hex",
	"lc_monetary":        "C",
	"application_name":   "longshore",
}

// NewDatabase checks what can be checked without a connection: certificates and keys are read.
func NewDatabase(s settings.Database) (*Database, error) {
	config, err := pgx.ParseConfig(connString(s))
	if err != nil {
		return nil, fmt.Errorf("read the settings of the database connection: %w", withoutPassword(err))
	}
	config.Password = s.Password.Reveal()
	if err := secure(&config.Config, s); err != nil {
		return nil, err
	}
	for name, value := range session {
		if name != "application_name" || config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	dialer := &net.Dialer{KeepAlive: -1}
	if s.TCPKeepAlive {
		dialer = &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: probeEvery, Interval: probeEvery, Count: probes},
			Control: abandon((1 + probes) * probeEvery)}
	}
	config.DialFunc = dialer.DialContext
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelGrace}
	}
	return &Database{config: config, statements: s.InitialStatements}, nil
}

// An idle connection is probed so often, and given up after so many probes without an answer.
const (
	probeEvery = 15 * time.Second
	probes     = 4
)

// cancelGrace is how long the server may take to end a statement that was cancelled, before its connection is given up.
const cancelGrace = 500 * time.Millisecond

// properties are those of drivers that have a counterpart here, by the names that pgjdbc gives them.
var properties = map[string]string{
	"ApplicationName": "application_name",
	"options":         "options",
	"connectTimeout":  "connect_timeout",
	"loginTimeout":    "connect_timeout",
	"currentSchema":   "search_path",
}

func connString(s settings.Database) string {
	var b strings.Builder
	put := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s='%s' ", key, strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value))
		}
	}
	put("host", s.Host)
	put("port", strconv.Itoa(s.Port))
	put("user", s.User)
	put("dbname", s.Name)
	put("sslmode", s.SSLMode)
	put("connect_timeout", "10")
	if s.SSLMode != "disable" {
		put("sslrootcert", s.SSLRootCert)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Driver)) { // of two with one counterpart the last counts
		if key, known := properties[name]; known {
			put(key, s.Driver[name])
		}
	}
	return b.String()
}

// withoutPassword keeps the settings out of an error: pgx prints them, and what it takes out of them depends on how they are written.
func withoutPassword(err error) error {
	text := err.Error()
	if at := strings.Index(text, "`: "); at >= 0 {
		text = text[at+len("`: "):]
	}
	return fmt.Errorf("%s", text)
}

// Name returns the name of the database.
func (d *Database) Name() string { return d.config.Database }

// Connect opens a connection for queries and runs the initial statements on it.
func (d *Database) Connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := d.Probe(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.initiate(ctx, conn.PgConn()); err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// Probe is Connect without the initial statements.
func (d *Database) Probe(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, d.config.Copy())
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	return conn, nil
}

// ConnectPlain is Connect for who copies rows and does without the rest of a pgx connection.
func (d *Database) ConnectPlain(ctx context.Context) (*pgconn.PgConn, error) {
	conn, err := pgconn.ConnectConfig(ctx, d.config.Config.Copy())
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	if err := d.initiate(ctx, conn); err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

func (d *Database) initiate(ctx context.Context, conn *pgconn.PgConn) error {
	for _, statement := range d.statements {
		if err := conn.Exec(ctx, statement).Close(); err != nil {
			return fmt.Errorf("run a statement of database.initial.statements: %w", err)
		}
	}
	return nil
}

// Replicate opens a connection that takes replication commands. An exported snapshot lives in an idle transaction of it, which the server
// must not end for being idle.
func (d *Database) Replicate(ctx context.Context) (*Conn, error) {
	config := d.config.Config.Copy()
	config.RuntimeParams["replication"] = "database"
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	var buffer *bufio.Reader
	config.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		buffer = bufio.NewReaderSize(r, readBuffer)
		return pgproto3.NewFrontend(buffer, w)
	}
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open a replication connection: %w", err)
	}
	return &Conn{conn: conn, buffer: buffer}, nil
}

// readBuffer is how much of a stream is read at once. The server sends each message by itself.
const readBuffer = 128 << 10
