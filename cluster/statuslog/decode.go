// SPDX-License-Identifier: Apache-2.0

package statuslog

import (
	"errors"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/internal/jsonrecord"
)

var (
	errKey     = errors.New("no record of Kafka Connect has such a key")
	errNoValue = errors.New("its value is null, but no tombstone")
)

// parse differs from the config topic's in that the JSON text null is no tombstone, as in Kafka Connect.
func parse(value []byte) (jsonrecord.Object, error) {
	fields, err := jsonrecord.Parse(value)
	if err == nil && fields == nil {
		return nil, errNoValue
	}
	return fields, err
}

func decodeStatus(value []byte) (Status, error) {
	fields, err := parse(value)
	if err != nil {
		return Status{}, err
	}
	text, _ := fields.String("state")
	state, known := states[text]
	generation, counted := fields.Int("generation")
	trace, traceOK := fields.Nullable("trace")
	worker, workerOK := fields.Nullable("worker_id")
	version, versionOK := fields.Nullable("version")
	switch {
	case !known:
		return Status{}, errors.New("its state is none of Kafka Connect's")
	case !counted:
		return Status{}, errors.New("its generation is not a number")
	case !traceOK || !workerOK || !versionOK:
		return Status{}, errors.New("its trace, worker_id or version is no text")
	}
	return Status{State: state, Trace: orEmpty(trace), WorkerID: orEmpty(worker), Generation: int(generation), Version: version}, nil
}

// states are those that are written; a destroyed connector or task is a tombstone.
var states = map[string]connect.State{
	"UNASSIGNED": connect.Unassigned, "RUNNING": connect.Running, "PAUSED": connect.Paused,
	"FAILED": connect.Failed, "RESTARTING": connect.Restarting, "STOPPED": connect.Stopped,
}

// decodeTopic takes the names of the key, which is what the record is found by.
func decodeTopic(connector, topic string, value []byte) (Topic, error) {
	fields, err := parse(value)
	if err != nil {
		return Topic{}, err
	}
	inner, _ := fields.Object("topic")
	task, counted := inner.Count("task")
	discovered, dated := inner.Int("discoverTimestamp")
	if !counted || !dated {
		return Topic{}, errors.New("it has no topic with task and discoverTimestamp")
	}
	return Topic{Name: topic, Connector: connector, Task: task, Discovered: time.UnixMilli(discovered).UTC()}, nil
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
