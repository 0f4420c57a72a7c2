// SPDX-License-Identifier: Apache-2.0

package configlog

import (
	"encoding/base64"
	"errors"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/internal/jsonrecord"
)

// The rules are those of Kafka Connect's KafkaConfigBackingStore. A nil value is a tombstone in each of them.

var errNoValue = errors.New("such a record must have a value")

// readConnector replaces the whole configuration, or removes the connector. Its target state has a record of its own,
// which may come before it.
func (r *Reader) readConnector(name string, value jsonrecord.Object) (Event, error) {
	if value == nil {
		return r.remove(name), nil
	}
	config, err := parseConfig(value)
	if err != nil {
		return nil, err
	}
	e := r.change(name)
	e.exists, e.Config, e.ConfigOffset = true, config, r.state.position-1
	if e.Target == "" {
		e.Target = connect.TargetStarted
	}
	return ConnectorConfigured{name}, nil
}

// remove forgets the connector and its tasks. What stays is what Java keeps: the flag of an inconsistent commit, the task
// count record and the count of generations.
func (r *Reader) remove(name string) Event {
	delete(r.deferred, name)
	if !r.exists(name) {
		return nil
	}
	e := r.change(name)
	e.exists, e.Config, e.Tasks, e.TaskCount, e.AppliedConfig = false, nil, nil, 0, nil
	return ConnectorRemoved{name}
}

func (r *Reader) readTarget(name string, value jsonrecord.Object) (Event, error) {
	target, err := parseTarget(value)
	if err != nil {
		return nil, err
	}
	existing := r.exists(name)
	if target == "" && existing {
		target = connect.TargetStarted
	}
	if r.target(name) == target {
		return nil, nil
	}
	r.change(name).Target = target
	if !existing {
		return nil, nil
	}
	return TargetChanged{name, target}, nil
}

// parseTarget prefers state.v2, which knows STOPPED, and falls back to state; "" is a tombstone.
func parseTarget(value jsonrecord.Object) (connect.TargetState, error) {
	if value == nil {
		return "", nil
	}
	text, ok := value.String("state.v2")
	if !ok {
		text, ok = value.String("state")
	}
	switch state := connect.TargetState(text); state {
	case connect.TargetStarted, connect.TargetPaused, connect.TargetStopped:
		return state, nil
	}
	if !ok {
		return "", errors.New("it has no state")
	}
	return "", errors.New("its state is none of STARTED, PAUSED and STOPPED")
}

// readTask keeps the configuration until the connector's next commit.
func (r *Reader) readTask(rest string, value jsonrecord.Object) (Event, error) {
	name, task, ok := jsonrecord.TaskID(rest)
	if !ok {
		return nil, errors.New("its key does not end with the number of a task")
	}
	if value == nil {
		return nil, errNoValue
	}
	config, err := parseConfig(value)
	if err != nil {
		return nil, err
	}
	if r.deferred[name] == nil {
		r.deferred[name] = map[int]connect.RawConfig{}
	}
	r.deferred[name][task] = config
	return nil, nil
}

// readCommit makes the tasks count that were written since the last commit, if none is missing. Without the connector it
// is the rest of one that was deleted, whose tasks must not come back with a new connector of its name.
func (r *Reader) readCommit(name string, value jsonrecord.Object) (Event, error) {
	if !r.exists(name) {
		delete(r.deferred, name)
		return nil, nil
	}
	count, ok := value.Count("tasks")
	if !ok {
		return nil, errors.New("its number of tasks is not a number, or out of range")
	}
	e := r.change(name)
	e.TaskCount, e.PendingFencing = count, true
	if tasks, complete := r.takeDeferred(name, count); complete {
		e.Tasks, e.Inconsistent, e.AppliedConfig = tasks, false, e.Config
		e.TaskGeneration++
	} else {
		e.Tasks, e.Inconsistent = nil, true
	}
	return TasksCommitted{name}, nil
}

// takeDeferred empties what was deferred, also if it is not complete: a later commit needs a complete set of its own.
func (r *Reader) takeDeferred(name string, count int) ([]connect.RawConfig, bool) {
	deferred := r.deferred[name]
	delete(r.deferred, name)
	if len(deferred) < count {
		return nil, false
	}
	tasks := make([]connect.RawConfig, count)
	for i := range tasks {
		config, ok := deferred[i]
		if !ok {
			return nil, false
		}
		tasks[i] = config
	}
	return tasks, true
}

func (r *Reader) readTaskCount(name string, value jsonrecord.Object) (Event, error) {
	count, ok := value.Count("task-count")
	if !ok {
		return nil, errors.New("its number of tasks is not a number, or out of range")
	}
	e := r.change(name)
	e.FencedTasks, e.PendingFencing = count, false
	return nil, nil
}

func (r *Reader) readSessionKey(_ string, value jsonrecord.Object) (Event, error) {
	text, isText := value.String("key")
	algorithm, named := value.String("algorithm")
	created, dated := value.Int("creation-timestamp")
	if !isText || !named || !dated {
		return nil, errors.New("a session key has key, algorithm and creation-timestamp")
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("its key is not base64")
	}
	r.state.session = &SessionKey{Key: key, Algorithm: algorithm, Created: time.UnixMilli(created).UTC()}
	return SessionKeySet{}, nil
}

// readRestart ignores requests of the past: whatever they asked for was done, or was ended by a restart of the workers.
func (r *Reader) readRestart(name string, value jsonrecord.Object) (Event, error) {
	if value == nil {
		return nil, errNoValue
	}
	if r.replaying {
		return nil, nil
	}
	request := connect.RestartRequest{
		Connector: name, IncludeTasks: value.Bool("include-tasks"), OnlyFailed: value.Bool("only-failed"),
	}
	return RestartRequested{request}, nil
}

// readLogger ignores levels of the past: they last as long as the processes that were told.
func (r *Reader) readLogger(namespace string, value jsonrecord.Object) (Event, error) {
	level, ok := value.String("level")
	switch {
	case namespace == "":
		return nil, errors.New("its key names no logger")
	case !ok:
		return nil, errors.New("it has no level")
	case r.replaying:
		return nil, nil
	}
	return LoggerLevelSet{namespace, level}, nil
}

func parseConfig(value jsonrecord.Object) (connect.RawConfig, error) {
	properties, ok := value.Object("properties")
	if !ok {
		return nil, errors.New("it has no properties")
	}
	config, ok := properties.Strings()
	if !ok {
		return nil, errors.New("a value in its properties is neither text nor null")
	}
	return config, nil
}
