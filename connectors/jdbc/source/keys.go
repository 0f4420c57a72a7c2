// SPDX-License-Identifier: Apache-2.0

package source

// Class is the class name under which configurations know the connector.
const Class = "io.confluent.connect.jdbc.JdbcSourceConnector"

// Keys of the connector.
const (
	urlKey         = "connection.url"
	userKey        = "connection.user"
	passwordKey    = "connection.password" //nolint:gosec // the name of a key
	attemptsKey    = "connection.attempts"
	backoffKey     = "connection.backoff.ms"
	credentialsKey = "jdbc.credentials.provider.class" //nolint:gosec // the name of a key
	dialectKey     = "dialect.name"
	calendarKey    = "date.calendar.system"

	whitelistKey  = "table.whitelist"
	blacklistKey  = "table.blacklist"
	includeKey    = "table.include.list"
	excludeKey    = "table.exclude.list"
	catalogKey    = "catalog.pattern"
	schemaKey     = "schema.pattern"
	tableTypesKey = "table.types"

	precisionMappingKey = "numeric.precision.mapping"
	numericMappingKey   = "numeric.mapping"

	modeKey                = "mode"
	incrementingKey        = "incrementing.column.name"
	timestampKey           = "timestamp.column.name"
	timestampMappingKey    = "timestamp.columns.mapping"
	incrementingMappingKey = "incrementing.column.mapping"
	initialKey             = "timestamp.initial"
	validateNonNullKey     = "validate.non.null"
	queryKey               = "query"
	maskedQueryKey         = "query.masked"
	quoteKey               = "quote.sql.identifiers"
	suffixKey              = "query.suffix"
	retriesKey             = "query.retry.attempts"
	isolationKey           = "transaction.isolation.mode"
	pollIntervalKey        = "poll.interval.ms"
	batchKey               = "batch.max.rows"
	bufferKey              = "max.buffer.size"
	lingerKey              = "poll.linger.ms"
	tablePollIntervalKey   = "table.poll.interval.ms"
	startupLimitKey        = "table.monitoring.startup.polling.limit.ms"
	prefixKey              = "topic.prefix"
	delayKey               = "timestamp.delay.interval.ms"
	zoneKey                = "db.timezone"
	granularityKey         = "timestamp.granularity"

	// What TaskConfigs adds for a task.
	tablesKey        = "tables"
	tablesFetchedKey = "tables.fetched"
)

// The modes.
const (
	modeBulk                  = "bulk"
	modeTimestamp             = "timestamp"
	modeIncrementing          = "incrementing"
	modeTimestampIncrementing = "timestamp+incrementing"
)

// The granularities of times.
const (
	granularityLogical     = "connect_logical"
	granularityMicrosLong  = "micros_long"
	granularityMicrosText  = "micros_string"
	granularityMicrosISO   = "micros_iso_datetime_string"
	granularityNanosLong   = "nanos_long"
	granularityNanosText   = "nanos_string"
	granularityNanosISO    = "nanos_iso_datetime_string"
	calendarLegacy         = "LEGACY"
	calendarProleptic      = "PROLEPTIC_GREGORIAN"
	isolationSnapshot      = "SQL_SERVER_SNAPSHOT"
	isolationDefault       = "DEFAULT"
	defaultCredentialsName = "io.confluent.connect.jdbc.util.DefaultJdbcCredentialsProvider"
)

// The mappings of NUMERIC columns.
const (
	numericNone           = "none"
	numericPrecisionOnly  = "precision_only"
	numericBestFit        = "best_fit"
	numericBestFitDoubles = "best_fit_eager_double"
)
