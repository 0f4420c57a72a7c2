// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"math"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaregex"
)

const (
	topicCreationPrefix = "topic.creation."
	topicCreationGroups = topicCreationPrefix + "groups"
	defaultGroup        = "default"
)

// UsesTopicCreation says whether a source connector has topics created: it has any of the keys topic.creation.*.
func UsesTopicCreation(props map[string]string) bool {
	for k := range props {
		if strings.HasPrefix(k, topicCreationPrefix) {
			return true
		}
	}
	return false
}

// TopicCreation defines the keys of the groups of topics that a configuration names, the group default first; nothing
// where no key topic.creation.* is set. Kafka Connect checks them when the connector starts, not when it is validated.
func TopicCreation(props map[string]string) (connect.ConfigDef, error) {
	if !UsesTopicCreation(props) {
		return nil, nil
	}
	groups, err := Aliases(topicCreationGroups, props)
	if err != nil {
		return nil, err
	}
	def := topicGroup(defaultGroup, true, []string{".*"})
	values, errs := def.Parse(props)
	if len(errs) > 0 {
		return def, nil // the caller parses too, and gets these errors there
	}
	for _, group := range groups {
		if group != defaultGroup {
			def = def.With(inherit(topicGroup(group, false, []string{}), values)...)
		}
	}
	return def, nil
}

func topicGroup(group string, required bool, include []string) connect.ConfigDef {
	prefix, title := topicCreationPrefix+group+".", "Topic Creation: "+group
	return connect.ConfigDef{
		{Name: prefix + "include", Type: connect.ListType, Default: include, Validator: connect.ValidatorFunc(checkRegexes), Importance: connect.Low,
			Doc: "Regular expressions for the names of the group's topics.", Group: title, OrderInGroup: 1, Width: connect.LongWidth, DisplayName: "Inclusion Topic Pattern for " + group},
		{Name: prefix + "exclude", Type: connect.ListType, Default: []string{}, Validator: connect.ValidatorFunc(checkRegexes), Importance: connect.Low,
			Doc: "Regular expressions for topics that are not of the group although include has them.", Group: title, OrderInGroup: 2, Width: connect.LongWidth, DisplayName: "Exclusion Topic Pattern for " + group},
		{Name: prefix + "replication.factor", Type: connect.ShortType, Required: required, Importance: connect.Low,
			Validator: positive(math.MaxInt16, "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default"),
			Doc:       "Replication factor of the group's topics; -1 for the broker's default.", Group: title, OrderInGroup: 3, Width: connect.LongWidth, DisplayName: "Replication Factor for Topics in " + group},
		{Name: prefix + "partitions", Type: connect.IntType, Required: required, Importance: connect.Low,
			Validator: positive(math.MaxInt32, "Number of partitions must be positive, or -1 to use the broker's default"),
			Doc:       "Number of partitions of the group's topics; -1 for the broker's default.", Group: title, OrderInGroup: 4, Width: connect.LongWidth, DisplayName: "Partition Count for Topics in " + group},
	}
}

// inherit gives a group the replication factor and partitions of the group default.
func inherit(group connect.ConfigDef, values connect.ConfigValues) connect.ConfigDef {
	for i := range group {
		for _, suffix := range []string{"replication.factor", "partitions"} {
			if strings.HasSuffix(group[i].Name, "."+suffix) {
				group[i].Default = values[topicCreationPrefix+defaultGroup+"."+suffix]
			}
		}
	}
	return group
}

func positive(maximum int, reason string) connect.Validator {
	return connect.ValidatorFunc(func(key string, value any) error {
		if n, ok := value.(int); ok && (n == -1 || n > 0 && n <= maximum) {
			return nil
		}
		return &connect.ConfigError{Key: key, Value: value, Reason: reason}
	})
}

func checkRegexes(key string, value any) error {
	patterns, _ := value.([]string)
	for _, p := range patterns {
		if _, err := javaregex.Compile(p); err != nil {
			return &connect.ConfigError{Key: key, Value: p, Reason: "Syntax error in regular expression: " + err.Error()}
		}
	}
	return nil
}
