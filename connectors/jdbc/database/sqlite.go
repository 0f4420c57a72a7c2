// SPDX-License-Identifier: Apache-2.0

package database

import (
	"database/sql/driver"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"modernc.org/sqlite"
)

// pragmas are parameters of SQLite's JDBC driver that are the pragma of the same name.
var pragmas = []string{"journal_mode", "synchronous", "foreign_keys", "cache_size", "temp_store", "locking_mode", "auto_vacuum", "encoding", "page_size",
	"case_sensitive_like", "journal_size_limit", "max_page_count", "mmap_size", "secure_delete", "recursive_triggers", "read_uncommitted", "wal_autocheckpoint", "limit_worker_threads"}

// sqliteConnector reads jdbc:sqlite:path, jdbc:sqlite::memory:, jdbc:sqlite:file:… and jdbc:sqlite: with the parameters of the driver of
// https://github.com/xerial/sqlite-jdbc.
func sqliteConnector(a *address) (func() (driver.Connector, error), error) {
	name, err := sqliteName(a)
	if err != nil {
		return nil, err
	}
	return func() (driver.Connector, error) { return sqlite.NewConnector(name) }, nil
}

func sqliteName(a *address) (string, error) {
	query := url.Values{}
	busy := a.params.text("busy_timeout")
	if busy == "" {
		busy = "3000"
	}
	if _, err := strconv.Atoi(busy); err != nil {
		return "", &strconv.NumError{Func: "busy_timeout", Num: busy, Err: strconv.ErrSyntax}
	}
	query.Add("_pragma", "busy_timeout("+busy+")")
	for _, pragma := range pragmas {
		if value := a.params.text(pragma); value != "" {
			query.Add("_pragma", pragma+"("+strings.Map(pragmaLetter, value)+")")
		}
	}
	if mode := strings.ToLower(a.params.text("transaction_mode")); mode == "deferred" || mode == "immediate" || mode == "exclusive" {
		query.Set("_txlock", mode)
	}
	// The flag for reading only is the lowest of the modes in which sqlite3_open_v2 opens a file.
	if mode, err := strconv.Atoi(a.params.text("open_mode")); err == nil && mode&1 != 0 {
		query.Set("mode", "ro")
	}
	if a.params.flag("shared_cache", false) {
		query.Set("cache", "shared")
	}
	for _, name := range []string{"mode", "cache", "immutable", "vfs", "nolock"} {
		if value := a.params.text(name); value != "" {
			query.Set(name, value)
		}
	}
	if a.params.flag("enable_load_extension", false) {
		return "", fmt.Errorf("extensions cannot be loaded: leave enable_load_extension out")
	}
	a.params.take("date_class", "date_precision") // the source reads them
	a.params.ignore("a file has no users", "user", "password")
	a.params.ignore(ofJava, "count_changes", "default_cache_size", "get_generated_keys", "jdbc.explicit_readonly")
	return sqliteFile(a.rest) + "?" + query.Encode(), nil
}

// pragmaLetter leaves what a value of a pragma may have: more would be a statement of its own.
func pragmaLetter(r rune) rune {
	if r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
		return r
	}
	return -1
}

// sqliteFile is the file's name as a URI: only there do mode and cache count.
func sqliteFile(path string) string {
	switch {
	case strings.HasPrefix(path, "file:"):
		return path
	case path == "":
		return "file::memory:"
	}
	path = strings.ReplaceAll(path, `\`, "/")
	switch {
	case len(path) > 1 && path[1] == ':':
		path = "/" + path
	case strings.HasPrefix(path, "//"):
		// What follows would be the name of a machine.
		path = "//" + path
	}
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}
