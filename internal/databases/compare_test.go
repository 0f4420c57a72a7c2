// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

// seen is a place at which records differ, with the first pair of them and how many there are.
type seen struct {
	mode, topic string
	difference
	theirs, ours string // the records
	count        int
}

// comparison collects what the modes see.
type comparison struct {
	different  []*seen
	deliberate map[string]int
	records    int
	// twice is how many rows were looked at that are in the snapshot and in the stream.
	twice int
}

// ordinal is a place in a list, which is left out where differences are counted.
var ordinal = regexp.MustCompile(`\[\d+\]`)

// add takes in a difference, or counts it with an equal one.
func (c *comparison) add(mode, topic string, d difference, theirs, ours string) {
	for _, known := range deliberates {
		if known.covers(topic, d, theirs, ours) {
			c.deliberate[known.name]++
			return
		}
	}
	place := ordinal.ReplaceAllString(d.path, "[]")
	for _, s := range c.different {
		if s.mode == mode && s.topic == topic && ordinal.ReplaceAllString(s.path, "[]") == place {
			s.count++
			return
		}
	}
	c.different = append(c.different, &seen{mode, topic, d, theirs, ours, 1})
}

// compare takes in what both sides have of a mode.
func (c *comparison) compare(mode string, theirs, ours captured) {
	names := slices.Sorted(maps.Keys(theirs))
	for name := range ours {
		if _, both := theirs[name]; !both {
			names = append(names, name)
		}
	}
	for _, topic := range names {
		left, right := theirs[topic], ours[topic]
		if isBeats(topic) {
			left, right = left[:min(1, len(left))], right[:min(1, len(right))]
		}
		if len(left) != len(right) {
			c.add(mode, topic, difference{"records", fmt.Sprint(len(left)), fmt.Sprint(len(right))}, summary(left), summary(right))
		}
		for i := range min(len(left), len(right)) {
			c.pair(mode, topic, left[i], right[i])
		}
	}
}

// forms takes in where a row of our snapshot has another form than the same row in the stream. What is streamed is compared with Debezium.
func (c *comparison) forms(mode string, ours captured) {
	for topic, records := range ours {
		for _, t := range typed {
			if has(topic, t.name) {
				c.formsOf(mode, topic, records)
			}
		}
	}
}

// laterBy is what an id of a streamed row is higher than that of the same row in the snapshot.
const laterBy = 100

func (c *comparison) formsOf(mode, topic string, records []*kgo.Record) {
	read := map[int]*kgo.Record{}
	for _, r := range records {
		v, err := viewOf(r)
		if err != nil || v.event().at("after", "id") == nil {
			continue
		}
		var id int
		if _, err := fmt.Sscan(v.event().at("after", "id").scalar, &id); err != nil {
			continue // a key that is not of the workload's beginning
		}
		switch first := read[id-laterBy]; {
		case v.event().at("op").scalar == `"r"`:
			read[id] = r
		case v.event().at("op").scalar == `"c"` && first != nil:
			c.twice++
			before, _ := viewOf(first)
			for _, d := range compareTrees("after in the snapshot and streamed", before.event().at("after"), v.event().at("after")) {
				if leaf(d) != "id" {
					c.add(mode, topic, d, shown(first), shown(r))
				}
			}
			delete(read, id-laterBy)
		}
	}
}

func (c *comparison) pair(mode, topic string, theirs, ours *kgo.Record) {
	c.records++
	left, err := viewOf(theirs)
	right, err2 := viewOf(ours)
	if err != nil || err2 != nil {
		c.add(mode, topic, difference{"JSON", fmt.Sprint(err), fmt.Sprint(err2)}, shown(theirs), shown(ours))
		return
	}
	for _, d := range compareViews(left, right) {
		c.add(mode, topic, d, shown(theirs), shown(ours))
	}
}

// summary says what the records of a topic are about.
func summary(records []*kgo.Record) string {
	var b strings.Builder
	for _, r := range records {
		v, err := viewOf(r)
		if err != nil {
			fmt.Fprintf(&b, "(%v) ", err)
			continue
		}
		event, key := v.event(), v.key
		if p := key.at("payload"); p != nil {
			key = p
		}
		op := event.at("op")
		if op == nil {
			op = &node{scalar: "-"}
		}
		fmt.Fprintf(&b, "%s%s ", strings.Trim(op.scalar, `"`), key)
	}
	return b.String()
}

func shown(r *kgo.Record) string {
	var b strings.Builder
	for _, h := range r.Headers {
		fmt.Fprintf(&b, "%s: %s; ", h.Key, h.Value)
	}
	return fmt.Sprintf("%s = %s (%s)", r.Key, r.Value, strings.TrimSuffix(b.String(), "; "))
}

// String is what the test prints.
func (c *comparison) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d pairs of records\n", c.records)
	for _, name := range slices.Sorted(maps.Keys(c.deliberate)) {
		fmt.Fprintf(&b, "  meant: %s: %d\n", name, c.deliberate[name])
	}
	slices.SortStableFunc(c.different, func(a, b *seen) int { return cmp.Compare(a.mode, b.mode) })
	for _, s := range c.different {
		fmt.Fprintf(&b, "%s: %s: %s (%d times)\n  Debezium  %s\n  Longshore %s\n    %s\n    %s\n", s.mode, s.topic, s.path, s.count, cut(s.difference.theirs), cut(s.difference.ours), cut(withoutSchemas(s.theirs)), cut(withoutSchemas(s.ours)))
	}
	return b.String()
}

// schemaPart is the schema of a key or value that has one.
var schemaPart = regexp.MustCompile(`\{"schema":.*?,"payload":`)

// withoutSchemas leaves out what is long and the same for all records of a topic.
func withoutSchemas(s string) string { return schemaPart.ReplaceAllString(s, `{…`) }

func cut(s string) string {
	const most = 700
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// keep writes the records of a side into the folder that the environment names.
func keep(t *testing.T, mode, side string, all captured) {
	t.Helper()
	dir := os.Getenv("LONGSHORE_DATABASES_RECORD")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, mode+"-"+side+".txt"))
	require.NoError(t, err)
	defer f.Close()
	for _, topic := range slices.Sorted(maps.Keys(all)) {
		for _, r := range all[topic] {
			_, err := io.WriteString(f, topic+" "+shown(r)+"\n")
			require.NoError(t, err)
		}
	}
}
