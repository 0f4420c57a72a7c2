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
)

// ErrFenced says that another process has claimed the log since, or that the broker has forgotten our claim. Whoever sees it must read
// the log to its end before claiming again.
var ErrFenced = errors.New("the right to write was taken by another claim")

// ErrNotClaimed says that this log has no claim: Claim was not called, or the claim ended with an error.
var ErrNotClaimed = errors.New("the log is not claimed by this process")

// commitTimeout and abortTimeout bound the end of a transaction. Past them the claim is given up, and the next claim ends the transaction
// where the broker has not.
const (
	commitTimeout = 30 * time.Second
	abortTimeout  = 10 * time.Second
)

// claim is the exclusive writer. A client is used for one claim only: a fenced one cannot be told from a healthy one by its later
// answers, and franz-go may take a new epoch for it without asking, which would be a claim that nobody decided on.
type claim struct {
	mu     sync.Mutex
	client *kgo.Client
	holder holder
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
	client, err := kgo.NewClient(append(append([]kgo.Opt{}, l.o.Leader...), kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)))...)
	if err != nil {
		return fmt.Errorf("make the client that claims topic %s: %w", l.o.Topic, err)
	}
	ctx, stop := l.untilClose(ctx)
	defer stop()
	if _, _, err = client.ProducerID(ctx); err == nil {
		err = l.ReadToEnd(ctx)
	}
	if err != nil {
		client.Close()
		return fmt.Errorf("claim topic %s: %w%s", l.o.Topic, fencedOr(err), l.claimRemedy(client, err))
	}
	l.claim.client = client
	l.claim.note(ctx)
	return nil
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
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(l.life, func() { cancel(ErrClosed) })
	return ctx, func() { stop(); cancel(nil) }
}

// ending is the context for the end of a transaction: not the caller's, since cancelling that would only leave the outcome unknown.
func (l *Log) ending(limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(l.life, limit)
}

func (l *Log) put(ctx context.Context, records []Record) error {
	var ends map[int32]int64
	l.claim.holder.known = false
	err := l.claim.client.BeginTransaction()
	if err == nil {
		ends, err = produce(ctx, l.claim.client, l.o.Topic, records)
	}
	if err != nil {
		return l.abort(fencedOr(err))
	}
	ctx, cancel := l.ending(commitTimeout)
	defer cancel()
	if err := awaitPartitions(ctx, l.claim.client, l.o.Topic, ends); err != nil {
		return l.abort(err)
	}
	if err := l.claim.client.EndTransaction(ctx, kgo.TryCommit); err != nil {
		l.claim.drop()
		return fmt.Errorf("commit: %w", fencedOr(err))
	}
	l.claim.note(ctx)
	for partition, end := range ends {
		l.wrote.advance(partition, end)
	}
	return nil
}

// awaitPartitions waits until the client has filed the partitions that it has just written to. franz-go (1.22.2) sends the first records
// for a topic before it files the topic's partitions. A commit in that short while finds no partition in the transaction, aborts it
// without a word and returns no error: acknowledged records would be lost. An acknowledgement alone is therefore not enough.
func awaitPartitions(ctx context.Context, client *kgo.Client, topic string, written map[int32]int64) error {
	for partition := range written {
		for {
			leader, _, err := client.PartitionLeader(topic, partition)
			if leader >= 0 || err != nil { // an error is about a partition that is filed
				break
			}
			if !pause(ctx, time.Millisecond) {
				return fmt.Errorf("wait for partition %d in the client: %w", partition, context.Cause(ctx))
			}
		}
	}
	return nil
}

// abort ends the transaction so that readers do not wait for it. A fenced client is only dropped: the broker has ended its transaction,
// and franz-go's abort could take a new epoch.
func (l *Log) abort(cause error) error {
	if errors.Is(cause, ErrFenced) {
		l.claim.drop()
		return cause
	}
	ctx, cancel := l.ending(abortTimeout)
	defer cancel()
	err := l.claim.client.AbortBufferedRecords(ctx)
	if err == nil {
		err = l.claim.client.EndTransaction(ctx, kgo.TryAbort)
	}
	if err != nil {
		l.claim.drop()
		return errors.Join(cause, fmt.Errorf("abort the transaction: %w", fencedOr(err)))
	}
	return cause
}

// fencedOr marks the answers that mean that the transactional id is no longer ours. INVALID_PRODUCER_EPOCH is what a fenced producer
// gets for a produce request, PRODUCER_FENCED for ending a transaction; INVALID_PRODUCER_ID_MAPPING follows the expiry of an idle id.
func fencedOr(err error) error {
	for _, code := range []error{kerr.InvalidProducerEpoch, kerr.ProducerFenced, kerr.InvalidProducerIDMapping} {
		if errors.Is(err, code) {
			return fmt.Errorf("%w: %w", ErrFenced, err)
		}
	}
	return err
}
