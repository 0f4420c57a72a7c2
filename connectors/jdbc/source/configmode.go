// SPDX-License-Identifier: Apache-2.0

package source

import "github.com/longshore-io/connect"

func modeKeys() connect.ConfigDef {
	return connect.ConfigDef{
		{
			Name: modeKey, Type: connect.StringType, Default: "", Importance: connect.High, Group: modeGroup, Width: connect.MediumWidth, DisplayName: "Table Loading Mode",
			Validator:  connect.OneOf("", modeBulk, modeTimestamp, modeIncrementing, modeTimestampIncrementing),
			Dependents: []string{incrementingKey, timestampKey, incrementingMappingKey, timestampMappingKey, validateNonNullKey},
			Doc:        "How tables are read: bulk reads everything each time; incrementing reads rows whose column that counts up is above the last; timestamp reads rows that were stamped after the last, so changed ones too; timestamp+incrementing goes by both, and tells rows with equal times apart.",
		},
		{
			Name: incrementingKey, Type: connect.StringType, Default: "", Importance: connect.Medium, Group: modeGroup, Width: connect.MediumWidth, DisplayName: "Incrementing Column Name",
			Recommender: inModes{modeIncrementing, modeTimestampIncrementing},
			Doc:         "Column that counts up strictly, for new rows in every table. Empty takes the column that the database itself counts up. Rows are found by it once: a value that is committed late or changed is not seen.",
		},
		{
			Name: timestampKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: modeGroup, Width: connect.MediumWidth, DisplayName: "Timestamp Column Name",
			Recommender: inModes{modeTimestamp, modeTimestampIncrementing},
			Doc:         "Column with the time of the last change; of several with commas between, the first that is not null counts: changed,created.",
		},
		{
			Name: timestampMappingKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: modeGroup, Width: connect.LongWidth, DisplayName: "Table to timestamp columns mappings",
			Validator: connect.ValidatorFunc(checkTimestampMapping), Recommender: inModes{modeTimestamp, modeTimestampIncrementing},
			Doc: "Columns with times for each table of table.include.list, as expression:[column|column] with commas between; the expression matches the whole of the table's name: .*orders:[changed|created],.*customers:[changed].",
		},
		{
			Name: incrementingMappingKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: modeGroup, Width: connect.LongWidth, DisplayName: "Table to incrementing column mappings",
			Validator: connect.ValidatorFunc(checkIncrementingMapping), Recommender: inModes{modeIncrementing, modeTimestampIncrementing},
			Doc: "Column that counts up for each table of table.include.list, as expression:column with commas between; the expression matches the whole of the table's name: .*orders:id.",
		},
		{
			Name: initialKey, Type: connect.LongType, Importance: connect.Low, Group: modeGroup, Width: connect.MediumWidth, DisplayName: "Unix time value of initial timestamp", Recommender: inModes{},
			Doc: "Time from which reading begins where no offset is stored, in milliseconds since 1970-01-01 UTC; -1 is the database's present time. Unset begins with 1970.",
		},
		{
			Name: validateNonNullKey, Type: connect.BooleanType, Default: true, Importance: connect.Low, Group: modeGroup, Width: connect.ShortWidth, DisplayName: "Validate Non Null",
			Recommender: inModes{modeIncrementing, modeTimestamp, modeTimestampIncrementing},
			Doc:         "Whether a task refuses tables whose column that counts up may be null, or all of whose columns with times may: rows with null would never be read.",
		},
	}
}

func queryKeys() connect.ConfigDef {
	return connect.ConfigDef{
		{
			Name: queryKey, Type: connect.StringType, Default: "", Importance: connect.Medium, Group: modeGroup, Width: connect.ShortWidth, DisplayName: "Query",
			Doc: "Query to read instead of tables; it has to begin with SELECT. In the modes other than bulk a WHERE is added at its end, so one that has WHERE, GROUP BY or ORDER BY itself goes into brackets: SELECT * FROM (SELECT …) x.",
		},
		{
			Name: maskedQueryKey, Type: connect.PasswordType, Default: connect.Password(""), Importance: connect.Medium, Group: modeGroup, Width: connect.ShortWidth, DisplayName: "Query (Masked)",
			Recommender: inModes{},
			Doc:         "Like query, for one that has secrets: it is never shown. Only one of the two may be set.",
		},
		{
			Name: quoteKey, Type: connect.StringType, Default: "ALWAYS", Importance: connect.Medium, Group: modeGroup, Width: connect.MediumWidth, DisplayName: "Quote Identifiers",
			Validator: connect.OneOfFold("always", "never"), Recommender: offers{"ALWAYS", "NEVER"},
			Doc: "Whether names of tables and columns are quoted in statements: always or never.",
		},
		{
			Name: suffixKey, Type: connect.StringType, Default: "", Importance: connect.Low, Group: modeGroup, Width: connect.MediumWidth, DisplayName: "Query suffix",
			Doc: "Text that is added at the end of every query, after a space: LIMIT 10000, say. A LIMIT may cut rows with equal times apart in mode timestamp.",
		},
		{
			Name: isolationKey, Type: connect.StringType, Default: isolationDefault, Importance: connect.Low, Group: modeGroup, Width: connect.MediumWidth, DisplayName: "Transaction Isolation Mode",
			Validator:   connect.OneOf(isolations...),
			Recommender: offers(isolations),
			Doc:         "Isolation of the transactions that read: DEFAULT is the database's own; SQL_SERVER_SNAPSHOT is for SQL Server only.",
		},
		{
			Name: retriesKey, Type: connect.IntType, Default: -1, Importance: connect.Low, Group: modeGroup, Width: connect.MediumWidth, DisplayName: "Query Retry Attempts",
			Doc: "How often a query that the database refuses is tried again, each time after poll.interval.ms, before the task fails. 0 and less are without end.",
		},
	}
}

func connectorKeys() connect.ConfigDef {
	return connect.ConfigDef{
		{
			Name: tableTypesKey, Type: connect.ListType, Default: []string{"TABLE"}, Importance: connect.Low, Group: connectorGroup, Width: connect.MediumWidth, DisplayName: "Table Types",
			Doc: "Kinds of tables to look for, with commas between, in any case: TABLE, VIEW, PARTITIONED TABLE, MATERIALIZED VIEW, FOREIGN TABLE, SYNONYM (SQL Server), as the database has them.",
		},
		{
			Name: pollIntervalKey, Type: connect.IntType, Default: 5000, Importance: connect.High, Group: connectorGroup, Width: connect.ShortWidth, DisplayName: "Poll Interval (ms)",
			Doc: "Milliseconds from the end of reading a table to its next turn.",
		},
		{
			Name: batchKey, Type: connect.IntType, Default: 1000, Validator: connect.AtLeast(1), Importance: connect.Low, Group: connectorGroup, Width: connect.ShortWidth, DisplayName: "Max Rows Per Batch",
			Doc: "How many records are handed over at once at most. It is no limit of the query.",
		},
		{
			Name: bufferKey, Type: connect.IntType, Default: 0, Validator: connect.AtLeast(0), Importance: connect.Low, Group: connectorGroup, Width: connect.ShortWidth, DisplayName: "Maximum Buffer Size",
			Doc: "How many records wait between reading and handing over at most; 0 is four times batch.max.rows. Records of many bytes are fewer.",
		},
		{
			Name: lingerKey, Type: connect.LongType, Default: int64(5000), Importance: connect.Low, Group: connectorGroup, Width: connect.ShortWidth, DisplayName: "Poll Linger Milliseconds",
			Doc: "Milliseconds that one call waits for a first record before it returns without any.",
		},
		{
			Name: tablePollIntervalKey, Type: connect.LongType, Default: int64(60000), Importance: connect.Low, Group: connectorGroup, Width: connect.ShortWidth, DisplayName: "Metadata Change Monitoring Interval (ms)",
			Doc: "Milliseconds between two looks for new and removed tables. A change of the list starts all tasks anew.",
		},
		{
			Name: startupLimitKey, Type: connect.LongType, Default: int64(10000), Importance: connect.Low, Internal: true,
			Doc: "Milliseconds for which the planning of tasks waits for the first list of tables.",
		},
	}
}

func recordKeys() connect.ConfigDef {
	return connect.ConfigDef{
		{
			Name: prefixKey, Type: connect.StringType, Default: "", Importance: connect.High, Group: connectorGroup, Width: connect.MediumWidth, DisplayName: "Topic Prefix",
			Validator: connect.ValidatorFunc(checkPrefix),
			Doc:       "What stands in front of a table's name in the name of its topic; with a query it is the name of the topic.",
		},
		{
			Name: delayKey, Type: connect.LongType, Default: int64(0), Importance: connect.High, Group: connectorGroup, Width: connect.MediumWidth, DisplayName: "Delay Interval (ms)",
			Doc: "Milliseconds for which rows with a time are left alone, so that transactions which began earlier can still commit. Less than 0 reads so far ahead of the database's present time.",
		},
		{
			Name: zoneKey, Type: connect.StringType, Default: "UTC", Importance: connect.Medium, Group: connectorGroup, Width: connect.MediumWidth, DisplayName: "DB time zone",
			Validator: connect.ValidatorFunc(checkZone),
			Doc:       "Time zone of the times in columns that have none: UTC, Europe/Berlin, +05:30. With a wrong one rows are read late or not at all.",
		},
		{
			Name: granularityKey, Type: connect.StringType, Default: granularityLogical, Importance: connect.Low, Group: connectorGroup, Width: connect.MediumWidth, DisplayName: "Timestamp granularity for timestamp columns",
			Validator: smallOrCapital(granularities...), Recommender: offers(granularities),
			Doc: "What columns with date and time become: connect_logical a Timestamp of milliseconds; micros_long and nanos_long an INT64; micros_string and nanos_string its digits; micros_iso_datetime_string and nanos_iso_datetime_string the time in db.timezone, 2020-02-03T04:05:06.123456.",
		},
	}
}

var numericMappings = []string{numericNone, numericPrecisionOnly, numericBestFit, numericBestFitDoubles}

var granularities = []string{granularityLogical, granularityMicrosLong, granularityMicrosText, granularityMicrosISO, granularityNanosLong, granularityNanosText, granularityNanosISO}

var isolations = []string{isolationDefault, "READ_UNCOMMITTED", "READ_COMMITTED", "REPEATABLE_READ", "SERIALIZABLE", isolationSnapshot}
