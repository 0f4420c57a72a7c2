// SPDX-License-Identifier: Apache-2.0

package statuslog

import (
	"bytes"
	"strconv"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/internal/jsonrecord"
	"github.com/longshore-io/connect/internal/javaprint"
)

// The keys of the status topic.
const (
	connectorPrefix = "status-connector-"
	taskPrefix      = "status-task-"
	topicPrefix     = "status-topic-"
	topicSeparator  = ":connector-"
)

// Record is a record of the status topic.
type Record struct {
	// Key is the whole key, in UTF-8.
	Key string
	// Value is JSON; nil is a tombstone.
	Value []byte
}

// Status is what a worker reports of a connector or task. The zero Status, which has no State, stands for none.
type Status struct {
	// State is the state; tasks have no STOPPED.
	State connect.State
	// Trace is why it FAILED, "" for nothing to tell.
	Trace string
	// WorkerID is the worker that reports, as host:port of its REST API.
	WorkerID string
	// Generation is that of the assignment by which the worker owns what it reports.
	Generation int
	// Version is the plugin's, nil where it is not known: also where the instance is gone already.
	Version *string
}

// Info is the status as the REST API tells it.
func (s Status) Info() connect.InstanceStatus {
	return connect.InstanceStatus{State: s.State, WorkerID: s.WorkerID, Version: s.Version, Trace: s.Trace}
}

// Topic is a topic that a connector has used.
type Topic struct {
	// Name is the topic's name.
	Name string
	// Connector and Task are who used it first.
	Connector string
	Task      int
	// Discovered is when, to the millisecond.
	Discovered time.Time
}

// ConnectorRecord reports a connector's status.
func ConnectorRecord(name string, s Status) Record {
	return Record{connectorPrefix + name, s.encode()}
}

// TaskRecord reports a task's status.
func TaskRecord(id connect.TaskID, s Status) Record { return Record{taskKey(id), s.encode()} }

// TopicRecord tells that a connector uses a topic. It is written once per connector and topic.
func TopicRecord(t Topic) Record {
	value := javaprint.AppendJSONString([]byte(`{"topic":{"name":`), t.Name)
	value = javaprint.AppendJSONString(append(value, `,"connector":`...), t.Connector)
	value = strconv.AppendInt(append(value, `,"task":`...), int64(t.Task), 10)
	value = strconv.AppendInt(append(value, `,"discoverTimestamp":`...), t.Discovered.UnixMilli(), 10)
	return Record{topicKey(t.Connector, t.Name), append(value, '}', '}')}
}

// ConnectorTombstone removes the status of a connector that was destroyed.
func ConnectorTombstone(name string) Record { return Record{Key: connectorPrefix + name} }

// TaskTombstone removes the status of a task that was destroyed.
func TaskTombstone(id connect.TaskID) Record { return Record{Key: taskKey(id)} }

// TopicTombstone makes it forgotten that a connector uses a topic, as a reset of its topics does.
func TopicTombstone(connector, topic string) Record { return Record{Key: topicKey(connector, topic)} }

// OfTopic tells whether a key is that of a topic that a connector uses.
func OfTopic(key []byte) bool { return bytes.HasPrefix(key, []byte(topicPrefix)) }

// MayWrite tells whether a status that is only safe to write where nobody newer has written may be written over the one
// that is known: UNASSIGNED and FAILED are such. It may unless another worker has written with a higher generation.
func MayWrite(cached, next Status) bool {
	return cached.State == "" || cached.WorkerID == next.WorkerID || cached.Generation <= next.Generation
}

func (s Status) encode() []byte {
	value := javaprint.AppendJSONString([]byte(`{"state":`), string(s.State))
	value = append(value, `,"trace":`...)
	if s.Trace == "" {
		value = append(value, "null"...)
	} else {
		value = javaprint.AppendJSONString(value, s.Trace)
	}
	value = javaprint.AppendJSONString(append(value, `,"worker_id":`...), s.WorkerID)
	value = strconv.AppendInt(append(value, `,"generation":`...), int64(s.Generation), 10)
	value = jsonrecord.AppendNullable(append(value, `,"version":`...), s.Version)
	return append(value, '}')
}

func taskKey(id connect.TaskID) string {
	return taskPrefix + id.Connector + "-" + strconv.Itoa(id.Task)
}

func topicKey(connector, topic string) string {
	return topicPrefix + topic + topicSeparator + connector
}
