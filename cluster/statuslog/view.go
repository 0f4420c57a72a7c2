// SPDX-License-Identifier: Apache-2.0

package statuslog

import (
	"cmp"
	"slices"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/internal/keptmap"
)

// View is what the status topic says at one moment. It never changes and may be read by any number of goroutines, without
// copying: the slices that it hands out are shared and must not be changed.
type View struct {
	entries keptmap.Map[*entry]
}

// TaskStatus is the status of one task of a connector.
type TaskStatus struct {
	// Task is the number of the task.
	Task int
	Status
}

// entry is all that is known of one connector; tasks and topics are sorted by number and name.
type entry struct {
	connector Status
	tasks     []TaskStatus
	topics    []Topic
	// epoch is the epoch of the Cache that may change this entry; a Cache in a later one has given it to a View.
	epoch uint64
}

func (e *entry) empty() bool {
	return e.connector.State == "" && len(e.tasks) == 0 && len(e.topics) == 0
}

// ConnectorStatus returns the status of a connector, and false where nobody has reported.
func (v View) ConnectorStatus(name string) (Status, bool) {
	e := v.entries.Get(name)
	if e == nil || e.connector.State == "" {
		return Status{}, false
	}
	return e.connector, true
}

// TaskStatus returns the status of a task, and false where nobody has reported.
func (v View) TaskStatus(id connect.TaskID) (Status, bool) {
	tasks := v.Tasks(id.Connector)
	i, found := findTask(tasks, id.Task)
	if !found {
		return Status{}, false
	}
	return tasks[i].Status, true
}

// Tasks returns the statuses of a connector's tasks, by number. They may be of tasks that do not exist any more.
func (v View) Tasks(connector string) []TaskStatus {
	if e := v.entries.Get(connector); e != nil {
		return e.tasks
	}
	return nil
}

// Topics returns the topics that a connector has used, by name.
func (v View) Topics(connector string) []Topic {
	if e := v.entries.Get(connector); e != nil {
		return e.topics
	}
	return nil
}

// Uses tells whether it is known that a connector uses a topic.
func (v View) Uses(connector, topic string) bool {
	_, found := findTopic(v.Topics(connector), topic)
	return found
}

// Connectors returns the names of all connectors that anything is known of, sorted: also of those that were deleted and
// have left something behind.
func (v View) Connectors() []string {
	names := make([]string, 0, v.entries.Len())
	for name := range v.entries.All() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func findTask(tasks []TaskStatus, task int) (int, bool) {
	return slices.BinarySearchFunc(tasks, task, func(t TaskStatus, n int) int { return cmp.Compare(t.Task, n) })
}

func findTopic(topics []Topic, name string) (int, bool) {
	return slices.BinarySearchFunc(topics, name, func(t Topic, n string) int { return cmp.Compare(t.Name, n) })
}
