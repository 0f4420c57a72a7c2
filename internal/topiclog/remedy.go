// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// remedy says in parentheses what to do about an error, where that is known.
func remedy(err error, topic string, rights kafkaconfig.Rights) string {
	switch {
	case errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.UnknownTopicID):
		return " (the topic was deleted or made anew: what it held is gone; restart the workers to read or create it again)"
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		return " (" + rights.ForTopic(topic) + ")"
	case errors.Is(err, kerr.ClusterAuthorizationFailed):
		return " (" + rights.ForIdempotentWrite() + ")"
	}
	if lost := (*kgo.ErrDataLoss)(nil); errors.As(err, &lost) {
		return " (the brokers lost records that were read before: restart the workers to read what is left)"
	}
	return ""
}

// claimRemedy is the remedy of a claim. The transactional id is the one right that a worker of Kafka Connect may do without.
func (l *Log) claimRemedy(err error) string {
	if id := transactionalID(l.o.Leader); id != "" && errors.Is(err, kerr.TransactionalIDAuthorizationFailed) {
		return " (" + l.o.Rights.ForTransactionalID(id) + ")"
	}
	return remedy(err, l.o.Topic, l.o.Rights)
}
