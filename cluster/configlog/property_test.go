// SPDX-License-Identifier: Apache-2.0

package configlog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/configlog"
)

// dump is all that a State tells, but for its position.
func dump(s configlog.State) map[string]any {
	all := map[string]any{}
	for _, name := range s.Connectors() {
		c, _ := s.Connector(name)
		c.Config, c.AppliedConfig = c.Config.Clone(), c.AppliedConfig.Clone()
		c.Tasks = slices.Clone(c.Tasks)
		all[name] = c
	}
	key, ok := s.SessionKey()
	all[""] = fmt.Sprint(ok, key)
	return all
}

type offsetRecord struct {
	configlog.Record
	offset int64
}

// writer writes what leaders write: whole sets of tasks before their commit, each step of which a crash may cut off.
type writer struct {
	*rapid.T
	log []offsetRecord
}

func (w *writer) put(records ...configlog.Record) {
	for _, r := range records {
		gap := rapid.Int64Range(1, 2).Draw(w.T, "gap") // a transaction's marker takes an offset
		offset := gap
		if n := len(w.log); n > 0 {
			offset += w.log[n-1].offset
		}
		w.log = append(w.log, offsetRecord{r, offset})
	}
}

func (w *writer) config() connect.RawConfig {
	return raw("k", rapid.StringMatching(`[a-c]`).Draw(w.T, "value"))
}

func (w *writer) tasks(name string) {
	var tasks []connect.RawConfig
	for range rapid.IntRange(0, 3).Draw(w.T, "tasks") {
		tasks = append(tasks, w.config())
	}
	records := append(configlog.TaskRecords(name, tasks), configlog.CommitRecord(name, len(tasks)))
	written := len(records)
	if rapid.IntRange(0, 4).Draw(w.T, "crash") == 0 {
		written = rapid.IntRange(0, len(records)).Draw(w.T, "written")
	}
	w.put(records[:written]...)
}

func (w *writer) step() {
	name := rapid.SampledFrom([]string{"a", "a-0"}).Draw(w.T, "name")
	switch rapid.IntRange(0, 6).Draw(w.T, "step") {
	case 0, 1:
		w.put(configlog.ConnectorRecord(name, w.config()))
	case 2, 3:
		w.tasks(name)
	case 4:
		target := rapid.SampledFrom([]connect.TargetState{connect.TargetStarted, connect.TargetPaused, connect.TargetStopped})
		w.put(configlog.TargetRecord(name, target.Draw(w.T, "target")))
	case 5:
		w.put(configlog.DeleteRecords(name)...)
	case 6:
		w.put(configlog.TaskCountRecord(name, rapid.IntRange(0, 3).Draw(w.T, "count")))
	}
}

func drawLog(t *rapid.T) []offsetRecord {
	w := &writer{T: t}
	for range rapid.IntRange(0, 25).Draw(t, "steps") {
		w.step()
	}
	return w.log
}

func replay(log []offsetRecord) configlog.State {
	reader := configlog.NewReader()
	for _, r := range log {
		reader.Apply(r.offset, []byte(r.Key), r.Value)
	}
	return reader.State()
}

func TestStatesAreWhatAReplayOfTheirPrefixGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		reader := configlog.NewReader()
		states := []configlog.State{reader.State()}
		for _, r := range log {
			reader.Apply(r.offset, []byte(r.Key), r.Value)
			states = append(states, reader.State())
		}
		for n, state := range states {
			fromStart := replay(log[:n])
			require.Equal(t, dump(fromStart), dump(state), "after %d records", n)
			require.Equal(t, fromStart.Position(), state.Position())
			if n > 0 {
				require.Equal(t, log[n-1].offset+1, state.Position())
			}
		}
	})
}

// compact keeps the latest record of each key, and tombstones or not.
func compact(log []offsetRecord, tombstones bool) []offsetRecord {
	last := map[string]int{}
	for i, r := range log {
		last[r.Key] = i
	}
	var kept []offsetRecord
	for i, r := range log {
		if last[r.Key] == i && (tombstones || r.Value != nil) {
			kept = append(kept, r)
		}
	}
	return kept
}

func TestCompactionLosesNoConnectorAndMixesNoTasks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := drawLog(t)
		cleaned := rapid.IntRange(0, len(log)).Draw(t, "cleaned")
		compacted := append(compact(log[:cleaned], rapid.Bool().Draw(t, "tombstones")), log[cleaned:]...)
		whole, got := replay(log), replay(compacted)
		require.Equal(t, whole.Connectors(), got.Connectors())
		for _, name := range whole.Connectors() {
			want, _ := whole.Connector(name)
			c, _ := got.Connector(name)
			require.Equal(t, want.Config, c.Config)
			require.Equal(t, want.Target, c.Target)
			if !c.Committed() {
				require.Empty(t, c.Tasks, "tasks of no complete commit")
				continue
			}
			require.True(t, want.Committed(), "compaction completes nothing")
			require.True(t, slices.EqualFunc(want.Tasks, c.Tasks, connect.RawConfig.Equal))
		}
	})
}

func TestStatesOfManyConnectorsShareWhatDidNotChange(t *testing.T) {
	reader := configlog.NewReader()
	for i := range 1000 {
		r := configlog.ConnectorRecord(fmt.Sprint("c", i), fileConfig)
		reader.Apply(int64(i), []byte(r.Key), r.Value)
	}
	before := reader.State()
	reader.Apply(1000, []byte("connector-c7"), []byte(`{"properties":{}}`))
	reader.Apply(1001, []byte("connector-c8"), nil)

	old, _ := before.Connector("c7")
	assert.Equal(t, fileConfig, old.Config)
	assert.Len(t, before.Connectors(), 1000)
	assert.Len(t, reader.State().Connectors(), 999)
}

func BenchmarkStateAfterEveryRecord(b *testing.B) {
	reader := configlog.NewReader()
	for i := range 1000 {
		r := configlog.ConnectorRecord(fmt.Sprint("c", i), fileConfig)
		reader.Apply(int64(i), []byte(r.Key), r.Value)
	}
	r := configlog.ConnectorRecord("c500", fileConfig)
	b.ReportAllocs()
	for b.Loop() {
		reader.Apply(1, []byte(r.Key), r.Value)
		reader.State()
	}
}

func FuzzApply(f *testing.F) {
	for _, line := range []string{
		c1, task0, commit2, stopped, deleted, `session-key => {"key":"QUJD","algorithm":"x","creation-timestamp":1}`,
		`restart-connector-c => {}`, `logger-cluster-x => {"level":"INFO"}`, `tasks-fencing-c => {"task-count":1}`, `task-c-9999999999 => {}`,
		`connector-c => {"properties":{"a":[[{}]],"b":1e400}}`, `commit-c => {"tasks":2147483647}`, `longshore-x => {`, `=> `,
	} {
		key, value, _ := strings.Cut(line, " => ")
		f.Add([]byte(key), []byte(value), value == "null")
	}
	f.Fuzz(func(t *testing.T, key, value []byte, tombstone bool) {
		topic := readTopic(c1, task0, commit1)
		if tombstone {
			value = nil
		}
		events := topic.Apply(3, key, value)
		require.LessOrEqual(t, len(events), 1)
		for _, event := range events {
			if problem, ok := event.(configlog.Problem); ok {
				require.NotContains(t, problem.Text, "\n")
			}
		}
		require.LessOrEqual(t, topic.State().Position(), int64(4))
		topic.read(c2, commit1)
		require.True(t, topic.connector(t, "c").Inconsistent || len(topic.connector(t, "c").Tasks) == 1)
	})
}
