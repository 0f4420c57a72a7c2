// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// Parse reads a configuration. The error is of class BadConfig and has a line for each wrong key. Keys that are not known, such as those of
// other releases of Debezium, are ignored.
func Parse(props map[string]string) (*Settings, error) {
	in := newInput(props)
	if err := in.check(); err != nil {
		return nil, err
	}
	s := &Settings{
		TopicPrefix: in.trimmed("topic.prefix"), Database: in.database(), Slot: in.slot(), Publication: in.publication(),
		Filters: in.filters(), Columns: in.columns(), Values: in.values(), Events: in.events(), Topics: in.topics(),
		Snapshot: in.snapshot(), Incremental: in.incremental(), Signals: in.signals(), Notifications: in.notifications(),
		Heartbeat: Heartbeat{Interval: in.milliseconds("heartbeat.interval.ms"), Query: in.trimmed("heartbeat.action.query")},
		Flow:      in.flow(), Failures: in.failures(), Warnings: in.warnings(),
	}
	return s, nil
}

func (in input) check() error {
	var errs []error
	for _, def := range in.keys {
		for _, text := range slices.Compact(in.errors(def)) {
			errs = append(errs, errors.New(text))
		}
	}
	for _, wrong := range in.ruleErrors() {
		errs = append(errs, errors.New(wrong.text))
	}
	if len(errs) == 0 {
		return nil
	}
	return connect.Classed(connect.BadConfig, errors.Join(errs...))
}

func (in input) database() Database {
	password, _ := in.text("database.password")
	keyPassword, _ := in.text("database.sslpassword")
	return Database{
		Host: in.trimmed("database.hostname"), Port: in.integer("database.port"), User: in.trimmed("database.user"),
		Password: connect.Password(password), Name: in.trimmed("database.dbname"),
		InitialStatements: statements(in.trimmed("database.initial.statements")),
		SSLMode:           in.choice("database.sslmode"), SSLCert: in.trimmed("database.sslcert"), SSLKey: in.trimmed("database.sslkey"),
		SSLPassword: connect.Password(keyPassword), SSLRootCert: in.trimmed("database.sslrootcert"),
		TrustAll:     strings.HasSuffix(in.trimmed(sslFactory), ".NonValidatingFactory"),
		TCPKeepAlive: in.boolean("database.tcpKeepAlive"), Driver: in.driver(),
		ValidationTimeout: in.milliseconds("connection.validation.timeout.ms"),
	}
}

// driver returns the properties that are passed through.
func (in input) driver() map[string]string {
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(in.props)) {
		name, ok := strings.CutPrefix(key, driverPrefix)
		if !ok {
			name, ok = strings.CutPrefix(key, databasePrefix)
		}
		if ok && in.byName[key] == nil {
			out[name] = in.props[key]
		}
	}
	return out
}

func (in input) slot() Slot {
	stream, _ := params(in.trimmed("slot.stream.params"))
	return Slot{
		Name: in.trimmed("slot.name"), DropOnStop: in.boolean("slot.drop.on.stop"), Failover: in.boolean("slot.failover"),
		StreamParams: stream, MaxRetries: in.integer("slot.max.retries"), RetryDelay: max(0, in.milliseconds("slot.retry.delay.ms")),
		StatusInterval: in.milliseconds("status.update.interval.ms"), XminInterval: in.milliseconds("xmin.fetch.interval.ms"),
		Flush: in.boolean("flush.lsn.source"), FlushTimeout: in.milliseconds("lsn.flush.timeout.ms"),
		FlushAction:   FailureMode(in.choice("lsn.flush.timeout.action")),
		SeekToOffset:  in.boolean("internal.slot.seek.to.known.offset.on.start"),
		CheckPosition: in.boolean("internal.log.position.check.enable"),
		CreateTimeout: time.Duration(in.number("internal.create.slot.command.timeout")) * time.Second,
	}
}

func (in input) publication() Publication {
	found, _ := readIdentities(in.trimmed(identitiesKey)) // checked before
	return Publication{
		Name: in.trimmed("publication.name"), Mode: PublicationMode(in.choice("publication.autocreate.mode")),
		ViaPartitionRoot: in.boolean("publish.via.partition.root"), ReplicaIdentities: found,
	}
}

func (in input) filters() Filters {
	return Filters{
		SchemaInclude: in.patterns(schemaInclude), SchemaExclude: in.patterns("schema.exclude.list"),
		TableInclude: in.patterns(tableInclude), TableExclude: in.patterns("table.exclude.list"),
		ColumnInclude: in.patterns("column.include.list"), ColumnExclude: in.patterns("column.exclude.list"),
		MessageInclude: in.patterns("message.prefix.include.list"), MessageExclude: in.patterns("message.prefix.exclude.list"),
		IgnoreBuiltin: in.boolean("table.ignore.builtin"), MaxTables: in.integer("guardrail.collections.max"),
		MaxTablesFails: in.choice("guardrail.collections.limit.action") == string(FailureFail),
	}
}

func (in input) columns() Columns {
	text, _ := in.text(messageKeyKey)
	keys, _ := readKeyColumns(text) // checked before
	rules, _ := in.columnRules()
	return Columns{Keys: keys, Rules: rules}
}

func (in input) values() Values {
	text, _ := in.text(placeholderKey)
	bytes := []byte(text)
	if digits, isHex := strings.CutPrefix(text, "hex:"); isHex {
		bytes, _ = hex.DecodeString(digits) // checked before
	}
	return Values{
		Decimal: DecimalMode(in.choice("decimal.handling.mode")), Time: TimeMode(in.choice("time.precision.mode")),
		Binary: BinaryMode(in.choice("binary.handling.mode")), Interval: IntervalMode(in.choice("interval.handling.mode")),
		HStore: HStoreMode(in.choice("hstore.handling.mode")), MoneyDigits: in.integer("money.fraction.digits"),
		UnknownTypes: in.boolean("include.unknown.datatypes"), Placeholder: bytes,
	}
}

func (in input) events() Events {
	skipped := map[string]bool{}
	for _, operation := range in.list(skippedKey) {
		skipped[operation] = operation != "none"
	}
	return Events{
		Skipped: skipped, Tombstones: in.boolean("tombstones.on.delete"), SkipUnchanged: in.boolean("skip.messages.without.change"),
		TransactionTopic: in.boolean("provide.transaction.metadata"), ExtendedHeaders: in.boolean("extended.headers.enabled"),
		SchemaComments: in.boolean("include.schema.comments"), SchemaNames: adjustment(in.choice("schema.name.adjustment.mode")),
		FieldNames: in.fieldNames(),
	}
}

// avroConverters write names that Avro does not take only if they are adjusted. A worker's own converters are not looked at.
var avroConverters = []string{"io.confluent.connect.avro.AvroConverter", "io.apicurio.registry.utils.converter.AvroConverter", "AvroConverter", "Avro"}

// fieldNames is avro where nothing else is asked for and the connector has a converter of its own for Avro.
func (in input) fieldNames() NameAdjustment {
	mode := adjustment(in.choice(fieldNames))
	if mode == AdjustNone && (slices.Contains(avroConverters, in.props["key.converter"]) || slices.Contains(avroConverters, in.props["value.converter"])) {
		return AdjustAvro
	}
	return mode
}

// adjustment is none for what Debezium takes without a word.
func adjustment(text string) NameAdjustment {
	switch mode := NameAdjustment(text); mode {
	case AdjustAvro, AdjustAvroUnicode:
		return mode
	}
	return AdjustNone
}

func (in input) topics() Topics {
	return Topics{
		Delimiter: in.trimmed("topic.delimiter"), Transaction: in.trimmed("topic.transaction"),
		Heartbeat: in.trimmed("topic.heartbeat.prefix"), Naming: in.naming(),
	}
}
