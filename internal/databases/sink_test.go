// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/json"
	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// sinkClass is the sink's class on both sides.
const sinkClass = "io.debezium.connector.jdbc.JdbcSinkConnector"

// sinkLimit is how long the sinks may take for all topics.
const sinkLimit = 3 * time.Minute

// sinkMode is a configuration in which both sinks write the same topics into databases of their own.
type sinkMode struct {
	name     string
	settings map[string]string
	topics   []topic
	// tables are there before the sinks.
	tables []string
}

// topic are records in their order.
type topic struct {
	name    string
	records []connect.Record
}

// dump is what a database has: of each table the columns with their types, and the rows.
type dump map[string][]string

// sinkServer is a kind of server with what is particular to it.
type sinkServer struct {
	open  func(testing.TB) *databasetest.Server
	modes []sinkMode
	setup []string
	dump  func(t *testing.T, db *databasetest.Server) dump
}

func TestBothSinksWriteTheSameIntoPostgreSQL(t *testing.T) {
	compareSinks(t, sinkServer{databasetest.PostgreSQL, postgresSinkModes(), postgresExtensions, dumpPostgres})
}

func TestBothSinksWriteTheSameIntoMariaDB(t *testing.T) {
	compareSinks(t, sinkServer{databasetest.MariaDB, mariaSinkModes(), nil, dumpMaria})
}

// compareSinks runs one side after the other: on MariaDB Debezium's sink looks for its table in all databases of the server, so it takes a table
// that ours has made already for its own and fails where it writes.
func compareSinks(t *testing.T, server sinkServer) {
	broker := kafkatest.SharedBroker(t).Addr()
	workers := []*worker{kafkaConnect(t, workerProps(broker, kafkatest.Topic(t), nil)), ownSide(t, workerProps(broker, kafkatest.Topic(t), nil))}
	var databases []*databasetest.Server
	prefix := kafkatest.Topic(t) + "."
	for _, m := range server.modes {
		produceTopics(t, broker, prefix, m.topics)
	}
	for i, w := range workers {
		w.start()
		db := server.open(t)
		db.Exec(t, server.setup...)
		databases = append(databases, db)
		for _, m := range server.modes {
			db.Exec(t, m.tables...)
			w.create(sinkName(i, m, prefix), m.config(db, prefix))
		}
		for _, m := range server.modes {
			assert.NoError(t, w.awaitSink(broker, sinkName(i, m, prefix), topicNames(prefix, m.topics)), "%s of %s", m.name, w.name)
		}
	}
	theirs, ours := server.dump(t, databases[0]), server.dump(t, databases[1])
	for _, table := range slices.Sorted(maps.Keys(theirs)) {
		assert.Equal(t, theirs[table], ours[table], table)
	}
	assert.Equal(t, slices.Sorted(maps.Keys(theirs)), slices.Sorted(maps.Keys(ours)))
}

// sinkName is a name of its own on each side: it is the name of a consumer group, too.
func sinkName(side int, m sinkMode, prefix string) string {
	return fmt.Sprintf("sink-%d-%s-%s", side, m.name, strings.TrimSuffix(prefix, "."))
}

func topicNames(prefix string, topics []topic) (names []string) {
	for _, t := range topics {
		names = append(names, prefix+t.name)
	}
	return names
}

func (m sinkMode) config(db *databasetest.Server, prefix string) map[string]string {
	const json = "org.apache.kafka.connect.json.JsonConverter"
	c := map[string]string{"connector.class": sinkClass, "tasks.max": "1", "topics": strings.Join(topicNames(prefix, m.topics), ","),
		"connection.url": db.JDBC(), "connection.username": db.User, "connection.password": db.Password, "connection.pool.min_size": "1", "connection.pool.acquire_increment": "1", "connection.pool.max_size": "2", "schema.evolution": "basic",
		"key.converter": json, "value.converter": json, "transforms": "short", "transforms.short.type": "org.apache.kafka.connect.transforms.RegexRouter",
		"transforms.short.regex": ".*\\.([^.]*)", "transforms.short.replacement": "$1"}
	maps.Copy(c, m.settings)
	return c
}

// produceTopics writes the records, with their schemas.
func produceTopics(t *testing.T, broker, prefix string, topics []topic) {
	t.Helper()
	keys, values := jsonWithSchemas(t, true), jsonWithSchemas(t, false)
	var all []*kgo.Record
	for _, topic := range topics {
		for _, r := range topic.records {
			out := &kgo.Record{Topic: prefix + topic.name}
			out.Key = encoded(t, keys, r.KeySchema, r.Key)
			out.Value = encoded(t, values, r.ValueSchema, r.Value)
			for _, h := range r.Headers {
				out.Headers = append(out.Headers, kgo.RecordHeader{Key: h.Key, Value: []byte(h.Value.(string))})
			}
			all = append(all, out)
		}
	}
	kafkatest.Produce(t, broker, all...)
}

func jsonWithSchemas(t *testing.T, isKey bool) connect.Converter {
	t.Helper()
	c := json.New()
	require.NoError(t, c.Configure(map[string]string{"schemas.enable": "true"}, isKey))
	return c
}

// encoded is null for a value without a schema: a tombstone.
func encoded(t *testing.T, c connect.Converter, schema *connect.Schema, value any) []byte {
	t.Helper()
	if schema == nil {
		return nil
	}
	text, err := c.FromConnectData(t.Context(), "", nil, schema, value)
	require.NoError(t, err, "%s %v", schema, value)
	return slices.Clone(text)
}

// awaitSink returns when a connector's group has committed all topics to their ends, or when the connector has failed.
func (w *worker) awaitSink(broker, name string, topics []string) (failure error) {
	w.t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	require.NoError(w.t, err)
	defer client.Close()
	eventually(w.t, sinkLimit, func() error {
		if failure = w.broken(name); failure != nil {
			return nil
		}
		return behind(w.t.Context(), kadm.NewClient(client), "connect-"+name, topics)
	})
	return failure
}

// behind returns what a group has not committed yet.
func behind(ctx context.Context, admin *kadm.Client, group string, topics []string) error {
	ends, err := admin.ListEndOffsets(ctx, topics...)
	if err != nil {
		return err
	}
	have, err := admin.FetchOffsets(ctx, group)
	if err != nil {
		return err
	}
	ends.Each(func(end kadm.ListedOffset) {
		if at, is := have.Lookup(end.Topic, end.Partition); end.Offset > 0 && (!is || at.At < end.Offset) {
			err = errors.Join(err, fmt.Errorf("%s is at %d of %s, which has %d", group, at.At, end.Topic, end.Offset))
		}
	})
	return err
}

func dumpPostgres(t *testing.T, db *databasetest.Server) dump {
	t.Helper()
	all := dump{}
	for _, row := range db.Query(t, `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), ''), coalesce(array_position(i.indkey::int2[], a.attnum), -1)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 ORDER BY c.relname, a.attnum`) {
		all[row[0]] = append(all[row[0]], strings.Join(row[1:], " | "))
	}
	for table := range all {
		for _, row := range db.Query(t, `SET TIME ZONE 'UTC'; SELECT * FROM "`+table+`" t ORDER BY t::text`) {
			all[table] = append(all[table], strings.Join(row, " | "))
		}
	}
	return all
}

func dumpMaria(t *testing.T, db *databasetest.Server) dump {
	t.Helper()
	all := dump{}
	for _, row := range db.Query(t, `SELECT table_name, column_name, column_type, is_nullable, coalesce(column_default, ''), column_key FROM information_schema.columns
WHERE table_schema = database() ORDER BY table_name, ordinal_position`) {
		all[row[0]] = append(all[row[0]], strings.Join(row[1:], " | "))
	}
	for table := range all {
		var rows []string
		for _, row := range db.Query(t, "SELECT * FROM `"+table+"`") {
			rows = append(rows, fmt.Sprintf("%q", row))
		}
		slices.Sort(rows)
		all[table] = append(all[table], rows...)
	}
	return all
}
