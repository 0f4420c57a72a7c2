// SPDX-License-Identifier: Apache-2.0

package database

import (
	"errors"
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

var errUserInHost = errors.New("a user in front of the host is not possible: set user and password by keys of their own")

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
		if strings.ContainsAny(name, "@/") {
			// It may be the rest of a password: it is not shown.
			return badURL("a parameter has @ or / in its name; a question mark, slash or ampersand in a password is written %3F, %2F or %26, or the password set by a key of its own")
		}
		plain, err := a.decode(value)
		if err != nil {
			return badURL(fmt.Sprintf("the value of parameter %s is not encoded properly", name))
		}
		a.params.set(name, plain)
	}
	return nil
}

// decode reads a part of a URL as the driver does: PostgreSQL's and MySQL's know %40 for an at sign and a plus for a blank, the others nothing.
func (a *address) decode(text string) (string, error) {
	if a.mariadb || a.dialect == SQLite {
		return text, nil
	}
	return url.QueryUnescape(text)
}

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

var hostSecret = regexp.MustCompile(`(?i)([(,]\s*password\s*=)[^)]*`)

// withoutSecrets hides what is in front of the hosts, and what MySQL's URLs may have inside of them: whatever is before an at sign may be a secret.
func (a *address) withoutSecrets(rest string) string {
	if a.dialect == SQLite {
		return rest
	}
	rest = hostSecret.ReplaceAllString(rest, "$1****")
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = "//****@" + rest[i+1:]
	}
	return rest
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
