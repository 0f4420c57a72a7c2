// SPDX-License-Identifier: Apache-2.0

package configlog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/configlog"
)

// topic is a config topic being read. Its records are written as `key => value`, with null for a tombstone.
type topic struct {
	*configlog.Reader
	next int64
}

func readTopic(lines ...string) *topic {
	t := &topic{Reader: configlog.NewReader()}
	t.EndReplay()
	t.read(lines...)
	return t
}

func (t *topic) read(lines ...string) []configlog.Event {
	var events []configlog.Event
	for _, line := range lines {
		key, text, _ := strings.Cut(line, " => ")
		var value []byte
		if text != "null" {
			value = []byte(text)
		}
		events = append(events, t.Apply(t.next, []byte(key), value)...)
		t.next++
	}
	return events
}

func (t *topic) connector(tb testing.TB, name string) configlog.Connector {
	c, ok := t.State().Connector(name)
	require.True(tb, ok, "connector %s exists", name)
	return c
}

func raw(pairs ...string) connect.RawConfig {
	config := connect.RawConfig{}
	for i := 0; i < len(pairs); i += 2 {
		config[pairs[i]] = &pairs[i+1]
	}
	return config
}

var (
	c1      = `connector-c => {"properties":{"k":"1"}}`
	c2      = `connector-c => {"properties":{"k":"2"}}`
	task0   = `task-c-0 => {"properties":{"n":"0"}}`
	task1   = `task-c-1 => {"properties":{"n":"1"}}`
	commit0 = `commit-c => {"tasks":0}`
	commit1 = `commit-c => {"tasks":1}`
	commit2 = `commit-c => {"tasks":2}`
	stopped = `target-state-c => {"state":"PAUSED","state.v2":"STOPPED"}`
	paused  = `target-state-c => {"state":"PAUSED","state.v2":"PAUSED"}`
	started = `target-state-c => {"state":"STARTED","state.v2":"STARTED"}`
	deleted = `connector-c => null`
)

// fresh is a connector that was configured with k=1 and nothing else.
func fresh(change func(*configlog.Connector)) configlog.Connector {
	c := configlog.Connector{
		Name: "c", Config: raw("k", "1"), Target: connect.TargetStarted, TaskGeneration: -1, FencedTasks: -1,
	}
	change(&c)
	return c
}

func committed(tasks ...connect.RawConfig) func(*configlog.Connector) {
	return func(c *configlog.Connector) {
		c.Tasks, c.TaskCount, c.TaskGeneration = tasks, len(tasks), 0
		c.AppliedConfig, c.PendingFencing = c.Config, true
	}
}

func TestWhatRecordsAddUpTo(t *testing.T) {
	tasks := []connect.RawConfig{raw("n", "0"), raw("n", "1")}
	for _, c := range []struct {
		name  string
		lines []string
		want  configlog.Connector
	}{
		{"a new connector is STARTED and has no tasks", []string{c1}, fresh(func(*configlog.Connector) {})},
		{
			"a configuration replaces the whole of the one before",
			[]string{`connector-c => {"properties":{"old":"x","k":"0"}}`, c1},
			fresh(func(*configlog.Connector) {}),
		},
		{
			"nulls are kept, unknown fields ignored",
			[]string{`connector-c => {"properties":{"k":"1","z":null},"more":[1]}`},
			fresh(func(c *configlog.Connector) { c.Config["z"] = nil }),
		},
		{"tasks do not count without a commit", []string{c1, task0}, fresh(func(*configlog.Connector) {})},
		{"tasks count with their commit", []string{c1, task0, task1, commit2}, fresh(committed(tasks...))},
		{"tasks may come in any order, and before the connector", []string{task1, c1, task0, commit2}, fresh(committed(tasks...))},
		{"tasks more than committed are dropped", []string{c1, task0, task1, commit1}, fresh(committed(tasks[0]))},
		{"no tasks are a complete commit", []string{c1, commit0}, fresh(committed([]connect.RawConfig{}...))},
		{
			"counts that are no whole numbers change nothing",
			[]string{c1, `commit-c => {"tasks":1.0}`, `commit-c => {"tasks":"1"}`, `commit-c => {"tasks":-1}`},
			fresh(func(*configlog.Connector) {}),
		},
		{
			"a missing task makes the connector inconsistent, without any tasks",
			[]string{c1, task1, commit2},
			fresh(func(c *configlog.Connector) { c.Inconsistent, c.TaskCount, c.PendingFencing = true, 2, true }),
		},
		{
			"the tasks of an incomplete commit do not help the next",
			[]string{c1, task1, commit2, task0, commit2},
			fresh(func(c *configlog.Connector) { c.Inconsistent, c.TaskCount, c.PendingFencing = true, 2, true }),
		},
		{
			"tasks once committed do not help the next commit either",
			[]string{c1, task0, commit1, task1, commit2},
			fresh(func(c *configlog.Connector) {
				committed()(c)
				c.Tasks, c.TaskCount, c.Inconsistent = nil, 2, true
			}),
		},
		{
			"a complete commit mends an inconsistent connector",
			[]string{c1, commit2, task0, task1, commit2},
			fresh(committed(tasks...)),
		},
		{
			"each complete commit is a generation of its own",
			[]string{c1, task0, commit1, task0, commit1, commit0},
			fresh(func(c *configlog.Connector) { committed()(c); c.TaskGeneration = 2; c.Tasks = []connect.RawConfig{} }),
		},
		{
			"the configuration of the last commit is remembered",
			[]string{c2, commit0, c1},
			fresh(func(c *configlog.Connector) {
				committed()(c)
				c.AppliedConfig, c.Tasks = raw("k", "2"), []connect.RawConfig{}
			}),
		},
		{
			"a commit without its connector is of a deleted one and brings nothing back",
			[]string{task0, commit1, c1},
			fresh(func(*configlog.Connector) {}),
		},
		{
			"a deleted connector takes its tasks along",
			[]string{c2, task0, commit1, task0, deleted, c1},
			fresh(func(c *configlog.Connector) { c.TaskGeneration, c.PendingFencing = 0, true }),
		},
		{
			"deferred tasks do not survive a deletion",
			[]string{c2, task0, deleted, c1, commit1},
			fresh(func(c *configlog.Connector) { c.Inconsistent, c.TaskCount, c.PendingFencing = true, 1, true }),
		},
		{
			"the inconsistency flag and the task count record survive a deletion",
			[]string{c2, commit2, `tasks-fencing-c => {"task-count":2}`, deleted, c1},
			fresh(func(c *configlog.Connector) { c.Inconsistent, c.FencedTasks = true, 2 }),
		},
		{
			"JSON null is a tombstone too",
			[]string{c2, task0, commit1, `connector-c =>  null `, c1},
			fresh(func(c *configlog.Connector) { c.TaskGeneration, c.PendingFencing = 0, true }),
		},
		{
			"a task count record ends what was pending",
			[]string{c1, commit0, `tasks-fencing-c => {"task-count":3}`},
			fresh(func(c *configlog.Connector) {
				committed()(c)
				c.Tasks, c.FencedTasks, c.PendingFencing = []connect.RawConfig{}, 3, false
			}),
		},
		{"the target state may come first", []string{stopped, c1}, fresh(func(c *configlog.Connector) { c.Target = connect.TargetStopped })},
		{"state.v2 is preferred", []string{c1, stopped}, fresh(func(c *configlog.Connector) { c.Target = connect.TargetStopped })},
		{
			"state is taken where state.v2 is missing",
			[]string{c1, `target-state-c => {"state":"PAUSED"}`},
			fresh(func(c *configlog.Connector) { c.Target = connect.TargetPaused }),
		},
		{
			"state is taken where state.v2 is no text",
			[]string{c1, `target-state-c => {"state":"PAUSED","state.v2":7}`},
			fresh(func(c *configlog.Connector) { c.Target = connect.TargetPaused }),
		},
		{
			"an unknown state is ignored, also where the old field has a known one",
			[]string{c1, paused, `target-state-c => {"state":"STARTED","state.v2":"HALTED"}`, `target-state-c => {}`},
			fresh(func(c *configlog.Connector) { c.Target = connect.TargetPaused }),
		},
		{"a target state that is removed is STARTED", []string{c1, stopped, `target-state-c => null`}, fresh(func(*configlog.Connector) {})},
		{
			"a target state outlives its connector until it is removed itself",
			[]string{c2, stopped, deleted, c1},
			fresh(func(c *configlog.Connector) { c.Target = connect.TargetStopped }),
		},
		{"a deletion removes it", []string{c2, stopped, deleted, `target-state-c => null`, c1}, fresh(func(*configlog.Connector) {})},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readTopic(c.lines...).connector(t, "c")
			if len(got.Tasks) == 0 && len(c.want.Tasks) == 0 {
				got.Tasks, c.want.Tasks = nil, nil
			}
			got.ConfigOffset = 0 // it has a test of its own
			assert.Equal(t, c.want, got)
		})
	}
}

func TestConfigOffsetGrowsWithEachWrite(t *testing.T) {
	topic := readTopic(c1, task0, commit1)
	assert.Equal(t, int64(0), topic.connector(t, "c").ConfigOffset)
	topic.read(c1)
	assert.Equal(t, int64(3), topic.connector(t, "c").ConfigOffset, "the same configuration again")
	topic.read(paused, `connector-c => {}`)
	assert.Equal(t, int64(3), topic.connector(t, "c").ConfigOffset, "no other record moves it")
	topic.read(deleted, c2)
	assert.Equal(t, int64(7), topic.connector(t, "c").ConfigOffset)
}

func TestNamesMayHoldDashes(t *testing.T) {
	topic := readTopic(
		`connector-a-b-0 => {"properties":{}}`, `connector-a => {"properties":{}}`,
		`task-a-b-0-1 => {"properties":{}}`, `task-a-b-0-0 => {"properties":{}}`, `commit-a-b-0 => {"tasks":2}`,
		`target-state-a-b-0 => {"state":"PAUSED"}`,
	)
	assert.ElementsMatch(t, []string{"a", "a-b-0"}, topic.State().Connectors())
	assert.Len(t, topic.connector(t, "a-b-0").Tasks, 2)
	assert.Equal(t, connect.TargetPaused, topic.connector(t, "a-b-0").Target)
	assert.Empty(t, topic.connector(t, "a").Tasks)
}

func TestEvents(t *testing.T) {
	for _, c := range []struct {
		name   string
		before []string
		line   string
		want   []configlog.Event
	}{
		{"a new connector", nil, c1, []configlog.Event{configlog.ConnectorConfigured{Name: "c"}}},
		{"the same configuration again", []string{c1}, c1, []configlog.Event{configlog.ConnectorConfigured{Name: "c"}}},
		{"a deletion", []string{c1}, deleted, []configlog.Event{configlog.ConnectorRemoved{Name: "c"}}},
		{"a deletion of what is not there", nil, deleted, nil},
		{"a task", []string{c1}, task0, nil},
		{"a complete commit", []string{c1, task0}, commit1, []configlog.Event{configlog.TasksCommitted{Name: "c"}}},
		{"an incomplete commit", []string{c1}, commit1, []configlog.Event{configlog.TasksCommitted{Name: "c"}}},
		{"a commit without its connector", []string{task0}, commit1, nil},
		{"another target state", []string{c1}, paused, []configlog.Event{configlog.TargetChanged{Name: "c", Target: connect.TargetPaused}}},
		{"the same target state", []string{c1}, started, nil},
		{"a target state before its connector", nil, paused, nil},
		{
			"the removal of a target state", []string{c1, paused}, `target-state-c => null`,
			[]configlog.Event{configlog.TargetChanged{Name: "c", Target: connect.TargetStarted}},
		},
		{"the removal of a target state after its connector", []string{c1, paused, deleted}, `target-state-c => null`, nil},
		{"a task count", []string{c1}, `tasks-fencing-c => {"task-count":1}`, nil},
		{
			"a restart", nil, `restart-connector-c-d => {"include-tasks":true,"only-failed":false}`,
			[]configlog.Event{configlog.RestartRequested{Request: connect.RestartRequest{Connector: "c-d", IncludeTasks: true}}},
		},
		{
			"a restart whose flags are missing or no flags", nil, `restart-connector-c => {"only-failed":"true"}`,
			[]configlog.Event{configlog.RestartRequested{Request: connect.RestartRequest{Connector: "c"}}},
		},
		{
			"a logger level", nil, `logger-cluster-org.x => {"level":"warn"}`,
			[]configlog.Event{configlog.LoggerLevelSet{Namespace: "org.x", Level: "warn"}},
		},
		{
			"a session key", nil, `session-key => {"key":"QUJD","algorithm":"HmacSHA256","creation-timestamp":5}`,
			[]configlog.Event{configlog.SessionKeySet{}},
		},
		{"a record of our own", nil, `longshore-generation => {"v":1}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			topic := readTopic(c.before...)
			assert.Equal(t, c.want, topic.read(c.line))
			assert.Equal(t, int64(len(c.before)+1), topic.State().Position())
		})
	}
}

func TestThePastIsNotCarriedOut(t *testing.T) {
	topic := &topic{Reader: configlog.NewReader()}
	require.True(t, topic.Replaying())
	restart, level := `restart-connector-c => {}`, `logger-cluster-x => {"level":"INFO"}`
	assert.Empty(t, topic.read(restart, level), "requests of the past")
	assert.Equal(t,
		[]configlog.Event{configlog.SessionKeySet{}, configlog.ConnectorConfigured{Name: "c"}},
		topic.read(`session-key => {"key":"QUJD","algorithm":"HmacSHA256","creation-timestamp":5}`, c1),
		"what is still so")

	topic.EndReplay()
	require.False(t, topic.Replaying())
	assert.Len(t, topic.read(restart, level), 2)
	key, ok := topic.State().SessionKey()
	require.True(t, ok)
	assert.Equal(t, configlog.SessionKey{Key: []byte("ABC"), Algorithm: "HmacSHA256", Created: time.UnixMilli(5).UTC()}, key)
}

func TestRecordsThatCannotBeUnderstood(t *testing.T) {
	for _, c := range []struct {
		name, line, reason string
		stays              bool
	}{
		{name: "no JSON", line: `connector-c => {"properties":`, reason: "not JSON", stays: true},
		{name: "no JSON under a key that nobody knows", line: `x => nonsense`, reason: "not JSON", stays: true},
		{name: "an empty value", line: `connector-c => `, reason: "not JSON", stays: true},
		{name: "an array", line: `connector-c => []`, reason: "not a JSON object"},
		{name: "an unknown key", line: `connectors => {}`, reason: "no record of Kafka Connect has such a key"},
		{name: "no key", line: ` => {}`, reason: "no record of Kafka Connect has such a key"},
		{name: "no properties", line: `connector-c => {}`, reason: "it has no properties"},
		{name: "properties that are null", line: `connector-c => {"properties":null}`, reason: "it has no properties"},
		{name: "an object in properties", line: `connector-c => {"properties":{"a":{}}}`, reason: "neither text nor null"},
		{name: "no target state", line: `target-state-c => {}`, reason: "it has no state"},
		{name: "an unknown target state", line: `target-state-c => {"state":"GONE"}`, reason: "none of STARTED, PAUSED and STOPPED"},
		{name: "a task without number", line: `task-c => {"properties":{}}`, reason: "does not end with the number of a task"},
		{name: "a task's tombstone", line: `task-c-0 => null`, reason: "must have a value"},
		{name: "a task without properties", line: `task-c-0 => {}`, reason: "it has no properties"},
		{name: "a commit without number", line: `commit-c => {}`, reason: "number of tasks"},
		{name: "a commit's tombstone", line: `commit-c => null`, reason: "number of tasks"},
		{name: "a commit out of range", line: `commit-c => {"tasks":2147483648}`, reason: "out of range"},
		{name: "a task count without number", line: `tasks-fencing-c => {"task-count":"1"}`, reason: "number of tasks"},
		{name: "a restart's tombstone", line: `restart-connector-c => null`, reason: "must have a value"},
		{name: "a level without logger", line: `logger-cluster- => {"level":"INFO"}`, reason: "names no logger"},
		{name: "a logger without level", line: `logger-cluster-x => null`, reason: "it has no level"},
		{name: "half a session key", line: `session-key => {"key":"QUJD","algorithm":"HmacSHA256"}`, reason: "creation-timestamp"},
		{
			name: "a session key in another alphabet", reason: "not base64",
			line: `session-key => {"key":"#","algorithm":"HmacSHA256","creation-timestamp":1}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			topic := readTopic(c1, task0, commit1)
			before := topic.State()
			events := topic.read(c.line)
			require.Len(t, events, 1)
			problem, ok := events[0].(configlog.Problem)
			require.True(t, ok, "%T", events[0])
			assert.Equal(t, int64(3), problem.Offset)
			assert.Contains(t, problem.Text, c.reason)
			assert.NotContains(t, problem.Text, "\n")

			after := topic.State()
			assert.Equal(t, dump(before), dump(after), "nothing changes")
			position := int64(4)
			if c.stays {
				position = 3
			}
			assert.Equal(t, position, after.Position(), "what is not JSON does not move the position")
		})
	}
}

func TestProblemsNameLongKeysInOneLine(t *testing.T) {
	events := readTopic().read(strings.Repeat("x\n", 500) + ` => {}`)
	require.Len(t, events, 1)
	text := events[0].(configlog.Problem).Text
	assert.NotContains(t, text, "\n")
	assert.Less(t, len(text), 600)
}

func TestCommittedAndChanges(t *testing.T) {
	tasks := []connect.RawConfig{raw("n", "0"), raw("n", "1")}
	for _, c := range []struct {
		name               string
		lines              []string
		committed, changes bool
	}{
		{"a new connector has no commit", []string{c1}, false, true},
		{"the same tasks are no change", []string{c1, task0, task1, commit2}, true, false},
		{"fewer tasks are", []string{c1, task0, commit1}, true, true},
		{"another task is", []string{c1, task0, `task-c-1 => {"properties":{"n":"x"}}`, commit2}, true, true},
		{"another connector configuration is", []string{c1, task0, task1, commit2, c2}, true, true},
		{"the same connector configuration again is not", []string{c1, task0, task1, commit2, c1}, true, false},
		{"an inconsistent connector needs its tasks written", []string{c1, task0, task1, commit2, commit2}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			connector := readTopic(c.lines...).connector(t, "c")
			assert.Equal(t, c.committed, connector.Committed())
			assert.Equal(t, c.changes, connector.Changes(tasks))
		})
	}
}
