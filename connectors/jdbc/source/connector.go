// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// New makes a JdbcSourceConnector.
func New() connect.SourceConnector { return &source{} }

type source struct {
	props    map[string]string
	settings *settings
	database *database.Database
	// monitor looks for tables; nil where a query is read.
	monitor *monitor
}

var (
	_ connect.ConfigValidator = (*source)(nil)
	_ connect.OffsetAlterer   = (*source)(nil)
	_ connect.TaskClassNamer  = (*source)(nil)
)

func (*source) Version() string { return connect.KafkaVersion }

// TaskClass is the class under which Kafka Connect knows the tasks.
func (*source) TaskClass() string { return "io.confluent.connect.jdbc.source.JdbcSourceTask" }

func (*source) Config() connect.ConfigDef { return configDef() }

func (*source) NewTask() connect.SourceTask { return newTask() }

// Start connects once, so that a wrong address fails the connector, and begins to look for tables.
func (c *source) Start(ctx context.Context, cc connect.ConnectorContext, props map[string]string) error {
	s, err := parse(props)
	if err != nil {
		return err
	}
	if s.query != "" && s.filtered() {
		return connect.Errorf(connect.BadConfig, "Tables and a query cannot be read by one connector: remove %s, %s, %s and %s, or the query", whitelistKey, blacklistKey, includeKey, excludeKey)
	}
	db, err := s.database(cc.Logger())
	if err != nil {
		return err
	}
	session, err := db.Connect(ctx)
	if err != nil {
		return err
	}
	c.props, c.settings, c.database = props, s, db
	if s.query != "" {
		session.Close()
		return nil
	}
	filter, err := s.filter(db.Dialect())
	if err != nil {
		session.Close()
		return err
	}
	c.monitor = startMonitor(s, db, session, filter, cc)
	return nil
}

// TaskConfigs shares the tables among tasks. It waits a while for the first list of tables; without it there is one task that does nothing.
func (c *source) TaskConfigs(ctx context.Context, maxTasks int) ([]map[string]string, error) {
	if c.monitor == nil {
		return []map[string]string{c.taskConfig("", true)}, nil
	}
	tables, listed := c.monitor.tables(ctx, milliseconds(c.settings.values.Long(startupLimitKey)))
	if !listed || len(tables) == 0 {
		return []map[string]string{c.taskConfig("", listed)}, nil
	}
	shares := groups(tables, maxTasks)
	configs := make([]map[string]string, len(shares))
	for i, share := range shares {
		configs[i] = c.taskConfig(tableList(c.database.Dialect(), share), true)
	}
	return configs, nil
}

func (c *source) taskConfig(tables string, listed bool) map[string]string {
	config := make(map[string]string, len(c.props)+2)
	maps.Copy(config, c.props)
	config[tablesKey], config[tablesFetchedKey] = tables, strconv.FormatBool(listed)
	return config
}

func (c *source) Stop(ctx context.Context) error {
	if c.monitor == nil {
		return nil
	}
	return c.monitor.stop(ctx)
}

// AlterOffsets lets pass what a task can go on from.
func (*source) AlterOffsets(_ context.Context, _ map[string]string, offsets []connect.PartitionOffset) (bool, error) {
	for _, o := range offsets {
		if o.Offset == nil {
			continue
		}
		_, isTable := o.Partition[tableField].(string)
		_, isQuery := o.Partition[queryField].(string)
		if !isTable && !isQuery {
			return false, connect.Errorf(connect.Fatal, "partition %v has neither %s nor %s: it should be one of those that the connector has stored", o.Partition, tableField, queryField)
		}
		if _, err := markOf(o.Offset); err != nil {
			return false, err
		}
	}
	return true, nil
}

// validationLimit is how long a validation waits for the database.
const validationLimit = 30 * time.Second

var errNoDatabase = errors.New("Could not connect to database.") //nolint:staticcheck // the connector's text
