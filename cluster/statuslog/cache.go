// SPDX-License-Identifier: Apache-2.0

package statuslog

import (
	"fmt"
	"slices"
	"strings"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/internal/jsonrecord"
)

// Cache adds up the records of the status topic. It has a single owner; the Views that it gives out are free of it.
type Cache struct {
	view View
	// epoch counts the Views given out.
	epoch uint64
}

// NewCache returns a cache that knows nothing.
func NewCache() *Cache { return &Cache{} }

// View returns what the records so far add up to. It costs next to nothing; the next record that changes something costs
// a copy of the one connector that it is about, with its tasks. Who only wants to look asks Now.
func (c *Cache) View() View {
	c.epoch++
	return View{c.view.entries.Keep()}
}

// Now is what the records so far add up to until the next one is read: nothing is copied for it, and nothing of it may be used
// after that.
func (c *Cache) Now() *View { return &c.view }

// Apply reads the next record. A nil value is a tombstone. It returns the name of the connector that something was said of
// that now holds, or "". An error says in one line for the log which record was skipped, and why; it holds nothing of the
// value.
func (c *Cache) Apply(key, value []byte) (connector string, err error) {
	if generation.IsOwn(string(key)) {
		return "", nil
	}
	connector, err = c.read(string(key), value)
	if err != nil {
		return "", fmt.Errorf("skipped a record of the status topic with key %s: %w", jsonrecord.Clip(key), err)
	}
	return connector, nil
}

func (c *Cache) read(key string, value []byte) (string, error) {
	if name, ok := strings.CutPrefix(key, connectorPrefix); ok && name != "" {
		return c.readConnector(name, value)
	}
	if rest, ok := strings.CutPrefix(key, taskPrefix); ok {
		if name, task, ok := jsonrecord.TaskID(rest); ok && name != "" {
			return c.readTask(connect.TaskID{Connector: name, Task: task}, value)
		}
	}
	if rest, ok := strings.CutPrefix(key, topicPrefix); ok {
		// Topics have no colons, connectors may.
		if topic, name, ok := strings.Cut(rest, topicSeparator); ok && topic != "" && name != "" && !strings.Contains(topic, ":") {
			return c.readTopic(name, topic, value)
		}
	}
	return "", errKey
}

// readConnector takes the tasks along when a connector's status is removed, but not the topics.
func (c *Cache) readConnector(name string, value []byte) (string, error) {
	if value == nil {
		return c.remove(name, func(e *entry) { e.connector, e.tasks = Status{}, nil }), nil
	}
	status, err := decodeStatus(value)
	if err != nil {
		return "", err
	}
	if cached, _ := c.view.ConnectorStatus(name); late(status, cached) {
		return "", nil
	}
	c.change(name).connector = status
	return name, nil
}

func (c *Cache) readTask(id connect.TaskID, value []byte) (string, error) {
	if value == nil {
		return c.remove(id.Connector, func(e *entry) {
			if i, found := findTask(e.tasks, id.Task); found {
				e.tasks = slices.Delete(e.tasks, i, i+1)
			}
		}), nil
	}
	status, err := decodeStatus(value)
	if err != nil {
		return "", err
	}
	cached, _ := c.view.TaskStatus(id)
	if late(status, cached) || hides(status, cached) {
		return "", nil
	}
	e := c.change(id.Connector)
	i, found := findTask(e.tasks, id.Task)
	if !found {
		e.tasks = slices.Insert(e.tasks, i, TaskStatus{Task: id.Task})
	}
	e.tasks[i].Status = status
	return id.Connector, nil
}

// late tells of an UNASSIGNED that a former owner has written behind what the next one says, whatever that is.
func late(status, cached Status) bool {
	return status.State == connect.Unassigned && status.WorkerID != cached.WorkerID && status.Generation < cached.Generation
}

// hides tells of an UNASSIGNED that must not hide a RUNNING task, as Kafka Connect sees it: one of an older generation, or of the
// same one. There it does not matter who wrote it; here a worker that says so after its own RUNNING is believed, since it writes in
// order: a task that was cut off must not be shown as running.
func hides(status, cached Status) bool {
	if status.State != connect.Unassigned || cached.State != connect.Running {
		return false
	}
	return status.Generation < cached.Generation || status.Generation == cached.Generation && status.WorkerID != cached.WorkerID
}

func (c *Cache) readTopic(name, topic string, value []byte) (string, error) {
	if value == nil {
		return c.remove(name, func(e *entry) {
			if i, found := findTopic(e.topics, topic); found {
				e.topics = slices.Delete(e.topics, i, i+1)
			}
		}), nil
	}
	decoded, err := decodeTopic(name, topic, value)
	if err != nil {
		return "", err
	}
	e := c.change(name)
	i, found := findTopic(e.topics, topic)
	if !found {
		e.topics = slices.Insert(e.topics, i, Topic{})
	}
	e.topics[i] = decoded
	return name, nil
}

// remove takes something out of the entry of a connector, and the entry out when nothing is left.
func (c *Cache) remove(name string, takeOut func(*entry)) string {
	if c.view.entries.Get(name) == nil {
		return ""
	}
	e := c.change(name)
	takeOut(e)
	if e.empty() {
		c.view.entries.Delete(name)
	}
	return name
}

// change returns the entry of a connector to be changed: a new one, or a copy where a View holds the old.
func (c *Cache) change(name string) *entry {
	e := c.view.entries.Get(name)
	switch {
	case e == nil:
		e = &entry{epoch: c.epoch}
	case e.epoch != c.epoch:
		e = &entry{
			connector: e.connector, tasks: slices.Clone(e.tasks), topics: slices.Clone(e.topics), epoch: c.epoch,
		}
	default:
		return e
	}
	c.view.entries.Set(name, e)
	return e
}
