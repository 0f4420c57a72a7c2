// SPDX-License-Identifier: Apache-2.0

package database

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parsed(t *testing.T, url string, properties ...string) *address {
	t.Helper()
	m := map[string]string{}
	for i := 0; i < len(properties); i += 2 {
		m[properties[i]] = properties[i+1]
	}
	a, err := parseAddress(url, m)
	require.NoError(t, err)
	return a
}

func TestURLsOfPostgreSQL(t *testing.T) {
	for url, want := range map[string]string{
		"jdbc:postgresql://db:6543/shop":                                                "db:6543/shop user=u tls=true",
		"jdbc:postgresql:shop?sslmode=disable":                                          "localhost:5432/shop user=u tls=false",
		"jdbc:postgresql:/?sslmode=disable":                                             "localhost:5432/u user=u tls=false",
		"jdbc:postgresql:///shop?sslmode=disable":                                       "localhost:5432/shop user=u tls=false",
		"jdbc:postgresql://[::1]/sh%20op?sslmode=disable":                               "::1:5432/sh op user=u tls=false",
		"jdbc:postgresql://a:1,b:2/shop?sslmode=disable&user=other":                     "a:1/shop user=u tls=false +b:2",
		"jdbc:postgresql://a/shop?ssl=true":                                             "a:5432/shop user=u tls=true",
		"jdbc:postgresql://a/shop?currentSchema=s&ApplicationName=copy&sslmode=disable": "a:5432/shop user=u tls=false application_name=copy search_path=s",
	} {
		t.Run(url, func(t *testing.T) {
			c, err := postgresConfig(parsed(t, url, "user", "u", "password", "p w'd\\"))
			require.NoError(t, err)
			assert.Equal(t, want, summary(c))
			assert.Equal(t, "p w'd\\", c.Password)
			assert.Equal(t, "UTF8", c.RuntimeParams["client_encoding"])
		})
	}
	_, err := postgresConfig(parsed(t, "jdbc:postgresql://a/b?sslcert=x", "user", "u"))
	assert.ErrorContains(t, err, "sslkey")
}

func summary(c *pgx.ConnConfig) string {
	text := fmt.Sprintf("%s:%d/%s user=%s tls=%v", c.Host, c.Port, c.Database, c.User, c.TLSConfig != nil)
	for _, f := range c.Fallbacks {
		if f.Host != c.Host || f.Port != c.Port {
			text += fmt.Sprintf(" +%s:%d", f.Host, f.Port)
		}
	}
	for _, name := range []string{"application_name", "search_path"} {
		if v := c.RuntimeParams[name]; v != "" {
			text += " " + name + "=" + v
		}
	}
	return text
}

func TestTLSOfPostgreSQL(t *testing.T) {
	for query, want := range map[string]string{
		"": "prefer", "ssl=true": "verify-full", "ssl": "verify-full", "ssl=false": "prefer", "sslmode=require": "require", "sslmode=VERIFY-CA&ssl=true": "verify-ca",
		"ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory": "require",
	} {
		mode, err := postgresTLSMode(parsed(t, "jdbc:postgresql://a/b?"+query))
		require.NoError(t, err, query)
		assert.Equal(t, want, mode, query)
	}
	for _, query := range []string{"sslmode=strict", "ssl=true&sslfactory=com.example.Mine", "gssEncMode=require"} {
		_, err := postgresTLSMode(parsed(t, "jdbc:postgresql://a/b?"+query))
		assert.Error(t, err, query)
	}
}

func TestURLsOfMySQL(t *testing.T) {
	for url, want := range map[string]string{
		"jdbc:mysql://db:3307/shop":                                           "u:p@db:3307/shop preferred",
		"jdbc:mysql://me:s%40crt@db/shop?sslMode=DISABLED":                    "u:p@db:3306/shop plain",
		"jdbc:mariadb://db/shop":                                              "u:p@db:3306/shop plain",
		"jdbc:mariadb://db/shop?sslMode=trust":                                "u:p@db:3306/shop tls",
		"jdbc:mysql://address=(host=x)(port=99),y/shop?useSSL=false":          "u:p@x:99/shop plain +y:3306",
		"jdbc:mysql://(host=x, port=99),(host=::1)/shop?useSSL=false":         "u:p@x:99/shop plain +[::1]:3306",
		"jdbc:mysql:loadbalance://x:1,y:2/shop?useSSL=false":                  "u:p@x:1/shop plain +y:2",
		"jdbc:mysql://db,more/shop?sslMode=VERIFY_IDENTITY":                   "u:p@db:3306/shop tls for db +more:3306 for more",
		"jdbc:mariadb://db/shop?useSsl=true&disableSslHostnameVerification":   "u:p@db:3306/shop tls",
		"jdbc:mysql://db?useSSL=true&requireSSL=true&verifyServerCertificate": "u:p@db:3306/ tls",
	} {
		t.Run(url, func(t *testing.T) {
			configs, err := mysqlConfigs(parsed(t, url, "user", "u", "password", "p"))
			require.NoError(t, err)
			c, more := configs[0], ""
			for _, other := range configs[1:] {
				more += " +" + other.Addr
				if other.TLS != nil && other.TLS.ServerName != "" {
					more += " for " + other.TLS.ServerName
				}
			}
			text := "plain"
			switch {
			case c.TLS != nil && c.AllowFallbackToPlaintext:
				text = "preferred"
			case c.TLS != nil && c.TLS.ServerName != "":
				text = "tls for " + c.TLS.ServerName
			case c.TLS != nil:
				text = "tls"
			}
			assert.Equal(t, want, fmt.Sprintf("%s:%s@%s/%s %s%s", c.User, c.Passwd, c.Addr, c.DBName, text, more))
			assert.True(t, c.ClientFoundRows)
			assert.False(t, c.ParseTime)
		})
	}
}

func TestLoginsInTheHostsOfMySQL(t *testing.T) {
	for url, want := range map[string]string{
		"jdbc:mysql://me:s%40c%2Frt@db/shop":                                    "me s@c/rt db:3306 shop",
		"jdbc:mysql://me:s/c@rt@db/shop":                                        "me s/c@rt db:3306 shop",
		"jdbc:mysql://address=(host=db)(user=me)(password=s,c/r@t)/shop":        "me s,c/r@t db:3306 shop",
		"jdbc:mysql://(host=db,user=me,password=s%2Ccrt),me:other@more/shop":    "me s,crt db:3306 shop",
		"jdbc:mysql://db/shop?user=me&password=a%2Bb+c":                         "me a+b c db:3306 shop",
		"jdbc:mariadb://db/shop?user=me&password=100%+c":                        "me 100%+c db:3306 shop",
		"jdbc:mysql://@db/shop?password=x":                                      " x db:3306 shop",
		"jdbc:mysql://you:other@db/shop?user=me&password=that+of+the+parameter": "me that of the parameter db:3306 shop",
	} {
		a := parsed(t, url)
		configs, err := mysqlConfigs(a)
		require.NoError(t, err, url)
		c := configs[0]
		assert.Equal(t, want, fmt.Sprintf("%s %s %s %s", c.User, c.Passwd, c.Addr, c.DBName), url)
		assert.NotRegexp(t, `s.?c|rt|other|%`, strings.TrimSuffix(a.shown, "@db/shop"), "what is shown of %s", url)
	}
}

func TestSessionsOfMySQL(t *testing.T) {
	const strict = "concat(@@sql_mode, ',STRICT_TRANS_TABLES')"
	for url, want := range map[string]map[string]string{
		"jdbc:mysql://db/shop?sessionVariables=sql_mode='ANSI,ONLY_FULL_GROUP_BY',a=1;b=f(1,2)": {"sql_mode": "'ANSI,ONLY_FULL_GROUP_BY'", "a": "1", "b": "f(1,2)"},
		"jdbc:mysql://db/shop?sessionVariables=SESSION SQL_MODE=''":                             {"SESSION SQL_MODE": "''"},
		"jdbc:mysql://db/shop?jdbcCompliantTruncation=false":                                    {},
		"jdbc:mysql://db/shop?serverTimezone=Europe/Berlin&connectionCollation=latin1_bin":      {"sql_mode": strict, "collation_connection": "'latin1_bin'"},
		"jdbc:mysql://db/shop?serverTimezone=UTC&forceConnectionTimeZoneToSession=true":         {"sql_mode": strict, "time_zone": "'+00:00'"},
		"jdbc:mysql://db/shop?serverTimezone=JST&forceConnectionTimeZoneToSession=true":         {"sql_mode": strict, "time_zone": "'Asia/Tokyo'"},
		"jdbc:mysql://db/shop?serverTimezone=SERVER&forceConnectionTimeZoneToSession=true":      {"sql_mode": strict},
		"jdbc:mariadb://db/shop?timezone=GMT-8":                                                 {"sql_mode": strict, "time_zone": "'-08:00'"},
		"jdbc:mariadb://db/shop?timezone=disable":                                               {"sql_mode": strict},
	} {
		configs, err := mysqlConfigs(parsed(t, url))
		require.NoError(t, err, url)
		assert.Equal(t, want, configs[0].Params, url)
		assert.Empty(t, configs[0].Collation, "what we send is UTF-8, always")
		assert.Zero(t, configs[0].MaxAllowedPacket, "the server says it")
	}
	_, err := mysqlConfigs(parsed(t, "jdbc:mariadb://db/shop?timezone=Mars/Olympus"))
	assert.ErrorContains(t, err, "Mars/Olympus")
}

func TestPasswordsGoInPlainOnlyWhereTLSIsCertain(t *testing.T) {
	for mode, want := range map[string]bool{"DISABLED": false, "PREFERRED": false, "REQUIRED": true, "VERIFY_CA": true, "VERIFY_IDENTITY": true} {
		configs, err := mysqlConfigs(parsed(t, "jdbc:mysql://db/shop?sslMode="+mode))
		require.NoError(t, err)
		assert.Equal(t, want, configs[0].AllowCleartextPasswords, mode)
	}
}

// host is a host of MySQL that answers with an error, or with a connection.
type host struct {
	err   error
	asked int
}

func (h *host) Connect(context.Context) (driver.Conn, error) { h.asked++; return nil, h.err }
func (*host) Driver() driver.Driver                          { return nil }

func TestTheFirstHostOfMySQLThatIsThereIsTaken(t *testing.T) {
	gone, full := &host{err: io.EOF}, &host{err: &mysql.MySQLError{Number: 1040}}
	there, refuses := &host{}, &host{err: &mysql.MySQLError{Number: 1045}}
	_, err := mysqlHosts{gone, full, there}.Connect(t.Context())
	require.NoError(t, err)
	_, err = mysqlHosts{gone, refuses, there}.Connect(t.Context())
	assert.ErrorContains(t, err, "1045")
	assert.Equal(t, []int{2, 1, 1, 1}, []int{gone.asked, full.asked, refuses.asked, there.asked})
}

func TestURLsOfSQLServer(t *testing.T) {
	for url, want := range map[string]string{
		"jdbc:sqlserver://db:1444;databaseName=shop;encrypt=false":           "db:1444 shop u:p off",
		`jdbc:sqlserver://db\main;database=shop;trustServerCertificate=true`: `db\main:0 shop u:p required`,
		"jdbc:sqlserver://;serverName=x;portNumber=5;databaseName={a;b}}c}":  "x:5 a;b}c u:p required",
		`jdbc:sqlserver://;serverName=x\main;databaseName=shop`:              `x\main:0 shop u:p required`,
		"jdbc:sqlserver://[::1];databaseName=shop":                           "::1:1433 shop u:p required",
		"jdbc:jtds:sqlserver://db:1444/shop;appName=x":                       "db:1444 shop u:p off",
	} {
		t.Run(url, func(t *testing.T) {
			c, err := sqlserverConfig(parsed(t, url, "user", "u", "password", "p"))
			require.NoError(t, err)
			host := c.Host
			if c.Instance != "" {
				host += `\` + c.Instance
			}
			encryption := map[bool]string{true: "required", false: "off"}[c.Encryption == 1]
			assert.Equal(t, want, fmt.Sprintf("%s:%d %s %s:%s %s", host, c.Port, c.Database, c.User, c.Password, encryption))
		})
	}
	c, err := sqlserverConfig(parsed(t, "jdbc:sqlserver://db;loginTimeout=7;socketTimeout=1500"))
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{7 * time.Second, 1500 * time.Millisecond}, []time.Duration{c.DialTimeout, c.ConnTimeout})
	for _, url := range []string{"jdbc:sqlserver://db;encrypt=perhaps", "jdbc:sqlserver://db;lockTimeout=soon", "jdbc:sqlserver://db;integratedSecurity=true", "jdbc:sqlserver://db;accessToken=x", "jdbc:sqlserver://db;authentication=ActiveDirectoryPassword"} {
		_, err := sqlserverConnector(parsed(t, url, "user", "u"))
		assert.Error(t, err, url)
	}
}

func TestURLsOfSQLite(t *testing.T) {
	for url, want := range map[string]string{
		"jdbc:sqlite:/data/a b.db": "file:/data/a b.db?_pragma=busy_timeout%283000%29",
		"jdbc:sqlite://data/a.db":  "file:////data/a.db?_pragma=busy_timeout%283000%29",
		"jdbc:sqlite:":             "file::memory:?_pragma=busy_timeout%283000%29",
		`jdbc:sqlite:C:\data\x.db`: "file:/C:/data/x.db?_pragma=busy_timeout%283000%29",
		"jdbc:sqlite:x.db?journal_mode=WAL&busy_timeout=5&transaction_mode=IMMEDIATE": "file:x.db?_pragma=busy_timeout%285%29&_pragma=journal_mode%28WAL%29&_txlock=immediate",
		"jdbc:sqlite:x.db?synchronous=1);DROP TABLE t--":                              "file:x.db?_pragma=busy_timeout%283000%29&_pragma=synchronous%281DROPTABLEt--%29",
	} {
		name, err := sqliteName(parsed(t, url))
		require.NoError(t, err, url)
		assert.Equal(t, want, name, url)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	for _, url := range []string{
		"jdbc:postgresql://127.0.0.1:1/shop?user=u&password=hush-hush",
		"jdbc:mysql://u:hush-hush@127.0.0.1:1/shop",
		"jdbc:mysql://address=(host=127.0.0.1)(port=1)(user=u)(password=hush-hush)/shop",
		"jdbc:sqlserver://127.0.0.1:1;user=u;password=hush-hush",
		"jdbc:mysql://u:a/hush@127.0.0.1:1/shop",
		"jdbc:mysql://u:a@hush@127.0.0.1:1/shop",
		"jdbc:mysql://u:hush-1@127.0.0.1:1,u:hush-2@127.0.0.1:2/shop",
		"jdbc:mysql://address=(host=127.0.0.1)(port=1)(password=a,hush)/shop",
		"jdbc:mysql://(host=127.0.0.1,port=1,password=hush-hush,user=u)/shop",
	} {
		db, err := New(Settings{URL: url})
		require.NoError(t, err, url)
		assert.NotContains(t, db.String(), "hush")
		_, err = db.Connect(t.Context())
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "hush")
		for _, secret := range db.address.secrets() {
			assert.NotContains(t, db.redact(errors.New("wrong password "+secret)).Error(), secret)
		}
	}
	for _, url := range []string{"jdbc:postgresql://u:hush-hush@db/shop", "jdbc:sqlserver://u:hush-hush@db;databaseName=shop", "jdbc:mysql://u:x?hush@db/shop", "jdbc:mysql://u:hush?x@db/shop",
		"jdbc:postgresql://db/shop?password=x&hush@x"} {
		_, err := New(Settings{URL: url, Properties: map[string]string{"user": "u"}})
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "hush")
	}
}

func TestALoginThatIsNotAnsweredEnds(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	for _, url := range []string{"jdbc:postgresql://%s/shop", "jdbc:mysql://%s/shop", "jdbc:sqlserver://%s;databaseName=shop"} {
		for _, limit := range []string{"by its context", "loginTimeout"} {
			if limit == "loginTimeout" && strings.Contains(url, "mysql") {
				continue // it has none
			}
			t.Run(url+" "+limit, func(t *testing.T) {
				properties := map[string]string{"user": "u"}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if limit == "loginTimeout" {
					properties[limit] = "1"
				} else {
					time.AfterFunc(100*time.Millisecond, cancel)
				}
				db, err := New(Settings{URL: fmt.Sprintf(url, silent.Addr()), Properties: properties})
				require.NoError(t, err)
				done := make(chan error, 1)
				go func() {
					_, err := db.Connect(ctx)
					done <- err
				}()
				select {
				case err := <-done:
					require.Error(t, err)
				case <-time.After(10 * time.Second):
					require.FailNow(t, "Connect has not returned")
				}
			})
		}
	}
}

func TestParametersWithoutEffectAreLogged(t *testing.T) {
	var log bytes.Buffer
	_, err := New(Settings{URL: "jdbc:mysql://db/shop?rewriteBatchedStatements=true&serverTimezone=UTC&useSSL=false&flavour=sweet&password=hush", Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	for _, want := range []string{`why="the connector does by itself what they are for" url=jdbc:mysql://db/shop parameters=[rewriteBatchedStatements]`,
		`why="a key of the connector says in which zone times without one are" url=jdbc:mysql://db/shop parameters=[serverTimezone]`, `level=WARN`, `parameters=[flavour]`} {
		assert.Contains(t, log.String(), want)
	}
	assert.NotContains(t, log.String(), "useSSL")
}

func TestParametersThatTheOperatorForbidsAreRefused(t *testing.T) {
	t.Setenv(BlockedParametersVariable, "socketFactory, ALLOWLOADLOCALINFILE")
	_, err := New(Settings{URL: "jdbc:mysql://db/shop?allowLoadLocalInfile=true"})
	assert.ErrorContains(t, err, "ALLOWLOADLOCALINFILE")
	_, err = New(Settings{URL: "jdbc:postgresql://db/shop", Properties: map[string]string{"user": "u", "socketfactory": "x"}})
	assert.ErrorContains(t, err, "socketFactory")
	_, err = New(Settings{URL: "jdbc:mysql://db/shop"})
	assert.NoError(t, err)
}

func TestUnknownDatabasesAreRefused(t *testing.T) {
	for _, url := range []string{"", "postgresql://x", "jdbc:", "jdbc:oracle:thin:@x", "jdbc:derby:x"} {
		_, err := New(Settings{URL: url})
		assert.Error(t, err, url)
	}
}

func TestPropertiesOfADriverBeginWithConnection(t *testing.T) {
	assert.Equal(t, map[string]string{"user": "u", "ssl": "true"},
		Properties(map[string]string{"connection.url": "x", "connection.user": "u", "connection.ssl": "true", "connection.attempts": "3", "connection.backoff.ms": "1", "mode": "bulk"}))
}
