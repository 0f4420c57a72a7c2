// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is one wrong client property. Its text has the form of Kafka's ConfigException. Secrets are hidden.
type Error struct {
	// Key is the property without any prefix such as producer.override, but with that of the listeners, such as listeners.https.
	Key string
	// Value is what was given, or [hidden] for a secret.
	Value string
	// Reason says what is wrong and, where that is not plain, what to do.
	Reason string
}

// Error gives Kafka's wording: Invalid value x for configuration k: reason.
func (e *Error) Error() string {
	return fmt.Sprintf("Invalid value %s for configuration %s: %s", e.Value, e.Key, e.Reason)
}

// JavaClass is what traces show.
func (e *Error) JavaClass() string { return "org.apache.kafka.common.config.ConfigException" }

const hidden = "[hidden]"

// values are the checked properties of one client: what the user gave, over Java's defaults.
type values struct {
	role Role
	// prefix stands before each key where the user wrote it.
	prefix   string
	given    map[string]string
	texts    map[string]string
	numbers  map[string]int64
	reals    map[string]float64
	warnings []string
	errs     []error
}

// readValues checks each property that clients of this role define. Keys that are not in the table are left alone, as Java does: an
// admin client is handed the whole worker configuration.
func readValues(role Role, props map[string]string) *values { return readPrefixed(role, "", props) }

// readPrefixed reads properties whose prefix was taken off, and names them with it in errors and warnings.
func readPrefixed(role Role, prefix string, props map[string]string) *values {
	v := &values{role: role, prefix: prefix, given: map[string]string{}, texts: map[string]string{}, numbers: map[string]int64{}, reals: map[string]float64{}}
	for i := range properties {
		p := &properties[i]
		if p.roles&role == 0 {
			continue
		}
		text := p.def
		if given, ok := props[p.name]; ok {
			text = strings.TrimSpace(given)
			v.given[p.name] = text
			v.warnIgnored(p, text)
		}
		v.read(p, text)
	}
	return v
}

func (v *values) warnIgnored(p *property, text string) {
	if p.ignored != "" && !strings.EqualFold(text, p.def) {
		v.warn(p.name, p.ignored)
	}
}

// warn adds a line. All lines begin with the key, so that others can put a prefix before it.
func (v *values) warn(key, reason string) {
	v.warnings = append(v.warnings, noEffect(v.prefix+key, reason))
}

// warnOf is about some elements of a list.
func (v *values) warnOf(key string, elements []string, reason string) {
	v.warnings = append(v.warnings, fmt.Sprintf("%s: %s has no effect: %s", v.prefix+key, strings.Join(elements, ","), reason))
}

func noEffect(key, reason string) string { return key + " has no effect: " + reason }

// fail records a wrong value once per key: a later rule seldom adds anything to the first complaint.
func (v *values) fail(key, reason string) {
	for _, err := range v.errs {
		if e, ok := err.(*Error); ok && e.Key == v.prefix+key { //nolint:errorlint // all of them are made below, as they are
			return
		}
	}
	value := v.given[key]
	if value == "" {
		value = v.texts[key]
	}
	if isSecret(key) {
		value = hidden
	}
	v.errs = append(v.errs, &Error{Key: v.prefix + key, Value: value, Reason: reason})
}

func isSecret(key string) bool {
	i := slices.IndexFunc(properties, func(p property) bool { return p.name == key })
	return i >= 0 && properties[i].kind == kindSecret
}

func (v *values) read(p *property, text string) {
	v.texts[p.name] = text
	switch p.kind {
	case kindShort, kindInt, kindLong:
		v.readNumber(p, text)
	case kindDouble:
		v.readReal(p, text)
	case kindBool:
		v.readBool(p, text)
	default:
		v.readChoice(p, text)
	}
}

func (v *values) readNumber(p *property, text string) {
	if text == "" && p.def == "" {
		return // has no default, and was not set
	}
	bits, name := 64, "LONG"
	switch p.kind {
	case kindInt:
		bits, name = 32, "INT"
	case kindShort:
		bits, name = 16, "SHORT"
	}
	n, err := strconv.ParseInt(text, 10, bits)
	switch {
	case err != nil:
		v.fail(p.name, "Not a number of type "+name)
	case n < p.min:
		v.fail(p.name, fmt.Sprintf("Value must be at least %d", p.min))
	case n > p.max:
		v.fail(p.name, fmt.Sprintf("Value must be no more than %d", p.max))
	}
	v.numbers[p.name] = n
}

func (v *values) readReal(p *property, text string) {
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		v.fail(p.name, "Not a number of type DOUBLE")
	case n < p.least || math.IsNaN(n):
		v.fail(p.name, fmt.Sprintf("Value must be at least %v", p.least))
	case n > p.most:
		v.fail(p.name, fmt.Sprintf("Value must be no more than %v", p.most))
	}
	v.reals[p.name] = n
}

func (v *values) readBool(p *property, text string) {
	switch {
	case strings.EqualFold(text, "true"):
		v.numbers[p.name] = 1
	case !strings.EqualFold(text, "false"):
		v.fail(p.name, "Expected value to be either true or false")
	}
}

func (v *values) readChoice(p *property, text string) {
	if p.oneOf == nil {
		return
	}
	for _, allowed := range p.oneOf {
		if text == allowed || p.anyCase && strings.EqualFold(text, allowed) {
			v.texts[p.name] = allowed
			return
		}
	}
	v.fail(p.name, "String must be one of: "+strings.Join(p.oneOf, ", "))
}

func (v *values) isGiven(key string) bool     { _, ok := v.given[key]; return ok }
func (v *values) text(key string) string      { return v.texts[key] }
func (v *values) number(key string) int64     { return v.numbers[key] }
func (v *values) real(key string) float64     { return v.reals[key] }
func (v *values) flag(key string) bool        { return v.numbers[key] == 1 }
func (v *values) int32(key string) int32      { return int32(v.numbers[key]) } // the table bounds every INT
func (v *values) list(key string) []string    { return splitList(v.texts[key]) }
func (v *values) ms(key string) time.Duration { return millis(v.numbers[key]) }

// within bounds a duration to what franz-go accepts and says so when that changes what the user asked for.
func (v *values) within(key string, low, high time.Duration) time.Duration {
	asked := v.ms(key)
	used := min(max(asked, low), high)
	if used != asked && v.isGiven(key) {
		v.warnings = append(v.warnings, fmt.Sprintf("%s=%s is outside what the client supports (%v to %v): using %v", key, v.text(key), low, high, used))
	}
	return used
}

// splitList splits as Kafka's LIST type does: at commas, blanks around them dropped, an empty text is an empty list.
func splitList(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// millis is n milliseconds, or the longest duration where n is beyond it, as in Java's Long.MAX_VALUE for "without end".
func millis(n int64) time.Duration {
	if n > math.MaxInt64/int64(time.Millisecond) {
		return math.MaxInt64
	}
	return time.Duration(n) * time.Millisecond
}
