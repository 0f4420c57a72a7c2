// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func parsed(t *testing.T, more ...string) *Settings {
	t.Helper()
	s, err := Parse(complete(more...))
	require.NoError(t, err)
	return s
}

func TestTheSmallestConfigurationHasDebeziumsDefaults(t *testing.T) {
	t.Parallel()
	s := parsed(t)
	assert.Equal(t, "p", s.TopicPrefix)
	assert.Equal(t, Database{Host: "h", Port: 5432, User: "u", Name: "d", SSLMode: "prefer", TCPKeepAlive: true,
		Driver: map[string]string{}, ValidationTimeout: time.Minute}, s.Database)
	assert.Equal(t, Slot{Name: "debezium", MaxRetries: 6, RetryDelay: 10 * time.Second, StatusInterval: 10 * time.Second, Flush: true,
		FlushTimeout: 30 * time.Second, FlushAction: FailureFail, CheckPosition: true, CreateTimeout: 90 * time.Second}, s.Slot)
	assert.Equal(t, Publication{Name: "dbz_publication", Mode: PublicationAllTables}, s.Publication)
	assert.Equal(t, Filters{IgnoreBuiltin: true}, s.Filters)
	assert.Empty(t, s.Columns)
	assert.Equal(t, Values{Decimal: DecimalPrecise, Time: TimeAdaptive, Binary: BinaryBytes, Interval: IntervalNumeric, HStore: HStoreJSON, MoneyDigits: 2,
		Placeholder: []byte("__debezium_unavailable_value")}, s.Values)
	assert.Equal(t, Events{Skipped: map[string]bool{"t": true}, Tombstones: true, ExtendedHeaders: true, SchemaNames: AdjustNone, FieldNames: AdjustNone}, s.Events)
	assert.Equal(t, Topics{Delimiter: ".", Transaction: "transaction", Heartbeat: "__debezium-heartbeat"}, s.Topics)
	assert.Equal(t, Snapshot{Mode: SnapshotInitial, Isolation: Serializable, Locking: LockNone, LockTimeout: 10 * time.Second, Threads: 1,
		Overrides: map[string]string{}, Resume: true}, s.Snapshot)
	assert.Equal(t, Incremental{ChunkSize: 1024, Watermark: InsertInsert}, s.Incremental)
	assert.Equal(t, Signals{Source: true, FilePath: "file-signals.txt", PollInterval: 5 * time.Second}, s.Signals)
	assert.Equal(t, Notifications{}, s.Notifications)
	assert.Equal(t, Flow{MaxBatch: 2048, PollInterval: 500 * time.Millisecond}, s.Flow)
	assert.Equal(t, Failures{Event: FailureFail, MaxRetries: -1, RestartWait: 10 * time.Second}, s.Failures)
	assert.Empty(t, s.Warnings)
}

func TestValuesOfAnyCaseWithSpacesAreRead(t *testing.T) {
	t.Parallel()
	s := parsed(t, "publication.autocreate.mode", " ALL_TABLES ", "snapshot.mode", "No_Data", "decimal.handling.mode", "STRING",
		"incremental.snapshot.watermarking.strategy", "insert_delete", "database.tcpKeepAlive", "FALSE", "topic.prefix", "p.q")
	assert.Equal(t, PublicationAllTables, s.Publication.Mode)
	assert.Equal(t, SnapshotNoData, s.Snapshot.Mode)
	assert.Equal(t, DecimalString, s.Values.Decimal)
	assert.Equal(t, InsertDelete, s.Incremental.Watermark)
	assert.False(t, s.Database.TCPKeepAlive)
}

func TestPatternsMatchWholeNamesInAnyCase(t *testing.T) {
	t.Parallel()
	s := parsed(t, "table.include.list", ` public.ct , other\..*, a{1\,2}.x,`)
	assert.Len(t, s.Filters.TableInclude, 3)
	for name, want := range map[string]int{"public.ct": 0, "PUBLIC.CT": 0, "public_ct": 0, "public.ct2": -1, "other.any": 1, "aa.x": 2, "": -1} {
		assert.Equal(t, want, s.Filters.TableInclude.Index(name), name)
	}
	assert.True(t, s.Filters.TableInclude.Match("aa.x"))
	assert.Empty(t, parsed(t, "table.include.list", "  ").Filters.TableInclude)
}

func TestColumnRulesAreInTheOrderOfTheirApplication(t *testing.T) {
	t.Parallel()
	s := parsed(t, "column.mask.hash.v2.SHA-256.with.salt.sal.ty", "a.b.c", "column.mask.hash.MD5.with.salt.x", "a.b.d", "column.mask.with.7.chars", "a.b.e,a.b.f",
		"column.truncate.to.99999999999.chars", "a.b.g", "column.propagate.source.type", ".*", "datatype.propagate.source.type", "a.b.INT4")
	var got []ColumnRule
	for _, rule := range s.Columns.Rules {
		assert.NotEmpty(t, rule.Columns)
		assert.Equal(t, rule.Kind == Hash, rule.Digest != nil)
		rule.Columns, rule.Digest = nil, nil
		got = append(got, rule)
	}
	assert.Equal(t, []ColumnRule{
		{Kind: Truncate, Length: 1<<31 - 1}, {Kind: Mask, Length: 7}, {Kind: PropagateColumn}, {Kind: PropagateType},
		{Kind: Hash, Salt: "x"}, {Kind: Hash, Salt: "sal.ty", V2: true},
	}, got)
	_, err := Parse(complete("column.mask.hash.MD7.with.salt.x", "a.b.d"))
	assert.ErrorContains(t, err, "The 'column.mask.hash.MD7.with.salt.x' value is invalid: There is no algorithm MD7")
}

func TestListsOfItemsAreRead(t *testing.T) {
	t.Parallel()
	s := parsed(t, "message.key.columns", `a\.b:x,y; (.*).c:z`, "replica.identity.autoset.values", "public.a:full,public.b:INDEX idx, public.c:default",
		"slot.stream.params", "a=b; c = d;bad", "database.initial.statements", "SET a = 1; SELECT ';;'; ",
		"snapshot.select.statement.overrides", "public.a, public.b", "snapshot.select.statement.overrides.public.a", "SELECT 1;", "skipped.operations", "c, d")
	require.Len(t, s.Columns.Keys, 2)
	assert.True(t, s.Columns.Keys[0].Tables.MatchString("a.b"))
	assert.True(t, s.Columns.Keys[0].Columns[1].MatchString("A.b.Y"))
	assert.True(t, s.Columns.Keys[1].Columns[0].MatchString("s.c.z"))
	require.Len(t, s.Publication.ReplicaIdentities, 3)
	for i, want := range []struct{ identity, index string }{{"FULL", ""}, {"INDEX", "idx"}, {"DEFAULT", ""}} {
		assert.Equal(t, want.identity, s.Publication.ReplicaIdentities[i].Identity)
		assert.Equal(t, want.index, s.Publication.ReplicaIdentities[i].Index)
	}
	assert.Equal(t, []Param{{"a", "b"}, {"c", "d"}}, s.Slot.StreamParams)
	assert.Equal(t, []string{"SET a = 1", "SELECT ';'"}, s.Database.InitialStatements)
	assert.Equal(t, map[string]string{"public.a": "SELECT 1"}, s.Snapshot.Overrides)
	assert.Equal(t, map[string]bool{"c": true, "d": true}, s.Events.Skipped)
	assert.Equal(t, []string{
		"slot.stream.params: bad is left out, since it has no value",
		"snapshot.select.statement.overrides names public.b, but snapshot.select.statement.overrides.public.b is not set: all rows are read",
	}, s.Warnings)
}

func TestPropertiesOfTheDriverArePassedOn(t *testing.T) {
	t.Parallel()
	s := parsed(t, "database.ApplicationName", "me", "driver.socketTimeout", "5", "database.sslfactory", "org.postgresql.ssl.NonValidatingFactory")
	assert.Equal(t, map[string]string{"ApplicationName": "me", "socketTimeout": "5"}, s.Database.Driver)
	assert.True(t, s.Database.TrustAll)
	_, err := Parse(complete("database.sslfactory", "com.example.Factory"))
	assert.ErrorContains(t, err, "The 'database.sslfactory' value is invalid")
}

func TestKeysOfOtherReleasesAreIgnored(t *testing.T) {
	t.Parallel()
	s := parsed(t, "offset.mismatch.strategy", "trust_slot", "snapshot.max.threads.multiplier", "4", "database.server.name", "old", "table.whitelist", "a.b")
	assert.Empty(t, s.Warnings)
	assert.Empty(t, s.Filters.TableInclude)
}

func TestWhatHasNoEffectIsSaid(t *testing.T) {
	t.Parallel()
	s := parsed(t, "signal.enabled.channels", "source,kafka,FILE", "notification.enabled.channels", "sink,jmx", "notification.sink.topic.name", "n",
		"flush.lsn.source", "false", "heartbeat.topics.prefix", "x", "openlineage.integration.enabled", "true", "field.name.adjustment.mode", "x")
	assert.True(t, s.Signals.Source && s.Signals.File && s.Notifications.Sink)
	assert.Len(t, s.Warnings, 6)
}

func TestNamesOfFieldsAreAdjustedForAConverterOfAvro(t *testing.T) {
	t.Parallel()
	const avro, json = "io.confluent.connect.avro.AvroConverter", "org.apache.kafka.connect.json.JsonConverter"
	for _, c := range []struct {
		key, value, mode string
		want             NameAdjustment
	}{
		{json, avro, "none", AdjustAvro}, {"io.apicurio.registry.utils.converter.AvroConverter", json, "none", AdjustAvro}, {avro, avro, "avro_unicode", AdjustAvroUnicode},
		{json, json, "none", AdjustNone}, {"", "", "none", AdjustNone},
	} {
		s := parsed(t, "key.converter", c.key, "value.converter", c.value, "field.name.adjustment.mode", c.mode)
		assert.Equal(t, c.want, s.Events.FieldNames, c)
		assert.Equal(t, AdjustNone, s.Events.SchemaNames)
	}
}

func TestTopicsAreNamedByDebeziumsStrategies(t *testing.T) {
	t.Parallel()
	const key, in = "topic.naming.strategy", "io.debezium.schema."
	assert.Equal(t, Naming{}, parsed(t).Topics.Naming)
	assert.Equal(t, Naming{WithoutSchema: true}, parsed(t, key, in+"DefaultTopicNamingStrategy").Topics.Naming)
	assert.Equal(t, Naming{Unicode: true}, parsed(t, key, in+"SchemaUnicodeTopicNamingStrategy", "topic.regex", "(").Topics.Naming, "keys of others do not count")
	n := parsed(t, key, in+"SchemaRegexTopicNamingStrategy", "topic.regex", "(.*)shard.*", "topic.replacement", "$1all").Topics.Naming
	assert.Equal(t, []string{"(.*)shard.*", "$1all", "__dbz__physicalTableIdentifier"}, []string{n.Topic.String(), n.Replacement, n.KeyField})
	assert.Nil(t, n.KeyPattern)
	n = parsed(t, key, in+"DefaultRegexTopicNamingStrategy", "topic.regex", "a", "topic.replacement", "b", "topic.key.enforce.uniqueness", "false", "topic.key.field.regex", "c", "topic.key.field.replacement", "d").Topics.Naming
	assert.True(t, n.WithoutSchema)
	assert.Empty(t, n.KeyField)
	_, err := Parse(complete(key, in+"SchemaRegexTopicNamingStrategy", "topic.regex", "(", "topic.key.field.regex", "c"))
	for _, text := range []string{"The 'topic.regex' value is invalid: A valid regular expression is expected, but ", "The 'topic.replacement' value is invalid: A value is required",
		"The 'topic.key.field.replacement' value is invalid: topic.key.field.replacement must be non-empty if topic.key.field.regex is set."} {
		assert.ErrorContains(t, err, text)
	}
	_, err = Parse(complete(key, "SchemaTopicNamingStrategy"))
	assert.ErrorContains(t, err, "The 'topic.naming.strategy' value is invalid: Only the classes of Debezium are supported")
}

func TestTheDigestsOfJavaAreThere(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"md5": 16, "SHA": 20, "sha-1": 20, "SHA-224": 28, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64, "SHA-512/256": 32, "SHA3-224": 28, "sha3-256": 32, "SHA3-384": 48, "SHA3-512": 64} {
		rules := parsed(t, "column.mask.hash."+name+".with.salt.x", "a").Columns.Rules
		require.Len(t, rules, 1)
		assert.Equal(t, want, rules[0].Digest().Size(), name)
	}
}

func TestThePlaceholderMayBeBytes(t *testing.T) {
	t.Parallel()
	s := parsed(t, "unavailable.value.placeholder", "hex:00ff")
	assert.Equal(t, []byte{0, 255}, s.Values.Placeholder)
}

func TestAWrongConfigurationIsRefusedWithEveryWrongKey(t *testing.T) {
	t.Parallel()
	props := complete("max.batch.size", "9000", "slot.name", "A")
	delete(props, "plugin.name")
	_, err := Parse(props)
	require.Error(t, err)
	assert.Equal(t, connect.BadConfig, connect.Classify(err))
	for _, text := range []string{"'max.queue.size' value is invalid: Must be larger", "'slot.name' value is invalid", "'plugin.name' value is invalid: The plugin decoderbufs"} {
		assert.ErrorContains(t, err, text)
	}
}

func TestADatabaseIsOnlyAskedWhenItsKeysAreRight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, value string
		want       bool
	}{{"poll.interval.ms", "0", true}, {"slot.name", "A", false}, {"database.dbname", "", false}, {"plugin.name", "x", false}} {
		props := complete(c.key, c.value)
		values := map[string]*connect.ConfigValue{}
		for _, value := range Config().Validate(props) {
			values[value.Name] = value
		}
		Validate(props, values)
		assert.Equal(t, c.want, Connectable(values), c.key)
	}
}

func TestAPasswordIsNeverInAnError(t *testing.T) {
	t.Parallel()
	for _, line := range validated(complete("database.password", "secret", "database.sslpassword", "secret", "database.port", "x")) {
		assert.NotContains(t, line, "secret")
	}
}
