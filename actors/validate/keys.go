// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"strings"

	"github.com/longshore-io/connect"
)

// Keys of a connector's configuration that other parts of the runtime read too.
const (
	// NameKey is the connector's name.
	NameKey = "name"
	// ClassKey is the connector's class or alias.
	ClassKey = "connector.class"
	// VersionKey is the version of the connector that is wanted.
	VersionKey = "connector.plugin.version"
	// Transforms and Predicates are the lists of aliases, and in front of their keys.
	Transforms = "transforms"
	Predicates = "predicates"
	// Topics and TopicsRegex say what a sink consumes.
	Topics      = "topics"
	TopicsRegex = "topics.regex"
	// DeadLetterTopic is the topic of a sink's dead letter queue.
	DeadLetterTopic = "errors.deadletterqueue.topic.name"
	// ExactlyOnce is required or requested.
	ExactlyOnce = "exactly.once.support"
	// TransactionBoundary is poll, interval or connector.
	TransactionBoundary = "transaction.boundary"
	// BoundaryInterval is the time between two boundaries in milliseconds; without it the worker's offset.flush.interval.ms counts.
	BoundaryInterval = "transaction.boundary.interval.ms"
	// OffsetsTopic is a source connector's own topic of offsets.
	OffsetsTopic = "offsets.storage.topic"
)

const (
	typeSuffix    = "type"
	versionSuffix = "plugin.version"
	predicateKey  = "predicate"
	negateKey     = "negate"
	converterType = "converter.type"
)

// WithoutPrefix returns the keys that begin with a prefix, without it.
func WithoutPrefix(props map[string]string, prefix string) map[string]string {
	out := map[string]string{}
	for k, v := range props {
		if rest, ok := strings.CutPrefix(k, prefix); ok && rest != "" {
			out[rest] = v
		}
	}
	return out
}

// ParseClass reads the class name of a key that has to be set.
func ParseClass(key, text string) (string, error) {
	v, err := connect.ParseConfigValue(key, text, connect.ClassType)
	if err != nil {
		return "", err
	}
	if v == "" {
		return "", &connect.MissingConfigError{Key: key}
	}
	return v.(string), nil
}

// Aliases reads the list of transforms or predicates: each alias once.
func Aliases(key string, props map[string]string) ([]string, error) {
	v, err := connect.ParseConfigValue(key, props[key], connect.ListType)
	if err != nil {
		return nil, err
	}
	aliases := v.([]string)
	return aliases, uniqueAliases.Check(key, aliases)
}
