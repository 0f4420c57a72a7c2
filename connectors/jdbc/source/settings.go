// SPDX-License-Identifier: Apache-2.0

package source

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// settings are the values of a configuration.
type settings struct {
	values connect.ConfigValues
	props  map[string]string

	mode  string
	query string
	// masked says that the query is not to be shown.
	masked       bool
	suffix       string
	incrementing string
	timestamps   []string
	clock        database.Clock
	granularity  string
	numeric      string
	prefix       string

	delay        time.Duration
	pollInterval time.Duration
	linger       time.Duration
	batch        int
	buffer       int
	retries      int
	isolation    sql.IsolationLevel
	// initial is where reading begins without a stored offset, in milliseconds; nil is 1970, -1 the database's present time.
	initial *int64
}

// parse reads a configuration; all that is wrong with single keys is in the error.
func parse(props map[string]string) (*settings, error) {
	values, errs := taskConfigDef().Parse(props)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return settingsOf(values, props)
}

func settingsOf(values connect.ConfigValues, props map[string]string) (*settings, error) {
	zone, err := database.ParseZone(values.String(zoneKey))
	if err != nil {
		return nil, &connect.ConfigError{Key: zoneKey, Value: values.String(zoneKey), Reason: "Invalid time zone identifier"}
	}
	s := &settings{
		values: values, props: props, mode: values.String(modeKey), incrementing: values.String(incrementingKey), timestamps: withoutEmpty(values.List(timestampKey)),
		clock: database.Clock{Zone: zone, Calendar: database.Legacy}, granularity: strings.ToLower(values.String(granularityKey)), prefix: values.String(prefixKey),
		delay: duration(values.Long(delayKey)), pollInterval: milliseconds(int64(values.Int(pollIntervalKey))), linger: max(shortestLinger, milliseconds(values.Long(lingerKey))),
		batch: values.Int(batchKey), buffer: values.Int(bufferKey), retries: values.Int(retriesKey), isolation: isolationLevels[values.String(isolationKey)],
		query: values.String(queryKey), suffix: strings.TrimSpace(values.String(suffixKey)), numeric: numericMapping(values),
	}
	if masked := values.Password(maskedQueryKey).Reveal(); masked != "" {
		s.query, s.masked = masked, true
	}
	if values.String(calendarKey) == calendarProleptic {
		s.clock.Calendar = database.Proleptic
	}
	if s.buffer == 0 {
		s.buffer = 4 * s.batch
	}
	if ms, set := values[initialKey].(int64); set {
		s.initial = &ms
	}
	return s, nil
}

// shortestLinger keeps a task from being asked again and again where poll.linger.ms is 0.
const shortestLinger = 100 * time.Millisecond

// duration is at most 292 years, which a time.Duration has room for: what is larger is meant to never come.
func duration(ms int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Millisecond)
	return time.Duration(min(max(-most, ms), most)) * time.Millisecond
}

// milliseconds is a duration of at least 0.
func milliseconds(ms int64) time.Duration { return max(0, duration(ms)) }

// withoutEmpty drops what commas too many have left.
func withoutEmpty(list []string) []string {
	var out []string
	for _, text := range list {
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

// numericMapping follows the older key where the newer is not set.
func numericMapping(values connect.ConfigValues) string {
	if text := values.String(numericMappingKey); text != "" {
		return strings.ToLower(text)
	}
	if values.Bool(precisionMappingKey) {
		return numericPrecisionOnly
	}
	return numericNone
}

var isolationLevels = map[string]sql.IsolationLevel{
	isolationDefault: sql.LevelDefault, "READ_UNCOMMITTED": sql.LevelReadUncommitted, "READ_COMMITTED": sql.LevelReadCommitted,
	"REPEATABLE_READ": sql.LevelRepeatableRead, "SERIALIZABLE": sql.LevelSerializable, isolationSnapshot: sql.LevelSnapshot,
}

// database is what the configuration names. The logger may be nil.
func (s *settings) database(logger *slog.Logger) (*database.Database, error) {
	return database.New(database.Settings{
		URL: s.values.String(urlKey), Properties: database.Properties(s.props), Dialect: s.values.String(dialectKey),
		NeverQuote: strings.EqualFold(s.values.String(quoteKey), "never"), Attempts: s.values.Int(attemptsKey), Backoff: milliseconds(s.values.Long(backoffKey)), Logger: logger,
	})
}

// shown is what may be shown of an error. Messages of databases repeat parts of a query, which one that is masked is not to be.
func (s *settings) shown(err error) error {
	state, number := database.StateOf(err)
	if !s.masked || state == "" && number == 0 {
		return err
	}
	return fmt.Errorf("the database refuses the query (SQLState %s, error code %d); its message may have parts of the query, and is not shown", state, number)
}

// usesIncrementing and usesTimestamp say by what new rows are found.
func (s *settings) usesIncrementing() bool {
	return s.mode == modeIncrementing || s.mode == modeTimestampIncrementing
}

func (s *settings) usesTimestamp() bool {
	return s.mode == modeTimestamp || s.mode == modeTimestampIncrementing
}

// filtered says whether any key restricts the tables.
func (s *settings) filtered() bool {
	for _, key := range []string{whitelistKey, blacklistKey, includeKey, excludeKey} {
		if len(withoutEmpty(s.values.List(key))) > 0 {
			return true
		}
	}
	return false
}

// columnsFor returns the columns by which new rows of a table are found. The mappings count with table.include.list only.
func (s *settings) columnsFor(table string) (incrementing string, timestamps []string, err error) {
	incrementing, timestamps = s.incrementing, s.timestamps
	if len(withoutEmpty(s.values.List(includeKey))) == 0 {
		return incrementing, timestamps, nil
	}
	if s.usesIncrementing() {
		columns, err := mapped(s.values.List(incrementingMappingKey), table, parseIncrementingMapping)
		if err != nil {
			return "", nil, err
		}
		if len(columns) > 0 {
			incrementing = columns[0]
		}
	}
	if s.usesTimestamp() {
		columns, err := mapped(s.values.List(timestampMappingKey), table, parseTimestampMapping)
		if err != nil {
			return "", nil, err
		}
		if len(columns) > 0 {
			timestamps = columns
		}
	}
	return incrementing, timestamps, nil
}

// mapped are the columns of the entry whose expression matches a table's name. Where there are entries, each table has exactly one.
func mapped(entries []string, table string, parse func(string) (columnsOf, error)) ([]string, error) {
	var found *columnsOf
	for _, entry := range entries {
		m, err := parse(entry)
		if err != nil {
			return nil, err
		}
		if !m.table.MatchString(table) {
			continue
		}
		if found != nil {
			return nil, connect.Errorf(connect.BadConfig, "More than one entry of the column mapping fits table %s: %s and %s", table, found.text, m.text)
		}
		found = &m
	}
	switch {
	case found != nil:
		return found.columns, nil
	case len(entries) > 0:
		return nil, connect.Errorf(connect.BadConfig, "No entry of the column mapping fits table %s: add one, or leave the table out by %s", table, excludeKey)
	}
	return nil, nil
}
