// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"log/slog"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// builderOf makes the builder of records that a configuration describes.
func builderOf(s *settings.Settings, partition *connect.Partition, log *slog.Logger) (*event.Builder, error) {
	o := event.Options{
		Prefix: s.TopicPrefix, Database: s.Database.Name, Partition: partition,
		Delimiter: s.Topics.Delimiter, TransactionTopic: s.Topics.Transaction, HeartbeatPrefix: s.Topics.Heartbeat,
		Filter:      filterOptions(s),
		DecimalMode: string(s.Values.Decimal), TimeMode: string(s.Values.Time), BinaryMode: string(s.Values.Binary),
		IntervalMode: string(s.Values.Interval), HstoreMode: string(s.Values.HStore), MoneyDigits: &s.Values.MoneyDigits,
		UnknownTypes: s.Values.UnknownTypes, Placeholder: s.Values.Placeholder,
		SchemaNames: string(s.Events.SchemaNames), FieldNames: string(s.Events.FieldNames), Comments: s.Events.SchemaComments,
		NoTombstones: !s.Events.Tombstones, Skipped: skippedOf(s), SkipUnchanged: s.Events.SkipUnchanged, NoContextHeaders: !s.Events.ExtendedHeaders,
		Report: func(table catalog.ID, column string, err error) {
			log.Warn("a value could not be converted and is null", "table", table.String(), "column", column, "error", err)
		},
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

func filterOptions(s *settings.Settings) event.FilterOptions {
	f := s.Filters
	return event.FilterOptions{
		SchemaInclude: event.Patterns(f.SchemaInclude), SchemaExclude: event.Patterns(f.SchemaExclude),
		TableInclude: event.Patterns(f.TableInclude), TableExclude: event.Patterns(f.TableExclude),
		ColumnInclude: event.Patterns(f.ColumnInclude), ColumnExclude: event.Patterns(f.ColumnExclude),
		MessageInclude: event.Patterns(f.MessageInclude), MessageExclude: event.Patterns(f.MessageExclude),
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
	return event.ColumnRule{Kind: kind, Columns: event.Patterns(r.Columns), Length: r.Length, Algorithm: r.Algorithm, Salt: r.Salt}
}
