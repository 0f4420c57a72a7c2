// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// Counters count what the operator decided. They may be read from any goroutine.
type Counters struct {
	// Failures are failed attempts, Retries those that were made again.
	Failures, Retries atomic.Int64
	// Errors are records that could not be handled, Skipped those of them that errors.tolerance let pass.
	Errors, Skipped atomic.Int64
	// Logged are failures that errors.log.enable wrote.
	Logged atomic.Int64
	// DeadLetters are failures that were to be written to a dead letter queue, FailedDeadLetters those of them that were not.
	DeadLetters, FailedDeadLetters atomic.Int64
	// LastError is when a record last could not be handled, in milliseconds since 1970; 0 for never.
	LastError atomic.Int64
}

// Operator holds the rules of errors.*: which errors are tried again, which records are skipped, who is told. Its
// methods may be called from several goroutines.
type Operator struct {
	// Counters are updated as the operator decides.
	Counters *Counters

	clock       Clock
	rand        func() float64
	log         *slog.Logger
	reporters   []Reporter
	tolerateAll bool
	// retryTimeout is negative for retries without end.
	retryTimeout, maxDelay time.Duration
}

// NewOperator reads the keys errors.* of a connector. The Plugins and Worker of the configuration are not needed.
func NewOperator(cfg Config) (*Operator, error) {
	values, errs := validate.ErrorHandling().Parse(cfg.Props)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	o := &Operator{
		Counters: cfg.Counters, clock: cfg.Clock, rand: cfg.Rand, log: cfg.Log,
		tolerateAll:  values.String("errors.tolerance") == "all",
		retryTimeout: milliseconds(values.Long("errors.retry.timeout")),
		maxDelay:     milliseconds(values.Long("errors.retry.delay.max.ms")),
	}
	if o.Counters == nil {
		o.Counters = &Counters{}
	}
	if values.Bool("errors.log.enable") {
		o.reporters = append(o.reporters, &logReporter{
			task: cfg.Task, log: cfg.Log, messages: values.Bool("errors.log.include.messages"), logged: &o.Counters.Logged,
		})
	}
	o.reporters = append(o.reporters, cfg.Reporters...)
	return o, nil
}

// milliseconds takes more than a Duration can hold for the longest one.
func milliseconds(ms int64) time.Duration {
	return time.Duration(min(ms, int64(maxDuration/time.Millisecond))) * time.Millisecond
}

const maxDuration = time.Duration(1<<63 - 1)

// Tolerates says whether errors.tolerance is all.
func (o *Operator) Tolerates() bool { return o.tolerateAll }

// Reports says whether anybody is told of failures: a sink task gets an errant record reporter then.
func (o *Operator) Reports() bool { return len(o.reporters) > 0 }

// Step is a place on the data path: a stage, and the class name of what runs there.
type Step struct {
	Stage connect.Stage
	Class string
}

// Do makes a call of a stage that is no conversion or transformation: poll, put, produce. Transient errors are retried to
// errors.retry.timeout, and after it they alone are tolerated: nil then stands for a call that was given up. Any other
// error is returned, as is ctx's own.
func (o *Operator) Do(ctx context.Context, step Step, call func() error) error {
	err := connect.Guard(call)
	if err == nil {
		return nil
	}
	_, err = o.settle(ctx, origin{}, step, err, call)
	return err
}

// Reject reports a record that has failed for good outside of Do: a sink task has rejected it, or Kafka has refused it
// after it was produced. The error is nil where errors.tolerance skips the record.
func (o *Operator) Reject(ctx context.Context, f Failure) error {
	o.Counters.Failures.Add(1)
	return o.decide(ctx, f)
}

// settle decides about an attempt that failed: it is made again while the error is transient and there is time; then the
// record is skipped or the task fails.
func (o *Operator) settle(ctx context.Context, from origin, step Step, err error, again func() error) (mended bool, _ error) {
	if ctx.Err() == nil {
		if err = o.retry(ctx, err, again); err == nil {
			return true, nil
		}
	}
	if ctx.Err() != nil {
		return false, fmt.Errorf("stage %s was stopped: %w", step.Stage, ctx.Err())
	}
	f := Failure{Err: &connect.StageError{Stage: step.Stage, Plugin: step.Class, Err: err},
		Source: from.source, Consumed: from.consumed, Record: from.record, Message: from.message}
	if !step.Stage.Tolerable() && connect.Classify(err) != connect.Transient {
		return false, fmt.Errorf("Unhandled exception in error handler: %w", f.Err) //nolint:staticcheck // Kafka's text
	}
	return false, o.decide(ctx, f)
}

// retry returns the last attempt's error. The deadline counts from the first failure: a clock that is read only then
// costs nothing where nothing fails.
func (o *Operator) retry(ctx context.Context, err error, again func() error) error {
	o.Counters.Failures.Add(1)
	if o.retryTimeout == 0 || connect.Classify(err) != connect.Transient {
		return err
	}
	start := o.clock.Now()
	for attempt := 1; connect.Classify(err) == connect.Transient; attempt++ {
		left := maxDuration
		if o.retryTimeout > 0 {
			left = o.retryTimeout - o.clock.Now().Sub(start)
		}
		if left <= 0 {
			return err
		}
		if stopped := o.clock.Sleep(ctx, min(RetryDelay(attempt, o.maxDelay, o.rand), left)); stopped != nil {
			return stopped
		}
		o.Counters.Retries.Add(1)
		if err = connect.Guard(again); err == nil {
			return nil
		}
		o.Counters.Failures.Add(1)
	}
	return err
}

// minDelay is Kafka's first pause between attempts.
const minDelay = 300 * time.Millisecond

// maxDoublings is beyond any pause that makes sense and short of the end of a Duration.
const maxDoublings = 24

// RetryDelay is Kafka Connect's pause after an attempt, counted from 1: 300 ms doubled with each further one; where that
// is above the longest, a random time below the longest. random returns numbers in [0, 1).
func RetryDelay(attempt int, longest time.Duration, random func() float64) time.Duration {
	if d := minDelay << min(attempt-1, maxDoublings); d <= longest {
		return d
	}
	return time.Duration(random() * float64(max(0, longest)))
}

// decide reports a failure, which is done also when the task fails of it, and then before it does; and applies errors.tolerance.
func (o *Operator) decide(ctx context.Context, f Failure) error {
	o.report(ctx, f)
	if o.tolerateAll {
		o.Counters.Skipped.Add(1)
		return nil
	}
	o.settleReports(ctx)
	return fmt.Errorf("Tolerance exceeded in error handler: %w", f.Err) //nolint:staticcheck // Kafka's text
}

func (o *Operator) report(ctx context.Context, f Failure) {
	o.Counters.Errors.Add(1)
	o.Counters.LastError.Store(o.clock.Now().UnixMilli())
	for _, r := range o.reporters {
		if err := r.Report(ctx, f); err != nil {
			o.log.ErrorContext(ctx, "failure was not reported", "stage", f.Err.Stage, "error", err)
		}
	}
}

// settleReports has the reports of a failure that ends the task where they belong before it is told: Kafka Connect loses none of these, either.
func (o *Operator) settleReports(ctx context.Context) {
	for _, r := range o.reporters {
		if s, ok := r.(Settler); ok {
			if err := s.Settle(ctx); err != nil {
				o.log.ErrorContext(ctx, "what the task fails of may not have been reported", "error", err)
			}
		}
	}
}
