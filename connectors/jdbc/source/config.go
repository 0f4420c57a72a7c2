// SPDX-License-Identifier: Apache-2.0

package source

import (
	"slices"
	"sync"

	"github.com/longshore-io/connect"
)

// The groups of keys, in the order in which they are shown.
const (
	databaseGroup  = "Database"
	modeGroup      = "Mode"
	connectorGroup = "Connector"
)

// configDef is made when it is asked for: a worker that runs no such connector has nothing of it.
var configDef = sync.OnceValue(func() connect.ConfigDef {
	def := slices.Concat(databaseKeys(), tableKeys(), valueKeys(), modeKeys(), queryKeys(), connectorKeys(), recordKeys())
	orders := map[string]int{}
	for i := range def {
		orders[def[i].Group]++
		def[i].OrderInGroup = orders[def[i].Group]
	}
	return def
})

// taskConfigDef has what TaskConfigs writes for a task, too.
var taskConfigDef = sync.OnceValue(func() connect.ConfigDef {
	return configDef().With(
		connect.ConfigKey{Name: tablesKey, Type: connect.ListType, Default: []string{}, Importance: connect.High, Internal: true,
			Doc: "The tables of one task, quoted. It is written for the task; a value of the user's is replaced."},
		connect.ConfigKey{Name: tablesFetchedKey, Type: connect.BooleanType, Default: false, Importance: connect.High, Internal: true,
			Doc: "Whether the tables of the database were listed when the task was planned. It is written for the task."},
	)
})

func databaseKeys() connect.ConfigDef {
	return connect.ConfigDef{
		{
			Name: urlKey, Type: connect.StringType, Default: "", Importance: connect.High, Group: databaseGroup, Width: connect.LongWidth, DisplayName: "JDBC URL", Dependents: []string{whitelistKey, blacklistKey},
			Validator: connect.ValidatorFunc(checkURL),
			Doc:       "Where the database is, as Java's drivers write it: jdbc:postgresql://host/db, jdbc:mysql://host/db, jdbc:mariadb://host/db, jdbc:sqlite:/path/file.db or jdbc:sqlserver://host;databaseName=db. Parameters of those drivers are understood as far as they make sense here; others are ignored with a warning.",
		},
		{
			Name: userKey, Type: connect.StringType, Importance: connect.High, Group: databaseGroup, Width: connect.LongWidth, DisplayName: "JDBC User",
			Doc: "User who reads. Every further key that begins with connection. is a parameter of the driver, without that beginning: connection.ssl=true, say.",
		},
		{
			Name: passwordKey, Type: connect.PasswordType, Importance: connect.High, Group: databaseGroup, Width: connect.ShortWidth, DisplayName: "JDBC Password",
			Doc: "Password of the user. It is never shown.",
		},
		{
			Name: credentialsKey, Type: connect.ClassType, Default: defaultCredentialsName, Importance: connect.Low, Group: databaseGroup, Width: connect.LongWidth, DisplayName: "JDBC Credentials Provider Class",
			Validator: connect.ValidatorFunc(checkCredentials),
			Doc:       "Java class that knows user and password. Only the one that takes them from connection.user and connection.password can be used here; secrets from elsewhere come through configuration providers.",
		},
		{
			Name: attemptsKey, Type: connect.IntType, Default: 3, Validator: connect.AtLeast(1), Importance: connect.Low, Group: databaseGroup, Width: connect.ShortWidth, DisplayName: "JDBC connection attempts",
			Doc: "How often a connection is tried before the task fails, at least once.",
		},
		{
			Name: backoffKey, Type: connect.LongType, Default: int64(10000), Importance: connect.Low, Group: databaseGroup, Width: connect.ShortWidth, DisplayName: "JDBC connection backoff in milliseconds",
			Doc: "Milliseconds between two attempts to connect.",
		},
	}
}

func tableKeys() connect.ConfigDef {
	return connect.ConfigDef{
		{
			Name: whitelistKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: databaseGroup, Width: connect.LongWidth, DisplayName: "Table Whitelist",
			Doc: "Tables to read, by their exact names with commas between: customers,public.orders. Either this or table.blacklist.",
		},
		{
			Name: blacklistKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: databaseGroup, Width: connect.LongWidth, DisplayName: "Table Blacklist",
			Doc: "Tables not to read, by their exact names with commas between. All others are read. Either this or table.whitelist.",
		},
		{
			Name: includeKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: databaseGroup, Width: connect.LongWidth, DisplayName: "Tables Included (Regex)",
			Validator: connect.ValidatorFunc(checkExpressions),
			Doc:       "Tables to read, by regular expressions (RE2) that match the whole of the name with schema or database: public\\.order.*, say. Not together with table.whitelist and table.blacklist.",
		},
		{
			Name: excludeKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, Group: databaseGroup, Width: connect.LongWidth, DisplayName: "Tables Excluded (Regex)",
			Validator: connect.ValidatorFunc(checkExpressions),
			Doc:       "Tables not to read of those that table.include.list has, by regular expressions (RE2) that match the whole of the name.",
		},
		{
			Name: catalogKey, Type: connect.StringType, Importance: connect.Medium, Group: databaseGroup, Width: connect.ShortWidth, DisplayName: "Schema pattern",
			Doc: "Catalog in which tables are looked for: the database in MySQL and SQL Server. Unset is everywhere, empty is tables without a catalog.",
		},
		{
			Name: schemaKey, Type: connect.StringType, Importance: connect.High, Group: databaseGroup, Width: connect.ShortWidth, DisplayName: "Schema pattern",
			Doc: "Schemas in which tables are looked for, as a pattern of LIKE: sales%, say. Unset is everywhere, empty is tables without a schema.",
		},
	}
}

func valueKeys() connect.ConfigDef {
	return connect.ConfigDef{
		{
			Name: precisionMappingKey, Type: connect.BooleanType, Default: false, Importance: connect.Low, Group: databaseGroup, Width: connect.ShortWidth, DisplayName: "Map Numeric Values By Precision (deprecated)",
			Doc: "Older form of numeric.mapping=precision_only, which counts where numeric.mapping is not set.",
		},
		{
			Name: numericMappingKey, Type: connect.StringType, Importance: connect.Low, Group: databaseGroup, Width: connect.ShortWidth, DisplayName: "Map Numeric Values, Integral or Decimal, By Precision and Scale",
			Validator: smallOrCapital(numericMappings...), Recommender: offers(numericMappings),
			Doc: "What NUMERIC columns become: none keeps all of them Decimal; precision_only makes integers of those without a fraction that have at most 18 digits; best_fit also makes FLOAT64 of those with a fraction and at most 18 digits; best_fit_eager_double makes FLOAT64 of all with a fraction. DECIMAL columns of MySQL and SQL Server stay Decimal.",
		},
		{
			Name: dialectKey, Type: connect.StringType, Default: "", Importance: connect.Low, Group: databaseGroup, Width: connect.LongWidth, DisplayName: "Database Dialect",
			Validator: connect.ValidatorFunc(checkDialect), Recommender: offers{"", "PostgreSqlDatabaseDialect", "MySqlDatabaseDialect", "SqliteDatabaseDialect", "SqlServerDatabaseDialect"},
			Doc: "Whose SQL is spoken; the URL says so already. Empty takes that, any other has to fit it.",
		},
		{
			Name: calendarKey, Type: connect.StringType, Default: calendarLegacy, Importance: connect.Low, Group: databaseGroup, Width: connect.MediumWidth, DisplayName: "Date Calendar System",
			Validator: connect.OneOf(calendarLegacy, calendarProleptic),
			Doc:       "Calendar for days before October 15th 1582: LEGACY takes them as days of the Julian calendar, as old Java classes do, PROLEPTIC_GREGORIAN as days of today's, as the databases do.",
		},
	}
}
