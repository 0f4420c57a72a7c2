// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"context"
	"errors"

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

// validRegex wants a regular expression of Java that RE2 can do.
var validRegex = connect.ValidatorFunc(func(name string, value any) error {
	if err := javaregex.CheckValue(value); err != nil {
		return &connect.ConfigError{Key: name, Value: value, Reason: err.Error()}
	}
	return nil
})

// regexRouter renames topics that an expression matches.
type regexRouter struct {
	unclosed
	regex       *javaregex.Regexp
	replacement string
}

// Config defines regex and replacement.
func (t *regexRouter) Config() connect.ConfigDef { return regexRouterConfig }

// Configure compiles the expression, and refuses one that RE2 can match but not replace exactly.
func (t *regexRouter) Configure(props map[string]string) error {
	config, err := parse(regexRouterConfig, props)
	if err != nil {
		return err
	}
	t.replacement = config.String(replacementKey)
	if t.regex, err = javaregex.Compile(config.String(regexKey)); err == nil {
		err = t.regex.Replaceable()
	}
	if err != nil {
		return &connect.ConfigError{Key: regexKey, Value: config.String(regexKey), Reason: "Invalid regex: " + err.Error()}
	}
	return nil
}

// Apply changes the topic only.
func (t *regexRouter) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	if !t.regex.MatchString(r.Topic) {
		return r, nil
	}
	topic, err := t.regex.ReplaceFirst(r.Topic, t.replacement)
	if err != nil {
		return nil, replacementError(err)
	}
	r.Topic = topic
	return r, nil
}

func replacementError(err error) error {
	var group *javaregex.GroupError
	if errors.As(err, &group) {
		return &javaError{"java.lang.IndexOutOfBoundsException", err.Error()}
	}
	return &javaError{illegalArgument, err.Error()}
}
