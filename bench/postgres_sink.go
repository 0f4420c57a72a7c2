// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/longshore-io/connect/internal/databasetest"
)

// tableSink writes a topic into a table of the database.
type tableSink struct {
	told about
	input
	config map[string]string
	// want is what the first turn has written.
	want string
}

func (w *tableSink) about() about { return w.told }

func (w *tableSink) prepare(ctx context.Context, r *rig) error {
	_, err := r.database(ctx)
	return errors.Join(err, w.input.prepare(ctx, r))
}

func (w *tableSink) run(ctx context.Context, t *turn) (values, error) {
	options, err := t.debezium(ctx)
	if err != nil {
		return nil, err
	}
	worker, err := t.startWorker(ctx, options)
	if err != nil {
		return nil, err
	}
	whole, records := w.moving(t, inputTopic, t.records(w.full)), t.records(w.full)
	took, peak, err := measure(ctx, worker, w.moving(t, warmTopic, t.warmUp(w.full)), whole)
	if err != nil {
		return nil, err
	}
	got, bytes, err := tableContent(ctx, t.postgres, whole.config["collection.name.format"])
	if err == nil && w.want != "" && got != w.want {
		err = fmt.Errorf("the table is wrong: it has %s, expected was %s", got, w.want)
	}
	w.want = got
	return copied{records: int64(records), bytes: bytes, span: took, peak: peak}.values(),
		errors.Join(err, t.postgres.Run(ctx, "DROP TABLE "+whole.config["collection.name.format"]))
}

func (w *tableSink) moving(t *turn, topic string, records int) moving {
	name := t.name(topic)
	return moving{
		name: name, complete: t.topics.hasCommitted("connect-"+name, topic, records),
		config: sinkConfig("io.debezium.connector.jdbc.JdbcSinkConnector", topic, 1, w.config, jsonWithSchemas, map[string]string{
			"connection.url": t.postgres.JDBC(), "connection.username": t.postgres.User, "connection.password": t.postgres.Password,
			"collection.name.format": strings.ReplaceAll(name, "-", "_"), "schema.evolution": "basic",
		}),
	}
}

// tableContent tells tables of datagen's structs apart, whatever the order of their rows, and how many bytes their values have as text.
func tableContent(ctx context.Context, db *databasetest.Server, table string) (content string, bytes int64, err error) {
	const row = "concat_ws('|', id, task, name, active, amount, extract(epoch FROM created), comment, padding)"
	rows, err := db.Rows(ctx, fmt.Sprintf("SELECT count(*), sum(hashtextextended(%[1]s, 0)), sum(length(%[1]s)) FROM %[2]s", row, table))
	if err != nil {
		return "", 0, err
	}
	_, err = fmt.Sscan(rows[0][2], &bytes)
	return fmt.Sprintf("%s rows with the sum %s", rows[0][0], rows[0][1]), bytes, err
}
