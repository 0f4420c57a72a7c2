// SPDX-License-Identifier: Apache-2.0

// Package database is a database behind a jdbc: URL, spoken to by a driver written in Go: PostgreSQL, MySQL and MariaDB, SQLite, and SQL
// Server.
//
//	db, err := database.New(database.Settings{
//		URL: "jdbc:postgresql://localhost/shop", Properties: database.Properties(props), Attempts: 3, Backoff: 10 * time.Second, Logger: logger,
//	})
//	session, err := db.Connect(ctx)   // attempts and backoff are kept; the context ends both
//	defer session.Close()
//	id, err := db.ParseTable(`public."Order"`)
//	table, err := session.Table(ctx, id)        // nil where there is none; the name is compared exactly
//	columns, err := session.Columns(ctx, table.ID)
//	text := "DELETE FROM " + db.TableName(table.ID) + " WHERE " + db.Quote("id") + " = " + db.Placeholder(1)
//	err = session.Begin(ctx, sql.LevelDefault)
//	rows, err := session.Exec(ctx, text, 7)
//	switch database.FailureOf(err) { case database.Transient: … }
//	err = session.Commit(ctx)
//
// A Session is one connection, for one goroutine at a time. Without Begin each statement is a transaction of its own. What is behind it may be used
// beside its methods, in the same transaction: Session.Postgres is pgx's connection to a PostgreSQL (COPY, batches, arrays; nil elsewhere),
// Session.SQL is the database/sql connection to any other (prepared statements; nil for PostgreSQL).
//
// What lives here: how URL and properties become a driver's configuration (address.go and a file for each database), TLS (tls.go), SQL Server's
// login (login.go), names and quoting (dialect.go, tableid.go), connections (session.go), what tables and columns there are (a catalog file for each database), what an error
// means (failure.go), and how the calendar and time zones of a Java process are (calendar.go, zone.go). What does not: records, types of
// Kafka Connect, and statements that read or write rows.
//
// # Secrets
//
// Passwords are in the driver's configuration only. Database.String is the URL without secrets, and the errors of New and Connect are stripped of
// every secret that the configuration has.
package database
