// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"log/slog"
	"maps"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// The class names under which configurations know the sinks.
const (
	ConfluentClass = "io.confluent.connect.jdbc.JdbcSinkConnector"
	DebeziumClass  = "io.debezium.connector.jdbc.JdbcSinkConnector"
)

// The releases whose behaviour the two have.
const (
	confluentVersion = "10.9.7"
	debeziumVersion  = "3.3.1.Final"
)

// NewConfluent makes a connector with keys, defaults and behaviour of Confluent's JdbcSinkConnector.
func NewConfluent() connect.SinkConnector {
	return &connector{version: confluentVersion, config: confluentConfig, newTask: func() connect.SinkTask { return &confluentTask{} },
		read: func(props map[string]string, log *slog.Logger) (database.Settings, error) {
			s, err := readConfluent(props, log)
			if err != nil {
				return database.Settings{}, err
			}
			return s.database, nil
		}, reaches: true}
}

// connector is either class.
type connector struct {
	version string
	config  func() connect.ConfigDef
	newTask func() connect.SinkTask
	read    func(props map[string]string, log *slog.Logger) (database.Settings, error)
	// reaches says that a validation connects to the database.
	reaches bool
	props   map[string]string
}

var (
	_ connect.ConfigValidator = (*connector)(nil)
	_ connect.OffsetAlterer   = (*connector)(nil)
)

// Version is the release of the Java connector whose behaviour this one has.
func (c *connector) Version() string { return c.version }

func (c *connector) Config() connect.ConfigDef { return c.config() }

func (c *connector) NewTask() connect.SinkTask { return c.newTask() }

func (c *connector) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	if _, err := c.read(props, nil); err != nil {
		return err
	}
	c.props = props
	return nil
}

// TaskConfigs plans as many tasks as are allowed.
func (c *connector) TaskConfigs(_ context.Context, maxTasks int) ([]map[string]string, error) {
	configs := make([]map[string]string, maxTasks)
	for i := range configs {
		configs[i] = maps.Clone(c.props)
	}
	return configs, nil
}

func (*connector) Stop(context.Context) error { return nil }

// AlterOffsets vouches for any change: the database knows nothing of offsets.
func (*connector) AlterOffsets(context.Context, map[string]string, []connect.PartitionOffset) (bool, error) {
	return true, nil
}

// reachLimit is how long a validation waits for the database.
const reachLimit = 10 * time.Second

// ValidateConfig holds the rules that concern several keys, and tries the connection where nothing else is wrong.
func (c *connector) ValidateConfig(ctx context.Context, props map[string]string, values map[string]*connect.ConfigValue) error {
	for _, v := range values {
		if len(v.Errors) > 0 {
			return nil
		}
	}
	s, err := c.read(props, nil)
	if err != nil {
		blame(values, err)
		return nil
	}
	s.Attempts = 1
	d, err := database.New(s)
	if err != nil {
		blame(values, err)
		return nil
	}
	if !c.reaches {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, reachLimit)
	defer cancel()
	session, err := d.Connect(ctx)
	if err != nil {
		values[urlKey].Errors = append(values[urlKey].Errors, "Invalid value for configuration "+urlKey+": The database cannot be used: "+err.Error())
		return nil
	}
	session.Close()
	return nil
}
