// SPDX-License-Identifier: Apache-2.0

package database

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// mysqlConnector reads jdbc:mysql://[user:password@]host:port,…/database and jdbc:mariadb:… with the parameters of the two drivers
// (https://dev.mysql.com/doc/connector-j/en/connector-j-reference-configuration-properties.html, https://mariadb.com/kb/en/about-mariadb-connector-j/).
func mysqlConnector(a *address) (func() (driver.Connector, error), error) {
	config, err := mysqlConfig(a)
	if err != nil {
		return nil, err
	}
	return func() (driver.Connector, error) { return mysql.NewConnector(config) }, nil
}

func mysqlConfig(a *address) (*mysql.Config, error) {
	hosts, name, err := mysqlPlace(a)
	if err != nil {
		return nil, err
	}
	config := mysql.NewConfig()
	config.Net, config.Addr, config.DBName = "tcp", hosts[0], name
	config.User, config.Passwd = a.params.text("user"), a.params.text("password")
	config.ClientFoundRows = !a.params.flag("useAffectedRows", false)
	config.InterpolateParams = false
	config.Logger = &mysql.NopLogger{}
	config.Collation = a.params.text("connectionCollation")
	config.Params = map[string]string{}
	if zone := a.params.text("connectionTimeZone", "serverTimezone", "timezone"); a.params.flag("forceConnectionTimeZoneToSession", false) && zone != "" {
		config.Params["time_zone"] = "'" + strings.ReplaceAll(zone, "'", "''") + "'"
	}
	for part := range strings.SplitSeq(a.params.text("sessionVariables"), ",") {
		if variable, value, is := strings.Cut(part, "="); is {
			config.Params[strings.TrimSpace(variable)] = strings.TrimSpace(value)
		}
	}
	if err := mysqlTimes(a, config, hosts); err != nil {
		return nil, err
	}
	if err := mysqlTLS(a, config, hosts); err != nil {
		return nil, err
	}
	a.params.ignore("characterEncoding", "useUnicode", "allowPublicKeyRetrieval", "rewriteBatchedStatements", "useCursorFetch", "defaultFetchSize", "cachePrepStmts",
		"useServerPrepStmts", "prepStmtCacheSize", "prepStmtCacheSqlLimit", "allowLoadLocalInfile", "zeroDateTimeBehavior", "tinyInt1isBit", "transformedBitIsBoolean",
		"yearIsDateType", "nullCatalogMeansCurrent", "nullDatabaseMeansCurrent", "useLegacyDatetimeCode", "autoReconnect", "useJDBCCompliantTimezoneShift",
		"useBulkStmts", "useCompression", "cacheServerConfiguration", "useLocalSessionState", "elideSetAutoCommits", "maintainTimeStats", "tcpKeepAlive")
	return config, nil
}

// mysqlPlace reads the list of hosts, each host, host:port or address=(host=…)(port=…), and the database.
func mysqlPlace(a *address) (hosts []string, name string, err error) {
	// A word in front of the slashes says how many hosts share the work: all are tried in order here.
	_, place, is := strings.Cut(a.rest, "//")
	if !is {
		return nil, "", fmt.Errorf("it should go on with //host:port/database")
	}
	// A slash may be part of a password, but not of what is after the last at sign.
	at := strings.LastIndex(place, "@")
	slash := strings.Index(place[at+1:], "/")
	list := place
	if slash >= 0 {
		list, name = place[:at+1+slash], place[at+2+slash:]
	}
	if name, err = unescape(name); err != nil {
		return nil, "", err
	}
	for _, entry := range splitOutside(list) {
		host, err := mysqlHost(a, entry)
		if err != nil {
			return nil, "", err
		}
		hosts = append(hosts, host)
	}
	return hosts, name, nil
}

// splitOutside cuts at commas that are not inside of parentheses.
func splitOutside(list string) []string {
	var out []string
	depth, from := 0, 0
	for i := range len(list) {
		switch list[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out, from = append(out, list[from:i]), i+1
			}
		}
	}
	return append(out, list[from:])
}

var pair = regexp.MustCompile(`\(([^=()]+)=([^()]*)\)`)

// mysqlHost reads one host; user and password in front of it or inside of it count where none are set otherwise.
func mysqlHost(a *address, entry string) (string, error) {
	if at := strings.LastIndex(entry, "@"); at >= 0 {
		user, password, given := strings.Cut(entry[:at], ":")
		entry = entry[at+1:]
		if err := a.login(user, password, given); err != nil {
			return "", err
		}
	}
	if !strings.HasPrefix(strings.TrimSpace(entry), "address=") && !strings.HasPrefix(strings.TrimSpace(entry), "(") {
		return withPort(strings.TrimSpace(entry), "localhost", "3306"), nil
	}
	host, port := "", ""
	for _, m := range pair.FindAllStringSubmatch(entry, -1) {
		switch strings.ToLower(strings.TrimSpace(m[1])) {
		case "host":
			host = m[2]
		case "port":
			port = m[2]
		case "user":
			if err := a.login(m[2], "", false); err != nil {
				return "", err
			}
		case "password":
			a.embedded = append(a.embedded, m[2])
			if _, is := a.params.get("password"); !is {
				a.params.set("password", m[2])
			}
		}
	}
	return withPort(net.JoinHostPort(host, port), "localhost", "3306"), nil
}

func (a *address) login(user, password string, given bool) error {
	user, err := unescape(user)
	if err != nil {
		return fmt.Errorf("the user in front of the host is not encoded properly")
	}
	if password, err = unescape(password); err != nil {
		return fmt.Errorf("the password in front of the host is not encoded properly")
	}
	if _, is := a.params.get("user"); !is {
		a.params.set("user", user)
	}
	if _, is := a.params.get("password"); !is && given {
		a.params.set("password", password)
	}
	a.embedded = append(a.embedded, password)
	return nil
}

func mysqlTimes(a *address, config *mysql.Config, hosts []string) error {
	var err error
	if config.Timeout, err = a.params.duration(time.Millisecond, 0, "connectTimeout"); err != nil {
		return err
	}
	silence, err := a.params.duration(time.Millisecond, 0, "socketTimeout")
	if err != nil {
		return err
	}
	config.ReadTimeout, config.WriteTimeout = silence, silence
	dialer := &net.Dialer{Timeout: config.Timeout}
	config.DialFunc = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialFirst(ctx, dialer, network, hosts)
	}
	return nil
}

// dialFirst connects to the first host that answers.
func dialFirst(ctx context.Context, dialer *net.Dialer, network string, hosts []string) (net.Conn, error) {
	var failures []error
	for _, host := range hosts {
		c, err := dialer.DialContext(ctx, network, host)
		if err == nil {
			return c, nil
		}
		failures = append(failures, err)
	}
	return nil, errors.Join(failures...)
}

// mysqlTLS reads the modes of both drivers. MySQL's prefers encryption and falls back; MariaDB's does without unless it is told.
func mysqlTLS(a *address, config *mysql.Config, hosts []string) error {
	mode, err := mysqlTLSMode(a)
	if err != nil {
		return err
	}
	if mode == "disabled" {
		return nil
	}
	roots, err := mysqlRoots(a)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(hosts[0])
	if err != nil {
		return err
	}
	switch mode {
	case "preferred":
		config.TLS, config.AllowFallbackToPlaintext = unverified(), true
	case "required":
		config.TLS = unverified()
	case "verify_ca":
		config.TLS = chainOnly(roots)
	case "verify_identity":
		config.TLS = &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12}
	}
	return mysqlCertificate(a, config.TLS)
}

// mysqlTLSMode is one of disabled, preferred, required, verify_ca and verify_identity.
func mysqlTLSMode(a *address) (string, error) {
	mode := strings.ReplaceAll(strings.ToLower(a.params.text("sslMode")), "-", "_")
	useSSL, required, verify := a.params.flag("useSSL", !a.mariadb), a.params.flag("requireSSL", false), a.params.flag("verifyServerCertificate", false)
	trusting := a.params.flag("trustServerCertificate", false)
	switch mode {
	case "disable", "disabled":
		return "disabled", nil
	case "preferred", "required", "verify_ca", "verify_identity":
		return mode, nil
	case "trust":
		return "required", nil
	case "verify_full":
		return "verify_identity", nil
	case "":
	default:
		return "", fmt.Errorf("parameter sslMode is %q: it should be DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY", mode)
	}
	switch {
	case !useSSL:
		return "disabled", nil
	case a.mariadb && trusting:
		return "required", nil
	case a.mariadb:
		return "verify_identity", nil
	case verify:
		return "verify_ca", nil
	case required:
		return "required", nil
	}
	return "preferred", nil
}
