// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

// expiredError is a transaction that the brokers have ended because it took too long. To them that is as if somebody else had taken its
// id, and so its class is Fenced until it is known that nobody has.
type expiredError struct {
	id  connect.TaskID
	err error
}

// Error has Kafka Connect's text.
func (e *expiredError) Error() string {
	return fmt.Sprintf("The task %s was unable to finish writing records to Kafka before its producer transaction expired. "+
		"It may be necessary to reconfigure this connector in order for it to run healthily with exactly-once support. "+
		"Options for this include: tune the connector's producer configuration for higher throughput, "+
		"increase the transaction timeout for the connector's producers, "+
		"decrease the offset commit interval (if using interval-based transaction boundaries), "+
		"or use the 'poll' transaction boundary (if the connector is not already configured to use it).: %v", nameOf(e.id), e.err)
}

// Class is Fenced.
func (*expiredError) Class() connect.Class { return connect.Fenced }

// Unwrap returns the brokers' answer.
func (e *expiredError) Unwrap() error { return e.err }

// unsettledError is the end of a life that has to begin again to find out what became of its last transaction, or because its client
// cannot go on.
type unsettledError struct{ err error }

func (e *unsettledError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *unsettledError) Unwrap() error { return e.err }

// nameOf is a task's name in Kafka Connect's texts.
func nameOf(id connect.TaskID) string { return fmt.Sprintf("%s-%d", id.Connector, id.Task) }

// failure is what the life of the task ends with after an answer of the brokers.
func (t *transaction) failure(doing string, err error) error {
	if !errors.Is(topiclog.FencedOr(err), topiclog.ErrFenced) {
		return &unsettledError{fmt.Errorf("%s: %w", doing, err)}
	}
	// Where the lease was closed meanwhile, that took the time, and not the task.
	lease := t.pump.gate.lease
	if t.open.Load() && t.age() >= t.timeout && lease.open() && lease.times() == t.opened.Load() {
		return &expiredError{t.id, err}
	}
	return connect.Classed(connect.Fenced, fmt.Errorf("%s: %w", doing, err))
}

// age is for how long the transaction is open.
func (t *transaction) age() time.Duration {
	return time.Duration(t.clock.Now().UnixNano() - t.began.Load())
}

// produceFailure is failure for a record. What is the matter with the transaction alone ends with it.
func (t *transaction) produceFailure(topic string, err error) error {
	if errors.Is(topiclog.FencedOr(err), topiclog.ErrFenced) || ofTransaction(err) {
		return t.failure("write a record to topic "+topic, err)
	}
	return produceError(topic, err)
}

// ofTransaction knows answers to a record that say that its transaction is to be begun anew, by a client with a new epoch.
func ofTransaction(err error) bool {
	for _, code := range []error{kerr.TransactionAbortable, kerr.InvalidTxnState, kerr.UnknownProducerID, kerr.OutOfOrderSequenceNumber} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

// untouchable says of a transaction that failed with an error that the next owner of its id, or the next life, has to end it.
func untouchable(failure error) bool {
	var unsettled *unsettledError
	return failure != nil && connect.Classify(failure) == connect.Fenced || errors.As(failure, &unsettled)
}

// commitFailure keeps apart what was refused and what nobody knows the outcome of: the next life reads that.
func (t *transaction) commitFailure(err error) error {
	return t.failure("commit a transaction, whose outcome is found out by the task's next start", err)
}

// givenUp tells of records that were still to be sent when the life of their task was over, or their transaction was aborted.
func givenUp(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, kgo.ErrClientClosed) || errors.Is(err, kgo.ErrAborting)
}
