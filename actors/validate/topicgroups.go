// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"errors"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaregex"
)

// TopicGroup is a group of topics that are created alike.
type TopicGroup struct {
	// Name is that of the keys topic.creation.<name>.*.
	Name string
	// Partitions and ReplicationFactor are -1 for the broker's defaults.
	Partitions        int32
	ReplicationFactor int16
	// Settings are the settings of the topics, nil for none.
	Settings map[string]string

	include, exclude *javaregex.Regexp
}

// Has says whether a topic is of the group: a pattern of include matches its whole name, and none of exclude does.
func (g *TopicGroup) Has(topic string) bool {
	return !g.exclude.MatchString(topic) && g.include.MatchString(topic)
}

// TopicGroups are those of one connector.
type TopicGroups struct {
	listed   []TopicGroup
	fallback TopicGroup
}

// ReadTopicGroups reads topic.creation.*; nil where no such key is set.
func ReadTopicGroups(props map[string]string) (*TopicGroups, error) {
	def, err := TopicCreation(props)
	if err != nil || def == nil {
		return nil, err
	}
	values, errs := def.Parse(props)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	names, err := Aliases(topicCreationGroups, props)
	if err != nil {
		return nil, err
	}
	groups := &TopicGroups{}
	for _, name := range slices.DeleteFunc(names, func(name string) bool { return name == defaultGroup }) {
		group, err := readGroup(name, values, props)
		if err != nil {
			return nil, err
		}
		groups.listed = append(groups.listed, group)
	}
	groups.fallback, err = readGroup(defaultGroup, values, props)
	return groups, err
}

// Of returns the group of a topic: the first that is listed and has it, else the group default.
func (g *TopicGroups) Of(topic string) *TopicGroup {
	for i := range g.listed {
		if g.listed[i].Has(topic) {
			return &g.listed[i]
		}
	}
	return &g.fallback
}

func readGroup(name string, values connect.ConfigValues, props map[string]string) (TopicGroup, error) {
	prefix := topicCreationPrefix + name + "."
	group := TopicGroup{Name: name, Partitions: int32(values.Int(prefix + "partitions")), ReplicationFactor: int16(values.Int(prefix + "replication.factor"))}
	var errs [2]error
	group.include, errs[0] = oneOf(prefix+"include", values)
	group.exclude, errs[1] = oneOf(prefix+"exclude", values)
	for key, value := range WithoutPrefix(props, prefix) {
		if !slices.Contains([]string{"include", "exclude", "partitions", "replication.factor"}, key) {
			if group.Settings == nil {
				group.Settings = map[string]string{}
			}
			group.Settings[key] = value
		}
	}
	return group, errors.Join(errs[:]...)
}

// oneOf matches what one of a list of patterns matches. Without any it matches the empty name, which no topic has.
func oneOf(key string, values connect.ConfigValues) (*javaregex.Regexp, error) {
	text := strings.Join(values.List(key), "|")
	pattern, err := javaregex.Compile(text)
	if err != nil {
		return nil, &connect.ConfigError{Key: key, Value: text, Reason: "Syntax error in regular expression: " + err.Error()}
	}
	return pattern, nil
}
