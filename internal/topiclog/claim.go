// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/longshore-io/connect"
)

// ErrFenced says that another process has claimed the log since, or that the broker has forgotten our claim. Whoever sees it must read
// the log to its end before claiming again.
var ErrFenced = errors.New("the right to write was taken by another claim")

// ErrNotClaimed says that this log has no claim: Claim was not called, or the claim ended with an error.
var ErrNotClaimed = errors.New("the log is not claimed by this process")

// commitTimeout and abortTimeout bound the end of a transaction, in place of the caller's context: to cancel the end would only leave the
// outcome unknown. Past them the claim is given up, and the next claim ends the transaction where the broker has not.
const (
	commitTimeout = 30 * time.Second
	abortTimeout  = 10 * time.Second
)

// claim is the exclusive writer. A client is used for one claim only: a fenced one cannot be told from a healthy one by its later
// answers, and franz-go may take a new epoch for it without asking, which would be a claim that nobody decided on.
type claim struct {
	mu     sync.Mutex
	client *kgo.Client
}

// Claim takes the exclusive right to write transactions: it initialises the transactional id, which fences every earlier holder and ends
// its open transaction, and then reads the log to its end. A claim held before is given up first, also if this one fails.
func (l *Log) Claim(ctx context.Context) error {
	l.claim.mu.Lock()
	defer l.claim.mu.Unlock()
	l.claim.drop()
	if len(l.o.Leader) == 0 {
		return fmt.Errorf("claim topic %s: no transactional id is set", l.o.Topic)
	}
	ctx, stop := l.untilClose(ctx)
	defer stop()
	client, err := initialised(ctx, l.o.Leader)
	if err == nil {
		err = l.ReadToEnd(ctx)
	}
	if err != nil {
		if client != nil {
			client.Close()
		}
		return fmt.Errorf("claim topic %s: %w%s", l.o.Topic, FencedOr(err), l.claimRemedy(err))
	}
	l.claim.client = client
	return nil
}

// MayClaim asks whether the right to the transactional id is there, without a claim, which would fence who has it. Brokers tell that of
// the right to describe it, which the right to write includes. Errors: the right is missing; or ctx ended first.
func (l *Log) MayClaim(ctx context.Context) error {
	id := transactionalID(l.o.Leader)
	request := kmsg.NewPtrFindCoordinatorRequest()
	request.CoordinatorKey, request.CoordinatorKeys, request.CoordinatorType = id, []string{id}, 1
	response, err := request.RequestWith(ctx, l.client)
	if err != nil {
		return fmt.Errorf("ask for the right to the transactional id %s: %w", id, err)
	}
	codes := []int16{response.ErrorCode}
	for _, coordinator := range response.Coordinators {
		codes = append(codes, coordinator.ErrorCode)
	}
	for _, code := range codes {
		if err := kerr.ErrorForCode(code); errors.Is(err, kerr.TransactionalIDAuthorizationFailed) {
			return fmt.Errorf("claim topic %s: %w%s", l.o.Topic, err, l.claimRemedy(err))
		}
	}
	return nil
}

// initialised makes a client and has the brokers give it a new epoch of its transactional id. There is a client where there is no error.
func initialised(ctx context.Context, opts []kgo.Opt) (*kgo.Client, error) {
	client, err := kgo.NewClient(append(append([]kgo.Opt{}, opts...), murmur2, kgo.ProducerLinger(0))...)
	if err != nil {
		return nil, fmt.Errorf("make the client: %w", err)
	}
	if _, _, err := client.ProducerID(ctx); err != nil {
		client.Close()
		return nil, err
	}
	return client, nil
}

// Resign gives the claim up. An open transaction is left to the next claim.
func (l *Log) Resign() {
	l.claim.mu.Lock()
	defer l.claim.mu.Unlock()
	l.claim.drop()
}

func (c *claim) drop() {
	if c.client != nil {
		c.client.Close()
		c.client = nil
	}
}

// PutTxn writes records in one transaction: all of them become visible to read-committed readers, or none. No records are no transaction.
//
// Errors: [ErrNotClaimed]; one that wraps [ErrFenced]; any other. After an error the claim stands only if the transaction could be aborted
// cleanly, which a following PutTxn shows. If the outcome of the commit is unknown the claim is given up, and only the log tells whether
// the records are there: claim again, which reads it to its end.
func (l *Log) PutTxn(ctx context.Context, records []Record) error {
	l.claim.mu.Lock()
	defer l.claim.mu.Unlock()
	if l.claim.client == nil {
		return fmt.Errorf("write to topic %s: %w", l.o.Topic, ErrNotClaimed)
	}
	if len(records) == 0 {
		return nil
	}
	ctx, stop := l.untilClose(ctx)
	defer stop()
	if err := l.put(ctx, records); err != nil {
		return fmt.Errorf("write a transaction to topic %s: %w%s", l.o.Topic, err, remedy(err, l.o.Topic, l.o.Rights))
	}
	return nil
}

// untilClose ends ctx also when the log is closed, so that Close need not wait for a broker.
func (l *Log) untilClose(ctx context.Context) (context.Context, func()) {
	return whileOpen(ctx, l.life)
}

func whileOpen(ctx, life context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(life, func() { cancel(ErrClosed) })
	return ctx, func() { stop(); cancel(nil) }
}

func (l *Log) put(ctx context.Context, records []Record) error {
	ends, err := l.claim.put(ctx, l.life, l.address(records))
	for partition, end := range ends[l.o.Topic] {
		l.wrote.advance(partition, end)
	}
	return err
}

// put writes one transaction; the claim's lock is held and its client is there. life bounds what ctx must not: see ending.
func (c *claim) put(ctx, life context.Context, records []Addressed) (Ends, error) {
	var ends Ends
	err := c.client.BeginTransaction()
	if err == nil {
		ends, err = produce(ctx, c.client, records)
	}
	if err != nil {
		return nil, c.abort(life, ends, FencedOr(err))
	}
	ctx, cancel := context.WithTimeout(life, commitTimeout)
	defer cancel()
	if err := AwaitPartitions(ctx, c.client, ends); err != nil {
		return nil, c.abort(life, nil, err)
	}
	if err := c.client.EndTransaction(ctx, kgo.TryCommit); err != nil {
		c.drop()
		return nil, fmt.Errorf("commit: %w", FencedOr(err))
	}
	return ends, nil
}

// Leaders is what AwaitPartitions asks; *kgo.Client is one.
type Leaders interface {
	// PartitionLeader returns what the client has filed of a partition; a leader below 0 without an error is nothing yet.
	PartitionLeader(topic string, partition int32) (leader, leaderEpoch int32, err error)
}

// AwaitPartitions waits until the client has filed the partitions that it has just written to. franz-go (1.22.2) sends the first records
// for a topic before it files the topic's partitions. A commit in that short while finds no partition in the transaction, aborts it
// without a word and returns no error: acknowledged records would be lost. An acknowledgement alone is therefore not enough.
func AwaitPartitions(ctx context.Context, client Leaders, written Ends) error {
	for topic, ends := range written {
		for partition := range ends {
			if err := awaitPartition(ctx, client, topic, partition); err != nil {
				return err
			}
		}
	}
	return nil
}

func awaitPartition(ctx context.Context, client Leaders, topic string, partition int32) error {
	for {
		leader, _, err := client.PartitionLeader(topic, partition)
		if leader >= 0 || err != nil { // an error is about a partition that is filed
			return nil
		}
		if connect.Sleep(ctx, time.Millisecond) != nil {
			return fmt.Errorf("wait for partition %d in the client: %w", partition, context.Cause(ctx))
		}
	}
}

// abort ends the transaction so that readers do not wait for it. A fenced client is only dropped: the broker has ended its transaction,
// and franz-go's abort could take a new epoch. written is what has been acknowledged: an abort that finds no partition is none either, see
// AwaitPartitions, and then those records would be committed with the next transaction.
func (c *claim) abort(life context.Context, written Ends, cause error) error {
	if errors.Is(cause, ErrFenced) {
		c.drop()
		return cause
	}
	ctx, cancel := context.WithTimeout(life, abortTimeout)
	defer cancel()
	err := c.client.AbortBufferedRecords(ctx)
	if err == nil {
		err = AwaitPartitions(ctx, c.client, written)
	}
	if err == nil {
		err = c.client.EndTransaction(ctx, kgo.TryAbort)
	}
	if err != nil {
		c.drop()
		return errors.Join(cause, fmt.Errorf("abort the transaction: %w", FencedOr(err)))
	}
	return cause
}

// FencedOr marks with [ErrFenced] the answers that mean that the transactional id is no longer ours; others come back as they are. INVALID_PRODUCER_EPOCH is what a fenced producer
// gets for a produce request, PRODUCER_FENCED for ending a transaction; INVALID_PRODUCER_ID_MAPPING follows the expiry of an idle id.
func FencedOr(err error) error {
	for _, code := range []error{kerr.InvalidProducerEpoch, kerr.ProducerFenced, kerr.InvalidProducerIDMapping} {
		if errors.Is(err, code) {
			return fmt.Errorf("%w: %w", ErrFenced, err)
		}
	}
	return err
}
