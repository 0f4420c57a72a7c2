// SPDX-License-Identifier: Apache-2.0

// Package event turns rows of tables into records with Debezium's shapes.
//
// What lives here: names of topics, filters, the schemas of keys, values and envelopes, values from PostgreSQL's text form, the records
// of each operation, those beside them (transactions, messages, heartbeats, notifications), and what columns are changed to on their way
// (masks, truncation, hashes). What does not: reading configurations (connectors/postgres/settings) and reading from the database; the
// package has no clock, no connection and no goroutine.
//
// A Builder is made once of Options. Builder.Table makes a Table of a table's definition: schemas, and a converter for each column. Its
// methods append the records of one row to a slice. Both are safe for concurrent use; a Position belongs to one goroutine, since it keeps
// the source block that consecutive records share.
//
// Values come in the text form that PostgreSQL streams and copies: one []byte for each column of the definition, nil for null, Unchanged for
// a large value that the server did not send. They are copied where they are kept, so a row may be reused after the call. The session that
// reads a snapshot must have the settings that the one that streams has: DateStyle ISO, IntervalStyle postgres, TimeZone UTC, extra_float_digits
// 3, bytea_output hex.
//
// A value that cannot be converted never stops a connector: Options.Report hears of it, and the field is null.
package event
