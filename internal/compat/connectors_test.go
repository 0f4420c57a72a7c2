// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"fmt"
	"net/http"
)

// config is a connector's configuration; values are strings, or what JSON makes of them.
type config map[string]any

// with returns a copy with keys and values added; nil as a value removes the key, null keeps it as JSON's null.
func (c config) with(pairs ...any) config {
	out := config{}
	for k, v := range c {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		key, _ := pairs[i].(string)
		switch value := pairs[i+1]; value {
		case nil:
			delete(out, key)
		case null:
			out[key] = nil
		default:
			out[key] = value
		}
	}
	return out
}

func (c config) String() string { return text(map[string]any(c)) }

// null is JSON's null as a value of with.
var null = new(int)

const (
	stringConverter = "org.apache.kafka.connect.storage.StringConverter"
	bytesConverter  = "org.apache.kafka.connect.converters.ByteArrayConverter"
	jsonConverter   = "org.apache.kafka.connect.json.JsonConverter"
)

// source reads the three lines of the test's file into a topic of the side.
func source(topic string) config {
	return config{"connector.class": "FileStreamSource", "tasks.max": "1", "file": "@DIR@/in.txt", "topic": "@T@-" + topic,
		"key.converter": stringConverter, "value.converter": stringConverter}
}

// sink writes such a topic to a file of the side.
func sink(topics string) config {
	return config{"connector.class": "FileStreamSink", "tasks.max": "1", "file": "@DIR@/@T@-out.txt", "topics": topics,
		"key.converter": stringConverter, "value.converter": stringConverter}
}

// failing is a source whose connector fails at its start; its task is never made.
func failing() config { return source("failing").with("topic", null) }

// failingTask is a source whose task fails at its first record.
func failingTask() config { return source("failing-task").with("value.converter", bytesConverter) }

// request is the body that creates a connector.
func request(name string, c config, state ...string) string {
	body := map[string]any{"name": name, "config": map[string]any(c)}
	if len(state) > 0 {
		body["initial_state"] = state[0]
	}
	return text(body)
}

// create creates a connector and compares the answers.
func (s *session) create(name string, c config, state ...string) {
	s.do(call{method: http.MethodPost, path: "/connectors", body: request(name, c, state...),
		about: fmt.Sprintf("create %q %v %v", name, c["connector.class"], state)})
}

// make creates a connector, uncompared, and awaits the states of it and its tasks.
func (s *session) make(name string, c config, states ...string) bool {
	s.raw(call{method: http.MethodPost, path: "/connectors", body: request(name, c)})
	return s.states(name, states...)
}
