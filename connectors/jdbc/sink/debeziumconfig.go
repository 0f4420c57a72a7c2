// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"github.com/longshore-io/connect"
)

// The keys of Debezium's class.
const (
	usernameKey         = "connection.username"
	truncatesKey        = "truncate.enabled"
	collectionNameKey   = "collection.name.format"
	collectionNamingKey = "collection.naming.strategy"
	tableNamingKey      = "table.naming.strategy"
	columnNamingKey     = "column.naming.strategy"
	primaryKeyModeKey   = "primary.key.mode"
	primaryKeyFieldsKey = "primary.key.fields"
	evolutionKey        = "schema.evolution"
	quoteIdentifiersKey = "quote.identifiers"
	useZoneKey          = "use.time.zone"
	databaseZoneKey     = "database.time_zone"
	reductionKey        = "use.reduction.buffer"
	includeKey          = "field.include.list"
	excludeKey          = "field.exclude.list"
	flushRetriesKey     = "flush.max.retries"
	flushDelayKey       = "flush.retry.delay.ms"
	restartKey          = "connection.restart.on.errors"
	postgisKey          = "dialect.postgres.postgis.schema"
	identityKey         = "dialect.sqlserver.identity.insert"
	unnestKey           = "dialect.postgres.unnest.insert.enabled"
	cloudEventsKey      = "cloud.events.schema.name.pattern"
)

const (
	defaultTableNaming  = "io.debezium.sink.naming.DefaultCollectionNamingStrategy"
	defaultColumnNaming = "io.debezium.sink.naming.DefaultColumnNamingStrategy"
)

// debeziumConfig is what io.debezium.connector.jdbc.JdbcSinkConnector defines.
func debeziumConfig() connect.ConfigDef {
	def := append(debeziumConnection(), debeziumWrites()...)
	return numbered(append(def, debeziumMapping()...))
}

func debeziumConnection() connect.ConfigDef {
	pool := func(name string, otherwise int) connect.ConfigKey {
		return connect.ConfigKey{Name: "connection.pool." + name, Type: connect.IntType, Default: otherwise, Importance: connect.Low, Group: connectionGroup, Width: connect.ShortWidth,
			Doc: "Understood and without effect: a task has one connection."}
	}
	return connect.ConfigDef{
		{Name: urlKey, Type: connect.StringType, Required: true, Validator: databaseURL, Importance: connect.High, Group: connectionGroup, Width: connect.LongWidth, DisplayName: "Hostname",
			Doc: "Where the database is, as Java's drivers write it: jdbc:postgresql://host/database, jdbc:mysql://host/database, jdbc:mariadb://host/database, jdbc:sqlite:file, jdbc:sqlserver://host;databaseName=name."},
		{Name: usernameKey, Type: connect.StringType, Required: true, Importance: connect.High, Group: connectionGroup, Width: connect.MediumWidth, DisplayName: "User",
			Doc: "The user to log in as."},
		{Name: passwordKey, Type: connect.PasswordType, Importance: connect.High, Group: connectionGroup, Width: connect.MediumWidth, DisplayName: "Password",
			Doc: "The password of the user."},
		pool("min_size", 5), pool("max_size", 32), pool("acquire_increment", 32), pool("timeout", 1800),
		{Name: restartKey, Type: connect.BooleanType, Default: false, Importance: connect.Low, Group: connectionGroup, Width: connect.ShortWidth,
			Doc: "Whether a connection that was lost is made again and the records written again, as often as flush.max.retries says."},
	}
}

func debeziumWrites() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: modeKey, Type: connect.StringType, Default: "insert", Importance: connect.High, Group: writesGroup, Width: connect.MediumWidth, DisplayName: "The insertion mode to use",
			Doc: "How a record is written: insert adds a row and fails where its key is there; upsert adds it or replaces the row of the same key; update changes the row of that key and adds none. Anything else is taken for insert."},
		{Name: batchKey, Type: connect.IntType, Default: 500, Validator: connect.AtLeast(1), Importance: connect.Medium, Group: writesGroup, Width: connect.ShortWidth,
			Doc: "How many records of a table are gathered before they are written and committed."},
		{Name: reductionKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: writesGroup, Width: connect.ShortWidth,
			Doc: "Whether only the last of several gathered records of one key is written."},
		{Name: deletesKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: writesGroup, Width: connect.ShortWidth,
			Doc: "Whether delete events and records without a value delete the row of their key. It needs primary.key.mode=record_key. Otherwise they are left out."},
		{Name: truncatesKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: writesGroup, Width: connect.ShortWidth,
			Doc: "Whether truncate events empty the table. Otherwise they are left out."},
		{Name: unnestKey, Type: connect.BooleanType, Default: false, Importance: connect.Low, Group: writesGroup, Width: connect.ShortWidth,
			Doc: "Understood and without effect: rows are always handed to PostgreSQL as arrays where that is possible."},
		{Name: identityKey, Type: connect.BooleanType, Default: false, Importance: connect.Low, Group: writesGroup, Width: connect.ShortWidth,
			Doc: "Whether records give values to identity columns of SQL Server, which otherwise count by themselves."},
		{Name: flushRetriesKey, Type: connect.IntType, Default: 5, Validator: connect.AtLeast(0), Importance: connect.Medium, Group: retriesGroup, Width: connect.ShortWidth,
			Doc: "How often gathered records are written again after an error that may go away by itself."},
		{Name: flushDelayKey, Type: connect.LongType, Default: int64(1000), Validator: connect.AtLeast(0), Importance: connect.Medium, Group: retriesGroup, Width: connect.ShortWidth,
			Doc: "How long to wait before that, in milliseconds."},
	}
}

func debeziumMapping() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: collectionNameKey, Type: connect.StringType, Default: "${topic}", Importance: connect.Medium, Group: mappingGroup, Width: connect.LongWidth, DisplayName: "A format string for the table",
			Doc: "The table that records are written to. ${topic} stands for the topic's name with _ for each point, ${source.field} for a field of the source block of a change event. Points divide it into schema and table. table.name.format is an older name of this key."},
		{Name: collectionNamingKey, Type: connect.ClassType, Default: defaultTableNaming, Validator: onlyClass(defaultTableNaming, "io.debezium.connector.jdbc.naming.DefaultTableNamingStrategy"), Importance: connect.Low, Group: mappingGroup, Width: connect.LongWidth,
			Doc: "How table names are made. Classes of Java cannot be run here: only the default is possible."},
		{Name: columnNamingKey, Type: connect.ClassType, Default: defaultColumnNaming, Validator: onlyClass(defaultColumnNaming, "io.debezium.connector.jdbc.naming.DefaultColumnNamingStrategy"), Importance: connect.Low, Group: mappingGroup, Width: connect.LongWidth,
			Doc: "How column names are made. Classes of Java cannot be run here: only the default is possible."},
		{Name: primaryKeyModeKey, Type: connect.StringType, Default: "none", Importance: connect.High, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "The primary key mode",
			Doc: "What the table's key is: none; kafka, the record's topic, partition and offset; record_key, the record's key or fields of it; record_value, fields of the record's value; record_header, the record's headers."},
		{Name: primaryKeyFieldsKey, Type: connect.StringType, Importance: connect.Medium, Group: mappingGroup, Width: connect.LongWidth, DisplayName: "Comma-separated list of primary key field names",
			Doc: "The fields that make up the key, with commas between; none takes all of them. For a key that is no struct it is the name of the column."},
		{Name: evolutionKey, Type: connect.StringType, Default: "none", Importance: connect.Medium, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "Controls how schema evolution is handled by the sink connector",
			Doc: "Whether a table that is missing is made and columns that are missing are added: basic does both, none neither."},
		{Name: quoteIdentifiersKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: mappingGroup, Width: connect.ShortWidth, DisplayName: "Controls whether table, column, or other identifiers are quoted",
			Doc: "Whether names of tables and columns are quoted in statements. Without quotes column names are in small letters."},
		{Name: includeKey, Type: connect.StringType, Importance: connect.Medium, Group: mappingGroup, Width: connect.LongWidth, DisplayName: "Include Fields",
			Doc: "The fields that are written, as field or topic:field, with commas between; empty writes all. Not together with field.exclude.list."},
		{Name: excludeKey, Type: connect.StringType, Importance: connect.Medium, Group: mappingGroup, Width: connect.LongWidth, DisplayName: "Exclude Fields",
			Doc: "The fields that are not written, as field or topic:field, with commas between. Not together with field.include.list."},
		{Name: useZoneKey, Type: connect.StringType, Default: "UTC", Validator: timeZone, Importance: connect.Medium, Group: mappingGroup, Width: connect.MediumWidth, DisplayName: "The timezone used when inserting temporal values",
			Doc: "The time zone of columns that keep one. Dates and times without zone are always written as UTC shows them. database.time_zone is an older name of this key."},
		{Name: postgisKey, Type: connect.StringType, Default: "public", Importance: connect.Low, Group: mappingGroup, Width: connect.MediumWidth,
			Doc: "The schema of PostgreSQL that has the types of PostGIS."},
		{Name: cloudEventsKey, Type: connect.StringType, Default: `.*CloudEvents\.Envelope$`, Validator: javaPattern, Importance: connect.Low, Group: mappingGroup, Width: connect.MediumWidth,
			Doc: "A regular expression for the names of schemas of CloudEvents; what they have in data is written."},
	}
}
