// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"sync"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
)

// errantClass is the class that Kafka Connect names in reports of records that a sink task has rejected.
const errantClass = "org.apache.kafka.connect.sink.SinkTask"

// errant takes the records that a sink task rejects to the log and the dead letter queue. A task may report from goroutines of its own.
type errant struct {
	stage *stage.Sink

	mu     sync.Mutex
	failed error // the first report that errors.tolerance does not cover
}

// newErrant returns nil where nobody is told of failures: neither a dead letter queue nor errors.log.enable is configured.
func newErrant(s *stage.Sink) *errant {
	if !s.Operator().Reports() {
		return nil
	}
	return &errant{stage: s}
}

// Report implements connect.ErrantRecordReporter.
func (e *errant) Report(ctx context.Context, record connect.SinkRecord, err error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	raw, unwritable := e.stage.Raw(ctx, &record)
	if unwritable != nil {
		return unwritable
	}
	failure := e.stage.Operator().Reject(ctx, stage.Failure{
		Err: &connect.StageError{Stage: connect.StagePut, Plugin: errantClass, Err: err}, Consumed: raw})
	if failure == nil {
		return nil
	}
	failure = connect.Classed(connect.Fatal, failure) // a record that was rejected for an error that may pass is not offered again
	if e.failed == nil {
		e.failed = failure
	}
	return failure
}

// swallowed returns what a task was told and has not returned: it must fail of it all the same.
func (e *errant) swallowed() error {
	if e == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failed
}

// reported waits for the dead letters before offsets behind them are committed. Where they take too long nothing is committed for now, and
// nothing any more behind a record that the task has reported and that is not in the queue: the task fails, as in Kafka Connect.
func (p *sinkPump) reported(ctx context.Context) bool {
	ctx, cancel := within(ctx, p.clock, p.patience)
	defer cancel()
	switch err := p.letters.Settle(ctx); {
	case err == nil:
		return true
	case ctx.Err() == nil:
		p.fail(err)
	default:
		p.log.Warn("offsets are not committed before their dead letters are written; the next commit includes them", "error", err)
	}
	return false
}
