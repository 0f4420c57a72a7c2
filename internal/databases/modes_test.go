// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"maps"

	"github.com/longshore-io/connect/internal/databasetest"
)

// postgresClass is the connector's class on both sides.
const postgresClass = "io.debezium.connector.postgresql.PostgresConnector"

// mode is a configuration in which both capture the workload.
type mode struct {
	name, short string
	settings    map[string]string
}

// schemas has keys and values carry their schemas, plain has them go without.
var (
	schemas = map[string]string{"key.converter.schemas.enable": "true", "value.converter.schemas.enable": "true"}
	plain   = map[string]string{"key.converter.schemas.enable": "false", "value.converter.schemas.enable": "false"}
)

func with(base map[string]string, pairs ...string) map[string]string {
	all := maps.Clone(base)
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}

var modes = []mode{
	{"defaults, with schemas", "da", schemas},
	{"defaults, without schemas", "db", plain},
	{"text modes", "dc", with(schemas, "decimal.handling.mode", "string", "time.precision.mode", "isostring", "binary.handling.mode", "hex", "interval.handling.mode", "string", "hstore.handling.mode", "map",
		"skipped.operations", "none", "tombstones.on.delete", "false")},
	{"doubles, connect times, base64, unknown types", "dd", with(schemas, "decimal.handling.mode", "double", "time.precision.mode", "connect", "binary.handling.mode", "base64", "include.unknown.datatypes", "true",
		"unavailable.value.placeholder", "gone", "skipped.operations", "u", "message.prefix.include.list", "mine")},
	{"transactions", "de", with(schemas, "provide.transaction.metadata", "true", "time.precision.mode", "adaptive_time_microseconds", "binary.handling.mode", "base64-url-safe", "skipped.operations", "none",
		"message.prefix.exclude.list", "theirs", "unavailable.value.placeholder", "hex:676f6e65")},
	{"keys and masks", "df", with(schemas, "message.key.columns", "public.people:email,id;public.nokey(.*):a;(.*).same:t", "column.mask.with.5.chars", "public.people.*.secret", "column.mask.with.0.chars", "public.people.*.born,public.same.t",
		"column.mask.hash.SHA-256.with.salt.salty", "public.people.*.name", "column.mask.hash.v2.MD5.with.salt.pepper", "public.people.*.email", "column.truncate.to.10.chars", "public.people.*.note,public.people.*.phone",
		"column.exclude.list", "public.numbers.*.(n|m),public.changing.c", "column.propagate.source.type", "public.numbers.*,public.times.d", "datatype.propagate.source.type", ".+\\.VARCHAR,.+\\.numeric",
		"time.precision.mode", "nanoseconds")},
	{"few headers, adjusted names, unchanged rows", "dg", with(plain, "extended.headers.enabled", "false", "schema.name.adjustment.mode", "avro", "field.name.adjustment.mode", "avro_unicode", "skip.messages.without.change", "true",
		"time.precision.mode", "microseconds", "heartbeat.interval.ms", "300", "topic.heartbeat.prefix", "beats", "snapshot.locking.mode", "shared", "money.fraction.digits", "1")},
	{"all tables, other names", "dh", with(schemas, "publication.autocreate.mode", "all_tables", "topic.delimiter", "_", "table.exclude.list", "public.(numbers|texts|times|others|arrays|wide|defaults|nonnull)(_full)?,other.sam", "schema.exclude.list", "none",
		"column.include.list", "(public|other)\\.[^p].*,public.people.(id|name)", "xmin.fetch.interval.ms", "0", "schema.name.adjustment.mode", "avro_unicode", "snapshot.include.collection.list", "public.people.*,other.*,public.zz_.*",
		"include.schema.comments", "true")},
	{"root of partitions", "di", with(plain, "publish.via.partition.root", "true", "table.include.list", "public.measured,public.zz_ending,public.same", "slot.stream.params", "", "snapshot.max.threads", "1", "replica.identity.autoset.values", "public.measured:FULL")},
}

// passedOver is how many rows of the last table are not captured: without a snapshot the first.
func (m mode) passedOver() int {
	if m.settings["snapshot.mode"] == "no_data" {
		return 1
	}
	return 0
}

// config is that of one connector. Both sides have a prefix, a slot and a publication of their own.
func (m mode) config(db *databasetest.Server, prefix string) map[string]string {
	c := databaseConfig(db, prefix)
	c["publication.autocreate.mode"] = "filtered"
	maps.Copy(c, m.settings)
	return c
}

// databaseConfig is the least that a connector needs.
func databaseConfig(db *databasetest.Server, prefix string) map[string]string {
	const json = "org.apache.kafka.connect.json.JsonConverter"
	return map[string]string{"connector.class": postgresClass, "tasks.max": "1", "plugin.name": "pgoutput", "topic.prefix": prefix, "slot.name": prefix, "publication.name": prefix,
		"database.hostname": "127.0.0.1", "database.port": portOf(db), "database.user": db.User, "database.password": db.Password, "database.dbname": db.Database,
		"key.converter": json, "value.converter": json, "slot.drop.on.stop": "false", "poll.interval.ms": "50"}
}
