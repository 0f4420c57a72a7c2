// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// checkHangingTask puts, commits and stops while the destination hangs, and starts meanwhile. What was not committed is put again.
func (c SinkCase) checkHangingTask(tr *trial) {
	setup := c.prepare(tr)
	if setup.Hang == nil {
		return
	}
	config := tr.taskProps(c.New(), setup.Props)
	w := c.start(tr, setup)
	w.put(c.records(0, few))
	w.commit(few)
	var mend func()
	tr.outside(func() { mend = setup.Hang() })
	err := tr.cancelled("Put", func(ctx context.Context) error { return w.task.Put(ctx, c.records(few, 2*few)) })
	if err == nil {
		_ = tr.cancelled("PreCommit", func(ctx context.Context) error {
			_, err := w.tryCommit(ctx, 2*few)
			return err
		})
	}
	w.end()
	c.subject().startInVain(tr, config)
	tr.outside(mend)
	safe := w.safe
	w = c.start(tr, setup)
	w.put(c.records(int(safe), 2*few))
	safe = w.commit(2 * few)
	tr.nothingMissing(setup, c.records(0, int(safe)))
	w.stop()
}

// checkHandedBack takes the partition back from a task that has records which are not committed, and gives it again: they come again, too.
func (c SinkCase) checkHandedBack(tr *trial) {
	setup := c.prepare(tr)
	w := c.start(tr, setup)
	if l, is := w.task.(connect.PartitionListener); is {
		w.put(c.records(0, few))
		w.take(l)
		w.give(l)
		w.put(c.records(0, few/2))
		safe := w.commit(few / 2)
		tr.nothingMissing(setup, c.records(0, int(safe)))
	}
	w.stop()
}

// checkCancelled has calls fail by a context that is cancelled already, and makes them again as the runtime does.
func (c SinkCase) checkCancelled(tr *trial) {
	setup := c.prepare(tr)
	w := c.start(tr, setup)
	cancelled, cancel := context.WithCancel(tr.Context())
	cancel()
	err := tr.promptly("Put, which was cancelled,", func() error { return w.tryPut(cancelled, c.records(0, few)) })
	w = c.putAgain(tr, setup, w, err, few)
	err = tr.promptly("PreCommit, which was cancelled,", func() error {
		_, err := w.tryCommit(cancelled, few)
		return err
	})
	w = c.putAgain(tr, setup, w, err, few)
	safe := w.commit(few)
	tr.nothingMissing(setup, c.records(0, int(safe)))
	w.stop()
}

// putAgain goes on after a call that failed or not: with the same task where the error may pass, else with another that is given all that
// is not committed. The task has then been given the records up to a number.
func (c SinkCase) putAgain(tr *trial, setup SinkSetup, w *writing, failed error, to int) *writing {
	tr.Helper()
	switch {
	case failed == nil:
		return w
	case connect.Classify(failed) == connect.Transient:
		w.put(c.records(int(w.safe), to))
		return w
	}
	w.end()
	next := c.start(tr, setup)
	next.safe = w.safe
	next.put(c.records(int(w.safe), to))
	return next
}

// checkBroken puts and commits while the connections are cut.
func (c SinkCase) checkBroken(tr *trial) {
	setup := c.prepare(tr)
	if setup.Break == nil {
		return
	}
	w := c.start(tr, setup)
	w.put(c.records(0, few))
	w.commit(few)
	var mend func()
	tr.outside(func() { mend = setup.Break() })
	to := 2 * few
	err := tr.cancelled("Put", func(ctx context.Context) error { return w.tryPut(ctx, c.records(few, to)) })
	if err == nil {
		err = tr.cancelled("PreCommit", func(ctx context.Context) error {
			_, err := w.tryCommit(ctx, int64(to))
			return err
		})
		require.False(tr, err == nil && w.safe > few, "records may be committed that cannot be at the destination")
	}
	tr.outside(mend)
	w = c.recover(tr, setup, w, err, to)
	safe := w.commit(int64(to))
	tr.nothingMissing(setup, c.records(0, int(safe)))
	w.stop()
}

// recover puts again what is not committed until it is taken, with the same task while its errors may pass.
func (c SinkCase) recover(tr *trial, setup SinkSetup, w *writing, failed error, to int) *writing {
	tr.Helper()
	for tries := 0; failed != nil; tries++ {
		require.Less(tr, tries, int(patience/breath), "the destination is back, and records are not taken: %v", failed)
		if connect.Classify(failed) != connect.Transient {
			return c.putAgain(tr, setup, w, failed, to)
		}
		<-time.After(breath)
		failed = w.tryPut(tr.Context(), c.records(int(w.safe), to))
	}
	return w
}
