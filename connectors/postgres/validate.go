// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

const hostKey = "database.hostname"

// ValidateConfig checks each key as Debezium does, and then tries to connect. What the connection meets is an error of database.hostname, whatever it is.
func (*connector) ValidateConfig(ctx context.Context, props map[string]string, values map[string]*connect.ConfigValue) error {
	settings.Validate(props, values)
	host := values[hostKey]
	if host == nil || !settings.Connectable(values) {
		return nil
	}
	s, err := settings.Parse(props)
	if err != nil {
		return nil //nolint:nilerr // each key has its own error already
	}
	if err := probe(ctx, s.Database); err != nil {
		host.Errors = append(host.Errors, err.Error())
	}
	return nil
}

// probe connects and asks for the version, in the time that a validation has.
func probe(ctx context.Context, s settings.Database) error {
	database, err := replication.NewDatabase(s)
	if err != nil {
		return fmt.Errorf("Error while validating connector config: %w", err)
	}
	within := ctx
	if s.ValidationTimeout > 0 {
		var cancel context.CancelFunc
		within, cancel = context.WithTimeout(ctx, s.ValidationTimeout)
		defer cancel()
	}
	conn, err := database.Probe(within)
	if err == nil {
		defer closeSoon(conn)
		var version string
		err = conn.QueryRow(within, "SELECT pg_catalog.version()").Scan(&version)
	}
	switch {
	case err == nil:
		return nil
	case within.Err() != nil && ctx.Err() == nil:
		return fmt.Errorf("Connection validation timed out after %d ms", s.ValidationTimeout/time.Millisecond) //nolint:staticcheck // Debezium's text
	}
	return fmt.Errorf("Error while validating connector config: %s", driverText(err))
}

// driverText is what the server says, as drivers print it, or what the network does.
func driverText(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Severity + ": " + answer.Message
	}
	return err.Error()
}
