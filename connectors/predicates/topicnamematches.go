// SPDX-License-Identifier: Apache-2.0

package predicates

import (
	"context"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaregex"
)

const patternKey = "pattern"

var topicNameMatchesConfig = connect.ConfigDef{
	{Name: patternKey, Type: connect.StringType, Required: true, Validator: connect.AllOf(connect.NonEmpty(), validRegex), Importance: connect.Medium, DisplayName: patternKey,
		Doc: "A Java regular expression that the whole name of the topic has to match."},
}

// validRegex wants a regular expression of Java that RE2 can do.
var validRegex = connect.ValidatorFunc(func(name string, value any) error {
	if err := javaregex.CheckValue(value); err != nil {
		return &connect.ConfigError{Key: name, Value: value, Reason: err.Error()}
	}
	return nil
})

// topicNameMatches chooses records by their topic.
type topicNameMatches struct {
	unclosed
	pattern *javaregex.Regexp
	// known are the topics that were tested.
	known map[string]bool
}

// maxTopics is how many topics a predicate remembers: there are few, and expressions are slow.
const maxTopics = 1000

// Config defines pattern.
func (p *topicNameMatches) Config() connect.ConfigDef { return topicNameMatchesConfig }

// Configure compiles the pattern, which has been validated.
func (p *topicNameMatches) Configure(props map[string]string) error {
	config, err := parse(topicNameMatchesConfig, props)
	if err != nil {
		return err
	}
	p.pattern, err = javaregex.Compile(config.String(patternKey))
	return err
}

// Test is true where the whole topic matches.
func (p *topicNameMatches) Test(_ context.Context, r *connect.Record) (bool, error) {
	matches, known := p.known[r.Topic]
	if !known {
		matches = p.pattern.MatchString(r.Topic)
		if p.known == nil || len(p.known) >= maxTopics {
			p.known = map[string]bool{}
		}
		p.known[r.Topic] = matches
	}
	return matches, nil
}
