// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
	"github.com/longshore-io/connect/internal/javaregex"
)

// keyMode is what the key of a table is made of, by Confluent's names.
type keyMode string

const (
	noKey       keyMode = "none"
	kafkaKey    keyMode = "kafka"
	recordKey   keyMode = "record_key"
	recordValue keyMode = "record_value"
	headerKey   keyMode = "record_header"
)

// settings are what both classes have.
type settings struct {
	database  database.Settings
	mode      insertMode
	keyMode   keyMode
	keyFields []string
	batch     int
	deletes   bool
	tableName string
	create    bool
	evolve    bool
	zone      *time.Location
	retries   int
	backoff   time.Duration
}

// confluentSettings are those of Confluent's class.
type confluentSettings struct {
	settings
	tableTypes   []string
	replaceNulls bool
	whitelist    map[string]bool
	dateZone     *time.Location
	timeFields   map[string]bool
	timeUnit     time.Duration
	legacy       bool
	stringColumn string
	noLock       bool
	trim         bool
}

// debeziumSettings are those of Debezium's class.
type debeziumSettings struct {
	settings
	quote       bool
	truncates   bool
	reduction   bool
	include     map[string]bool
	exclude     map[string]bool
	perTopic    bool
	restart     bool
	postgis     string
	identity    bool
	cloudEvents *javaregex.Regexp
}

func setOf(list []string) map[string]bool {
	if len(list) == 0 {
		return nil
	}
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

func readConfluent(props map[string]string, log *slog.Logger) (*confluentSettings, error) {
	values, errs := confluentConfig().Parse(props)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	s := &confluentSettings{
		settings: settings{
			mode: insertMode(strings.ToLower(values.String(modeKey))), keyMode: keyMode(strings.ToLower(values.String(pkModeKey))), keyFields: values.List(pkFieldsKey),
			batch: max(1, values.Int(batchKey)), deletes: values.Bool(deletesKey), tableName: values.String(tableNameKey), create: values.Bool(createKey), evolve: values.Bool(evolveKey),
			retries: values.Int(retriesKey), backoff: time.Duration(values.Int(retryBackoffKey)) * time.Millisecond,
			database: database.Settings{
				URL: values.String(urlKey), Properties: database.Properties(props), Dialect: values.String(dialectKey), NeverQuote: strings.EqualFold(values.String(quoteKey), "never"),
				Attempts: values.Int(attemptsKey), Backoff: time.Duration(values.Long(backoffKey)) * time.Millisecond, Logger: log,
			},
		},
		tableTypes: upper(values.List(tableTypesKey)), replaceNulls: values.Bool(nullDefaultsKey), whitelist: setOf(values.List(whitelistKey)), timeFields: setOf(values.List(timeFieldsKey)),
		timeUnit: time.Microsecond, legacy: values.String(calendarKey) == "LEGACY", stringColumn: values.String(stringColumnKey), noLock: !values.Bool(holdlockKey), trim: values.Bool(trimLogKey),
	}
	if strings.EqualFold(values.String(timePrecisionKey), "nanoseconds") {
		s.timeUnit = time.Nanosecond
	}
	if err := s.setZones(values); err != nil {
		return nil, err
	}
	return s, s.consistent()
}

func upper(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToUpper(s)
	}
	return out
}

func (s *confluentSettings) setZones(values connect.ConfigValues) (err error) {
	s.zone, err = zoneOf(values.String(zoneKey))
	s.dateZone = s.zone
	if strings.EqualFold(values.String(dateZoneKey), "utc") {
		s.dateZone = time.UTC
	}
	return err
}

// consistent holds the rules that concern several keys, so far as they make a configuration useless; others fail with the first record.
func (s *confluentSettings) consistent() error {
	if s.deletes && s.keyMode != recordKey {
		return deletesNeedKey(pkModeKey, string(s.keyMode))
	}
	if s.keyMode == kafkaKey && len(s.keyFields) != 0 && len(s.keyFields) != 3 {
		return &connect.ConfigError{Key: pkFieldsKey, Value: s.keyFields, Reason: "With pk.mode=kafka these are three names, for topic, partition and offset, or none"}
	}
	return nil
}

func deletesNeedKey(key, value string) error {
	return &connect.ConfigError{Key: key, Value: value, Reason: "With delete.enabled=true the key of the table is that of the record: set " + key + " to record_key"}
}

func readDebezium(props map[string]string, log *slog.Logger) (*debeziumSettings, error) {
	props = withNewNames(props)
	values, errs := debeziumConfig().Parse(props)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	evolves := values.String(evolutionKey) == "basic"
	s := &debeziumSettings{
		settings: settings{
			mode: oneOr(inserting, values.String(modeKey), inserting, upserting, updating), keyMode: oneOr(recordKey, values.String(primaryKeyModeKey), noKey, kafkaKey, recordKey, recordValue, headerKey),
			keyFields: commaList(values.String(primaryKeyFieldsKey)), batch: values.Int(batchKey), deletes: values.Bool(deletesKey), tableName: values.String(collectionNameKey),
			create: evolves, evolve: evolves, retries: values.Int(flushRetriesKey), backoff: time.Duration(values.Long(flushDelayKey)) * time.Millisecond,
			database: database.Settings{URL: values.String(urlKey), Properties: debeziumProperties(values), NeverQuote: !values.Bool(quoteIdentifiersKey), Attempts: 1, Logger: log},
		},
		quote: values.Bool(quoteIdentifiersKey), truncates: values.Bool(truncatesKey), reduction: values.Bool(reductionKey), include: setOf(commaList(values.String(includeKey))),
		exclude: setOf(commaList(values.String(excludeKey))), restart: values.Bool(restartKey), postgis: values.String(postgisKey), identity: values.Bool(identityKey),
	}
	s.perTopic = strings.Contains(values.String(includeKey)+values.String(excludeKey), ":")
	var err error
	if s.zone, err = zoneOf(values.String(useZoneKey)); err != nil {
		return nil, err
	}
	if s.cloudEvents, err = javaregex.Compile(values.String(cloudEventsKey)); err != nil {
		return nil, err
	}
	return s, s.consistent(props)
}

// debeziumProperties are those of the driver: this class has no others than user and password.
func debeziumProperties(values connect.ConfigValues) map[string]string {
	out := map[string]string{}
	if user := values.String(usernameKey); user != "" {
		out["user"] = user
	}
	if password := values.Password(passwordKey).Reveal(); password != "" {
		out["password"] = password
	}
	return out
}

// withNewNames gives keys that are known by older names their present ones, where those are not set.
func withNewNames(props map[string]string) map[string]string {
	out := make(map[string]string, len(props))
	for k, v := range props {
		out[k] = v
	}
	for old, name := range map[string]string{tableNameKey: collectionNameKey, tableNamingKey: collectionNamingKey, databaseZoneKey: useZoneKey} {
		if _, set := props[name]; set {
			continue
		}
		if v, set := props[old]; set {
			out[name] = v
		}
	}
	return out
}

// oneOr returns the value that a text names in any case, or another.
func oneOr[T ~string](otherwise T, text string, valid ...T) T {
	for _, v := range valid {
		if strings.EqualFold(string(v), strings.TrimSpace(text)) {
			return v
		}
	}
	return otherwise
}

func commaList(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func (s *debeziumSettings) consistent(props map[string]string) error {
	switch _, keySet := props[primaryKeyModeKey]; {
	case s.deletes && s.keyMode != recordKey:
		return deletesNeedKey(primaryKeyModeKey, string(s.keyMode))
	case s.mode == upserting && !keySet:
		return &connect.ConfigError{Key: primaryKeyModeKey, Reason: "With insert.mode=upsert it has to be said what the key of the table is"}
	case len(s.include) > 0 && len(s.exclude) > 0:
		return &connect.ConfigError{Key: excludeKey, Value: fmt.Sprint(len(s.exclude)) + " fields", Reason: "Either field.include.list or field.exclude.list can be set, not both"}
	}
	return nil
}

// writes says whether a field of a topic passes the lists. They are matched literally.
func (s *debeziumSettings) writes(topic, field string) bool {
	switch {
	case len(s.include) > 0:
		return s.include[field] || s.include[topic+":"+field]
	case len(s.exclude) > 0:
		return !s.exclude[field] && !s.exclude[topic+":"+field]
	}
	return true
}

// listed is the topic of a record where the lists of fields name topics, and empty where they do not: then all topics have the same columns.
func (s *debeziumSettings) listed(record *connect.SinkRecord) string {
	if s.perTopic {
		return record.Topic
	}
	return ""
}

// wants says whether a field is one of the key fields, none standing for all.
func (s *settings) wants(field string) bool {
	return len(s.keyFields) == 0 || slices.Contains(s.keyFields, field)
}
