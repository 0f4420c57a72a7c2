// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"strings"
)

// partition and offset are those of the source's file, as JSON.
const (
	filePartition = `{"filename":"@DIR@/in.txt"}`
)

// offsets is the body of an alteration: pairs of a partition and an offset.
func offsets(pairs ...string) string {
	entries := []string{}
	for i := 0; i < len(pairs); i += 2 {
		entries = append(entries, `{"partition":`+pairs[i]+`,"offset":`+pairs[i+1]+`}`)
	}
	return `{"offsets":[` + strings.Join(entries, ",") + `]}`
}

// has says whether a body contains a text.
func has(part string) func(answer) bool {
	return func(a answer) bool { return strings.Contains(a.body, part) }
}

func offsetsOfASource(s *session) {
	const at = "/connectors/off/offsets"
	s.make("off", source("off"), "RUNNING", "RUNNING")
	s.await("offsets are stored", at, has(`"position":14`))
	for _, verb := range []string{"resume", "pause"} {
		s.put("/connectors/off/"+verb, "")
		s.states("off", strings.Fields(map[string]string{"resume": "RUNNING RUNNING", "pause": "PAUSED PAUSED"}[verb])...)
		s.get(at)
		s.patch(at, offsets(filePartition, `{"position":4}`))
		s.patch(at, `{"offsets":[]}`)
		s.patch(at, `{}`)
		s.delete(at)
	}
	s.put("/connectors/off/stop", "")
	s.states("off", "STOPPED")
	s.get(at)
	for _, body := range sourceAlterations {
		s.patch(at, body)
		s.getSettled(at)
	}
	s.delete(at)
	s.get(at)
	s.delete(at + "?forward=true")
	s.patch(at+"?forward=false", offsets(filePartition, `{"position":8}`))
	s.get(at)
	s.put("/connectors/off/resume", "")
	s.states("off", "RUNNING", "RUNNING")
	s.await("the rest is read", at, has(`"position":14`))
	s.get(at)
	s.gone("off")
	s.get(at)
	s.make("off", source("off"), "RUNNING", "RUNNING")
	s.get(at)
	s.gone("off")
}

var sourceAlterations = []string{
	offsets(filePartition, `{"position":4}`), offsets(filePartition, `{"position":8}`, filePartition, `{"position":4}`), `{"offsets":[]}`, `{}`, `{"offsets":null}`,
	`{"offsets":{}}`, `{"offsets":"text"}`, `{"offsets":[7]}`, `{"offsets":[null]}`, `{"offsets":[[]]}`, `{"offsets":[{}]}`, `{"offsets":[{"partition":` + filePartition + `}]}`, `{"offsets":[{"offset":{"position":1}}]}`,
	`{"offsets":[{"partition":` + filePartition + `,"offset":{"position":1},"more":1}]}`, `{"offsets":[],"more":1}`,
	offsets(filePartition, `null`), offsets(filePartition, `{}`), offsets(filePartition, `{"position":-1}`), offsets(filePartition, `{"position":"4"}`), offsets(filePartition, `{"position":1.5}`),
	offsets(filePartition, `{"position":true}`), offsets(filePartition, `{"position":null}`), offsets(filePartition, `{"position":9223372036854775808}`), offsets(filePartition, `{"position":{"a":1}}`),
	offsets(filePartition, `{"other":1}`), offsets(filePartition, `{"position":4,"other":1}`), offsets(filePartition, `7`), offsets(filePartition, `[]`),
	offsets(`null`, `{"position":1}`), offsets(`{}`, `{"position":1}`), offsets(`{"file":"x"}`, `{"position":1}`), offsets(`{"filename":7}`, `{"position":1}`), offsets(`{"filename":null}`, `{"position":1}`),
	offsets(`{"filename":"x"}`, `{"position":1}`), offsets(`{"filename":"y","more":1}`, `{"position":2}`), offsets(`{"filename":"x"}`, `null`), offsets(`7`, `null`), offsets(filePartition, `{"position":9007199254740993}`),
	offsets(filePartition, `{"position":4}`),
}

func offsetsInATopicOfItsOwn(s *session) {
	const at = "/connectors/own/offsets"
	s.make("own", source("own").with("offsets.storage.topic", "@T@-own-offsets"), "RUNNING", "RUNNING")
	s.await("offsets are stored", at, has(`"position":14`))
	s.get(at)
	s.put("/connectors/own/stop", "")
	s.states("own", "STOPPED")
	s.get(at)
	s.patch(at, offsets(filePartition, `{"position":4}`))
	s.get(at)
	s.delete(at)
	s.get(at)
	s.gone("own")
}

func offsetsOfASink(s *session) {
	const name, at = "@T@-sink", "/connectors/@T@-sink/offsets"
	s.make("lines", source("sunk"), "RUNNING", "RUNNING")
	s.await("lines are written", "/connectors/lines/offsets", has(`"position":14`))
	s.make(name, sink("@T@-sunk"), "RUNNING", "RUNNING")
	s.await("offsets are committed", at, has(`"kafka_offset":3`))
	s.get(at)
	s.get("/connectors/" + name + "/topics")
	s.patch(at, offsets(`{"kafka_topic":"@T@-sunk","kafka_partition":0}`, `{"kafka_offset":1}`))
	s.delete(at)
	s.put("/connectors/"+name+"/pause", "")
	s.states(name, "PAUSED", "PAUSED")
	s.get(at)
	s.delete(at)
	s.put("/connectors/"+name+"/stop", "")
	s.states(name, "STOPPED")
	s.get(at)
	for _, body := range sinkAlterations() {
		s.patch(at, body)
	}
	s.get(at)
	s.delete(at)
	s.get(at)
	s.delete(at)
	s.patch(at, offsets(`{"kafka_topic":"@T@-sunk","kafka_partition":0}`, `{"kafka_offset":2}`))
	s.put("/connectors/"+name+"/resume", "")
	s.states(name, "RUNNING", "RUNNING")
	s.await("the rest is read", at, has(`"kafka_offset":3`))
	s.gone(name, "lines")
	s.get(at)
}

// sinkAlterations are good ones and all that can be wrong with them.
func sinkAlterations() []string {
	const good = `{"kafka_topic":"@T@-sunk","kafka_partition":0}`
	out := []string{`{"offsets":[]}`, `{}`, `{"offsets":null}`, `{"offsets":[null]}`, `{"offsets":[{}]}`, `{"offsets":[{"partition":` + good + `}]}`, `{"offsets":[{"offset":{"kafka_offset":1}}]}`}
	for _, offset := range []string{`{"kafka_offset":1}`, `{"kafka_offset":"2"}`, `{"kafka_offset":-1}`, `{"kafka_offset":1.5}`, `{"kafka_offset":"x"}`, `{"kafka_offset":""}`, `{"kafka_offset":null}`, `{"kafka_offset":true}`,
		`{"kafka_offset":{"a":1}}`, `{"kafka_offset":1,"more":2}`, `{}`, `{"other":1}`, `null`, `{"kafka_offset":9223372036854775807}`, `{"kafka_offset":9223372036854775808}`, `{"kafka_offset":" 1"}`, `{"kafka_offset":100}`, `{"kafka_offset":1}`} {
		out = append(out, offsets(good, offset))
	}
	for _, partition := range []string{`null`, `{}`, `{"kafka_topic":"t"}`, `{"kafka_partition":0}`, `{"kafka_topic":null,"kafka_partition":0}`, `{"kafka_topic":7,"kafka_partition":0}`, `{"kafka_topic":"t","kafka_partition":null}`,
		`{"kafka_topic":"t","kafka_partition":"x"}`, `{"kafka_topic":"t","kafka_partition":1.5}`, `{"kafka_topic":"t","kafka_partition":true}`, `{"kafka_topic":"t","kafka_partition":0,"more":1}`,
		`{"kafka_topic":"@T@-sunk","kafka_partition":"0"}`, `{"kafka_topic":"@T@-sunk","kafka_partition":-1}`, `{"kafka_topic":"@T@-sunk","kafka_partition":2147483648}`,
		`{"kafka_topic":"@T@-no-such-topic","kafka_partition":0}`, `{"kafka_topic":"@T@-sunk","kafka_partition":17}`, `{"kafka_topic":"","kafka_partition":0}`} {
		out = append(out, offsets(partition, `{"kafka_offset":1}`))
	}
	return append(out, offsets(good, `{"kafka_offset":1}`, good, `{"kafka_offset":2}`), offsets(good, `{"kafka_offset":1}`, `{"kafka_topic":"t"}`, `null`))
}

func offsetsOfAnOverriddenGroup(s *session) {
	const name, at = "@T@-group", "/connectors/@T@-group/offsets"
	s.make("grouped", source("grouped"), "RUNNING", "RUNNING")
	s.await("lines are written", "/connectors/grouped/offsets", has(`"position":14`))
	s.make(name, sink("@T@-grouped").with("consumer.override.group.id", "@T@-other-group"), "RUNNING", "RUNNING")
	s.await("offsets are committed", at, has(`"kafka_offset":3`))
	s.get(at)
	s.put("/connectors/"+name+"/stop", "")
	s.states(name, "STOPPED")
	s.patch(at, offsets(`{"kafka_topic":"@T@-grouped","kafka_partition":0}`, `{"kafka_offset":1}`))
	s.get(at)
	s.delete(at)
	s.get(at)
	s.gone(name, "grouped")
}

func topicsInUse(s *session) {
	const at = "/connectors/tps/topics"
	s.make("tps", source("tps"), "RUNNING", "RUNNING")
	s.await("the topic is noted", at, has("@T@-tps"))
	s.get(at)
	s.get(at + "/")
	s.put("/connectors/tps/pause", "")
	s.states("tps", "PAUSED", "PAUSED")
	s.get(at)
	s.put(at+"/reset", "")
	s.await("the topics are forgotten", at, has(`"topics":[]`))
	s.get(at)
	s.put(at+"/reset", "{}")
	s.put(at+"/reset/", "")
	s.put("/connectors/tps/resume", "")
	s.states("tps", "RUNNING", "RUNNING")
	s.get(at)
	s.gone("tps")
	s.get(at)
	s.put(at+"/reset", "")
}
