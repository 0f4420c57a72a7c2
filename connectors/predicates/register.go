// SPDX-License-Identifier: Apache-2.0

package predicates

import "github.com/longshore-io/connect"

// prefix stands before the simple names of Kafka's predicates.
const prefix = "org.apache.kafka.connect.transforms.predicates."

// Entry is one class of this package.
type Entry struct {
	// Class is the name that configurations have.
	Class string
	// New makes a predicate that is not configured yet.
	New func() connect.Predicate
}

// All returns every class of this package, for registration.
func All() []Entry {
	return []Entry{
		{prefix + "HasHeaderKey", func() connect.Predicate { return &hasHeaderKey{} }},
		{prefix + "RecordIsTombstone", func() connect.Predicate { return recordIsTombstone{} }},
		{prefix + "TopicNameMatches", func() connect.Predicate { return &topicNameMatches{} }},
	}
}

// unclosed is embedded by predicates: none of them holds anything that has to be freed.
type unclosed struct{}

// Close does nothing.
func (unclosed) Close() error { return nil }

// parse reads a configuration; the first wrong key is the error.
func parse(def connect.ConfigDef, props map[string]string) (connect.ConfigValues, error) {
	values, errs := def.Parse(props)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return values, nil
}
