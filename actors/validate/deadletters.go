// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"errors"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// DeadLetterSettings say where a connector's dead letters go.
type DeadLetterSettings struct {
	// Topic is "" for none.
	Topic string
	// ReplicationFactor is what the topic is created with where it is missing.
	ReplicationFactor int16
	// Context has headers say where and why a record failed.
	Context bool
}

// DeadLetters reads the keys of the dead letter queue. They are a sink's in Kafka Connect, and are shown for sinks only; sources take them, too.
func DeadLetters(props map[string]string) (DeadLetterSettings, error) {
	values, errs := deadLetterKeys().Parse(props)
	if err := errors.Join(errs...); err != nil {
		return DeadLetterSettings{}, err
	}
	return DeadLetterSettings{
		Topic:             strings.TrimSpace(values.String(DeadLetterTopic)),
		ReplicationFactor: int16(values.Int(DeadLetterReplicas)),
		Context:           values.Bool(deadLetterPrefix + "context.headers.enable"),
	}, nil
}

func deadLetterKeys() connect.ConfigDef {
	return slices.DeleteFunc(sinkOnly(), func(key connect.ConfigKey) bool { return !strings.HasPrefix(key.Name, deadLetterPrefix) })
}

const (
	deadLetterPrefix = "errors.deadletterqueue."
	// DeadLetterReplicas is the key of the replication factor that the topic is created with.
	DeadLetterReplicas = deadLetterPrefix + "topic.replication.factor"
)
