// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// Keys that are named in more than one place.
const (
	schemaInclude  = "schema.include.list"
	tableInclude   = "table.include.list"
	pluginName     = "plugin.name"
	maxBatchSize   = "max.batch.size"
	overridesKey   = "snapshot.select.statement.overrides"
	signalChannels = "signal.enabled.channels"
	noticeChannels = "notification.enabled.channels"
	noticeTopic    = "notification.sink.topic.name"
	placeholderKey = "unavailable.value.placeholder"
	identitiesKey  = "replica.identity.autoset.values"
	messageKeyKey  = "message.key.columns"
	overridePrefix = overridesKey + "."
	databasePrefix = "database."
	driverPrefix   = "driver."
	sslFactory     = "database.sslfactory"
	customMode     = "custom"
	sinkChannel    = "sink"
	skippedKey     = "skipped.operations"
	fieldNames     = "field.name.adjustment.mode"
)

// input is a configuration with the definitions of its keys.
type input struct {
	props  map[string]string
	keys   []*definition
	byName map[string]*definition
}

func newInput(props map[string]string) input {
	in := input{props: props, byName: map[string]*definition{}}
	for _, group := range groups() {
		for i := range group.keys {
			def := &group.keys[i]
			in.keys = append(in.keys, def)
			in.byName[def.Name] = def
		}
	}
	return in
}

// text returns the value of a key as it was written, or its default; false for null.
func (in input) text(key string) (string, bool) {
	if text, set := in.props[key]; set {
		return text, true
	}
	def := in.byName[key]
	if def == nil || def.Default == nil {
		return "", false
	}
	return connect.FormatConfigValue(def.Default)
}

func (in input) trimmed(key string) string {
	text, _ := in.text(key)
	return trim(text)
}

// choice is a value that counts in any case.
func (in input) choice(key string) string { return strings.ToLower(in.trimmed(key)) }

func (in input) boolean(key string) bool { return in.choice(key) == "true" }

// number returns a checked number. One of a key that Debezium does not check falls back to the default.
func (in input) number(key string) int64 {
	n, err := strconv.ParseInt(in.trimmed(key), 10, 64)
	if err != nil {
		text, _ := connect.FormatConfigValue(in.byName[key].Default)
		n, _ = strconv.ParseInt(text, 10, 64) // no default is 0
	}
	return n
}

func (in input) integer(key string) int { return int(in.number(key)) }

func (in input) milliseconds(key string) time.Duration {
	return time.Duration(in.number(key)) * time.Millisecond
}

// list returns the trimmed items of a list that are not empty.
func (in input) list(key string) []string {
	var out []string
	for item := range strings.SplitSeq(in.trimmed(key), ",") {
		if item = trim(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

func (in input) has(key, item string) bool {
	for _, have := range in.list(key) {
		if strings.EqualFold(have, item) {
			return true
		}
	}
	return false
}

// patterns returns a checked list of expressions.
func (in input) patterns(key string) Patterns {
	out, _ := compileList(in.trimmed(key)) // checked before
	return out
}

// errors returns what is wrong with a key, as whole sentences.
func (in input) errors(def *definition) []string {
	text, set := in.text(def.Name)
	var out []string
	for _, check := range def.checks {
		for _, reason := range check(in, text, set) {
			out = append(out, sentence(def.Name, reason))
		}
	}
	return out
}

func sentence(key, reason string) string {
	return "The '" + key + "' value is invalid: " + reason
}
