// SPDX-License-Identifier: Apache-2.0

package database

import (
	"errors"
	"fmt"
	"testing"
	"time"

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
		})
	}
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
		"jdbc:mysql://address=(host=x)(port=99),y/shop?useSSL=false":          "u:p@x:99/shop plain",
		"jdbc:mysql:loadbalance://x:1,y:2/shop?useSSL=false":                  "u:p@x:1/shop plain",
		"jdbc:mysql://db/shop?sslMode=VERIFY_IDENTITY":                        "u:p@db:3306/shop tls for db",
		"jdbc:mysql://db?useSSL=true&requireSSL=true&verifyServerCertificate": "u:p@db:3306/ tls",
	} {
		t.Run(url, func(t *testing.T) {
			c, err := mysqlConfig(parsed(t, url, "user", "u", "password", "p"))
			require.NoError(t, err)
			text := "plain"
			switch {
			case c.TLS != nil && c.AllowFallbackToPlaintext:
				text = "preferred"
			case c.TLS != nil && c.TLS.ServerName != "":
				text = "tls for " + c.TLS.ServerName
			case c.TLS != nil:
				text = "tls"
			}
			assert.Equal(t, want, fmt.Sprintf("%s:%s@%s/%s %s", c.User, c.Passwd, c.Addr, c.DBName, text))
			assert.True(t, c.ClientFoundRows)
			assert.False(t, c.ParseTime)
		})
	}
	c, err := mysqlConfig(parsed(t, "jdbc:mysql://me:s%40c%2Frt@db/shop?connectTimeout=1500&sessionVariables=sql_mode='',a=1"))
	require.NoError(t, err)
	assert.Equal(t, []any{"me", "s@c/rt", 1500 * time.Millisecond, map[string]string{"sql_mode": "''", "a": "1"}}, []any{c.User, c.Passwd, c.Timeout, c.Params})
}

func TestURLsOfSQLServer(t *testing.T) {
	for url, want := range map[string]string{
		"jdbc:sqlserver://db:1444;databaseName=shop;encrypt=false":           "db:1444 shop u:p off",
		`jdbc:sqlserver://db\main;database=shop;trustServerCertificate=true`: `db\main:0 shop u:p required`,
		"jdbc:sqlserver://;serverName=x;portNumber=5;databaseName={a;b}}c}":  "x:5 a;b}c u:p required",
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
	for _, url := range []string{"jdbc:sqlserver://db;encrypt=perhaps", "jdbc:sqlserver://db;integratedSecurity=true", "jdbc:sqlserver://db;accessToken=x", "jdbc:sqlserver://db;authentication=ActiveDirectoryPassword"} {
		_, err := sqlserverConfig(parsed(t, url, "user", "u"))
		assert.Error(t, err, url)
	}
}

func TestURLsOfSQLite(t *testing.T) {
	for url, want := range map[string]string{
		"jdbc:sqlite:/data/a b.db": "file:/data/a b.db?_pragma=busy_timeout%283000%29",
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
	} {
		db, err := New(Settings{URL: url})
		require.NoError(t, err, url)
		assert.NotContains(t, db.String(), "hush")
		_, err = db.Connect(t.Context())
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "hush")
		assert.NotContains(t, db.redact(errors.New("wrong password hush-hush")).Error(), "hush")
	}
	_, err := New(Settings{URL: "jdbc:postgresql://u:hush-hush@db/shop", Properties: map[string]string{"user": "u"}})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hush")
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
		Properties(map[string]string{"connection.url": "x", "connection.user": "u", "connection.ssl": "true", "connection.attempts": "3", "connection.backoff.ms": "1", "mode": "bulk", "connection.pool": "1"}, "pool"))
}
