// SPDX-License-Identifier: Apache-2.0

package database

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// loginLimit is how long Java's drivers let a login take where nothing else is said.
const loginLimit = 10 * time.Second

// postgresConfig reads jdbc:postgresql://host:port,host:port/database, jdbc:postgresql:database and jdbc:postgresql:/ with the parameters of
// PostgreSQL's JDBC driver (https://jdbc.postgresql.org/documentation/use/).
func postgresConfig(a *address) (*pgx.ConnConfig, error) {
	hosts, name, err := postgresPlace(a)
	if err != nil {
		return nil, err
	}
	words, err := postgresWords(a, hosts)
	if err != nil {
		return nil, err
	}
	config, err := pgx.ParseConfig(words)
	if err != nil {
		return nil, err
	}
	config.User, config.Password, config.Database = a.params.text("user"), a.params.text("password"), name
	if config.User == "" {
		return nil, fmt.Errorf("no user is given: set connection.user")
	}
	if config.Database == "" {
		config.Database = config.User
	}
	// Java's driver sets these, too: without the first a database in LATIN1 speaks that.
	config.RuntimeParams = map[string]string{"client_encoding": "UTF8", "DateStyle": "ISO"}
	for parameter, setting := range map[string]string{"currentSchema": "search_path", "ApplicationName": "application_name", "options": "options"} {
		if value := a.params.text(parameter); value != "" {
			config.RuntimeParams[setting] = value
		}
	}
	if err := postgresTimes(a, config); err != nil {
		return nil, err
	}
	if err := postgresCertificate(a, config); err != nil {
		return nil, err
	}
	postgresProtocol(a, config)
	return config, nil
}

// postgresPlace reads hosts and database.
func postgresPlace(a *address) (hosts []string, name string, err error) {
	place, is := strings.CutPrefix(a.rest, "//")
	if !is {
		name, err = a.decode(strings.TrimPrefix(a.rest, "/"))
		return []string{"localhost:5432"}, name, err
	}
	list, name, _ := strings.Cut(place, "/")
	if name, err = a.decode(name); err != nil {
		return nil, "", err
	}
	for host := range strings.SplitSeq(list, ",") {
		if strings.Contains(host, "@") {
			return nil, "", errUserInHost
		}
		hosts = append(hosts, withPort(host, "localhost", "5432"))
	}
	if a.params.flag("loadBalanceHosts", false) {
		rand.Shuffle(len(hosts), func(i, j int) { hosts[i], hosts[j] = hosts[j], hosts[i] })
	}
	return hosts, name, nil
}

// withPort completes host:port, where either may be missing and an IPv6 address is in brackets.
func withPort(text, host, port string) string {
	h, p, err := net.SplitHostPort(text)
	if err != nil {
		h, p = strings.Trim(text, "[]"), port
	}
	if h == "" {
		h = host
	}
	if p == "" {
		p = port
	}
	return net.JoinHostPort(h, p)
}

// postgresWords are the words of a connection string that pgx understands and that hold no secret.
func postgresWords(a *address, hosts []string) (string, error) {
	var names, ports []string
	for _, host := range hosts {
		h, p, err := net.SplitHostPort(host)
		if err != nil {
			return "", err
		}
		names, ports = append(names, h), append(ports, p)
	}
	mode, err := postgresTLSMode(a)
	if err != nil {
		return "", err
	}
	words := []string{"host=" + word(strings.Join(names, ",")), "port=" + word(strings.Join(ports, ",")), "user=x", "password=x", "dbname=x", "sslmode=" + mode}
	if root := a.params.text("sslrootcert"); root != "" && strings.HasPrefix(mode, "verify") {
		words = append(words, "sslrootcert="+word(root))
	}
	if target := a.params.text("targetServerType"); target != "" {
		attribute, known := map[string]string{"any": "any", "primary": "primary", "master": "primary", "secondary": "standby", "slave": "standby",
			"prefersecondary": "prefer-standby", "preferslave": "prefer-standby", "preferprimary": "any"}[strings.ToLower(target)]
		if !known {
			return "", fmt.Errorf("parameter targetServerType is %q: it should be any, primary, secondary, preferSecondary or preferPrimary", target)
		}
		words = append(words, "target_session_attrs="+attribute)
	}
	if binding := a.params.text("channelBinding"); binding != "" {
		words = append(words, "channel_binding="+word(strings.ToLower(binding)))
	}
	return strings.Join(words, " "), nil
}

// word quotes a value for a connection string.
func word(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// postgresTLSMode is the mode by the names that libpq shares with the driver.
func postgresTLSMode(a *address) (string, error) {
	if strings.EqualFold(a.params.text("gssEncMode"), "require") {
		return "", fmt.Errorf("encryption by GSSAPI is not supported: leave gssEncMode out and use sslmode")
	}
	mode := strings.ToLower(a.params.text("sslmode"))
	factory := a.params.text("sslfactory")
	encrypted := a.params.flag("ssl", false)
	switch {
	case strings.HasSuffix(factory, "NonValidatingFactory"):
		return "require", nil
	case factory != "" && !strings.HasSuffix(factory, "LibPQFactory") && !strings.HasSuffix(factory, "DefaultJavaSSLFactory"):
		return "", fmt.Errorf("the Java class in sslfactory cannot be used here: set sslmode and sslrootcert")
	case mode == "" && encrypted:
		return "verify-full", nil
	case mode == "":
		return "prefer", nil
	}
	switch mode {
	case "disable", "allow", "prefer", "require", "verify-ca", "verify-full":
		return mode, nil
	}
	return "", fmt.Errorf("parameter sslmode is %q: it should be disable, allow, prefer, require, verify-ca or verify-full", mode)
}

func postgresTimes(a *address, config *pgx.ConnConfig) error {
	limit, err := a.params.duration(time.Second, loginLimit, "connectTimeout")
	if err != nil {
		return err
	}
	if limit, err = a.params.duration(time.Second, limit, "loginTimeout"); err != nil {
		return err
	}
	config.ConnectTimeout = limit
	silence, err := a.params.duration(time.Second, 0, "socketTimeout")
	if err != nil || silence == 0 {
		return err
	}
	dialer := &net.Dialer{Timeout: limit}
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dialer.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &impatient{Conn: c, limit: silence}, nil
	}
	return nil
}

// postgresCertificate reads the certificate of this side, whose key may have the forms of Java's driver: PKCS-8 in DER, or PKCS-12.
func postgresCertificate(a *address, config *pgx.ConnConfig) error {
	certificate, key, password := a.params.text("sslcert"), a.params.text("sslkey"), a.params.text("sslpassword")
	switch {
	case key == "" && certificate != "":
		return fmt.Errorf("sslcert is set without sslkey: name the file with its key")
	case key == "":
		return nil
	}
	pair, err := keyPair(certificate, key, password)
	if err != nil {
		return fmt.Errorf("read the key of sslkey: %w", err)
	}
	if config.TLSConfig != nil {
		config.TLSConfig.Certificates = []tls.Certificate{pair}
	}
	for _, fallback := range config.Fallbacks {
		if fallback.TLSConfig != nil {
			fallback.TLSConfig.Certificates = []tls.Certificate{pair}
		}
	}
	return nil
}

// postgresProtocol keeps to statements without names where the driver was told so: poolers that share connections need it.
func postgresProtocol(a *address, config *pgx.ConnConfig) {
	if a.params.text("prepareThreshold") == "0" {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	switch strings.ToLower(a.params.text("preferQueryMode")) {
	case "simple":
		config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	case "extended":
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	a.params.take("stringtype") // the sink reads it
	a.params.ignore(byItself, "reWriteBatchedInserts", "defaultRowFetchSize", "adaptiveFetch", "maxResultBuffer", "binaryTransfer", "binaryTransferEnable",
		"binaryTransferDisable", "preparedStatementCacheQueries", "preparedStatementCacheSizeMiB", "databaseMetadataCacheFields",
		"databaseMetadataCacheFieldsMiB", "autosave", "cleanupSavepoints", "tcpKeepAlive", "tcpNoDelay", "receiveBufferSize", "sendBufferSize", "cancelSignalTimeout")
	a.params.ignore(ofJava, "assumeMinServerVersion", "loggerLevel", "loggerFile", "logUnclosedConnections", "hideUnprivilegedObjects", "escapeSyntaxCallMode",
		"allowEncodingChanges")
}

// impatient is a connection whose reads fail when nothing comes for so long, unless somebody has set a deadline.
type impatient struct {
	net.Conn
	limit time.Duration
}

func (c *impatient) Read(b []byte) (int, error) {
	// The watchdog closes the connection instead of setting a deadline: deadlines are pgx's, which ends calls by them.
	watchdog := time.AfterFunc(c.limit, func() { _ = c.Close() })
	defer watchdog.Stop()
	return c.Conn.Read(b)
}
