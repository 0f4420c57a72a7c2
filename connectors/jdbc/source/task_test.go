// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func TestAQueryIsReadIntoTheTopicOfThePrefix(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY, n INT)", "INSERT INTO orders VALUES (1, 10), (2, 20)")
	props := db.props(queryKey, "SELECT id, n * 2 AS twice FROM orders", incrementingKey, "id")
	delete(props, whitelistKey)
	configs := tasksOf(t, props, 5)
	require.Len(t, configs, 1)
	r := startTask(t, props, &conntest.SourceContext{})
	records := r.read(2)
	assert.Equal(t, "db-", records[0].Topic)
	assert.Empty(t, records[0].ValueSchema.Name())
	assert.Equal(t, `{"query":"query"}`, records[1].SourcePartition.Key())
	assert.Equal(t, int64(40), records[1].Value.(*connect.Struct).At(1))
	db.run("INSERT INTO orders VALUES (3, 30)")
	assert.Equal(t, int64(60), r.read(1)[0].Value.(*connect.Struct).At(1))
}

func TestColumnsOfAQueryNeedLabelsOfTheirOwn(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY)", "INSERT INTO orders VALUES (1)")
	props := db.props(queryKey, "SELECT id, id FROM orders", modeKey, modeBulk)
	delete(props, whitelistKey)
	assert.ErrorContains(t, failureOf(t, props), "two columns that are called id")
}

// failureOf is the error that ends a task.
func failureOf(t *testing.T, props map[string]string) error {
	t.Helper()
	task := newTask()
	t.Cleanup(func() { require.NoError(t, task.Stop(context.Background())) })
	if err := task.Start(context.Background(), &conntest.SourceContext{}, tasksOf(t, props, 1)[0]); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if _, err := task.Poll(ctx); err != nil {
			return err
		}
	}
	require.NoError(t, ctx.Err(), "the task has not failed")
	return nil
}

func TestATaskRefusesTablesWhoseNewRowsItCannotFind(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INT, no INT NOT NULL, changed TIMESTAMP, made TIMESTAMP NOT NULL)", "INSERT INTO orders VALUES (NULL, 1, NULL, 5)")
	for name, c := range map[string]struct {
		more []string
		want string
	}{
		"a column that counts up may be null": {[]string{incrementingKey, "id"}, "may be null"},
		"all times may be null":               {[]string{modeKey, modeTimestamp, timestampKey, "changed"}, "may be null"},
		"no column with times is named":       {[]string{modeKey, modeTimestamp}, "may be null or are not there"},
		"no such column":                      {[]string{incrementingKey, "number"}, "has no column number"},
		"a result without the column":         {[]string{queryKey, "SELECT 1 AS no", incrementingKey, "id", whitelistKey, ""}, "no field id"},
		"a retry has an end":                  {[]string{modeKey, modeBulk, suffixKey, "HAVING", retriesKey, "2"}, "refused 2 times"},
		"numbers of a text":                   {[]string{queryKey, "SELECT 'x' AS no FROM orders", incrementingKey, "no", whitelistKey, ""}, "no whole number"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, failureOf(t, db.props(c.more...)), c.want)
		})
	}
}

func TestAllTablesOfATaskNeedTheirColumns(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE a (id INT, changed TIMESTAMP NOT NULL)", "CREATE TABLE b (id INT)")
	assert.ErrorContains(t, failureOf(t, db.props(whitelistKey, "a,b", modeKey, modeTimestamp, timestampKey, "changed")), "of table b")
}

func TestAMaskedQueryIsNeitherLoggedNorInTheState(t *testing.T) {
	db := newSQLite(t)
	tc := &conntest.SourceContext{}
	r := startTask(t, db.props(whitelistKey, "", modeKey, modeBulk, maskedQueryKey, "SELECT * FROM hidden_place", retriesKey, "3"), tc)
	var err error
	for err == nil {
		_, err = r.task.Poll(context.Background())
	}
	assert.ErrorContains(t, err, "refused 3 times")
	assert.NotContains(t, err.Error()+tc.Logs.Text(), "hidden_place")
}

func TestAQueryThatWasTakenBeforeThereWereRulesIsStillRead(t *testing.T) {
	db := newSQLite(t)
	r := startTask(t, db.props(whitelistKey, "", modeKey, modeBulk, queryKey, "WITH x AS (SELECT 1 AS id) SELECT id FROM x"), &conntest.SourceContext{})
	assert.Equal(t, int64(1), r.read(1)[0].Value.(*connect.Struct).At(0))
}

func TestANegativeDelayReadsAheadOfTheClock(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY, changed TIMESTAMP NOT NULL)", "INSERT INTO orders (changed) VALUES (unixepoch() * 1000 + 1800000)")
	r := startTask(t, db.props(modeKey, modeTimestamp, timestampKey, "changed", delayKey, "-3600000"), &conntest.SourceContext{})
	assert.Len(t, r.read(1), 1)
}

func TestATaskWithoutTablesFailsAndOneThatWasPlannedEarlyWaits(t *testing.T) {
	db := newSQLite(t)
	configs := tasksOf(t, db.props(incrementingKey, "id"), 3)
	require.Equal(t, []string{"", "true"}, []string{configs[0][tablesKey], configs[0][tablesFetchedKey]})
	assert.ErrorContains(t, newTask().Start(context.Background(), &conntest.SourceContext{}, configs[0]), "neither a table nor a query")
	early := newTask()
	require.NoError(t, early.Start(context.Background(), &conntest.SourceContext{}, with(configs[0], tablesFetchedKey, "false", lingerKey, "1")))
	records, err := early.Poll(context.Background())
	assert.NoError(t, err)
	assert.Empty(t, records)
	assert.NoError(t, early.Stop(context.Background()))
}

func TestNewTablesHaveTasksPlannedAnew(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY)")
	c, cc := New(), &conntest.ConnectorContext{}
	require.NoError(t, c.Start(context.Background(), cc, with(db.props(modeKey, modeBulk, blacklistKey, "none", tablePollIntervalKey, "20"), whitelistKey, "")))
	defer func() { require.NoError(t, c.Stop(context.Background())) }()
	configs, err := c.TaskConfigs(context.Background(), 4)
	require.NoError(t, err)
	require.Len(t, configs, 1)
	db.run("CREATE TABLE customers (id INTEGER PRIMARY KEY)")
	require.Eventually(t, func() bool { return cc.Reconfigurations() > 0 }, 10*time.Second, 5*time.Millisecond)
	configs, err = c.TaskConfigs(context.Background(), 4)
	require.NoError(t, err)
	require.Len(t, configs, 2)
	assert.Equal(t, []string{`"customers"`, `"orders"`}, []string{configs[0][tablesKey], configs[1][tablesKey]})
}

func TestReadingBeginsWhereTheConfigurationSays(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY, changed TIMESTAMP NOT NULL)", "INSERT INTO orders (changed) VALUES (1000), (2000), (3000)")
	r := startTask(t, db.props(modeKey, modeTimestamp, timestampKey, "changed", initialKey, "2000"), &conntest.SourceContext{})
	assert.Equal(t, int64(3), r.read(1)[0].Value.(*connect.Struct).At(0))
}

func TestRowsOfTheDelayAreLeftAlone(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY, changed TIMESTAMP NOT NULL)",
		"INSERT INTO orders (changed) VALUES (1000), (unixepoch() * 1000 - 60000)")
	r := startTask(t, db.props(modeKey, modeTimestamp, timestampKey, "changed", delayKey, "3600000", lingerKey, "300"), &conntest.SourceContext{})
	assert.Len(t, r.read(1), 1)
	more, err := r.task.Poll(context.Background())
	require.NoError(t, err)
	assert.Empty(t, more, "the second row is younger than the delay")
}

func TestTheSchemaIsTheSameWhileTheColumnsAre(t *testing.T) {
	db := newSQLite(t, "CREATE TABLE orders (id INTEGER PRIMARY KEY)", "INSERT INTO orders VALUES (1)")
	r := startTask(t, db.props(modeKey, modeBulk), &conntest.SourceContext{})
	records := r.read(1)
	first := records[0].ValueSchema
	assert.Same(t, first, r.read(1)[0].ValueSchema)
	db.run("ALTER TABLE orders ADD COLUMN name TEXT")
	require.Eventually(t, func() bool { return len(r.read(1)[0].ValueSchema.Fields()) == 2 }, 10*time.Second, time.Millisecond)
}
