// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"fmt"
	"slices"
)

// topicScenarios are about where records come from and go to.
func topicScenarios() []*scenario {
	creation := []string{"topic.creation.default.partitions", "3", "topic.creation.default.replication.factor", "1", "topic.creation.groups", "one,two", "topic.creation.one.include", ".*-one.*", "topic.creation.one.partitions", "1",
		"topic.creation.two.include", ".*-[a-z]+,.*-nothing", "topic.creation.two.exclude", ".*-three", "topic.creation.two.partitions", "2"}
	var keyed, timed, partitioned, bad []message
	for i := range 40 {
		key := env(`{`+tString+`}`, fmt.Sprintf(`"key %d"`, i))
		keyed = append(keyed, msg([]string{"one", "two", "three"}[i%3], key, env(`{`+tInt32+`}`, fmt.Sprint(i))))
		m := msg("three", key, plain(fmt.Sprint(i)))
		m.partition = int32(i % 3)
		partitioned = append(partitioned, m)
		bad = append(bad, msg("one", fmt.Sprintf("key %d", i), "not JSON"))
	}
	for i := range 6 {
		m := msg("three", plainKey, env(`{`+tInt32+`}`, fmt.Sprint(i)))
		if i%2 == 0 {
			m.time = timeless
		}
		timed = append(timed, m)
	}
	of := func(topics ...string) []message {
		return slices.DeleteFunc(slices.Clone(keyed), func(m message) bool { return !slices.Contains(topics, m.topic) })
	}
	return []*scenario{
		{name: "source.topics.created", config: replaying(props{}).with(creation...), replay: keyed},
		{name: "source.topics.placed", config: replaying(props{}), replay: partitioned, made: map[string]int32{"three": 3}},
		{name: "sink.topics.letters", config: dumping(props{"key.converter": stringConverter}).with(deadLetters...), input: bad, made: map[string]int32{"dlq": 3}},
		{name: "source.topics.times", config: replaying(props{"transforms": "h,i", "transforms.h.type": transforms + "HoistField$Key", "transforms.h.field": "key", "transforms.i.type": transforms + "InsertField$Key", "transforms.i.timestamp.field": "t"}), replay: timed},
		{name: "sink.topics.partitions", config: dumping(props{}).with("tasks.max", "2"), input: partitioned},
		{name: "sink.topics.regex", config: dumping(props{}).with("topics.regex", "in-sink[.]topics[.]regex-(one|t\\w+)"), input: of("one", "two")},
	}
}
