// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// captured are the records of a connector, by topic and in their order there. Its prefix is "PREFIX" in all of them.
type captured map[string][]*kgo.Record

// reading is a client for what a broker has.
func reading(t *testing.T, broker string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(broker))...)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

// topicsOf are the topics whose names have a prefix in them.
func topicsOf(t *testing.T, client *kgo.Client, prefix string) []string {
	t.Helper()
	all, err := kadm.NewClient(client).ListTopics(t.Context())
	require.NoError(t, err)
	var names []string
	for _, name := range all.Names() {
		if strings.Contains(name, prefix) {
			names = append(names, name)
		}
	}
	return names
}

// capture reads the topics of a connector to their ends.
func capture(t *testing.T, broker, prefix string) captured {
	t.Helper()
	client := reading(t, broker)
	topics := topicsOf(t, client, prefix)
	all := captured{}
	for _, r := range readAll(t, broker, topics...) {
		r.Topic = strings.ReplaceAll(r.Topic, prefix, "PREFIX")
		r.Key, r.Value = unprefixed(r.Key, prefix), unprefixed(r.Value, prefix)
		for i := range r.Headers {
			r.Headers[i].Value = unprefixed(r.Headers[i].Value, prefix)
		}
		all[r.Topic] = append(all[r.Topic], r)
	}
	return all
}

// objectHash is what Java prints of an object that has no name of its own.
var objectHash = regexp.MustCompile(`(LogicalDecodingMessageId)@[0-9a-f]+`)

func unprefixed(b []byte, prefix string) []byte {
	if b == nil {
		return nil
	}
	return objectHash.ReplaceAll(bytes.ReplaceAll(b, []byte(prefix), []byte("PREFIX")), []byte("$1@hash"))
}

// readAll reads topics from their starts to where they end now.
func readAll(t *testing.T, broker string, topics ...string) (all []*kgo.Record) {
	t.Helper()
	if len(topics) == 0 {
		return nil
	}
	client := reading(t, broker, kgo.ConsumeTopics(topics...), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), topics...)
	require.NoError(t, err)
	left := map[string]int64{}
	ends.Each(func(o kadm.ListedOffset) {
		require.NoError(t, o.Err)
		if o.Offset > 0 {
			left[fmt.Sprint(o.Topic, "/", o.Partition)] = o.Offset
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), busyLimit*2)
	defer cancel()
	for len(left) > 0 {
		fetches := client.PollFetches(ctx)
		require.NoError(t, fetches.Err(), "topics that were not read to their ends: %v", left)
		fetches.EachRecord(func(r *kgo.Record) {
			at := fmt.Sprint(r.Topic, "/", r.Partition)
			if r.Offset >= left[at] && left[at] > 0 {
				return // came later
			}
			all = append(all, r)
			if r.Offset+1 == left[at] {
				delete(left, at)
			}
		})
	}
	client.Close()
	return all
}

// sameCounts says whether two sides have as many records in each topic but those of heartbeats.
func (c captured) sameCounts(other captured) bool {
	for _, topics := range []captured{c, other} {
		for topic := range topics {
			if !isBeats(topic) && len(c[topic]) != len(other[topic]) {
				return false
			}
		}
	}
	return true
}

// isBeats says whether a topic has heartbeats, which are as many as there was time for.
func isBeats(topic string) bool { return strings.HasPrefix(topic, "beats") }

// countsOf is how many records topics have now; those that do not exist are left out.
func countsOf(t *testing.T, broker string, topics ...string) map[string]int {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	require.NoError(t, err)
	defer client.Close()
	var ends kadm.ListedOffsets
	eventually(t, busyLimit, func() error { // a topic that is being made has no leader yet
		ends, err = kadm.NewClient(client).ListEndOffsets(t.Context(), topics...)
		return err
	})
	counts := map[string]int{}
	ends.Each(func(o kadm.ListedOffset) {
		if o.Err == nil {
			counts[o.Topic] += int(o.Offset)
		}
	})
	return counts
}

func countOf(t *testing.T, broker, topic string) int {
	t.Helper()
	return countsOf(t, broker, topic)[topic]
}

// view is a record as it is compared: its parts as trees, where they are JSON. Facts are what has to be true of that which is hidden.
type view struct{ key, value, headers, facts *node }

// viewOf reads a record and hides what two connectors cannot have in common: the time at which they came by an event, and for rows
// of a snapshot also its position, which is that of another snapshot.
func viewOf(r *kgo.Record) (view, error) {
	key, err := part(r.Key)
	if err != nil {
		return view{}, fmt.Errorf("the key: %w", err)
	}
	value, err := part(r.Value)
	if err != nil {
		return view{}, fmt.Errorf("the value: %w", err)
	}
	headers := &node{kind: '['}
	for _, h := range r.Headers {
		text, err := part(h.Value)
		if err != nil {
			text = &node{scalar: fmt.Sprintf("%q", h.Value)}
		}
		headers.parts = append(headers.parts, &node{kind: '{', names: []string{h.Key}, parts: []*node{text}})
	}
	v := view{key: key, value: value, headers: headers}
	v.facts = factsOf(v.event())
	hide(v.event())
	return v, nil
}

// event is the part of a value that schemas are not.
func (v view) event() *node {
	if payload := v.value.at("payload"); payload != nil {
		return payload
	}
	return v.value
}

func part(b []byte) (*node, error) {
	if b == nil {
		return &node{scalar: "no bytes"}, nil
	}
	return parseTree(b)
}

func hide(event *node) {
	source := event.at("source")
	if source == nil {
		if event.at("status") == nil { // a heartbeat; transactions tell the time of their commit
			event.at("ts_ms").hide()
		}
		sortParts(event.at("data_collections"))
		return
	}
	for _, name := range times {
		event.at(name).hide()
	}
	source.at("version").hide()
	if snapshot := source.at("snapshot"); snapshot == nil || snapshot.scalar != `"false"` {
		for _, name := range append([]string{"txId", "lsn", "sequence"}, times...) {
			source.at(name).hide()
		}
	}
}

var times = []string{"ts_ms", "ts_us", "ts_ns"}

// factsOf says of the times of an event and of its source whether they are the same time, and whether the sequence ends with the position.
func factsOf(event *node) *node {
	facts := &node{kind: '{'}
	add := func(name string, is bool) {
		facts.names, facts.parts = append(facts.names, name), append(facts.parts, &node{scalar: fmt.Sprint(is)})
	}
	source := event.at("source")
	if source == nil {
		return facts
	}
	add("times of the event agree", sameTimes(event))
	add("times of the source agree", sameTimes(source))
	if lsn, sequence := source.at("lsn"), source.at("sequence"); lsn != nil && sequence != nil {
		add("the sequence ends with the position", strings.HasSuffix(sequence.scalar, `,\"`+lsn.scalar+`\"]"`))
	}
	return facts
}

func sameTimes(of *node) bool {
	ms, us, ns := of.at("ts_ms"), of.at("ts_us"), of.at("ts_ns")
	if ms == nil || us == nil || ns == nil {
		return false
	}
	return strings.HasPrefix(us.scalar, ms.scalar) && len(us.scalar) == len(ms.scalar)+3 && strings.HasPrefix(ns.scalar, us.scalar) && len(ns.scalar) == len(us.scalar)+3
}

// sortParts orders the tables of a transaction, which Debezium gives in the order of a hash map.
func sortParts(list *node) {
	if list != nil {
		slices.SortFunc(list.parts, func(a, b *node) int { return strings.Compare(a.String(), b.String()) })
	}
}

// compareViews lists where two records differ.
func compareViews(theirs, ours view) []difference {
	all := compareTrees("key", theirs.key, ours.key)
	all = append(all, compareTrees("value", theirs.value, ours.value)...)
	all = append(all, compareTrees("headers", theirs.headers, ours.headers)...)
	return append(all, compareTrees("facts", theirs.facts, ours.facts)...)
}
