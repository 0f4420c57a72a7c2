// SPDX-License-Identifier: Apache-2.0

package database

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// mysqlConnector reads jdbc:mysql://[user:password@]host:port,…/database and jdbc:mariadb:… with the parameters of the two drivers
// (https://dev.mysql.com/doc/connector-j/en/connector-j-reference-configuration-properties.html, https://mariadb.com/kb/en/about-mariadb-connector-j/).
func mysqlConnector(a *address) (func() (driver.Connector, error), error) {
	configs, err := mysqlConfigs(a)
	if err != nil {
		return nil, err
	}
	return func() (driver.Connector, error) {
		var hosts mysqlHosts
		for _, config := range configs {
			host, err := mysql.NewConnector(config)
			if err != nil {
				return nil, err
			}
			hosts = append(hosts, host)
		}
		return hosts, nil
	}, nil
}

// mysqlHosts connects to the first of several hosts that is there.
type mysqlHosts []driver.Connector

// Connect implements driver.Connector. A host that refuses the login is there.
func (m mysqlHosts) Connect(ctx context.Context) (driver.Conn, error) {
	var failures []error
	for _, host := range m {
		conn, err := host.Connect(ctx)
		if err == nil {
			return conn, nil
		}
		failures = append(failures, err)
		if FailureOf(err) != Lost || ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(failures...)
}

// Driver implements driver.Connector.
func (m mysqlHosts) Driver() driver.Driver { return m[0].Driver() }

// mysqlConfigs are those of the hosts, which differ in address and, for TLS, name.
func mysqlConfigs(a *address) ([]*mysql.Config, error) {
	hosts, name, err := mysqlPlace(a)
	if err != nil {
		return nil, err
	}
	config := mysql.NewConfig()
	config.Net, config.DBName = "tcp", name
	config.User, config.Passwd = a.params.text("user"), a.params.text("password")
	config.ClientFoundRows = !a.params.flag("useAffectedRows", false)
	config.Logger = &mysql.NopLogger{}
	// The server is asked how long a packet may be: values that would make one too long go in several.
	config.MaxAllowedPacket = 0
	if err := mysqlTimes(a, config); err != nil {
		return nil, err
	}
	if err := config.Apply(mysql.EnableCompression(a.params.flag("useCompression", false))); err != nil {
		return nil, err
	}
	if config.Params, err = mysqlVariables(a); err != nil {
		return nil, err
	}
	mode, err := mysqlTLSMode(a)
	if err != nil {
		return nil, err
	}
	configs := make([]*mysql.Config, len(hosts))
	for i, host := range hosts {
		configs[i] = config.Clone()
		configs[i].Addr = host
		if err := mysqlTLS(a, configs[i], mode); err != nil {
			return nil, err
		}
	}
	mysqlIgnored(a.params)
	return configs, nil
}

func mysqlIgnored(p *parameters) {
	// The source reads these.
	p.take("zeroDateTimeBehavior", "tinyInt1isBit", "transformedBitIsBoolean", "yearIsDateType", "nullCatalogMeansCurrent", "nullDatabaseMeansCurrent")
	p.ignore(byItself, "characterEncoding", "useUnicode", "allowPublicKeyRetrieval", "serverRSAPublicKeyFile", "rewriteBatchedStatements", "useCursorFetch",
		"defaultFetchSize", "cachePrepStmts", "useServerPrepStmts", "prepStmtCacheSize", "prepStmtCacheSqlLimit", "cacheServerConfiguration", "useLocalSessionState",
		"elideSetAutoCommits", "autoReconnect", "maxAllowedPacket", "tcpKeepAlive", "useBulkStmts", "allowLoadLocalInfile")
	p.ignore(ofJava, "useLegacyDatetimeCode", "useJDBCCompliantTimezoneShift", "maintainTimeStats")
}

// mysqlVariables are what is set at the beginning of a session. A collation says how the server compares texts that we send, but never how they are
// encoded. What does not fit a column is an error, as both of Java's drivers have it.
func mysqlVariables(a *address) (map[string]string, error) {
	variables := map[string]string{}
	if a.params.flag("jdbcCompliantTruncation", true) {
		variables["sql_mode"] = "concat(@@sql_mode, ',STRICT_TRANS_TABLES')"
	}
	if collation := a.params.text("connectionCollation"); collation != "" {
		variables["collation_connection"] = mysqlText(collation)
	}
	zone, err := mysqlZone(a)
	if err != nil {
		return nil, err
	}
	if zone != "" {
		variables["time_zone"] = mysqlText(zone)
	}
	for _, part := range split(a.params.text("sessionVariables"), ",;", "'\"`") {
		if variable, value, is := strings.Cut(part, "="); is {
			if strings.Contains(strings.ToLower(variable), "sql_mode") {
				delete(variables, "sql_mode")
			}
			variables[strings.TrimSpace(variable)] = strings.TrimSpace(value)
		}
	}
	return variables, nil
}

func mysqlText(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(text) + "'"
}

// mysqlZone is the time zone of the session, in the server's words, where the URL says that it is to be set; "" leaves the server's.
func mysqlZone(a *address) (string, error) {
	name, forced := a.params.text("connectionTimeZone", "serverTimezone"), a.params.flag("forceConnectionTimeZoneToSession", false)
	if zone, given := a.params.take("timezone"); given && a.mariadb && !strings.EqualFold(zone, "disable") {
		name, forced = zone, true
	}
	switch {
	case !forced:
		a.params.ignore("a key of the connector says in which zone times without one are", "connectionTimeZone", "serverTimezone", "timezone")
		return "", nil
	case strings.EqualFold(name, "SERVER"):
		return "", nil
	case name == "" || strings.EqualFold(name, "LOCAL") || strings.EqualFold(name, "auto"):
		return time.Now().Format("-07:00"), nil
	}
	zone, err := ParseZone(name)
	if err != nil {
		return "", err
	}
	if _, fixed := offsetZone(zone.String()); fixed {
		// The server may know no names of such zones, not even UTC.
		return time.Unix(0, 0).In(zone).Format("-07:00"), nil
	}
	return zone.String(), nil
}

// mysqlPlace reads the list of hosts, each host, host:port, address=(host=…)(port=…) or (host=…,port=…), and the database.
func mysqlPlace(a *address) (hosts []string, name string, err error) {
	// A word in front of the slashes says how many hosts share the work: all are tried in order here.
	_, place, is := strings.Cut(a.rest, "//")
	if !is {
		return nil, "", fmt.Errorf("it should go on with //host:port/database")
	}
	parts := split(place, "/", "")
	list := parts[0]
	// A slash may be part of a password in front of a host.
	for _, part := range parts[1:] {
		if !strings.Contains(part, "@") {
			name = part
			break
		}
		list += "/" + part
	}
	if name, err = a.decode(name); err != nil {
		return nil, "", err
	}
	for _, entry := range split(list, ",", "") {
		host, err := mysqlHost(a, strings.TrimSpace(entry))
		if err != nil {
			return nil, "", err
		}
		hosts = append(hosts, host)
	}
	return hosts, name, nil
}

// split cuts a text at marks that are neither inside of parentheses nor of quotes.
func split(text, marks, quotes string) []string {
	var out []string
	depth, from := 0, 0
	var quote byte
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case strings.IndexByte(quotes, c) >= 0:
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && strings.IndexByte(marks, c) >= 0:
			out, from = append(out, text[from:i]), i+1
		}
	}
	return append(out, text[from:])
}

// mysqlHost reads one host; user and password in front of it or inside of it count where none are set otherwise.
func mysqlHost(a *address, entry string) (string, error) {
	between := ","
	inside, is := strings.CutPrefix(entry, "address=")
	if is {
		between = ")("
	}
	if !is && !strings.HasPrefix(entry, "(") {
		at := strings.LastIndex(entry, "@")
		if at >= 0 {
			user, password, given := strings.Cut(entry[:at], ":")
			if err := a.login("user", user, user != ""); err != nil {
				return "", err
			}
			if err := a.login("password", password, given); err != nil {
				return "", err
			}
		}
		return withPort(entry[at+1:], "localhost", "3306"), nil
	}
	host, port := "", ""
	for pair := range strings.SplitSeq(strings.Trim(inside, "()"), between) {
		name, value, _ := strings.Cut(pair, "=")
		value = strings.TrimSpace(value)
		switch name = strings.ToLower(strings.TrimSpace(name)); name {
		case "host":
			host = value
		case "port":
			port = value
		case "user", "password":
			if err := a.login(name, value, true); err != nil {
				return "", err
			}
		}
	}
	return withPort(net.JoinHostPort(host, port), "localhost", "3306"), nil
}

// login takes user or password from the list of hosts.
func (a *address) login(name, value string, given bool) error {
	plain, err := a.decode(value)
	if err != nil {
		return fmt.Errorf("the %s beside the host is not encoded properly", name)
	}
	if name == "password" {
		a.embedded = append(a.embedded, plain)
	}
	if _, is := a.params.get(name); given && !is {
		a.params.set(name, plain)
	}
	return nil
}

func mysqlTimes(a *address, config *mysql.Config) (err error) {
	if config.Timeout, err = a.params.duration(time.Millisecond, 0, "connectTimeout"); err != nil {
		return err
	}
	config.ReadTimeout, err = a.params.duration(time.Millisecond, 0, "socketTimeout")
	config.WriteTimeout = config.ReadTimeout
	return err
}

// mysqlTLS configures a host by a mode. MySQL's driver prefers encryption and falls back; MariaDB's does without unless it is told.
func mysqlTLS(a *address, config *mysql.Config, mode string) error {
	roots, err := mysqlRoots(a)
	if err != nil {
		return err
	}
	switch mode {
	case "disabled":
		return nil
	case "preferred":
		config.TLS, config.AllowFallbackToPlaintext = unverified(), true
	case "required":
		config.TLS = unverified()
	case "verify_ca":
		config.TLS = chainOnly(roots)
	case "verify_identity":
		host, _, err := net.SplitHostPort(config.Addr)
		if err != nil {
			return err
		}
		config.TLS = &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12}
	}
	// LDAP, PAM and the like want the password as it is, which Java's drivers send where nobody can listen.
	config.AllowCleartextPasswords = !config.AllowFallbackToPlaintext
	return mysqlCertificate(a, config.TLS)
}

// mysqlTLSMode is one of disabled, preferred, required, verify_ca and verify_identity.
func mysqlTLSMode(a *address) (string, error) {
	mode := strings.ReplaceAll(strings.ToLower(a.params.text("sslMode")), "-", "_")
	useSSL, required, verify := a.params.flag("useSSL", !a.mariadb), a.params.flag("requireSSL", false), a.params.flag("verifyServerCertificate", false)
	trusting, anyName := a.params.flag("trustServerCertificate", false), a.params.flag("disableSslHostnameVerification", false)
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
	case a.mariadb && !anyName:
		return "verify_identity", nil
	case a.mariadb, verify:
		return "verify_ca", nil
	case required:
		return "required", nil
	}
	return "preferred", nil
}
