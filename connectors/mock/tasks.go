// SPDX-License-Identifier: Apache-2.0

package mock

import (
	"context"
	"time"

	"github.com/longshore-io/connect"
)

// countdown is when a task fails.
type countdown struct {
	fails   bool
	delay   time.Duration
	started time.Time
}

func (d *countdown) start(props map[string]string) error {
	var err error
	d.delay, d.fails, err = failureOf(props, taskFailure)
	d.started = time.Now()
	return err
}

// left is the time until the failure; it is over when it is not positive.
func (d *countdown) left() time.Duration { return d.delay - time.Since(d.started) }

type sourceTask struct{ countdown }

func (t *sourceTask) Start(_ context.Context, _ connect.SourceTaskContext, props map[string]string) error {
	return t.start(props)
}

// Poll waits for its cancellation or for the failure.
func (t *sourceTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if !t.fails {
		<-ctx.Done()
		return nil, nil
	}
	if connect.Sleep(ctx, t.left()) != nil {
		return nil, nil
	}
	return nil, failure(taskFailure, t.delay)
}

func (*sourceTask) Stop(context.Context) error { return nil }

// often is how long a sink task that is to fail may go without a call of Put: it may have no records at all.
const often = 250 * time.Millisecond

type sinkTask struct {
	countdown
	flow connect.SinkFlow
}

func (t *sinkTask) Start(_ context.Context, tc connect.SinkTaskContext, props map[string]string) error {
	if err := t.start(props); err != nil {
		return err
	}
	t.flow = tc.Flow()
	t.again()
	return nil
}

func (t *sinkTask) Put(context.Context, []connect.SinkRecord) error {
	if t.fails && t.left() <= 0 {
		return failure(taskFailure, t.delay)
	}
	t.again()
	return nil
}

// again has Put called soon, with records or without.
func (t *sinkTask) again() {
	if t.fails {
		t.flow.Timeout(min(max(t.delay, time.Millisecond), often))
	}
}

func (*sinkTask) Stop(context.Context) error { return nil }
