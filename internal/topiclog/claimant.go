// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// Addressed is a record and the topic that it is for.
type Addressed struct {
	Topic string
	Record
}

// Ends are offsets by topic and partition: those behind the last records that were written.
type Ends map[string]map[int32]int64

func (e Ends) raise(topic string, partition int32, next int64) {
	if e[topic] == nil {
		e[topic] = map[int32]int64{}
	}
	e[topic][partition] = max(e[topic][partition], next)
}

// LeftError says which records of a write were not acknowledged. In a transaction that is the reason why none was written.
type LeftError struct {
	// Records are the places of those records in what was to be written, with why each was not acknowledged.
	Records map[int]error
	// Err is the first reason, or that the transactional id is lost.
	Err error
}

// Error is that of Err.
func (e *LeftError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *LeftError) Unwrap() error { return e.Err }

func leftOf(left map[int]error, late, err error) *LeftError {
	for i, reason := range left {
		if reason == nil {
			left[i] = late
		}
	}
	return &LeftError{Records: left, Err: err}
}

// Claimant writes transactions to any topics of one cluster, under one transactional id that one process at a time holds. It is for one
// goroutine; Close may be called from any.
type Claimant struct {
	id     string
	prefix string
	opts   []kgo.Opt
	rights kafkaconfig.Rights
	life   context.Context // ends with Close
	cancel context.CancelFunc
	claim  claim
}

// NewClaimant makes a writer from its transactional id and the other options of its clients. It connects with the first Claim. prefix is
// what the ids of all who may claim for each other begin with: rights that are missing are to be given for all of them.
func NewClaimant(id, prefix string, opts []kgo.Opt, rights kafkaconfig.Rights) *Claimant {
	c := &Claimant{id: id, prefix: prefix, opts: append(append([]kgo.Opt{}, opts...), kgo.TransactionalID(id)), rights: rights}
	c.life, c.cancel = context.WithCancel(context.Background())
	return c
}

// Claim initialises the transactional id: every earlier holder is fenced, and the transaction that it left open has ended when Claim
// returns nil. What the right to write rests on must be looked up after that, never before. Errors that [IsRefused] knows stay; others pass.
func (c *Claimant) Claim(ctx context.Context) error {
	c.claim.mu.Lock()
	defer c.claim.mu.Unlock()
	c.claim.drop()
	ctx, stop := c.untilClose(ctx)
	defer stop()
	client, err := initialised(ctx, c.opts)
	if err != nil {
		return fmt.Errorf("claim the transactional id %s: %w%s", c.id, FencedOr(err), c.remedy(err))
	}
	c.claim.client = client
	return nil
}

// Claimed says whether a claim stands, as far as this process knows.
func (c *Claimant) Claimed() bool {
	c.claim.mu.Lock()
	defer c.claim.mu.Unlock()
	return c.claim.client != nil
}

// Put writes records in one transaction and returns the offsets behind them. ctx bounds the writing; the end of the transaction has time
// of its own. Errors: [ErrNotClaimed]; one that wraps [ErrFenced]; a [*LeftError]. If [Claimant.Claimed] says no afterwards, the records
// may be committed or not, and the next Claim settles which.
func (c *Claimant) Put(ctx context.Context, records []Addressed) (Ends, error) {
	c.claim.mu.Lock()
	defer c.claim.mu.Unlock()
	switch {
	case c.claim.client == nil:
		return nil, fmt.Errorf("write under the transactional id %s: %w", c.id, ErrNotClaimed)
	case len(records) == 0:
		return nil, nil
	}
	ctx, stop := c.untilClose(ctx)
	defer stop()
	ends, err := c.claim.put(ctx, c.life, records)
	if err != nil {
		return nil, fmt.Errorf("write a transaction to %s: %w%s", topicsOf(records), err, c.remedy(err))
	}
	return ends, nil
}

// Close ends calls that wait, and gives the claim up. An open transaction is left to the next claim, or to its timeout.
func (c *Claimant) Close() {
	c.cancel()
	c.claim.mu.Lock()
	defer c.claim.mu.Unlock()
	c.claim.drop()
}

func (c *Claimant) untilClose(ctx context.Context) (context.Context, func()) {
	return whileOpen(ctx, c.life)
}

func (c *Claimant) remedy(err error) string {
	switch {
	case errors.Is(err, kerr.TransactionalIDAuthorizationFailed):
		return " (" + c.rights.ForOffsetsIDs(c.prefix) + ")"
	case errors.Is(err, kerr.ClusterAuthorizationFailed):
		return " (" + c.rights.ForIdempotentWrite() + ")"
	}
	return ""
}

// IsRefused says whether brokers refuse a transactional id for a reason that somebody has to mend: a right, their version or settings.
func IsRefused(err error) bool {
	for _, code := range []error{kerr.TransactionalIDAuthorizationFailed, kerr.ClusterAuthorizationFailed, kerr.UnsupportedVersion, kerr.InvalidTransactionTimeout} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

func topicsOf(records []Addressed) []string {
	topics := map[string]bool{}
	for _, r := range records {
		topics[r.Topic] = true
	}
	return slices.Sorted(maps.Keys(topics))
}

// transactionalID finds the id among options.
func transactionalID(opts []kgo.Opt) string {
	client, err := kgo.NewClient(opts...)
	if err != nil {
		return ""
	}
	defer client.Close()
	id, _ := client.OptValue(kgo.TransactionalID).(string)
	return id
}
