// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// NewDebezium makes a connector with keys, defaults and behaviour of Debezium's JdbcSinkConnector.
func NewDebezium() connect.SinkConnector {
	return &connector{version: debeziumVersion, config: debeziumConfig, newTask: func() connect.SinkTask { return &debeziumTask{} },
		read: func(props map[string]string, log *slog.Logger) (database.Settings, error) {
			s, err := readDebezium(props, log)
			if err != nil {
				return database.Settings{}, err
			}
			return s.database, nil
		}}
}

// debeziumTask is a task of Debezium's class. All that one Put is given is committed before it returns; where it fails, a part may be.
type debeziumTask struct {
	settings   *debeziumSettings
	log        *slog.Logger
	database   *database.Database
	session    *debeziumSession
	connection *database.Session
}

func (t *debeziumTask) Start(_ context.Context, tc connect.SinkTaskContext, props map[string]string) (err error) {
	t.log = tc.Logger()
	if t.settings, err = readDebezium(props, t.log); err != nil {
		return err
	}
	if t.database, err = database.New(t.settings.database); err != nil {
		return err
	}
	t.session = newDebeziumSession(t.settings, t.database, tc.Errant())
	t.session.again = t.reconnect
	return nil
}

func (t *debeziumTask) Stop(context.Context) error {
	t.disconnect()
	return nil
}

func (t *debeziumTask) disconnect() {
	if t.connection != nil {
		t.connection.Close()
		t.connection = nil
	}
}

// connect makes a connection where there is none, or where it was cut while nobody used it.
func (t *debeziumTask) connect(ctx context.Context) error {
	if t.connection != nil && t.connection.Alive(ctx) {
		return nil
	}
	return t.reconnect(ctx)
}

// reconnect makes a connection anew.
func (t *debeziumTask) reconnect(ctx context.Context) error {
	t.disconnect()
	connection, err := t.database.Connect(ctx)
	if err != nil {
		return err
	}
	t.connection = connection
	t.session.use(connection)
	return nil
}

// Put writes records.
func (t *debeziumTask) Put(ctx context.Context, records []connect.SinkRecord) error {
	if len(records) == 0 {
		return nil
	}
	later, cancel := unhurried(ctx)
	defer cancel()
	if err := t.connect(later); err != nil {
		return err
	}
	err := newDebeziumPut(t.settings, t.session, t.log).run(later, records)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		t.disconnect()
		return ctx.Err()
	}
	t.disconnect()
	return fmt.Errorf("JDBC sink connector failure: %w", err)
}

// newRowFrom says whether a server of MySQL is of a version in which an upsert names the new row: 8.0.20 and later. MariaDB's never does.
func newRowFrom(version string) bool {
	if strings.Contains(version, "MariaDB") {
		return false
	}
	number := 0
	parts := strings.SplitN(version, ".", 3)
	for _, part := range parts {
		digits := part[:len(part)-len(strings.TrimLeft(part, "0123456789"))]
		n, _ := strconv.Atoi(digits)
		number = number*1000 + n
	}
	return len(parts) == 3 && number >= 8_000_020
}
