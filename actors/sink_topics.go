// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaregex"
)

// subscription reads topics or topics.regex. A Java expression has to match the whole name; the client looks for new topics that it matches
// each metadata.max.age.ms.
func subscription(props map[string]string) ([]kgo.Opt, error) {
	if pattern := strings.TrimSpace(props["topics.regex"]); pattern != "" {
		java, err := javaregex.Compile(pattern)
		if err != nil {
			return nil, &connect.ConfigError{Key: "topics.regex", Value: pattern, Reason: err.Error()}
		}
		return []kgo.Opt{kgo.ConsumeRegex(), kgo.ConsumeTopics(java.Whole())}, nil
	}
	parsed, err := connect.ParseConfigValue("topics", props["topics"], connect.ListType)
	if err != nil {
		return nil, err
	}
	topics := slices.Sorted(slices.Values(parsed.([]string)))
	topics = slices.DeleteFunc(slices.Compact(topics), func(topic string) bool { return topic == "" })
	if len(topics) == 0 {
		return nil, &connect.MissingConfigError{Key: "topics"}
	}
	return []kgo.Opt{kgo.ConsumeTopics(topics...)}, nil
}
