// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaregex"
)

// The keys of topic.naming.strategy.
const (
	namingKey         = "topic.naming.strategy"
	namingPackage     = "io.debezium.schema."
	topicRegex        = "topic.regex"
	topicReplacement  = "topic.replacement"
	topicKeyUnique    = "topic.key.enforce.uniqueness"
	topicKeyField     = "topic.key.field.name"
	topicKeyRegex     = "topic.key.field.regex"
	topicKeyReplacing = "topic.key.field.replacement"
)

// namings are the strategies, without their package.
var namings = []string{"SchemaTopicNamingStrategy", "DefaultTopicNamingStrategy", "SchemaUnicodeTopicNamingStrategy", "DefaultUnicodeTopicNamingStrategy",
	"SchemaRegexTopicNamingStrategy", "DefaultRegexTopicNamingStrategy"}

func (in input) namingClass() string { return strings.TrimPrefix(in.trimmed(namingKey), namingPackage) }

func (in input) namingByRegex() bool { return strings.Contains(in.namingClass(), "Regex") }

func naming(in input, text string, _ bool) []string {
	known := strings.HasPrefix(trim(text), namingPackage) && slices.Contains(namings, in.namingClass())
	return reason(trim(text) != "" && !known, "Only the classes of Debezium are supported: "+strings.Join(namings, ", ")+" in "+namingPackage[:len(namingPackage)-1])
}

// forRegex are checks that count where topics are named by expressions.
func forRegex(checks ...check) check {
	return func(in input, text string, set bool) (all []string) {
		if !in.namingByRegex() {
			return nil
		}
		for _, c := range checks {
			all = append(all, c(in, text, set)...)
		}
		return all
	}
}

func replaceable(_ input, text string, set bool) []string {
	if !set || trim(text) == "" {
		return nil
	}
	pattern, err := javaregex.Compile(text)
	if err == nil {
		err = pattern.Replaceable()
	}
	if err != nil {
		return []string{"A valid regular expression is expected, but " + err.Error()}
	}
	return nil
}

func keyReplacement(in input, text string, _ bool) []string {
	return reason(in.trimmed(topicKeyRegex) != "" && trim(text) == "", topicKeyReplacing+" must be non-empty if "+topicKeyRegex+" is set.")
}

func (in input) naming() Naming {
	class := in.namingClass()
	n := Naming{WithoutSchema: strings.HasPrefix(class, "Default"), Unicode: strings.Contains(class, "Unicode")}
	if !in.namingByRegex() {
		return n
	}
	n.Topic, n.Replacement = in.pattern(topicRegex), in.trimmed(topicReplacement)
	if in.boolean(topicKeyUnique) {
		n.KeyField, n.KeyPattern, n.KeyReplacement = in.trimmed(topicKeyField), in.pattern(topicKeyRegex), in.trimmed(topicKeyReplacing)
	}
	return n
}

// pattern is a checked expression that minds the case, nil where there is none.
func (in input) pattern(key string) *Pattern {
	text := in.trimmed(key)
	if text == "" {
		return nil
	}
	p, _ := javaregex.Compile(text) // checked before
	return p
}

// namingKeys are those that Debezium reads without defining them.
func namingKeys() []definition {
	return []definition{
		{connect.ConfigKey{Name: topicRegex, Type: connect.StringType, Importance: connect.Low, Width: connect.LongWidth, DisplayName: "Topic regex",
			Doc: "With a Regex strategy of topic.naming.strategy: expression that is matched with the topic of a table; where it matches, topic.replacement makes the topic that is used."}, []check{forRegex(required, replaceable)}},
		{connect.ConfigKey{Name: topicReplacement, Type: connect.StringType, Importance: connect.Low, Width: connect.LongWidth, DisplayName: "Topic replacement",
			Doc: "With a Regex strategy: the topic that is used, in which $1 stands for what the first group of topic.regex has matched."}, []check{forRegex(required)}},
		{connect.ConfigKey{Name: topicKeyUnique, Type: connect.BooleanType, Default: true, Importance: connect.Low, Width: connect.ShortWidth, DisplayName: "Add source topic name into key",
			Doc: "With a Regex strategy: whether keys have a further field that tells the tables of one topic apart."}, []check{boolean}},
		{connect.ConfigKey{Name: topicKeyField, Type: connect.StringType, Default: "__dbz__physicalTableIdentifier", Importance: connect.Low, Width: connect.LongWidth, DisplayName: "Key field name",
			Doc: "With a Regex strategy: the name of that field."}, []check{forRegex(required)}},
		{connect.ConfigKey{Name: topicKeyRegex, Type: connect.StringType, Importance: connect.Low, Width: connect.LongWidth, DisplayName: "Key field regex",
			Doc: "With a Regex strategy: expression that is matched with the topic that the table had; where it matches, topic.key.field.replacement makes the value of that field."}, []check{forRegex(replaceable)}},
		{connect.ConfigKey{Name: topicKeyReplacing, Type: connect.StringType, Importance: connect.Low, Width: connect.LongWidth, DisplayName: "Key field replacement",
			Doc: "With a Regex strategy: the value of that field, in which $1 stands for what the first group of topic.key.field.regex has matched."}, []check{forRegex(keyReplacement)}},
	}
}
