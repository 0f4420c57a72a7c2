// SPDX-License-Identifier: Apache-2.0

// Package source is the JDBC source connector: it reads tables, or the result of a query, of a database behind a jdbc: URL into Kafka, whole each time
// or what is new by a column that counts up or has times.
//
//	{"connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector", "connection.url": "jdbc:postgresql://localhost/shop",
//	 "connection.user": "reader", "connection.password": "…", "mode": "timestamp+incrementing", "timestamp.column.name": "changed",
//	 "incrementing.column.name": "id", "table.whitelist": "public.orders", "topic.prefix": "shop-"}
//
// Configurations, offsets and records are those of Confluent's connector of the same class name, so that a configuration is taken over as it is
// and reading goes on where the other stopped (https://docs.confluent.io/kafka-connectors/jdbc/current/source-connector/).
//
// What lives here: the configuration (config*.go, validators.go, settings.go, validate.go), which tables there are and which task reads which
// (filter.go, monitor.go, connector.go), the queries (criteria.go), where reading goes on (offset.go, delivery.go), the loop that
// reads (task.go, reader.go, queue.go), what the columns of a result are (describe_*.go), and how they become fields of a record (fields.go, values_*.go).
// What does not: URLs, drivers, names and catalogs of the databases, which are in connectors/jdbc/database.
//
// # Reading
//
// A task has one connection and reads its tables in turns, the one that has waited longest first, each to the end of its result in one
// transaction. Rows stream from the server into a queue that is bounded in records (max.buffer.size) and in bytes, from which Poll takes. No result is ever held
// in memory.
//
// # Beside Confluent's connector
//
// On purpose different:
//
//   - Poll returns as soon as there is a record; poll.linger.ms is how long it waits for the first.
//   - Times before 1970 that have a fraction of a second keep their second with timestamp.granularity in micros and nanos.
//   - A numeric column of PostgreSQL without precision is a Decimal of scale 127 with every numeric.mapping, and never an INT8 that cuts the fraction off.
//   - SQLite: an INTEGER column is INT64, BLOB, DECIMAL and NUMERIC columns are read, DATE and DATETIME may have any usual form, and a declared type never depends on the first row.
//     The database's present time is exact to the millisecond.
//   - A query whose columns repeat a label is refused instead of read wrongly.
//   - An incrementing column is found by the catalog where the key is not set, in every database.
//   - A column of dates may be the one with times.
//   - While the database cannot be reached the known tables stay and are read when it is back; the other connector fails.
package source
