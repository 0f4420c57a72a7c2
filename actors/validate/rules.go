// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

const (
	// groupPrefix is in front of a sink connector's name in the name of its consumer group.
	groupPrefix = "connect-"
	groupKey    = "consumer.override.group.id"
)

// addError adds to a key's errors.
func (v *validation) addError(key, format string, args ...any) {
	cv := v.value(key)
	cv.Errors = append(cv.Errors, fmt.Sprintf(format, args...))
}

// checkOwn checks the keys that Kafka Connect does not know: those of the worker, and those of the dead letter queue of a source. Nulls are
// reported by another rule.
func (v *validation) checkOwn() {
	own := v.in.Worker.Own
	if v.info.Type == connect.SourcePlugin {
		own = own.With(deadLetterKeys()...)
	}
	for _, key := range own {
		text := v.in.Config[key.Name]
		if text == nil {
			continue
		}
		_, errs := connect.ConfigDef{key}.Parse(v.props)
		for _, err := range errs {
			v.addError(key.Name, "%s", err)
			v.byName[key.Name].Value = *text
		}
	}
}

// checkTopics holds the rules of a sink: topics or a regular expression, and no dead letters among what it reads.
func (v *validation) checkTopics() {
	list, regex := strings.TrimSpace(v.props[Topics]), strings.TrimSpace(v.props[TopicsRegex])
	if (list == "") == (regex == "") {
		text := "Must configure one of topics or topics.regex"
		if list != "" {
			text = "topics and topics.regex are mutually exclusive options, but both are set."
		}
		v.addError(Topics, "%s", text)
		v.addError(TopicsRegex, "%s", text)
	}
	dead := strings.TrimSpace(v.props[DeadLetterTopic])
	if dead == "" {
		return
	}
	if topics := TopicList(v.props); slices.Contains(topics, dead) {
		v.addError(Topics, "The DLQ topic '%s' may not be included in the list of topics ('topics=[%s]') consumed by the connector", dead, strings.Join(topics, ", "))
	}
	if pattern, err := TopicPattern(regex); regex != "" && err == nil && pattern.MatchString(dead) {
		v.addError(TopicsRegex, "The DLQ topic '%s' may not be matched by the regex for the topics ('topics.regex=%s') consumed by the connector", dead, v.props[TopicsRegex])
	}
}

// TopicList reads topics: each topic once, empty names left out.
func TopicList(props map[string]string) []string {
	parsed, _ := connect.ParseConfigValue(Topics, props[Topics], connect.ListType) // a list has no wrong text
	all, _ := parsed.([]string)
	var out []string
	for _, topic := range all {
		if topic != "" && !slices.Contains(out, topic) {
			out = append(out, topic)
		}
	}
	return out
}

// checkGroup keeps a sink out of the group in which the workers meet.
func (v *validation) checkGroup() {
	if raw, set := v.in.Config[groupKey]; set {
		cv := v.value(groupKey)
		if raw == nil {
			return
		}
		cv.Value = *raw
		if *raw == v.in.Worker.GroupID {
			v.addError(groupKey, "Consumer group %s conflicts with Connect worker group %s", *raw, v.in.Worker.GroupID)
		}
		return
	}
	if name, ok := v.byName[NameKey].Value.(string); ok && groupPrefix+name == v.in.Worker.GroupID {
		v.addError(NameKey, "Consumer group for sink connector named %s conflicts with Connect worker group %s", name, v.in.Worker.GroupID)
	}
}

// checkExactlyOnce holds the rules of a source: what it requires is there.
func (v *validation) checkExactlyOnce() {
	if v.chose(ExactlyOnce, "required") {
		if !v.in.Worker.ExactlyOnce {
			v.addError(ExactlyOnce, "This worker does not have exactly-once source support enabled.")
		}
		v.ask(ExactlyOnce, v.refusesExactlyOnce)
	}
	if v.chose(TransactionBoundary, "connector") {
		v.ask(TransactionBoundary, v.refusesBoundaries)
	}
}

// ask adds what the connector's answer is refused with; code of the connector's that panics is told as Kafka Connect tells an exception.
func (v *validation) ask(key string, refusal func() string) {
	var text string
	err := connect.Guard(func() error {
		text = refusal()
		return nil
	})
	if err != nil {
		text = "An unexpected error occurred during validation: " + strings.TrimSpace(err.Error())
	}
	if text != "" {
		v.addError(key, "%s", text)
	}
}

// refusesExactlyOnce tells a connector that does not say from one that says no.
func (v *validation) refusesExactlyOnce() string {
	supporter, says := v.connector.(connect.ExactlyOnceSupporter)
	switch {
	case !says:
		return "The connector does not implement the API required for preflight validation of exactly-once source support. Please consult the " +
			"documentation for the connector to determine whether it supports exactly-once semantics, and then consider reconfiguring the connector " +
			"to use the value \"requested\" for this property (which will disable this preflight check and allow the connector to be created)."
	case !supporter.SupportsExactlyOnce(v.props):
		return "The connector does not support exactly-once semantics with the provided configuration."
	}
	return ""
}

func (v *validation) refusesBoundaries() string {
	if definer, says := v.connector.(connect.TransactionDefiner); says && definer.DefinesTransactions(v.props) {
		return ""
	}
	return "The connector does not support connector-defined transaction boundaries with the given configuration. Please reconfigure it to use a " +
		"different transaction boundary definition."
}

func (v *validation) chose(key, value string) bool {
	cv := v.byName[key]
	text, ok := cv.Value.(string)
	return ok && len(cv.Errors) == 0 && strings.EqualFold(text, value)
}
