// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"slices"

	"github.com/longshore-io/connect"
)

// prefix stands before the simple names of Kafka's transforms.
const prefix = "org.apache.kafka.connect.transforms."

// Entry is one class of this package.
type Entry struct {
	// Class is the name that configurations have.
	Class string
	// New makes a transform that is not configured yet.
	New func() connect.Transformation
}

// All returns every class of this package, for registration.
func All() []Entry { return slices.Concat(fieldEntries, otherEntries) }

// otherEntries are the transforms that work on more than the fields of a key or value.
var otherEntries = slices.Concat(
	changes("TimestampConverter", func() change { return &timestampConverter{} }),
	[]Entry{
		{recordStateClass, func() connect.Transformation { return &extractNewRecordState{} }},
		{prefix + "DropHeaders", func() connect.Transformation { return &dropHeaders{} }},
		{prefix + "Filter", func() connect.Transformation { return filter{} }},
		{prefix + "InsertHeader", func() connect.Transformation { return &insertHeader{} }},
		{prefix + "RegexRouter", func() connect.Transformation { return &regexRouter{} }},
		{prefix + "TimestampRouter", func() connect.Transformation { return &timestampRouter{} }},
	},
)
