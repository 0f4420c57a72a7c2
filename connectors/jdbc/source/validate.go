// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// checks are rules about several keys.
type checks struct {
	props    map[string]string
	values   map[string]*connect.ConfigValue
	settings *settings
}

// ValidateConfig looks at the keys together, then at the database; it stops at the first thing that is wrong.
func (*source) ValidateConfig(ctx context.Context, props map[string]string, values map[string]*connect.ConfigValue) error {
	for _, v := range values {
		if len(v.Errors) > 0 {
			return nil
		}
	}
	s, err := parse(props)
	if err != nil {
		// Each error stands with its key already.
		return nil //nolint:nilerr // see above
	}
	c := checks{props, values, s}
	for _, check := range []func() bool{c.mode, c.snapshot, c.families, c.someTables, c.onlySelects, c.oneQuery, c.queryColumns} {
		if !check() {
			return nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, validationLimit)
	defer cancel()
	if !c.reach(ctx) {
		return nil
	}
	for _, check := range []func() bool{c.exclusion, c.mappings} {
		if !check() {
			return nil
		}
	}
	return nil
}

// wrong notes an error, with the keys that it is about.
func (c checks) wrong(text string, keys ...string) bool {
	for _, key := range keys {
		if v := c.values[key]; v != nil {
			v.Errors = append(v.Errors, text)
		}
	}
	return false
}

// has says whether a key has a value that is not empty.
func (c checks) has(key string) bool { return strings.TrimSpace(c.props[key]) != "" }

func (c checks) anyOf(keys ...string) []string {
	var out []string
	for _, key := range keys {
		if c.has(key) {
			out = append(out, key)
		}
	}
	return out
}

func (c checks) mode() bool {
	if c.settings.mode == "" {
		return c.wrong("Query mode must be specified", modeKey)
	}
	return true
}

func (c checks) snapshot() bool {
	if c.settings.values.String(isolationKey) != isolationSnapshot {
		return true
	}
	if strings.HasPrefix(c.settings.values.String(urlKey), "jdbc:sqlserver:") || strings.HasPrefix(c.settings.values.String(urlKey), "jdbc:jtds:") {
		return true
	}
	return c.wrong(fmt.Sprintf("Isolation mode of `%s` can only be configured with a Sql Server Dialect", isolationSnapshot), isolationKey)
}

var (
	oldFamily = []string{whitelistKey, blacklistKey, incrementingKey, timestampKey}
	newFamily = []string{includeKey, excludeKey, timestampMappingKey, incrementingMappingKey}
)

func (c checks) families() bool {
	older, newer := c.anyOf(oldFamily...), c.anyOf(newFamily...)
	if c.settings.query != "" || len(older) == 0 || len(newer) == 0 {
		return true
	}
	text := fmt.Sprintf("%s cannot be set together with %s: use the keys of one family, %s, or of the other, %s", strings.Join(older, ", "), strings.Join(newer, ", "), strings.Join(oldFamily, ", "), strings.Join(newFamily, ", "))
	return c.wrong(text, append(older, newer...)...)
}

func (c checks) someTables() bool {
	if c.settings.query != "" || len(c.anyOf(append(append([]string{}, oldFamily...), newFamily...)...)) > 0 {
		return true
	}
	return c.wrong(fmt.Sprintf("Which tables are to be read has to be said: set one of %s, %s and %s, or a query (%s, %s)", whitelistKey, blacklistKey, includeKey, queryKey, maskedQueryKey),
		whitelistKey, blacklistKey, includeKey, excludeKey)
}

var selects = regexp.MustCompile(`(?is)^\s*SELECT\b`)

// onlySelects is asked here only: a connector that was made before there was the rule goes on.
func (c checks) onlySelects() bool {
	for _, key := range c.anyOf(queryKey, maskedQueryKey) {
		if !selects.MatchString(c.props[key]) {
			return c.wrong(key+" has to be a statement that begins with SELECT: write SELECT * FROM (WITH …) x, say", key)
		}
	}
	return true
}

func (c checks) oneQuery() bool {
	if c.has(queryKey) && c.has(maskedQueryKey) {
		return c.wrong(fmt.Sprintf("Only one of %s and %s can be set", queryKey, maskedQueryKey), queryKey, maskedQueryKey)
	}
	if c.settings.query == "" {
		return true
	}
	if filters := c.anyOf(whitelistKey, blacklistKey, includeKey, excludeKey); len(filters) > 0 {
		return c.wrong(fmt.Sprintf("A query and %s cannot be set together: what is read is either the result of a query or tables", strings.Join(filters, ", ")),
			append(filters, c.anyOf(queryKey, maskedQueryKey)...)...)
	}
	return true
}

func (c checks) queryColumns() bool {
	if c.settings.query == "" || !c.settings.usesIncrementing() || c.settings.incrementing != "" {
		return true
	}
	return c.wrong("incrementing.column.name is required with a query in this mode: a result does not say which of its columns counts up", incrementingKey)
}

// reach connects, and has the database look at the query.
func (c checks) reach(ctx context.Context) bool {
	if !c.has(urlKey) {
		return c.wrong((&connect.ConfigError{Key: urlKey, Value: "", Reason: "It has to be set: jdbc:postgresql://localhost/shop, say"}).Error(), urlKey)
	}
	// One attempt is enough: who asks for a validation waits for it.
	s := *c.settings
	db, err := database.New(database.Settings{URL: s.values.String(urlKey), Properties: database.Properties(c.props), Dialect: s.values.String(dialectKey), Attempts: 1})
	if err != nil {
		return c.wrong(err.Error(), keyOf(err))
	}
	session, err := db.Connect(ctx)
	if err != nil {
		return c.wrong(fmt.Sprintf("%s %v", errNoDatabase, err), urlKey)
	}
	defer session.Close()
	if s.query == "" {
		return true
	}
	if err := c.prepare(ctx, session); err != nil {
		return c.wrong(fmt.Sprintf("The query cannot be used: %v", s.shown(err)), c.anyOf(queryKey, maskedQueryKey)...)
	}
	return true
}

// keyOf is the key that an error names, the URL otherwise.
func keyOf(err error) string {
	var wrong *connect.ConfigError
	if errors.As(err, &wrong) {
		return wrong.Key
	}
	return urlKey
}

// prepare has the statement read, but not run.
func (c checks) prepare(ctx context.Context, session *database.Session) error {
	text := c.settings.query
	if conn := session.Postgres(); conn != nil {
		_, err := conn.PgConn().Prepare(ctx, "", text, nil)
		return err
	}
	statement, err := session.SQL().PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	return statement.Close()
}

func (c checks) exclusion() bool {
	if c.has(excludeKey) && !c.has(includeKey) {
		return c.wrong("table.exclude.list cannot be used without table.include.list", excludeKey)
	}
	return true
}

// mappings says whether mode and mappings fit, where the newer keys are used.
func (c checks) mappings() bool {
	if len(c.anyOf(newFamily...)) == 0 {
		return true
	}
	for _, pair := range []struct {
		key  string
		uses bool
	}{{timestampMappingKey, c.settings.usesTimestamp()}, {incrementingMappingKey, c.settings.usesIncrementing()}} {
		switch {
		case c.has(pair.key) && !pair.uses:
			return c.wrong(fmt.Sprintf("%s has no meaning in mode %s: remove it, or set another mode", pair.key, c.settings.mode), modeKey)
		case !c.has(pair.key) && pair.uses:
			return c.wrong(fmt.Sprintf("%s is required with %s in mode %s", pair.key, includeKey, c.settings.mode), modeKey)
		}
	}
	return true
}
