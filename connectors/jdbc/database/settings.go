// SPDX-License-Identifier: Apache-2.0

package database

import (
	"database/sql/driver"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect"
)

// BlockedParametersVariable names the environment variable with parameters of URLs that an operator forbids, in any case, with commas between.
const BlockedParametersVariable = "JDBC_CONNECTION_URL_BLOCKED_PARAMS"

// Settings say which database is meant, and how.
type Settings struct {
	// URL is what Java's drivers take: jdbc:postgresql://host/db, jdbc:mysql:…, jdbc:mariadb:…, jdbc:sqlite:…, jdbc:sqlserver:…, jdbc:jtds:sqlserver:….
	URL string
	// Properties are the driver's, user and password among them. They win over parameters of the URL.
	Properties map[string]string
	// Dialect is the name of a dialect class of the JDBC connectors; "" takes that of the URL, as does GenericDatabaseDialect.
	Dialect string
	// NeverQuote leaves names in statements as they are (quote.sql.identifiers=never).
	NeverQuote bool
	// Attempts is how often Connect tries, at least once, and Backoff how long it waits between.
	Attempts int
	Backoff  time.Duration
	// Logger hears of parameters that are ignored and of attempts that were in vain; nil is silence.
	Logger *slog.Logger
}

// Properties returns a driver's properties of a connector's configuration: its keys that begin with connection., less that, but not the
// connector's own: url, attempts and backoff.ms.
func Properties(props map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range props {
		name, is := strings.CutPrefix(key, "connection.")
		if !is || slices.Contains([]string{"url", "attempts", "backoff.ms"}, name) {
			continue
		}
		out[name] = value
	}
	return out
}

// Database is a database that can be connected to. It is immutable and may be shared.
type Database struct {
	settings Settings
	dialect  Dialect
	address  *address
	// postgres is how to connect to PostgreSQL, open to any other.
	postgres *pgx.ConnConfig
	open     func() (driver.Connector, error)
}

// New reads URL and properties. It connects to nothing. The error is of class BadConfig where the caller's settings are at fault, and never
// shows a secret.
func New(s Settings) (*Database, error) {
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	a, err := parseAddress(s.URL, s.Properties)
	if err != nil {
		return nil, err
	}
	if err := a.refuseBlocked(os.Getenv(BlockedParametersVariable)); err != nil {
		return nil, err
	}
	d := &Database{settings: s, dialect: a.dialect, address: a}
	if err := checkDialectName(s.Dialect, a.dialect); err != nil {
		return nil, err
	}
	if err := d.configure(a); err != nil {
		return nil, connect.Classed(connect.BadConfig, fmt.Errorf("read the address %s: %w", d, d.redact(err)))
	}
	for why, names := range a.params.ignored {
		s.Logger.Info("Some parameters of the database's URL have no effect here", "why", why, "url", d.String(), "parameters", names)
	}
	if unknown := a.params.untouched(); len(unknown) > 0 {
		s.Logger.Warn("Some parameters of the database's URL are not known here and have no effect", "url", d.String(), "parameters", unknown)
	}
	return d, nil
}

func (d *Database) configure(a *address) (err error) {
	switch a.dialect {
	case PostgreSQL:
		d.postgres, err = postgresConfig(a)
	case MySQL:
		d.open, err = mysqlConnector(a)
	case SQLite:
		d.open, err = sqliteConnector(a)
	case SQLServer:
		d.open, err = sqlserverConnector(a)
	}
	return err
}

// Dialect says whose SQL the database speaks.
func (d *Database) Dialect() Dialect { return d.dialect }

// MariaDBDriver says whether the URL is one of MariaDB's own driver, which sees some types differently from MySQL's.
func (d *Database) MariaDBDriver() bool { return d.address.mariadb }

// Parameter returns a property, or a parameter of the URL, by its name in any case, and whether there is one. Those of other drivers' own features
// (stringtype of PostgreSQL's, date_class of SQLite's) are read by who implements the feature. It is not for secrets.
func (d *Database) Parameter(name string) (string, bool) { return d.address.params.get(name) }

// String is the URL without secrets and without parameters, for messages.
func (d *Database) String() string { return d.address.shown }

// checkDialectName refuses the dialect of another database: its statements would not be understood.
func checkDialectName(name string, dialect Dialect) error {
	if name == "" || strings.EqualFold(name, "GenericDatabaseDialect") || strings.EqualFold(name, dialect.ClassName()) {
		return nil
	}
	return &connect.ConfigError{Key: "dialect.name", Value: name, Reason: fmt.Sprintf("The URL is one of %s: leave the key out or set it to %s", dialect, dialect.ClassName())}
}
