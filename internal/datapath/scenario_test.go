// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

// scenario is one connector with its input. In its configuration and its replayed records @T@ stands for the name of the connector,
// with which the names of the topics begin that it writes to; @DIR@ for a folder of its own; @IN@ for how the names of the topics
// begin that it reads.
type scenario struct {
	name   string
	config props
	// replay is what a ReplaySource emits: keys, values and headers are envelopes of JSON. The topic is written after @T@-.
	replay []message
	// input is what the topics of a sink hold, as bytes. The topic is written after @IN@-.
	input []message
	// text is the file in.txt.
	text string
	// made are topics that are there before, by what follows @T@- in their names, with their number of partitions.
	made map[string]int32
	// want is how many records a FileStreamSource makes.
	want int
	// fails says that the task ends FAILED.
	fails bool
	// refused says that the connector cannot be created.
	refused bool
}

// message is a record before it comes to a connector. Nil keys and values are null.
type message struct {
	topic      string
	partition  int32
	time       int64 // 0 is the one of all messages
	key, value []byte
	headers    []kgo.RecordHeader
}

// props are a configuration.
type props map[string]string

// with returns a copy with more.
func (p props) with(more ...string) props {
	out := maps.Clone(p)
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// timeless is the time of messages that have none.
const timeless = -1

// birth is the timestamp of messages that have no other: 2023-11-14T22:13:20.123Z.
const birth = 1_700_000_000_123

func (m message) timestamp() int64 {
	if m.time == 0 {
		return birth
	}
	return m.time
}

// msg makes a message of texts; the text null is null.
func msg(topic, key, value string, headers ...string) message {
	m := message{topic: topic, key: textOrNull(key), value: textOrNull(value)}
	for i := 0; i < len(headers); i += 2 {
		m.headers = append(m.headers, kgo.RecordHeader{Key: headers[i], Value: textOrNull(headers[i+1])})
	}
	return m
}

// null is a text that stands for none.
const null = "\x00null"

func textOrNull(text string) []byte {
	if text == null {
		return nil
	}
	return []byte(text)
}

// line is the message in the file of a ReplaySource.
func (m message) line() string {
	type header struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}
	fields := map[string]any{"topic": "@T@-" + m.topic, "source": m.topic}
	if m.time != timeless {
		fields["timestamp"] = m.timestamp()
	}
	if m.partition > 0 {
		fields["partition"] = m.partition
	}
	if m.key != nil {
		fields["key"] = json.RawMessage(m.key)
	}
	if m.value != nil {
		fields["value"] = json.RawMessage(m.value)
	}
	headers := []header{}
	for _, h := range m.headers {
		value := json.RawMessage("null")
		if h.Value != nil {
			value = h.Value
		}
		headers = append(headers, header{h.Key, value})
	}
	fields["headers"] = headers
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // a mistake in a scenario
	}
	return string(text)
}

// isSink says whether the connector reads topics.
func (s *scenario) isSink() bool { return len(s.input) > 0 }

// inputs are the names of the topics that a sink reads.
func (s *scenario) inputs() []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range s.input {
		if !seen[m.topic] {
			seen[m.topic] = true
			out = append(out, "in-"+s.name+"-"+m.topic)
		}
	}
	return out
}

// own returns the configuration for one of the sides.
func (s *scenario) own(of *side) props {
	out := props{}
	for k, v := range s.config {
		out[k] = s.fill(of, v)
	}
	if s.isSink() && out["topics"] == "" && out["topics.regex"] == "" {
		out["topics"] = strings.Join(s.inputs(), ",")
	}
	if out["tasks.max"] == "" {
		out["tasks.max"] = "1"
	}
	return out
}

func (s *scenario) fill(of *side, text string) string {
	return strings.NewReplacer("@T@", s.connector(of), "@DIR@", s.dir(of), "@IN@", "in-"+s.name).Replace(text)
}

// connector is the name of the connector; those of the topics that it writes to begin with it.
func (s *scenario) connector(of *side) string { return of.token + s.name }

func (s *scenario) dir(of *side) string { return of.dir + "/" + s.name }
