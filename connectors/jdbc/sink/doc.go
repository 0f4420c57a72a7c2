// SPDX-License-Identifier: Apache-2.0

// Package sink holds the two JDBC sinks that people have: Confluent's (io.confluent.connect.jdbc.JdbcSinkConnector) and Debezium's
// (io.debezium.connector.jdbc.JdbcSinkConnector). Keys, defaults, tables, column types and what remains in a table are theirs; the databases are
// those of package database. SQL Server is tested by the statements that it would be given, not by a server.
//
// What lives here, from a record to the database:
//
//   - confluentlayout.go, debeziumrecord.go, debeziumlayout.go: which columns a record fills (a layout, made once for a pair of schemas)
//   - confluentbind.go, debeziumbind.go, debeziumvalues.go: how the values of a column become parameters; datum.go is a value between the two
//   - confluentput.go, debeziumput.go: buffers, and when they are flushed. Pure but for the calls of an engine
//   - confluentengine.go, debeziumengine.go: layouts and tables of one connection; ddl.go, confluentddl.go, debeziumddl.go: new tables and columns
//   - statements.go: the texts; writer.go, pgwriter.go, sqlwriter.go, transaction.go: carrying them out, fast and row by row
//   - confluenttask.go, debeziumtask.go: retries, and the dead letter queue
//
// What does not: connections, names and the catalog (package database), and reading from databases (connectors/jdbc/source).
//
// # How rows are written
//
// What is flushed is handed over many rows at once: to PostgreSQL as arrays (INSERT … SELECT … FROM unnest), to MySQL, MariaDB and SQL Server as lists
// of rows, to SQLite by one prepared statement in one transaction. Where one statement must not have two rows of a key, only the last of them is
// sent: a trigger sees that one alone. When the database refuses it all is taken back and done again row by row, in the order of the records: then the error
// says which record it is, or there is none and the fast way is left alone from then on. Deadlocks and the like are tried again inside of the task.
//
// A Put that is cancelled may go on for half a second. Where a connection is lost while the server commits nobody knows whether it has: what is tried again
// then may be in the table already, as with Java's. With insert.mode=upsert that makes no difference.
//
// # Where Confluent's class differs from Java's on purpose
//
//   - A record without value does not create a table: the table would have the columns of the key only.
//   - Names are compared exactly when a table is looked for, and quotes in names and texts are escaped.
//   - Keys of type uuid, json and jsonb are cast where rows are deleted and updated, too.
//   - Times go into columns with a time zone as points in time, whatever the session's zone is.
//   - A change of a table commits the records before it. They are not written again when records behind it fail.
//   - A record is not reported for a connection that was lost.
//   - jdbc.credentials.provider.class can only be the default.
//
// # Where Debezium's class differs from Java's on purpose
//
//   - A failure fails the task at once, not with the next call; what may be committed is the same.
//   - Keys without parts are written, to the one column of primary.key.fields.
//   - With a dead letter queue records at fault are reported one by one.
//   - Records that tell of changed tables are left out with a warning, and decimals without precision have a scale of 0 and not -1.
//   - Rows are never deleted without a key; a tombstone after a delete does not end a flush.
//   - Without quotes, columns are found in any case. Naming strategies can only be the default.
//   - Times with a zone are points in time in columns of MySQL's type timestamp, whatever the session's zone is.
//   - Times of day may be 24:00, and in MySQL longer than a day and negative. Elements of arrays may be of any type that is a column's.
//   - The reduction buffer takes any key that the table has.
//   - A null in a map stays one in hstore, and times of day may be defaults of columns.
//   - SQLite is possible.
package sink
