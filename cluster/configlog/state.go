// SPDX-License-Identifier: Apache-2.0

package configlog

import (
	"iter"
	"slices"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/internal/keptmap"
	"github.com/longshore-io/connect/internal/javaprint"
)

// State is what the config topic says up to a position. It never changes and may be read by any number of goroutines. The
// maps and slices that it hands out are shared: they must not be changed.
type State struct {
	entries  keptmap.Map[*entry]
	session  *SessionKey
	position int64
	used     bool
}

// Connector is what the config topic says of one connector.
type Connector struct {
	// Name is the name of the connector.
	Name string
	// Config is its configuration as stored.
	Config connect.RawConfig
	// ConfigOffset is the offset of the record that stored it: it grows with each write, also with one of the same again.
	ConfigOffset int64
	// Target is what its users want; STARTED where nothing was stored.
	Target connect.TargetState
	// Tasks are the configurations of the last complete commit, from task 0 on; none where the connector is Inconsistent.
	Tasks []connect.RawConfig
	// TaskCount is the number of tasks of the last commit, also of one that was not complete.
	TaskCount int
	// Inconsistent says that the last commit missed task records, as after a compaction between the two.
	Inconsistent bool
	// TaskGeneration grows with each complete commit, from 0; -1 before the first. It compares commits that the same
	// Reader has seen, nothing else: another worker, or this one after its next start, counts differently.
	TaskGeneration int
	// AppliedConfig is the connector's configuration at its last complete commit, nil where there was none since it was made.
	AppliedConfig connect.RawConfig
	// FencedTasks is the number of the last task count record; -1 where there is none.
	FencedTasks int
	// PendingFencing says that a commit followed the last task count record: of an exactly-once source the older
	// generations have to be fenced before it starts.
	PendingFencing bool
}

// Committed tells that Tasks are those of a complete commit, be there any or none. Where it is false, and the connector is
// to run, its tasks have to be made from its configuration: it is new, or compaction has taken what belonged together.
func (c Connector) Committed() bool { return c.AppliedConfig != nil && !c.Inconsistent }

// Changes tells whether tasks differ from what is committed, so that they have to be written: by their number, by any of
// their configurations, or because the connector's own configuration is not that of the last commit, which tasks depend on
// for their converters and transformations. Unchanged tasks must not be written: every commit restarts them.
func (c Connector) Changes(tasks []connect.RawConfig) bool {
	return !c.Committed() || !c.AppliedConfig.Equal(c.Config) ||
		!slices.EqualFunc(c.Tasks, tasks, connect.RawConfig.Equal)
}

// Connectors returns the names of all connectors, in the order in which a worker of Kafka Connect lists them: that of a hash
// table that was copied. Names that meet in it are sorted; Kafka Connect has them as they came.
func (s State) Connectors() []string {
	names := make([]string, 0, s.entries.Len())
	for name, e := range s.entries.All() {
		if e.exists {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	javaprint.SortAsCopiedHashMap(names)
	return names
}

// All returns all connectors, in any order.
func (s State) All() iter.Seq[Connector] {
	return func(yield func(Connector) bool) {
		for _, e := range s.entries.All() {
			if e.exists && !yield(e.Connector) {
				return
			}
		}
	}
}

// Connector returns what is known of a connector, and false where there is none of that name.
func (s State) Connector(name string) (Connector, bool) {
	e := s.entries.Get(name)
	if e == nil || !e.exists {
		return Connector{}, false
	}
	return e.Connector, true
}

// SessionKey returns the newest session key, and false where there is none.
func (s State) SessionKey() (SessionKey, bool) {
	if s.session == nil {
		return SessionKey{}, false
	}
	return *s.session, true
}

// Used tells that Kafka Connect, or who does its job, has ever left a record in the topic. Those by which workers of ours agree do
// not count: they are there as soon as one has started.
func (s State) Used() bool { return s.used }

// Position is the offset of the record to be read next: one past the last that was decoded, 0 before any.
func (s State) Position() int64 { return s.position }

// entry is a connector, or what is left or there already of one that does not exist.
type entry struct {
	Connector
	exists bool
	// epoch is the epoch of the Reader that may change this entry; a Reader in a later one has given it to a State.
	epoch uint64
}
