// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"github.com/longshore-io/connect"
)

// The keys of both classes.
const (
	urlKey       = "connection.url"
	passwordKey  = "connection.password"
	modeKey      = "insert.mode"
	batchKey     = "batch.size"
	deletesKey   = "delete.enabled"
	tableNameKey = "table.name.format"
)

// The keys of Confluent's class.
const (
	userKey          = "connection.user"
	attemptsKey      = "connection.attempts"
	backoffKey       = "connection.backoff.ms"
	credentialsKey   = "jdbc.credentials.provider.class"
	dialectKey       = "dialect.name"
	tableTypesKey    = "table.types"
	nullDefaultsKey  = "replace.null.with.default"
	pkModeKey        = "pk.mode"
	pkFieldsKey      = "pk.fields"
	whitelistKey     = "fields.whitelist"
	zoneKey          = "db.timezone"
	dateZoneKey      = "date.timezone"
	timeFieldsKey    = "timestamp.fields.list"
	timePrecisionKey = "timestamp.precision.mode"
	calendarKey      = "date.calendar.system"
	stringColumnKey  = "string.output.value.column.name"
	createKey        = "auto.create"
	evolveKey        = "auto.evolve"
	quoteKey         = "quote.sql.identifiers"
	holdlockKey      = "mssql.use.merge.holdlock"
	retriesKey       = "max.retries"
	retryBackoffKey  = "retry.backoff.ms"
	trimLogKey       = "trim.sensitive.log"
)

const defaultCredentials = "io.confluent.connect.jdbc.util.DefaultJdbcCredentialsProvider"

// Groups of keys, as Confluent's class shows them.
const (
	connectionGroup = "Connection"
	writesGroup     = "Writes"
	mappingGroup    = "Data Mapping"
	ddlGroup        = "DDL Support"
	dmlGroup        = "DML Support"
	retriesGroup    = "Retries"
)

// confluentConfig is what io.confluent.connect.jdbc.JdbcSinkConnector defines.
func confluentConfig() connect.ConfigDef {
	var def connect.ConfigDef
	for _, part := range []connect.ConfigDef{confluentConnection(), confluentWrites(), confluentMapping(), confluentTables()} {
		def = append(def, part...)
	}
	return numbered(def)
}

// numbered gives the keys their places in their groups.
func numbered(def connect.ConfigDef) connect.ConfigDef {
	places := map[string]int{}
	for i := range def {
		places[def[i].Group]++
		def[i].OrderInGroup = places[def[i].Group]
	}
	return def
}

func confluentConnection() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: urlKey, Type: connect.StringType, Required: true, Validator: databaseURL, Importance: connect.High, Group: connectionGroup, Width: connect.LongWidth, DisplayName: "JDBC URL",
			Doc: "Where the database is, as Java's drivers write it: jdbc:postgresql://host/database, jdbc:mysql://host/database, jdbc:mariadb://host/database, jdbc:sqlite:file, jdbc:sqlserver://host;databaseName=name. Parameters of the URL are understood as far as they mean something here."},
		{Name: userKey, Type: connect.StringType, Importance: connect.High, Group: connectionGroup, Width: connect.MediumWidth, DisplayName: "JDBC User",
			Doc: "The user to log in as. Any other key that begins with connection. is handed to the driver as a property of that name."},
		{Name: passwordKey, Type: connect.PasswordType, Importance: connect.High, Group: connectionGroup, Width: connect.MediumWidth, DisplayName: "JDBC Password",
			Doc: "The password of the user."},
		{Name: dialectKey, Type: connect.StringType, Default: "", Validator: connect.OneOfFold("", "PostgreSqlDatabaseDialect", "MySqlDatabaseDialect", "SqliteDatabaseDialect", "SqlServerDatabaseDialect", "GenericDatabaseDialect"),
			Importance: connect.Low, Group: connectionGroup, Width: connect.LongWidth, DisplayName: "Database Dialect",
			Doc: "The dialect of SQL. Empty takes the one that goes with the URL, and no other would work."},
		{Name: attemptsKey, Type: connect.IntType, Default: 3, Validator: connect.AtLeast(1), Importance: connect.Low, Group: connectionGroup, Width: connect.ShortWidth, DisplayName: "JDBC connection attempts",
			Doc: "How often a connection is tried before the task fails."},
		{Name: backoffKey, Type: connect.LongType, Default: int64(10000), Importance: connect.Low, Group: connectionGroup, Width: connect.ShortWidth, DisplayName: "JDBC connection backoff in milliseconds",
			Doc: "How long to wait between two attempts to connect."},
		{Name: credentialsKey, Type: connect.ClassType, Default: defaultCredentials, Validator: connect.OneOf(defaultCredentials), Importance: connect.Low, Group: connectionGroup, Width: connect.LongWidth, DisplayName: "JDBC Credentials Provider Class",
			Doc: "Where user and password come from. Classes of Java cannot be run here: only the default, which reads connection.user and connection.password, is possible."},
	}
}

func confluentWrites() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: modeKey, Type: connect.StringType, Default: "insert", Validator: enumerator("insert", "upsert", "update"), Importance: connect.High, Group: writesGroup, Width: connect.MediumWidth, DisplayName: "Insert Mode",
			Doc: "How a record is written: insert adds a row and fails where its key is there; upsert adds it or replaces the row of the same key; update changes the row of that key and adds none."},
		{Name: batchKey, Type: connect.IntType, Default: 3000, Validator: connect.AtLeast(0), Importance: connect.Medium, Group: writesGroup, Width: connect.ShortWidth, DisplayName: "Batch Size",
			Doc: "How many records of a table are gathered before they are written. All that one call of the task was given is committed together, whatever this says."},
		{Name: deletesKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: writesGroup, Width: connect.ShortWidth, DisplayName: "Enable deletes",
			Dependents: []string{pkModeKey}, Doc: "Whether a record without a value deletes the row of its key. It needs pk.mode=record_key. Otherwise such a record fails the task."},
		{Name: tableTypesKey, Type: connect.ListType, Default: []string{"TABLE"}, Validator: tableTypes, Importance: connect.Low, Group: writesGroup, Width: connect.MediumWidth, DisplayName: "Table Types",
			Doc: "What may be written to: TABLE, PARTITIONED TABLE and VIEW. Views and partitioned tables are never changed by auto.evolve."},
		{Name: nullDefaultsKey, Type: connect.BooleanType, Default: true, Importance: connect.Medium, Group: writesGroup, Width: connect.ShortWidth, DisplayName: "Replace null with default value",
			Doc: "Whether the default of a field's schema is written in the place of null. Fields of the key always have their defaults."},
		{Name: holdlockKey, Type: connect.BooleanType, Default: true, Importance: connect.Low, Group: writesGroup, Width: connect.ShortWidth, DisplayName: "Use HOLDLOCK in MERGE",
			Doc: "Whether upserts into SQL Server lock the key that they look for (HOLDLOCK), so that two tasks do not both add it."},
	}
}

func confluentMapping() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: tableNameKey, Type: connect.StringType, Default: "${topic}", Validator: connect.NonEmpty(), Importance: connect.Medium, Group: mappingGroup, Width: connect.LongWidth, DisplayName: "Table Name Format",
			Doc: "The table that records are written to; ${topic} stands for the topic's name. Points divide it into schema and table, or catalog, schema and table."},
		{Name: pkModeKey, Type: connect.StringType, Default: "none", Validator: enumerator("none", "kafka", "record_key", "record_value"), Importance: connect.High, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "Primary Key Mode",
			Dependents: []string{deletesKey}, Doc: "What the table's key is: none; kafka, the record's topic, partition and offset; record_key, the record's key or fields of it; record_value, fields of the record's value."},
		{Name: pkFieldsKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: mappingGroup, Width: connect.LongWidth, DisplayName: "Primary Key Fields",
			Doc: "The names of the key's columns. For kafka three of them, or none for __connect_topic, __connect_partition and __connect_offset; for a key that is no struct exactly one; else the fields that make up the key, none for all."},
		{Name: whitelistKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: mappingGroup, Width: connect.LongWidth, DisplayName: "Fields Whitelist",
			Doc: "The fields of the value that are written; empty writes all. Fields of the key are always written."},
		{Name: zoneKey, Type: connect.StringType, Default: "UTC", Validator: timeZone, Importance: connect.Medium, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "DB time zone",
			Doc: "The time zone in which dates and times without zone are written."},
		{Name: dateZoneKey, Type: connect.StringType, Default: "DB_TIMEZONE", Validator: enumerator("db_timezone", "utc"), Importance: connect.Medium, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "Date time zone",
			Doc: "The zone in which a Date becomes a day: DB_TIMEZONE for that of db.timezone, where midnight UTC may be the day before, or UTC for the day that the record has."},
		{Name: timeFieldsKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: mappingGroup, Width: connect.LongWidth, DisplayName: "Timestamp Fields",
			Doc: "Fields that hold a number, or a text of digits, which counts since 1970 and is written as a timestamp."},
		{Name: timePrecisionKey, Type: connect.StringType, Default: "microseconds", Validator: enumerator("microseconds", "nanoseconds"), Importance: connect.Medium, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "Timestamp Precision",
			Doc: "What the fields of timestamp.fields.list count: microseconds or nanoseconds."},
		{Name: calendarKey, Type: connect.StringType, Default: "LEGACY", Validator: connect.OneOf("LEGACY", "PROLEPTIC_GREGORIAN"), Importance: connect.Low, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "Calendar",
			Doc: "The calendar of days before 15 October 1582: LEGACY is the Julian one, as Java's older classes have it; PROLEPTIC_GREGORIAN is that of ISO 8601."},
		{Name: stringColumnKey, Type: connect.StringType, Default: "record_value", Validator: connect.NonEmpty(), Importance: connect.Low, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "Column of text values",
			Doc: "The column that takes a value which is a text and not a struct."},
	}
}

func confluentTables() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: createKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: ddlGroup, Width: connect.ShortWidth, DisplayName: "Auto-Create",
			Doc: "Whether a table that is missing is made, with the columns of the first record."},
		{Name: evolveKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: ddlGroup, Width: connect.ShortWidth, DisplayName: "Auto-Evolve",
			Doc: "Whether columns that are missing are added. They have to be optional or to have a default. Columns are never changed or removed."},
		{Name: quoteKey, Type: connect.StringType, Default: "always", Validator: enumerator("always", "never"), Importance: connect.Medium, Group: ddlGroup, Width: connect.MediumWidth, DisplayName: "Quote Identifiers",
			Doc: "Whether names of tables and columns are quoted in statements: always or never."},
		{Name: retriesKey, Type: connect.IntType, Default: 10, Validator: connect.AtLeast(0), Importance: connect.Medium, Group: retriesGroup, Width: connect.ShortWidth, DisplayName: "Maximum Retries",
			Doc: "How often records are written again after an error of the database, before the task fails or hands the records that are at fault to the dead letter queue."},
		{Name: retryBackoffKey, Type: connect.IntType, Default: 3000, Validator: connect.AtLeast(0), Importance: connect.Medium, Group: retriesGroup, Width: connect.ShortWidth, DisplayName: "Retry Backoff (millis)",
			Doc: "How long to wait before each of these, in milliseconds."},
		{Name: trimLogKey, Type: connect.BooleanType, Default: false, Importance: connect.Low, Internal: true, Group: dmlGroup,
			Doc: "Whether values of records are left out of the texts of errors."},
	}
}
