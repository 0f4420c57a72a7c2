// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"strings"

	"github.com/longshore-io/connect"
)

// Classes that name subjects. The names that Confluent used before are read too.
const (
	strategyPackage     = "io.confluent.kafka.serializers.subject."
	topicStrategy       = strategyPackage + "TopicNameStrategy"
	recordStrategy      = strategyPackage + "RecordNameStrategy"
	topicRecordStrategy = strategyPackage + "TopicRecordNameStrategy"
)

var strategies = []string{topicStrategy, recordStrategy, topicRecordStrategy}

// strategyOf finds the class by its full name or by the last part of it.
func strategyOf(key, class string) (string, error) {
	short := class[strings.LastIndexByte(class, '.')+1:]
	for _, s := range strategies {
		if class == s || class == short && strings.HasSuffix(s, "."+short) {
			return s, nil
		}
	}
	return "", &connect.ConfigError{Key: key, Value: class, Reason: "the class must be one of: " + strings.Join(strategies, ", ")}
}

// usesSchema says whether the subject depends on the schema's name.
func (r *Registry) usesSchema() bool { return r.settings.strategy != topicStrategy }

// subject names where the schemas of a topic's keys or values are kept.
func (r *Registry) subject(topic string, s *Schema) (string, error) {
	if !r.usesSchema() {
		return topic + "-" + r.use(), nil
	}
	name, err := r.format.NameOf(s)
	if err != nil {
		return "", err
	}
	if name == "" {
		return "", &connect.DataError{Reason: fmt.Sprintf("In configuration %s.subject.name.strategy = %s, the message %s must only be a record schema",
			r.use(), r.settings.strategy, r.use())}
	}
	if r.settings.strategy == topicRecordStrategy {
		return topic + "-" + name, nil
	}
	return name, nil
}

// use is key or value.
func (r *Registry) use() string {
	if r.isKey {
		return "key"
	}
	return "value"
}
