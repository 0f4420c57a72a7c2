// SPDX-License-Identifier: Apache-2.0

package database

import (
	"database/sql/driver"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// takeProperties reads what comes after the first semicolon: name=value;name={value with ; and }} for }}.
func (a *address) takeProperties() error {
	rest := a.rest
	if a.jtds {
		rest = strings.TrimPrefix(rest, "sqlserver:")
	}
	rest = strings.TrimPrefix(rest, "sqlserver:")
	place, properties, _ := strings.Cut(rest, ";")
	a.rest = place
	for properties != "" {
		name, tail, is := strings.Cut(properties, "=")
		if !is {
			if strings.Trim(properties, "; \t") == "" {
				return nil
			}
			return badURL("a property of the URL has no value")
		}
		value, after, err := propertyValue(tail)
		if err != nil {
			return err
		}
		if name = strings.Trim(name, "; \t"); name != "" {
			a.params.set(name, value)
		}
		properties = after
	}
	return nil
}

func propertyValue(tail string) (value, after string, err error) {
	if !strings.HasPrefix(tail, "{") {
		value, after, _ = strings.Cut(tail, ";")
		return strings.TrimSpace(value), after, nil
	}
	var b strings.Builder
	for i := 1; i < len(tail); i++ {
		if tail[i] != '}' {
			b.WriteByte(tail[i])
			continue
		}
		if i+1 < len(tail) && tail[i+1] == '}' {
			b.WriteByte('}')
			i++
			continue
		}
		_, after, _ = strings.Cut(tail[i+1:], ";")
		return b.String(), after, nil
	}
	return "", "", badURL("a brace around the value of a property has no end")
}

// sqlserverConnector reads jdbc:sqlserver://host\instance:port;name=value and jdbc:jtds:sqlserver://host:port/database;name=value with the
// properties of Microsoft's driver (https://learn.microsoft.com/sql/connect/jdbc/setting-the-connection-properties).
func sqlserverConnector(a *address) (func() (driver.Connector, error), error) {
	config, err := sqlserverConfig(a)
	if err != nil {
		return nil, err
	}
	first := ""
	if locks := a.params.text("lockTimeout"); locks != "" && locks != "-1" {
		n, err := strconv.Atoi(locks)
		if err != nil {
			return nil, fmt.Errorf("property lockTimeout is %q: it should be a number of milliseconds", locks)
		}
		first = fmt.Sprintf("SET LOCK_TIMEOUT %d", n)
	}
	return func() (driver.Connector, error) {
		connector := mssql.NewConnectorConfig(config)
		connector.SessionInitSQL = first
		return &limitedLogin{Connector: connector, limit: config.DialTimeout}, nil
	}, nil
}

func sqlserverConfig(a *address) (msdsn.Config, error) {
	u := &url.URL{Scheme: "sqlserver"}
	query := url.Values{}
	if err := sqlserverPlace(a, u, query); err != nil {
		return msdsn.Config{}, err
	}
	if err := sqlserverTLS(a, query); err != nil {
		return msdsn.Config{}, err
	}
	for name, properties := range map[string][]string{msdsn.AppName: {"applicationName", "appName"}, msdsn.WorkstationID: {"workstationID"}, msdsn.PacketSize: {"packetSize"},
		msdsn.ApplicationIntent: {"applicationIntent"}, "multisubnetfailover": {"multiSubnetFailover"}, msdsn.FailoverPartner: {"failoverPartner"}} {
		if value := a.params.text(properties...); value != "" {
			query.Set(name, value)
		}
	}
	if err := sqlserverLogin(a); err != nil {
		return msdsn.Config{}, err
	}
	u.RawQuery = query.Encode()
	config, err := msdsn.Parse(u.String())
	if err != nil {
		return msdsn.Config{}, err
	}
	if config.DialTimeout, err = a.params.duration(time.Second, sqlserverLoginLimit, "loginTimeout"); err != nil {
		return msdsn.Config{}, err
	}
	if config.DialTimeout == 0 {
		config.DialTimeout = sqlserverLoginLimit
	}
	if config.ConnTimeout, err = a.params.duration(time.Millisecond, 0, "socketTimeout"); err != nil {
		return msdsn.Config{}, err
	}
	config.User, config.Password = a.params.text("user", "userName"), a.params.text("password")
	if domain := a.params.text("domain"); domain != "" && !strings.Contains(config.User, `\`) {
		config.User = domain + `\` + config.User
	}
	a.params.ignore(byItself, "sendStringParametersAsUnicode", "sendTimeAsDatetime", "datetimeParameterType", "selectMethod", "responseBuffering",
		"useBulkCopyForBatchInsert", "disableStatementPooling", "statementPoolingCacheSize", "connectRetryCount", "connectRetryInterval", "delayLoadingLobs",
		"prepareMethod", "useFmtOnly", "calcBigDecimalPrecision")
	a.params.ignore(ofJava, "lastUpdateCount", "xopenStates", "trustStorePassword", "trustStoreType", "sslProtocol")
	return config, nil
}

// sqlserverLoginLimit is how long Java's driver lets a login take where nothing else is said.
const sqlserverLoginLimit = 30 * time.Second

func sqlserverPlace(a *address, u *url.URL, query url.Values) error {
	place, name, _ := strings.Cut(strings.TrimPrefix(a.rest, "//"), "/")
	if strings.Contains(place, "@") {
		return errUserInHost
	}
	if value := a.params.text("serverName", "server"); value != "" {
		place = value
	}
	host, instance, _ := strings.Cut(place, `\`)
	port := ""
	if instance != "" {
		instance, port, _ = strings.Cut(instance, ":")
	} else if h, p, err := net.SplitHostPort(host); err == nil {
		host, port = h, p
	}
	if value := a.params.text("portNumber", "port"); value != "" {
		port = value
	}
	if value := a.params.text("instanceName", "instance"); value != "" {
		instance = value
	}
	if value := a.params.text("databaseName", "database"); value != "" {
		name = value
	}
	if host == "" {
		host = "localhost"
	}
	if port == "" && instance == "" {
		port = "1433"
	}
	u.Host = host
	if port != "" {
		u.Host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		// A port says where to connect: the instance's name would only be looked up again.
		instance = ""
	}
	if instance != "" {
		u.Path = "/" + instance
	}
	if name != "" {
		query.Set("database", name)
	}
	return nil
}

// sqlserverTLS sets encryption explicitly: the Go driver's own choice is another than Java's.
func sqlserverTLS(a *address, query url.Values) error {
	encrypt := strings.ToLower(a.params.text("encrypt"))
	if a.jtds {
		encrypt = map[string]string{"": "false", "off": "false", "request": "false", "require": "true", "authenticate": "true"}[strings.ToLower(a.params.text("ssl"))]
	}
	switch encrypt {
	case "", "true", "mandatory", "yes":
		query.Set("encrypt", "true")
	case "false", "optional", "no":
		query.Set("encrypt", "false")
	case "strict":
		query.Set("encrypt", "strict")
	default:
		return fmt.Errorf("property encrypt is %q: it should be true, false or strict", encrypt)
	}
	if a.params.flag("trustServerCertificate", false) || a.jtds && !strings.EqualFold(a.params.text("ssl"), "authenticate") {
		query.Set("TrustServerCertificate", "true")
	}
	if name := a.params.text("hostNameInCertificate"); name != "" {
		query.Set("hostNameInCertificate", name)
	}
	if file := a.params.text("serverCertificate"); file != "" {
		query.Set("certificate", file)
	}
	if file := a.params.text("trustStore"); file != "" {
		return fmt.Errorf("property trustStore names a Java key store: export its certificate as PEM and name that in serverCertificate")
	}
	return nil
}

// sqlserverLogin refuses ways to log in that need more than user and password.
func sqlserverLogin(a *address) error {
	scheme := strings.ToLower(a.params.text("authenticationScheme"))
	if a.params.flag("integratedSecurity", false) && scheme != "ntlm" {
		return fmt.Errorf("a login by Kerberos (integratedSecurity) is not supported: use connection.user and connection.password, or authenticationScheme=NTLM with domain")
	}
	if way := a.params.text("authentication"); way != "" && !strings.EqualFold(way, "SqlPassword") && !strings.EqualFold(way, "NotSpecified") {
		return fmt.Errorf("authentication=%s is not supported: use connection.user and connection.password", way)
	}
	if _, is := a.params.take("accessToken"); is {
		return fmt.Errorf("a login by accessToken is not supported: use connection.user and connection.password")
	}
	return nil
}
