// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"encoding/json"
	"errors"
	"fmt"
)

// IncompleteError says that a head was ignored, since what it lists was not read. That is how a log looks of which compaction has
// removed a part: a later head follows. Where none does, records were deleted by hand.
type IncompleteError struct {
	// Generation is that of the head, Worker the one whose records do not fit, Why what is wrong with them.
	Generation int64
	Worker     string
	Why        string
}

// Error says which generation was ignored, and why.
func (e *IncompleteError) Error() string {
	return fmt.Sprintf("generation %d is incomplete and was ignored: %s of worker %s", e.Generation, e.Why, e.Worker)
}

// StaleError says that a head was ignored, since its generation does not follow the one that is installed.
type StaleError struct {
	// Generation is that of the head, Installed the one that stays.
	Generation, Installed int64
}

// Error says which generation was ignored, and why.
func (e *StaleError) Error() string {
	return fmt.Sprintf("generation %d was ignored: generation %d is installed already", e.Generation, e.Installed)
}

// VersionError says that a record is of a version that this build does not know. A worker that meets it must not go on with what
// it knew before: it needs a newer build.
type VersionError struct {
	// Key is the record's, Version what it is of.
	Key     string
	Version int
}

// Error says which version it is, and which one is known.
func (e *VersionError) Error() string {
	return fmt.Sprintf("record %s has version %d of the cluster protocol, this worker knows up to %d: run a newer release of it",
		e.Key, e.Version, Newest)
}

// undecodable says that a record is no JSON of the expected form, and nothing of what is in it: a value may hold a secret.
func undecodable(topic, key string, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("read record %s of the %s: not valid JSON at byte %d", key, topic, syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("read record %s of the %s: field %q does not have the expected form", key, topic, kind.Field)
	default:
		return fmt.Errorf("read record %s of the %s: not JSON of the expected form", key, topic)
	}
}
