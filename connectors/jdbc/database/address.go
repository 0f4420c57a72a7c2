// SPDX-License-Identifier: Apache-2.0

package database

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// jdbcURL is what a JDBC URL begins with.
var jdbcURL = regexp.MustCompile(`^jdbc:([^:]+):(.*)$`)

// address is a URL with its properties, taken apart as far as all databases have it in common.
type address struct {
	dialect Dialect
	mariadb bool
	jtds    bool
	// rest is what comes after the sub-protocol, without parameters.
	rest   string
	params *parameters
	// shown is the URL for messages.
	shown string
	// embedded are secrets inside of rest.
	embedded []string
}

// parseAddress takes a URL apart. Properties win over the URL's parameters.
func parseAddress(text string, properties map[string]string) (*address, error) {
	text = strings.TrimSpace(text)
	m := jdbcURL.FindStringSubmatch(text)
	if m == nil {
		return nil, badURL("it should begin with jdbc:, the name of a database, and a colon")
	}
	a := &address{params: newParameters(), rest: m[2]}
	switch strings.ToLower(m[1]) {
	case "postgresql":
		a.dialect = PostgreSQL
	case "mysql":
		a.dialect = MySQL
	case "mariadb":
		a.dialect, a.mariadb = MySQL, true
	case "sqlite":
		a.dialect = SQLite
	case "sqlserver", "microsoft":
		a.dialect = SQLServer
	case "jtds":
		a.dialect, a.jtds = SQLServer, true
	default:
		return nil, badURL(fmt.Sprintf("there is no dialect for %q: databases are postgresql, mysql, mariadb, sqlite, sqlserver and jtds:sqlserver", m[1]))
	}
	if err := a.takeParameters(); err != nil {
		return nil, err
	}
	a.shown = "jdbc:" + m[1] + ":" + a.withoutSecrets(a.rest)
	for name, value := range properties {
		a.params.set(name, value)
	}
	return a, nil
}

func badURL(reason string) error {
	return connect.Errorf(connect.BadConfig, "Invalid value for configuration connection.url: %s", reason)
}

// takeParameters cuts the parameters off the rest: after a semicolon for SQL Server, else after a question mark.
func (a *address) takeParameters() error {
	if a.dialect == SQLServer {
		return a.takeProperties()
	}
	rest, query, _ := strings.Cut(a.rest, "?")
	a.rest = rest
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		plain, err := unescape(value)
		if err != nil {
			return badURL(fmt.Sprintf("the value of parameter %s is not encoded properly", name))
		}
		a.params.set(name, plain)
	}
	return nil
}

// unescape decodes percent signs; a plus is one.
func unescape(text string) (string, error) { return url.PathUnescape(text) }

// secretName tells parameters whose value must not be shown.
var secretName = regexp.MustCompile(`(?i)passw|passphrase|secret|credential|token|^pwd$|^sslkey$`)

// secrets are the values that must not be shown.
func (a *address) secrets() []string {
	out := slices.Clone(a.embedded)
	for name, value := range a.params.values {
		if secretName.MatchString(name) && value != "" {
			out = append(out, value)
		}
	}
	// The longest first: one secret may be part of another.
	slices.SortFunc(out, func(x, y string) int { return len(y) - len(x) })
	return out
}

var (
	userInfo   = regexp.MustCompile(`//[^/@]*@|^[^/@]*@`)
	hostSecret = regexp.MustCompile(`(?i)([(,]\s*password\s*=)[^),]*`)
)

// withoutSecrets hides what MySQL's URLs may have inside of the list of hosts.
func (a *address) withoutSecrets(rest string) string {
	if a.dialect == SQLite {
		return rest
	}
	if i := strings.LastIndex(rest, "@"); i >= 0 && a.dialect != MySQL {
		// An at sign is nothing that these drivers know: whatever is before it may be a secret.
		rest = "//****@" + rest[i+1:]
	}
	return hostSecret.ReplaceAllString(userInfo.ReplaceAllString(rest, "//****@"), "$1****")
}

// refuseBlocked refuses parameters that the operator of the worker forbids.
func (a *address) refuseBlocked(list string) error {
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		if _, is := a.params.get(name); is {
			return connect.Errorf(connect.BadConfig, "Invalid value for configuration connection.url: parameter %s is not allowed on this worker (%s)", name, BlockedParametersVariable)
		}
	}
	return nil
}
