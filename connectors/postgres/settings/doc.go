// SPDX-License-Identifier: Apache-2.0

// Package settings reads the configuration of the PostgreSQL source connector.
//
// What lives here: the table of its keys with the names, types, defaults and rules that Debezium's connector has (keys_*.go), the
// texts of the errors (checks.go), and the one plain struct that the rest of the connector works with (settings.go). What does not:
// anything that needs a connection, and what the settings are for.
package settings
