// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"log/slog"
	"sync"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// builderOf makes the builder of records that a configuration describes.
func builderOf(s *settings.Settings, partition *connect.Partition, log *slog.Logger) (*event.Builder, error) {
	o := event.Options{
		Prefix: s.TopicPrefix, Database: s.Database.Name, Partition: partition,
		Delimiter: s.Topics.Delimiter, Naming: s.Topics.Naming, TransactionTopic: s.Topics.Transaction, HeartbeatPrefix: s.Topics.Heartbeat,
		Filter:      filterOptions(s),
		DecimalMode: string(s.Values.Decimal), TimeMode: string(s.Values.Time), BinaryMode: string(s.Values.Binary),
		IntervalMode: string(s.Values.Interval), HstoreMode: string(s.Values.HStore), MoneyDigits: &s.Values.MoneyDigits,
		UnknownTypes: s.Values.UnknownTypes, Placeholder: s.Values.Placeholder,
		SchemaNames: string(s.Events.SchemaNames), FieldNames: string(s.Events.FieldNames), Comments: s.Events.SchemaComments,
		NoTombstones: !s.Events.Tombstones, Skipped: skippedOf(s), SkipUnchanged: s.Events.SkipUnchanged,
		LeaveOutBroken: s.Failures.Event != settings.FailureFail, NoContextHeaders: !s.Events.ExtendedHeaders,
		Report: reporter(log),
	}
	if s.Notifications.Sink {
		o.NotificationTopic = s.Notifications.Topic
	}
	for _, keys := range s.Columns.Keys {
		for _, column := range keys.Columns {
			o.KeyColumns = append(o.KeyColumns, column)
		}
	}
	for _, rule := range s.Columns.Rules {
		o.Columns = append(o.Columns, ruleOf(rule))
	}
	return event.NewBuilder(o)
}

// reporter tells of a value that could not be converted, once for each column: every row may have one.
func reporter(log *slog.Logger) func(catalog.ID, string, error) {
	var told sync.Map
	return func(table catalog.ID, column string, err error) {
		if _, before := told.LoadOrStore(table.String()+"."+column, nil); !before {
			log.Warn("a value could not be converted and is null; this is not said again of the column", "table", table.String(), "column", column, "error", err)
		}
	}
}

func filterOptions(s *settings.Settings) event.FilterOptions {
	f := s.Filters
	return event.FilterOptions{
		SchemaInclude: f.SchemaInclude, SchemaExclude: f.SchemaExclude,
		TableInclude: f.TableInclude, TableExclude: f.TableExclude,
		ColumnInclude: f.ColumnInclude, ColumnExclude: f.ColumnExclude,
		MessageInclude: f.MessageInclude, MessageExclude: f.MessageExclude,
		CaptureBuiltin: !f.IgnoreBuiltin, SignalTable: s.Signals.Table,
	}
}

func skippedOf(s *settings.Settings) []string {
	letters := make([]string, 0, len(s.Events.Skipped))
	for letter, skipped := range s.Events.Skipped {
		if skipped {
			letters = append(letters, letter)
		}
	}
	return letters
}

var ruleKinds = map[settings.RuleKind]event.RuleKind{
	settings.Truncate: event.RuleTruncate, settings.Mask: event.RuleMask, settings.PropagateColumn: event.RulePropagate,
	settings.PropagateType: event.RulePropagateType, settings.Hash: event.RuleHash,
}

func ruleOf(r settings.ColumnRule) event.ColumnRule {
	kind := ruleKinds[r.Kind]
	if r.Kind == settings.Hash && r.V2 {
		kind = event.RuleHashV2
	}
	return event.ColumnRule{Kind: kind, Columns: r.Columns, Length: r.Length, Digest: r.Digest, Salt: r.Salt}
}
