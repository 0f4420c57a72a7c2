// SPDX-License-Identifier: Apache-2.0

// Package databasetest starts real PostgreSQL and MariaDB servers for tests and benches.
//
//	func TestMain(m *testing.M) { os.Exit(databasetest.Main(m)) } // calls kafkatest.Main
//
//	db := databasetest.PostgreSQL(t)      // a database of the test's own on the one server of the test process
//	db := databasetest.MariaDB(t)         // likewise
//	db := databasetest.StartPostgreSQL(t) // a server of its own, for tests that kill or pause it
//	db.Exec(t, "CREATE TABLE …")
//
// A test calls the functions that take a testing.TB: what they start ends with the test, and what goes wrong fails it. Programs
// call NewPostgreSQL and NewMariaDB, which return errors.
//
// PostgreSQL is the installed one where there is one (the newest below /usr/lib/postgresql, else the one on the path), and otherwise
// the one that Maven Central has for this system; MariaDB is always the latter. What is fetched is kept in a cache folder; later
// runs need no network. The servers refuse to run as root: for root they run as nobody.
//
// The package also gives the plugin folders of the real connectors that ours stand in for. Every process is ended by its id, and on
// Linux it also dies with the process that started it. Production code imports neither this package nor anything below it.
package databasetest
