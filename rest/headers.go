// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	connect "github.com/longshore-io/connect"
)

// headerRule puts one header on every answer.
type headerRule struct {
	name, value string
	// add keeps what is there under this name.
	add bool
	// date makes the value a time: now and so many milliseconds.
	date   bool
	offset int64
}

// headerActions are those of response.http.headers.config.
var headerActions = []string{"set", "add", "setDate", "addDate"}

// parseHeaderRules reads response.http.headers.config: rules of the form <action> <name>:<value> between commas, a rule with a
// comma of its own in double quotes. The errors have Kafka's texts.
func parseHeaderRules(text string) ([]headerRule, error) {
	const key = "response.http.headers.config"
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var rules []headerRule
	for _, field := range splitQuoted(text) {
		rule, err := parseHeaderRule(strings.TrimSpace(field))
		if err != nil {
			return nil, &connect.ConfigError{Key: key, Value: text, Reason: err.Error()}
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func parseHeaderRule(text string) (headerRule, error) {
	action, pair := cutSpace(text)
	if pair == "" {
		return headerRule{}, fmt.Errorf("Invalid format of header config '%s'. Expected: '[action] [header name]:[header value]'", text) //nolint:staticcheck // Kafka's text
	}
	if !slices.ContainsFunc(headerActions, func(known string) bool { return strings.EqualFold(known, action) }) {
		return headerRule{}, fmt.Errorf("Invalid header config action: '%s'. Expected one of [%s]", action, strings.Join(headerActions, ", ")) //nolint:staticcheck // Kafka's text
	}
	name, value, found := strings.Cut(pair, ":")
	if ends := strings.TrimRight(value, ":"); !found || ends == "" || strings.Contains(ends, ":") {
		return headerRule{}, fmt.Errorf("Invalid format of header name and header value pair '%s'. Expected: '[header name]:[header value]'", pair) //nolint:staticcheck // Kafka's text
	}
	if name = strings.TrimSpace(name); name == "" || len(strings.Fields(name)) > 1 {
		return headerRule{}, fmt.Errorf("Invalid header name '%s'. The '[header name]' cannot contain whitespace", name) //nolint:staticcheck // Kafka's text
	}
	return newHeaderRule(action, name, strings.TrimSpace(value))
}

// newHeaderRule reads the action as Jetty does: it is checked in any case, and yet ADD is not add but set.
func newHeaderRule(action, name, value string) (headerRule, error) {
	rule := headerRule{name: name, value: value, add: strings.HasPrefix(action, "add"), date: strings.HasSuffix(action, "Date")}
	if strings.Trim(name, tokenLetters) != "" {
		return rule, fmt.Errorf("the header name '%s' has letters that HTTP does not allow there", name)
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return rule, errors.New("a header value cannot contain control characters")
	}
	if rule.date {
		var err error
		if rule.offset, err = strconv.ParseInt(value, 10, 64); err != nil {
			return rule, fmt.Errorf("the value '%s' of %s is no number of milliseconds", value, action)
		}
	}
	return rule, nil
}

// tokenLetters are those of a header's name (RFC 9110, 5.6.2).
const tokenLetters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// cutSpace cuts around the first white space.
func cutSpace(text string) (before, after string) {
	i := strings.IndexFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\v\f\r", r) })
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
}

// splitQuoted splits at commas as Jetty's StringUtil does: a field that begins with a double quote ends at the next one, what
// follows up to the comma is dropped, and a backslash in it takes the next letter as it is. A comma at the end begins nothing.
func splitQuoted(text string) []string {
	var fields []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if quoted, found := strings.CutPrefix(text, `"`); found {
			field, rest := cutQuoted(quoted)
			_, rest, _ = strings.Cut(rest, ",")
			fields, text = append(fields, field), rest
			continue
		}
		field, rest, _ := strings.Cut(text, ",")
		fields, text = append(fields, strings.TrimSpace(field)), rest
	}
	return fields
}

// cutQuoted reads up to a closing quote, or to the end where there is none.
func cutQuoted(text string) (field, rest string) {
	var out strings.Builder
	escaped := false
	for i, letter := range text {
		switch {
		case escaped:
			escaped = false
			out.WriteRune(letter)
		case letter == '\\':
			escaped = true
		case letter == '"':
			return out.String(), text[i+1:]
		default:
			out.WriteRune(letter)
		}
	}
	return out.String(), ""
}

// withHeaders applies the rules before the request is answered: what the answer says itself comes after them.
func withHeaders(rules []headerRule, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		for _, rule := range rules {
			rule.apply(w.Header(), now)
		}
		next.ServeHTTP(w, r)
	})
}

func (r headerRule) apply(header http.Header, now time.Time) {
	value := r.value
	if r.date {
		value = time.UnixMilli(now.UnixMilli() + r.offset).UTC().Format(http.TimeFormat)
	}
	if r.add {
		header.Add(r.name, value)
	} else {
		header.Set(r.name, value)
	}
}
