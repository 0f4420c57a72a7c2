// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// ending is what becomes of a transaction at some place.
type ending int

const (
	goOn ending = iota
	commitIt
	abortIt
)

// boundaries decide where the transactions of an exactly-once source end. They are used on the goroutine of the pump.
type boundaries struct {
	// interval is the time between two ends, 0 with each batch; it does not count where the connector says it.
	interval time.Duration
	// asked is what the task has asked for, nil where it is not to.
	asked *askedBoundaries
	last  time.Time
}

// boundariesOf reads transaction.boundary of a connector, as Kafka Connect does: in any case. flush is the worker's
// offset.flush.interval.ms.
func boundariesOf(connector map[string]string, flush time.Duration) (*boundaries, error) {
	switch kind := strings.ToLower(strings.TrimSpace(connector[validate.TransactionBoundary])); kind {
	case "", "poll":
		return &boundaries{}, nil
	case "connector":
		return &boundaries{asked: &askedBoundaries{}}, nil
	case "interval":
		interval, err := boundaryInterval(connector, flush)
		return &boundaries{interval: interval}, err
	default:
		return nil, &connect.ConfigError{Key: validate.TransactionBoundary, Value: kind, Reason: "use poll, interval or connector"}
	}
}

func boundaryInterval(connector map[string]string, flush time.Duration) (time.Duration, error) {
	text, set := connector[validate.BoundaryInterval]
	if !set {
		return flush, nil
	}
	ms, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || ms < 0 {
		return 0, &connect.ConfigError{Key: validate.BoundaryInterval, Value: text, Reason: "use a number of milliseconds"}
	}
	return milliseconds(ms), nil
}

// begin is told when the task begins to be polled, and again after each pause.
func (b *boundaries) begin(now time.Time) { b.last = now }

// left is the time to the next end, where that is a matter of time.
func (b *boundaries) left(now time.Time) (time.Duration, bool) {
	if b.asked != nil || b.interval == 0 {
		return 0, false
	}
	return max(b.interval-now.Sub(b.last), 0), true
}

// afterBatch says what becomes of the transaction when all of a batch was sent, maybe nothing.
func (b *boundaries) afterBatch(now time.Time) (ending, error) {
	if b.asked != nil {
		return b.asked.batch()
	}
	if now.Sub(b.last) < b.interval {
		return goOn, nil
	}
	b.last = now
	return commitIt, nil
}

// finally says what becomes of it before a pause, and when the task ends without a failure.
func (b *boundaries) finally() (ending, error) {
	if b.asked != nil {
		return b.asked.batch()
	}
	return commitIt, nil
}

// forget is told that a batch will not be sent: what the task has asked for with it is not about the records before.
func (b *boundaries) forget() {
	if b.asked != nil {
		_, _ = b.asked.batch()
	}
}

// within says what the task has asked for after records of a batch.
func (b *boundaries) within(records []connect.SourceRecord) ([]cut, error) {
	if b.asked == nil {
		return nil, nil
	}
	return b.asked.cuts(records)
}

// cut is the end of a transaction behind a record of a batch.
type cut struct {
	after int // records before it, that one included
	how   ending
}

// askedBoundaries implements connect.TransactionContext. A task that asks for what cannot be is not told: it might not tell anybody.
// It fails when the records come.
type askedBoundaries struct {
	mu                       sync.Mutex
	commitBatch, abortBatch  bool
	commitAfter, abortsAfter map[*connect.SourceRecord]bool
}

// Commit implements connect.TransactionContext.
func (a *askedBoundaries) Commit() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.commitBatch = true
}

// Abort implements connect.TransactionContext.
func (a *askedBoundaries) Abort() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.abortBatch = true
}

// CommitAfter implements connect.TransactionContext.
func (a *askedBoundaries) CommitAfter(record *connect.SourceRecord) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.commitAfter = added(a.commitAfter, record)
}

// AbortAfter implements connect.TransactionContext.
func (a *askedBoundaries) AbortAfter(record *connect.SourceRecord) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.abortsAfter = added(a.abortsAfter, record)
}

func added(set map[*connect.SourceRecord]bool, record *connect.SourceRecord) map[*connect.SourceRecord]bool {
	if set == nil {
		set = map[*connect.SourceRecord]bool{}
	}
	set[record] = true
	return set
}

// batch takes what was asked for at the end of a batch.
func (a *askedBoundaries) batch() (ending, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	commits, aborts := a.commitBatch, a.abortBatch
	a.commitBatch, a.abortBatch = false, false
	switch {
	case commits && aborts:
		return goOn, errors.New("Connector requested both commit and abort of same transaction")
	case commits:
		return commitIt, nil
	case aborts:
		return abortIt, nil
	}
	return goOn, nil
}

// cuts takes what was asked for after single records. What is not there was never returned: that boundary would be lost.
func (a *askedBoundaries) cuts(records []connect.SourceRecord) ([]cut, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := len(a.commitAfter) + len(a.abortsAfter)
	defer clear(a.commitAfter)
	defer clear(a.abortsAfter)
	if left == 0 || len(records) == 0 { // a Poll that was interrupted may have asked, too
		return nil, nil
	}
	var cuts []cut
	for i := range records {
		commits, aborts := a.commitAfter[&records[i]], a.abortsAfter[&records[i]]
		switch {
		case commits && aborts:
			return nil, fmt.Errorf("Connector requested both commit and abort of same record against topic/partition %s/%s",
				records[i].Topic, partitionText(records[i].Partition))
		case commits:
			cuts = append(cuts, cut{i + 1, commitIt})
		case aborts:
			cuts = append(cuts, cut{i + 1, abortIt})
		}
	}
	if len(cuts) < left {
		return nil, errors.New("the task has asked for the end of a transaction after a record that Poll has not returned: CommitAfter and " +
			"AbortAfter want a pointer to an element of the slice that is returned")
	}
	return cuts, nil
}

func partitionText(partition *int32) string {
	if partition == nil {
		return "null"
	}
	return strconv.Itoa(int(*partition))
}
