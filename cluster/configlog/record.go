// SPDX-License-Identifier: Apache-2.0

package configlog

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/internal/jsonrecord"
	"github.com/longshore-io/connect/internal/javaprint"
)

// The keys of the config topic: what they begin with, or for sessionKey all of it.
const (
	targetPrefix  = "target-state-"
	connectPrefix = "connector-"
	taskPrefix    = "task-"
	commitPrefix  = "commit-"
	restartPrefix = "restart-connector-"
	countPrefix   = "tasks-fencing-"
	sessionKey    = "session-key"
	loggerPrefix  = "logger-cluster-"
)

// Record is a record of the config topic.
type Record struct {
	// Key is the whole key, in UTF-8.
	Key string
	// Value is JSON; nil is a tombstone.
	Value []byte
}

// SessionKey is the key that workers sign their requests to each other with.
type SessionKey struct {
	// Key is the secret itself.
	Key []byte
	// Algorithm is Java's name of the signature's algorithm, HmacSHA256 unless configured otherwise.
	Algorithm string
	// Created is when the key was made, to the millisecond.
	Created time.Time
}

// String leaves the secret out.
func (k SessionKey) String() string {
	return "session key for " + k.Algorithm + " of " + k.Created.UTC().Format(time.RFC3339)
}

// ConnectorRecord stores a connector's configuration; nulls are kept.
func ConnectorRecord(name string, config connect.RawConfig) Record {
	return Record{connectPrefix + name, properties(config)}
}

// DeleteRecords remove a connector and its target state, in the order to write them. Its other records stay: readers
// ignore them, and a connector of the same name finds its old offsets again.
func DeleteRecords(name string) []Record {
	return []Record{{Key: connectPrefix + name}, {Key: targetPrefix + name}}
}

// TaskRecord stores the configuration of one task. It counts for nothing until a CommitRecord follows.
func TaskRecord(id connect.TaskID, config connect.RawConfig) Record {
	return Record{taskPrefix + id.Connector + "-" + strconv.Itoa(id.Task), properties(config)}
}

// TaskRecords store the configurations of all tasks of a connector, from task 0 on. All of them must be in the topic
// before the CommitRecord of the same number is written.
func TaskRecords(name string, tasks []connect.RawConfig) []Record {
	records := make([]Record, len(tasks))
	for i, config := range tasks {
		records[i] = TaskRecord(connect.TaskID{Connector: name, Task: i}, config)
	}
	return records
}

// CommitRecord makes the task records before it count: those of tasks 0 to tasks-1.
func CommitRecord(name string, tasks int) Record {
	return Record{commitPrefix + name, number("tasks", tasks)}
}

// TargetRecord stores a target state. STOPPED is PAUSED to workers older than Kafka 3.5, which know no state.v2.
func TargetRecord(name string, target connect.TargetState) Record {
	old := target
	if target == connect.TargetStopped {
		old = connect.TargetPaused
	}
	value := javaprint.AppendJSONString([]byte(`{"state":`), string(old))
	value = javaprint.AppendJSONString(append(value, `,"state.v2":`...), string(target))
	return Record{targetPrefix + name, append(value, '}')}
}

// RestartRecord asks all workers to restart what they have of a connector.
func RestartRecord(r connect.RestartRequest) Record {
	value := strconv.AppendBool([]byte(`{"include-tasks":`), r.IncludeTasks)
	value = strconv.AppendBool(append(value, `,"only-failed":`...), r.OnlyFailed)
	return Record{restartPrefix + r.Connector, append(value, '}')}
}

// SessionKeyRecord stores the session key.
func SessionKeyRecord(k SessionKey) Record {
	value := javaprint.AppendJSONString([]byte(`{"key":`), base64.StdEncoding.EncodeToString(k.Key))
	value = javaprint.AppendJSONString(append(value, `,"algorithm":`...), k.Algorithm)
	value = strconv.AppendInt(append(value, `,"creation-timestamp":`...), k.Created.UnixMilli(), 10)
	return Record{sessionKey, append(value, '}')}
}

// TaskCountRecord stores for how many tasks older generations of an exactly-once source were last fenced.
func TaskCountRecord(name string, tasks int) Record {
	return Record{countPrefix + name, number("task-count", tasks)}
}

// LoggerRecord asks all workers to set the level of a logger and of those below it.
func LoggerRecord(namespace, level string) Record {
	value := javaprint.AppendJSONString([]byte(`{"level":`), level)
	return Record{loggerPrefix + namespace, append(value, '}')}
}

func properties(config connect.RawConfig) []byte {
	value := []byte(`{"properties":{`)
	for i, key := range slices.Sorted(maps.Keys(config)) {
		if i > 0 {
			value = append(value, ',')
		}
		value = append(javaprint.AppendJSONString(value, key), ':')
		value = jsonrecord.AppendNullable(value, config[key])
	}
	return append(value, '}', '}')
}

func number(field string, n int) []byte {
	value := append(javaprint.AppendJSONString([]byte{'{'}, field), ':')
	return append(strconv.AppendInt(value, int64(n), 10), '}')
}
