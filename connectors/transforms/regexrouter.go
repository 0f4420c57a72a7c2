// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"context"
	"errors"
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaregex"
)

const regexKey = "regex"

var regexRouterConfig = connect.ConfigDef{
	{Name: regexKey, Type: connect.StringType, Required: true, Validator: validRegex, Importance: connect.High, DisplayName: regexKey,
		Doc: "A Java regular expression that the whole topic has to match; topics that do not are left alone."},
	{Name: replacementKey, Type: connect.StringType, Required: true, Importance: connect.High, DisplayName: replacementKey,
		Doc: "What replaces the first match in the topic; $1 or ${name} stand for groups."},
}

// validRegex wants a regular expression of Java that RE2 can do, and can replace by exactly.
var validRegex = connect.ValidatorFunc(func(name string, value any) error {
	err := javaregex.CheckValue(value)
	if err == nil {
		_, err = routing(value.(string))
	}
	if err != nil {
		return &connect.ConfigError{Key: name, Value: value, Reason: err.Error()}
	}
	return nil
})

// routing compiles an expression whose matches are to be replaced.
func routing(pattern string) (*javaregex.Regexp, error) {
	regex, err := javaregex.Compile(pattern)
	if err == nil {
		err = regex.Replaceable()
	}
	if err != nil {
		return nil, fmt.Errorf("Invalid regex: %w", err) //nolint:staticcheck // Kafka's text
	}
	return regex, nil
}

// regexRouter renames topics that an expression matches.
type regexRouter struct {
	unclosed
	regex       *javaregex.Regexp
	replacement string
	// routed are the names that topics got, or kept.
	routed topicCache
}

// maxTopics is how many topics a router remembers.
const maxTopics = 1000

// topicCache has what became of topics: there are few of them, and expressions are slow. When it is full it begins anew.
type topicCache map[string]string

func (c *topicCache) put(topic, routed string) {
	if *c == nil || len(*c) >= maxTopics {
		*c = topicCache{}
	}
	(*c)[topic] = routed
}

// Config defines regex and replacement.
func (t *regexRouter) Config() connect.ConfigDef { return regexRouterConfig }

// Configure compiles the expression.
func (t *regexRouter) Configure(props map[string]string) error {
	config, err := parse(regexRouterConfig, props)
	if err != nil {
		return err
	}
	t.replacement = config.String(replacementKey)
	t.regex, err = routing(config.String(regexKey))
	return err
}

// Apply changes the topic only.
func (t *regexRouter) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	topic, known := t.routed[r.Topic]
	if !known {
		var err error
		if topic, err = t.route(r.Topic); err != nil {
			return nil, replacementError(err)
		}
		t.routed.put(r.Topic, topic)
	}
	r.Topic = topic
	return r, nil
}

func (t *regexRouter) route(topic string) (string, error) {
	if !t.regex.MatchString(topic) {
		return topic, nil
	}
	return t.regex.ReplaceFirst(topic, t.replacement)
}

func replacementError(err error) error {
	var group *javaregex.GroupError
	if errors.As(err, &group) {
		return &javaError{"java.lang.IndexOutOfBoundsException", err.Error()}
	}
	return &javaError{illegalArgument, err.Error()}
}
