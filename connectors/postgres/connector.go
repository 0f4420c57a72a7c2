// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"maps"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// Class is the class name under which configurations know the connector.
const Class = "io.debezium.connector.postgresql.PostgresConnector"

// New makes a connector: one task that streams one database.
func New() connect.SourceConnector { return &connector{} }

type connector struct{ props map[string]string }

var (
	_ connect.ConfigValidator      = (*connector)(nil)
	_ connect.OffsetAlterer        = (*connector)(nil)
	_ connect.ExactlyOnceSupporter = (*connector)(nil)
	_ connect.TransactionDefiner   = (*connector)(nil)
	_ connect.TaskClassNamer       = (*connector)(nil)
)

// Version is that of the connector whose records these are.
func (*connector) Version() string { return event.Version }

// TaskClass is Debezium's.
func (*connector) TaskClass() string { return "io.debezium.connector.postgresql.PostgresConnectorTask" }

// Config defines the keys of Debezium's connector that are known here.
func (*connector) Config() connect.ConfigDef { return settings.Config() }

// Start refuses a configuration with which no task could start.
func (c *connector) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	if _, err := settings.Parse(props); err != nil {
		return err
	}
	c.props = props
	return nil
}

// TaskConfigs returns one configuration, however many tasks are allowed: a slot has one reader.
func (c *connector) TaskConfigs(context.Context, int) ([]map[string]string, error) {
	return []map[string]string{maps.Clone(c.props)}, nil
}

// NewTask makes the task.
func (*connector) NewTask() connect.SourceTask { return &task{} }

// Stop has nothing to do.
func (*connector) Stop(context.Context) error { return nil }

// SupportsExactlyOnce is always true: each record's offset says which of the log before it was done.
func (*connector) SupportsExactlyOnce(map[string]string) bool { return true }

// DefinesTransactions is always true: transactions of Kafka can end where some of the database do.
func (*connector) DefinesTransactions(map[string]string) bool { return true }

// AlterOffsets lets pass what a task can read. It vouches for nothing: where the slot is now decides whether there is a way from there on.
func (*connector) AlterOffsets(_ context.Context, _ map[string]string, offsets []connect.PartitionOffset) (bool, error) {
	for _, o := range offsets {
		if o.Offset == nil {
			continue
		}
		if _, is := o.Partition["server"].(string); !is {
			return false, connect.Errorf(connect.Fatal, "partition %v has no server: it should be the value of topic.prefix", o.Partition)
		}
		if _, err := position.Load(o.Offset); err != nil {
			return false, err
		}
	}
	return false, nil
}
