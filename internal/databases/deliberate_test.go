// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"regexp"
	"strings"
)

// deliberate is a difference that is meant. In all of them Debezium loses something, or says of a snapshot's row something else than
// of the same row when it is streamed; comparison.forms holds that ours say the same.
type deliberate struct {
	name, reason string
	// story is the letter of the one that is sure to have it.
	story string
	// covers says whether a difference is this one. The records are as they were produced, theirs first.
	covers func(topic string, d difference, theirs, ours string) bool
}

// deliberates is the table of them.
var deliberates = []deliberate{
	{"dates in snapshots are those of the stream", "Debezium reads a snapshot through java.sql.Date and Timestamp: old dates move into the Julian calendar, and infinite ones become others than in the stream.", "",
		func(topic string, d difference, theirs, _ string) bool {
			return has(topic, "specials") && inSnapshot(theirs) && has(leaf(d), "d", "ts", "ts3", "tstz", "tstz3")
		}},
	{"money in snapshots has all its digits", "As a text, money is 0.10 when it is streamed, and in Debezium's snapshots 0.1.", "",
		func(topic string, d difference, theirs, _ string) bool {
			return has(topic, "numbers") && inSnapshot(theirs) && leaf(d) == "m" && sameNumber(d)
		}},
	{"names are not lost", "Debezium streams null for columns of the type name, which its snapshots have.", "",
		func(topic string, d difference, theirs, _ string) bool {
			return has(topic, "others") && leaf(d) == "na" && d.theirs == "null" && !inSnapshot(theirs) && strings.HasPrefix(d.ours, `"`)
		}},
	{"a varying bit of length 1 is not lost", "Debezium's schema says boolean, and its values in snapshots are null.", "",
		func(topic string, d difference, theirs, _ string) bool {
			return has(topic, "numbers") && inSnapshot(theirs) && leaf(d) == "vb1" && d.theirs == "null" && (d.ours == "true" || d.ours == "false")
		}},
	{"an array of paths may have a null", "Debezium makes the whole array null.", "",
		func(topic string, d difference, _, _ string) bool {
			return has(topic, "arrays") && leaf(d) == "lt" && d.theirs == "null" && d.ours == "[null]"
		}},
	{"types that are handed on are those of the stream", "Debezium's snapshots have what the driver says of a column, and its stream what the table says: other lengths, and serial types.", "",
		func(_ string, d difference, theirs, _ string) bool {
			return inSnapshot(theirs) && strings.Contains(d.path, ".parameters.__debezium.source.column.")
		}},
	{"a key without its column is as optional as the column", "Where column.include.list leaves out a column of the primary key, Debezium's key says for a snapshot that it is there, and for the stream that it may be missing.", "",
		func(topic string, d difference, theirs, _ string) bool {
			return has(topic, "people", "people_full") && strings.HasPrefix(d.path, "key.schema.fields") && leaf(d) == "optional" && d.theirs == "true" && !inSnapshot(theirs)
		}},
	{"messages have a name in transactions", "Debezium names them by the address of a Java object.", "",
		func(topic string, d difference, _, _ string) bool {
			return has(topic, "transaction") && leaf(d) == "data_collection" && strings.Contains(d.theirs, "LogicalDecodingMessageId") && d.ours == `"LOGICAL_DECODING_MESSAGE"`
		}},
	{"an expression that computes a column is not its default", "Debezium's schema of a snapshot has one for functions: the empty text, which then stands for null.", "o",
		func(topic string, d difference, theirs, _ string) bool {
			return has(topic, "made") && inSnapshot(theirs) && (strings.HasSuffix(d.path, `["c"].default`) && d.ours == "missing" || leaf(d) == "c" && d.ours == "null")
		}},
	{"vectors of the catalog are left out", "Debezium has empty arrays for all of them.", "o",
		func(topic string, d difference, _, _ string) bool {
			return has(topic, "vectors") && has(strings.Trim(leaf(d), `["]`), "iv", "ov") && d.ours == "missing"
		}},
}

// has says whether a topic is that of one of the tables, in one of its variants, or a field one of those named.
func has(name string, any ...string) bool {
	name = strings.TrimSuffix(name[strings.LastIndexAny(name, ".")+1:], "_full")
	for _, one := range any {
		if name == strings.TrimSuffix(one, "_full") || strings.HasSuffix(name, "_public_"+one) {
			return true
		}
	}
	return false
}

// leaf is the last name of a path.
func leaf(d difference) string { return d.path[strings.LastIndex(d.path, ".")+1:] }

var snapshotMark = regexp.MustCompile(`"snapshot":"(true|first|last|first_in_data_collection|last_in_data_collection|incremental)"`)

func inSnapshot(record string) bool { return snapshotMark.MatchString(record) }

// sameNumber says whether two texts differ by zeros at the end alone.
func sameNumber(d difference) bool {
	return strings.TrimRight(strings.Trim(d.theirs, `"`), "0") == strings.TrimRight(strings.Trim(d.ours, `"`), "0")
}

// stale are the entries of the table that are of a story and that no record needed.
func (c *comparison) stale(story string) (all []string) {
	for _, d := range deliberates {
		if d.story == story && c.deliberate[d.name] == 0 {
			all = append(all, d.name)
		}
	}
	return all
}
