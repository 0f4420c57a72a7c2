// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Reader reads generations from the records of the config topic, in their order. What it has depends only on the latest record of
// each key, so that a log which was compacted meanwhile gives the same. It has a single owner.
type Reader struct {
	installed State
	highest   int64
	// pending are the parts of shares by key, as they were read last. They count once a head lists them.
	pending map[string]part
}

// part is one part of a worker's share.
type part struct {
	worker     string
	generation int64
	part, of   int
	grants     map[Unit]Grant
}

// NewReader returns a reader of a log of which nothing was read yet.
func NewReader() *Reader { return &Reader{pending: map[string]part{}} }

// State is what was installed last. Before the first, and after the head was deleted, it is the zero State.
func (r *Reader) State() State { return r.installed }

// Highest is the highest generation that any record had that was read, installed or not. What is written next must be above it.
func (r *Reader) Highest() int64 { return r.highest }

// Apply takes the next record. It returns the state that the record has installed, nil where it has installed none. An error says
// why a record was ignored; reading goes on with the next one: [IncompleteError], [StaleError], [VersionError], or that it cannot be
// decoded. Records that generations are not made of are ignored without one. A head that was deleted installs the zero State: the
// cluster was forgotten, and nobody has a right to anything.
func (r *Reader) Apply(record Record) (installed *State, err error) {
	switch {
	case record.Key == headKey && record.Value == nil:
		r.installed = State{}
		return &State{}, nil
	case record.Key == headKey:
		return r.head(record)
	case strings.HasPrefix(record.Key, sharePrefix):
		return nil, r.share(record)
	default:
		return nil, nil
	}
}

// share keeps a part. One that cannot be read takes the place of the one before it all the same: an older one must not be installed.
func (r *Reader) share(record Record) error {
	delete(r.pending, record.Key)
	if record.Value == nil {
		return nil
	}
	var value shareValue
	if err := decode(record, &value.V, &value); err != nil {
		return err
	}
	if err := value.check(record.Key); err != nil {
		return fmt.Errorf("read record %s of the %s: %w", record.Key, configTopic, err)
	}
	r.highest = max(r.highest, value.Generation)
	r.pending[record.Key] = part{
		worker: value.Worker, generation: value.Generation, part: value.Part, of: value.Parts, grants: value.grants(),
	}
	return nil
}

func (r *Reader) head(record Record) (*State, error) {
	var value headValue
	if err := decode(record, &value.V, &value); err != nil {
		return nil, err
	}
	r.highest = max(r.highest, value.Generation)
	if value.Generation <= r.installed.Number {
		return nil, &StaleError{Generation: value.Generation, Installed: r.installed.Number}
	}
	state := value.state()
	state.Grants = make(map[Unit]Grant, len(r.installed.Grants))
	for _, id := range state.Members() {
		if why := r.give(state, id); why != "" {
			return nil, &IncompleteError{Generation: value.Generation, Worker: id, Why: why}
		}
	}
	r.installed = state
	given := state
	return &given, nil
}

// give adds the share of a worker to a state, or says what of it is missing.
func (r *Reader) give(state State, id string) (missing string) {
	worker := state.Workers[id]
	for n := range max(worker.Parts, 1) {
		part, read := r.pending[shareKey(id, n)]
		switch {
		case !read:
			return fmt.Sprintf("there is no part %d of the %d", n, worker.Parts)
		case part.worker != id || part.part != n || part.of != worker.Parts:
			return fmt.Sprintf("there are not the %d parts that it lists", worker.Parts)
		case part.generation != worker.Generation:
			return fmt.Sprintf("generation %d is listed, and %d is there,", worker.Generation, part.generation)
		}
		for unit, grant := range part.grants {
			if _, taken := state.Grants[unit]; taken {
				return fmt.Sprintf("another owner of %s is there as well as the share", unit)
			}
			grant.Worker, grant.Boot = id, worker.Boot
			state.Grants[unit] = grant
		}
	}
	return ""
}

// decode reads a value, whose version is then in version.
func decode(record Record, version *int, value any) error {
	err := json.Unmarshal(record.Value, value)
	switch {
	case *version > Newest:
		return &VersionError{Key: record.Key, Version: *version}
	case err != nil:
		return undecodable(configTopic, record.Key, err)
	case *version < 1:
		return fmt.Errorf("read record %s of the %s: it has no version", record.Key, configTopic)
	}
	return nil
}
