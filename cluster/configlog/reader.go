// SPDX-License-Identifier: Apache-2.0

package configlog

import (
	"errors"
	"fmt"
	"strings"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/internal/jsonrecord"
)

// Reader adds up the records of the config topic. It has a single owner; the States that it gives out are free of it.
type Reader struct {
	state State
	// deferred are the task records since each connector's last commit.
	deferred  map[string]map[int]connect.RawConfig
	replaying bool
	// epoch counts the States given out.
	epoch uint64
}

// NewReader returns a reader at the beginning of the topic, replaying.
func NewReader() *Reader {
	return &Reader{
		deferred:  map[string]map[int]connect.RawConfig{},
		replaying: true,
	}
}

// Replaying tells that EndReplay was not called: what is read has happened before this worker was there.
func (r *Reader) Replaying() bool { return r.replaying }

// EndReplay is called once the topic was read to where its end was at the start. From now on restart requests and logger
// levels are told.
func (r *Reader) EndReplay() { r.replaying = false }

// State returns what the records so far add up to. It costs next to nothing; the next record that changes something costs
// a copy of a small part of the map of connectors, but not of the connectors.
func (r *Reader) State() State {
	r.epoch++
	state := r.state
	state.entries = r.state.entries.Keep()
	return state
}

// Apply reads the next record. A nil value is a tombstone. It returns what has changed, usually one event or none.
func (r *Reader) Apply(offset int64, key, value []byte) []Event {
	fields, err := jsonrecord.Parse(value)
	if errors.Is(err, jsonrecord.ErrUndecodable) {
		return problem(offset, key, err)
	}
	r.state.position = offset + 1
	if generation.IsOwn(string(key)) {
		return nil
	}
	r.state.used = true
	read, rest := reading(string(key))
	if err == nil && read == nil {
		err = errors.New("no record of Kafka Connect has such a key")
	}
	if err != nil {
		return problem(offset, key, err)
	}
	event, err := read(r, rest, fields)
	switch {
	case err != nil:
		return problem(offset, key, err)
	case event != nil:
		return []Event{event}
	}
	return nil
}

func problem(offset int64, key []byte, err error) []Event {
	text := fmt.Sprintf("skipped record %d of the config topic with key %s: %v", offset, jsonrecord.Clip(key), err)
	return []Event{Problem{Offset: offset, Text: text}}
}

type readFunc func(r *Reader, rest string, value jsonrecord.Object) (Event, error)

// readings are the kinds of records in the order in which Kafka Connect compares their prefixes.
var readings = []struct {
	prefix string
	read   readFunc
}{
	{targetPrefix, (*Reader).readTarget},
	{connectPrefix, (*Reader).readConnector},
	{taskPrefix, (*Reader).readTask},
	{commitPrefix, (*Reader).readCommit},
	{restartPrefix, (*Reader).readRestart},
	{countPrefix, (*Reader).readTaskCount},
	{loggerPrefix, (*Reader).readLogger},
}

// reading returns how to read a key and what follows its prefix.
func reading(key string) (readFunc, string) {
	if key == sessionKey {
		return (*Reader).readSessionKey, ""
	}
	for _, kind := range readings {
		if rest, ok := strings.CutPrefix(key, kind.prefix); ok {
			return kind.read, rest
		}
	}
	return nil, ""
}

// change returns the entry of a name to be changed: a new one, or a copy where a State holds the old.
func (r *Reader) change(name string) *entry {
	e := r.state.entries.Get(name)
	switch {
	case e == nil:
		e = &entry{Connector: Connector{Name: name, TaskGeneration: -1, FencedTasks: -1}, epoch: r.epoch}
	case e.epoch != r.epoch:
		changed := *e
		changed.epoch = r.epoch
		e = &changed
	default:
		return e
	}
	r.state.entries.Set(name, e)
	return e
}

func (r *Reader) exists(name string) bool {
	e := r.state.entries.Get(name)
	return e != nil && e.exists
}

// target returns the stored target state, also of a connector that does not exist; "" for none.
func (r *Reader) target(name string) connect.TargetState {
	if e := r.state.entries.Get(name); e != nil {
		return e.Target
	}
	return ""
}
