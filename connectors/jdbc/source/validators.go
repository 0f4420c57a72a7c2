// SPDX-License-Identifier: Apache-2.0

package source

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
	"github.com/longshore-io/connect/internal/javaregex"
)

// offers are values to choose from; whether another is wrong is a validator's business.
type offers []string

func (o offers) ValidValues(string, map[string]any) ([]any, error) {
	out := make([]any, len(o))
	for i, v := range o {
		out[i] = v
	}
	return out, nil
}

func (offers) Visible(string, map[string]any) bool { return true }

// inModes shows a key in some modes only, and never where there are none.
type inModes []string

func (m inModes) ValidValues(string, map[string]any) ([]any, error) { return nil, nil }

func (m inModes) Visible(_ string, parsed map[string]any) bool {
	mode, _ := parsed[modeKey].(string)
	return slices.Contains(m, mode)
}

var jdbcURL = regexp.MustCompile(`^jdbc:[^:]+:`)

// checkURL does not repeat the URL: it may have a password. An empty one is found out when all keys are looked at.
func checkURL(name string, value any) error {
	if text, _ := value.(string); text == "" || jdbcURL.MatchString(text) {
		return nil
	}
	return &connect.ConfigError{Key: name, Value: "[hidden]", Reason: "It should begin with jdbc:, the name of the database, and a colon: jdbc:postgresql://localhost/shop"}
}

func checkCredentials(name string, value any) error {
	text, _ := value.(string)
	if text == "" || text == defaultCredentialsName {
		return nil
	}
	return &connect.ConfigError{Key: name, Value: value, Reason: "A Java class cannot be used here: remove the key, set connection.user and connection.password, and use a configuration provider for secrets"}
}

func checkExpressions(name string, value any) error {
	list, _ := value.([]string)
	for _, text := range list {
		if _, err := wholly(text); err != nil {
			return &connect.ConfigError{Key: name, Value: value, Reason: fmt.Sprintf("%q is no regular expression: %v", text, err)}
		}
	}
	return nil
}

// wholly matches whole texts.
func wholly(text string) (*regexp.Regexp, error) {
	// The expression is compiled by itself first: a stray bracket must not close the group around it.
	if _, err := regexp.Compile(text); err != nil {
		return nil, err
	}
	return regexp.Compile(`^(?:` + text + `)$`)
}

// smallOrCapital takes values all in small or all in capital letters, and null.
func smallOrCapital(valid ...string) connect.Validator {
	return connect.ValidatorFunc(func(name string, value any) error {
		text, is := value.(string)
		if !is || slices.ContainsFunc(valid, func(v string) bool { return text == v || text == strings.ToUpper(v) }) {
			return nil
		}
		return &connect.ConfigError{Key: name, Value: value, Reason: "String must be one of: " + strings.Join(valid, ", ")}
	})
}

func checkDialect(name string, value any) error {
	text, _ := value.(string)
	if text == "" || strings.EqualFold(text, "GenericDatabaseDialect") {
		return nil
	}
	for _, d := range []database.Dialect{database.PostgreSQL, database.MySQL, database.SQLite, database.SQLServer} {
		if strings.EqualFold(text, d.ClassName()) {
			return nil
		}
	}
	return &connect.ConfigError{Key: name, Value: value, Reason: "There is no such dialect: leave the key out, the URL says which it is"}
}

const maxPrefix = 249

var prefixLetters = regexp.MustCompile(`^[a-zA-Z0-9._-]*$`)

func checkPrefix(name string, value any) error {
	text, _ := value.(string)
	if len(text) > maxPrefix || !prefixLetters.MatchString(text) {
		return &connect.ConfigError{Key: name, Value: value, Reason: fmt.Sprintf("A topic's name has letters, digits, '.', '_' and '-', and at most %d of them", maxPrefix)}
	}
	return nil
}

func checkZone(name string, value any) error {
	text, _ := value.(string)
	if _, err := database.ParseZone(text); err != nil {
		return &connect.ConfigError{Key: name, Value: value, Reason: "Invalid time zone identifier: use a name such as Europe/Berlin, or an offset such as +01:00"}
	}
	return nil
}

// columnsOf has the columns that a mapping gives to tables whose name an expression matches.
type columnsOf struct {
	table   *javaregex.Regexp
	text    string
	columns []string
}

func checkTimestampMapping(name string, value any) error {
	return checkMapping(name, value, parseTimestampMapping)
}

func checkIncrementingMapping(name string, value any) error {
	return checkMapping(name, value, parseIncrementingMapping)
}

func checkMapping(name string, value any, parse func(string) (columnsOf, error)) error {
	list, _ := value.([]string)
	for _, entry := range list {
		if _, err := parse(entry); err != nil {
			return &connect.ConfigError{Key: name, Value: value, Reason: fmt.Sprintf("%q cannot be read: %v", entry, err)}
		}
	}
	return nil
}

// parseTimestampMapping reads expression:[column|column].
func parseTimestampMapping(entry string) (columnsOf, error) {
	m, list, err := cutMapping(entry)
	if err != nil {
		return m, err
	}
	inner, opened := strings.CutPrefix(list, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !opened || !closed {
		return m, errors.New("columns should be in brackets with | between: [changed|created]")
	}
	for column := range strings.SplitSeq(inner, "|") {
		column = strings.TrimSpace(column)
		if column == "" {
			return m, errors.New("a column has no name")
		}
		m.columns = append(m.columns, column)
	}
	return m, nil
}

// parseIncrementingMapping reads expression:column.
func parseIncrementingMapping(entry string) (columnsOf, error) {
	m, column, err := cutMapping(entry)
	if err != nil {
		return m, err
	}
	if column == "" {
		return m, errors.New("the column has no name")
	}
	m.columns = []string{column}
	return m, nil
}

func cutMapping(entry string) (columnsOf, string, error) {
	parts := strings.Split(entry, ":")
	if len(parts) != 2 {
		return columnsOf{}, "", errors.New("it should have one colon, between the expression for tables and the column")
	}
	text := strings.TrimSpace(parts[0])
	expression, err := javaregex.Compile(text)
	if err != nil {
		return columnsOf{}, "", fmt.Errorf("%q is no regular expression: %w", text, err)
	}
	return columnsOf{table: expression, text: text}, strings.TrimSpace(parts[1]), nil
}
