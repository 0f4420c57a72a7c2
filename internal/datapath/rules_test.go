// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// rule takes a difference away that cannot be avoided, or that is meant.
type rule struct {
	name string
	// section and row say where docs/compat.md has a difference that is meant: a heading, and how the first cell of a row of its
	// table begins.
	section, row string
	// mend looks whether the outcomes have what the rule is about, and if so makes it equal.
	mend func(s *scenario, java, ours *outcome) bool
}

// rules are all of them, in the order in which they are tried.
var rules = []rule{
	{name: "a record without a timestamp of its own has the time of its making", mend: mendNow},
	{name: "dead letters of several topics come in any order", mend: mendInterleaving},
	{name: "the frames of stack traces are those of the program", mend: mendFrames},
	{"the first line of a trace has the whole text", "Connectors and tasks", "Traces have Java's form", mendFirstLine},
	{"positions in files count bytes", "FileStreamSource and FileStreamSink", "The source's position counts bytes", mendPositions},
	{"a byte array as text is base64", "Converters", "A byte array as text is base64", mendAddresses},
	{"floating point numbers have the shortest form", "Converters", "Doubles and floats are printed in the shortest form", mendNumbers},
	{"causes from Java's libraries and Kafka's client have texts of their own", "Connectors and tasks", "Traces have Java's form", mendLibraries},
	{"maps without schemas of their keys can be written", "Converters", "A map of a header that has no entries", mendEmptyMaps},
	{"the same error of a task is logged once a second", "Connectors and tasks", "The same error of a task is logged", mendRepeats},
}

// ruleBook counts which rules were of use.
type ruleBook struct{ uses map[string]int }

// runBegan is when the suite began: timestamps that are younger are those of the making of records.
var runBegan = time.Now()

// apply takes the differences that rules are about out of both outcomes and returns the rules that were of use.
func (b *ruleBook) apply(s *scenario, java, ours *outcome) []string {
	var useful []string
	for _, r := range rules {
		if r.mend(s, java, ours) {
			useful = append(useful, r.name)
		}
	}
	return useful
}

func (b *ruleBook) used(names []string) {
	if b.uses == nil {
		b.uses = map[string]int{}
	}
	for _, name := range names {
		b.uses[name]++
	}
}

// unused are the rules that nothing needed.
func (b *ruleBook) unused() []string {
	var out []string
	for _, r := range rules {
		if b.uses[r.name] == 0 {
			out = append(out, r.name)
		}
	}
	return out
}

// eachRecord visits all records of an outcome.
func (o *outcome) eachRecord(visit func(*kgo.Record)) {
	for _, topic := range slices.Sorted(maps.Keys(o.topics)) {
		for _, records := range o.topics[topic] {
			for _, r := range records {
				visit(r)
			}
		}
	}
}

func mendNow(_ *scenario, java, ours *outcome) bool {
	found := false
	for _, o := range []*outcome{java, ours} {
		o.eachRecord(func(r *kgo.Record) {
			if r.Timestamp.After(runBegan.Add(-time.Second)) && r.Timestamp.Before(time.Now().Add(time.Minute)) {
				r.Timestamp, found = time.Time{}, true
			}
		})
	}
	return found
}

// Headers of dead letters.
const (
	topicHeader = "__connect.errors.topic"
	traceHeader = "__connect.errors.exception.stacktrace"
)

// mendInterleaving sorts dead letters by the topic that they come from; those of one topic stay in their order.
func mendInterleaving(s *scenario, java, ours *outcome) bool {
	if len(s.inputs()) < 2 {
		return false
	}
	found := false
	for _, o := range []*outcome{java, ours} {
		for _, partitions := range o.topics {
			for _, records := range partitions {
				before := slices.Clone(records)
				byKey(records, func(r *kgo.Record) string { return header(r, topicHeader) + "/" + header(r, "from") })
				found = found || !slices.Equal(before, records)
			}
		}
	}
	return found
}

func header(r *kgo.Record, key string) string {
	for _, h := range r.Headers {
		if h.Key == key {
			return string(h.Value)
		}
	}
	return ""
}

// eachTrace visits all traces of an outcome and keeps what visit makes of them.
func (o *outcome) eachTrace(visit func(string) string) {
	o.connector.Trace = visit(o.connector.Trace)
	for i := range o.tasks {
		o.tasks[i].Trace = visit(o.tasks[i].Trace)
	}
	o.eachRecord(func(r *kgo.Record) {
		for i, h := range r.Headers {
			if h.Key == traceHeader && h.Value != nil {
				r.Headers[i].Value = []byte(visit(string(h.Value)))
			}
		}
	})
}

var frame = regexp.MustCompile(`(?m)^\t(at |\.\.\. \d+ (more|common)).*\r?\n?`)

// mendFrames leaves the lines with classes and texts.
func mendFrames(_ *scenario, java, ours *outcome) bool {
	found := false
	for _, o := range []*outcome{java, ours} {
		o.eachTrace(func(trace string) string {
			out := strings.TrimSpace(frame.ReplaceAllString(trace, ""))
			found = found || out != trace
			return out
		})
	}
	return found
}

// mendFirstLine takes from the first lines of our traces what the later lines say again.
func mendFirstLine(_ *scenario, java, ours *outcome) bool {
	found, theirs := false, map[string]bool{}
	java.eachTrace(func(trace string) string {
		first, _, _ := strings.Cut(trace, "\n")
		theirs[first] = true
		return trace
	})
	ours.eachTrace(func(trace string) string {
		lines := strings.Split(trace, "\n")
		if theirs[lines[0]] {
			return trace
		}
		var kept []string
		for _, line := range lines {
			if strings.HasPrefix(line, "Caused by: org.apache.kafka.connect.errors.ConnectException: stage ") {
				found = true
				continue
			}
			kept = append(kept, line)
		}
		if len(lines) > 1 {
			_, cause, _ := strings.Cut(strings.TrimPrefix(lines[1], "Caused by: "), ": ")
			if i := strings.Index(kept[0], ": "+cause); i > 0 && cause != "" {
				kept[0], found = kept[0][:i], true
			}
		}
		return strings.Join(kept, "\n")
	})
	return found
}

var position = regexp.MustCompile(`"position":\d+`)

// mendPositions is about files with letters that have several bytes.
func mendPositions(s *scenario, java, ours *outcome) bool {
	if s.text == "" || java.offsets == ours.offsets || position.ReplaceAllString(java.offsets, "") != position.ReplaceAllString(ours.offsets, "") {
		return false
	}
	java.offsets = ours.offsets
	return true
}

var address = regexp.MustCompile(`\[B@[0-9a-f]+`)

// mendAddresses puts in place of the address of a byte array what is at the same place in ours, if that is base64.
func mendAddresses(_ *scenario, java, ours *outcome) bool {
	return mendTexts(java, ours, func(theirs, own []byte) bool {
		var like strings.Builder
		for i, part := range address.Split(string(theirs), -1) {
			if i > 0 {
				like.WriteString(`[A-Za-z0-9+/]*=*`)
			}
			like.WriteString(regexp.QuoteMeta(part))
		}
		return address.Match(theirs) && regexp.MustCompile(`^(?s:`+like.String()+`)$`).Match(own)
	})
}

var number = regexp.MustCompile(`-?\d+\.\d+(E-?\d+)?`)

// mendNumbers is about floating point numbers: Java up to 18 prints more digits of some than they need.
func mendNumbers(_ *scenario, java, ours *outcome) bool {
	return mendTexts(java, ours, func(theirs, own []byte) bool {
		if number.ReplaceAllString(string(theirs), "#") != number.ReplaceAllString(string(own), "#") {
			return false
		}
		longer, shorter := number.FindAllString(string(theirs), -1), number.FindAllString(string(own), -1)
		for i := range longer {
			a, _ := strconv.ParseFloat(longer[i], 32)
			b, _ := strconv.ParseFloat(shorter[i], 32)
			if a != b || len(longer[i]) < len(shorter[i]) {
				return false
			}
		}
		return true
	})
}

// mendTexts looks at keys, values, headers and lines that differ and are at the same place on both sides, and makes those equal that
// mean the same.
func mendTexts(java, ours *outcome, same func(theirs, own []byte) bool) bool {
	found := false
	mend := func(theirs, own []byte) []byte {
		if theirs == nil || own == nil || string(theirs) == string(own) || !same(theirs, own) {
			return theirs
		}
		found = true
		return own
	}
	inPairs(java, ours, func(theirs, own *kgo.Record) {
		theirs.Key, theirs.Value = mend(theirs.Key, own.Key), mend(theirs.Value, own.Value)
		for i := range min(len(theirs.Headers), len(own.Headers)) {
			theirs.Headers[i].Value = mend(theirs.Headers[i].Value, own.Headers[i].Value)
		}
	})
	for name, lines := range java.files {
		for i := range min(len(lines), len(ours.files[name])) {
			lines[i] = string(mend([]byte(lines[i]), []byte(ours.files[name][i])))
		}
	}
	return found
}

// inPairs visits the records that are at the same place on both sides.
func inPairs(java, ours *outcome, visit func(theirs, own *kgo.Record)) {
	for topic, partitions := range java.topics {
		for p := range min(len(partitions), len(ours.topics[topic])) {
			for i := range min(len(partitions[p]), len(ours.topics[topic][p])) {
				visit(partitions[p][i], ours.topics[topic][p][i])
			}
		}
	}
}

// mendRepeats leaves one line of those that are equal.
func mendRepeats(_ *scenario, java, ours *outcome) bool {
	before := len(java.logged) + len(ours.logged)
	for _, o := range []*outcome{java, ours} {
		slices.Sort(o.logged)
		o.logged = slices.Compact(o.logged)
	}
	return len(java.logged)+len(ours.logged) < before
}

// libraries are the classes that Kafka Connect gets from elsewhere, Kafka's client among them: their texts are not its own.
var libraries = regexp.MustCompile(`\nCaused by: (java\.|com\.fasterxml\.|org\.apache\.kafka\.common\.errors\.)`)

// mendLibraries ends traces where Java goes on with causes from its libraries, with as many causes in ours as are left.
func mendLibraries(_ *scenario, java, ours *outcome) bool {
	found := false
	var depths []int
	java.eachTrace(func(trace string) string {
		depth := -1
		if at := libraries.FindStringIndex(trace); at != nil {
			trace, found = trace[:at[0]], true
			depth = strings.Count(trace, "\nCaused by: ")
		}
		depths = append(depths, depth)
		return trace
	})
	at := 0
	ours.eachTrace(func(trace string) string {
		if at++; at > len(depths) || depths[at-1] < 0 {
			return trace
		}
		parts := strings.Split(trace, "\nCaused by: ")
		return strings.Join(parts[:min(len(parts), depths[at-1]+1)], "\nCaused by: ")
	})
	return found
}

// tripped is what Java says when it writes the schema of a map that has none for its keys.
var tripped = regexp.MustCompile(`"Cannot invoke \\"org\.apache\.kafka\.connect\.data\.Schema\.type\(\)\\" because [^"]*\\"[^"]*\\" is null"`)

// mendEmptyMaps puts what we write for such a map in the place of Java's accident.
func mendEmptyMaps(_ *scenario, java, ours *outcome) bool {
	return mendTexts(java, ours, func(theirs, own []byte) bool {
		at := tripped.FindIndex(theirs)
		return at != nil && bytes.HasPrefix(own, theirs[:at[0]]) && bytes.HasSuffix(own, theirs[at[1]:]) && bytes.Contains(own, []byte(`"keys":null`))
	})
}
