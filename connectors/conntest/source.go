// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

const (
	// fed is how many records the suite asks for in a test.
	fed = 50
	// few is how many where a test is repeated after each of them.
	few = 10
)

// SourceCase says how a source connector is tested.
type SourceCase struct {
	// New makes a connector.
	New func() connect.SourceConnector
	// Prepare makes a source without records for one test, to be removed at its end.
	Prepare func(t *testing.T) SourceSetup
	// Bad has a wrong value for keys of the configuration. The connector must name each, and no other.
	Bad map[string]string
	// Wrong are wrong configurations that need more words than Bad.
	Wrong []Wrong
	// Unchecked are keys of numbers and booleans that take any text, as those of a connector that this one stands in for do. All others are
	// tried with a text that is neither.
	Unchecked []string
	// Content is what has to be the same when a record is read again, such as its value without the time of reading. Nil takes topic,
	// key, value and offset.
	Content func(record connect.SourceRecord) any
	// Repeats says that a task may hand out records again that came before the offset at which it starts, as some sources cannot go on in
	// the middle. All that came after it must still come, in its order.
	Repeats bool
}

// SourceSetup is a source of records for one test.
type SourceSetup struct {
	// Props is a configuration of the connector that reads the source with one task.
	Props map[string]string
	// Feed adds n records to the source, no two of them the same. Nil is for a source that has none ever.
	Feed func(n int)
	// Hang makes the source stop answering until mend is called, such as Wire.Hang. Nil is for a source that cannot.
	Hang func() (mend func())
	// Break cuts the connections to the source and refuses new ones until mend is called, such as Wire.Cut. Feed must work meanwhile.
	Break func() (mend func())
	// Secrets are those that stand in keys which are no passwords, such as a URL: they must be said nowhere. Those of keys that are
	// passwords are known.
	Secrets []string
}

// Source checks a source connector: that it names what is wrong in a configuration, that a task delivers what the source
// has, once and in the same order each time, that it goes on after any stored offset with exactly the rest, that it confirms no more to
// the source than is stored, that all calls return within a second when they should, whatever the source does, and that neither
// goroutines are left nor secrets said.
func Source(t *testing.T, c SourceCase) {
	c.subject().check(t)
	try(t, "Poll returns within a second of its cancellation", c.checkCancelledPoll)
	try(t, "a task stops within a second while the source hangs", c.checkHangingTask)
	try(t, "records come in one order and with offsets that can be stored", c.checkRecords)
	try(t, "records that come later are read too", c.checkLater)
	try(t, "a new task goes on after any stored offset with exactly the rest", c.checkPrefixes)
	try(t, "tasks that take turns read everything", c.checkTurns)
	try(t, "no more is confirmed than is stored", c.checkConfirming)
	try(t, "what comes while the source is away is read when it is back", c.checkBroken)
}

func (c SourceCase) subject() subject {
	return subject{
		create: func() connect.Connector { return c.New() }, bad: c.Bad, wrong: c.Wrong, unchecked: c.Unchecked,
		prepare: func(t *testing.T) place {
			p := c.Prepare(t)
			return place{props: given(p.Props), secrets: p.Secrets, hang: p.Hang, cut: p.Break}
		},
		worker: func(tr *trial) worker {
			task := c.New().NewTask()
			return worker{
				task: task,
				start: func(ctx context.Context, props map[string]string) error {
					return task.Start(ctx, tr.sourceContext(), props)
				},
				once: func(ctx context.Context) error {
					_, err := task.Poll(ctx)
					return err
				},
			}
		},
	}
}

// prepare makes a source for a trial, which then knows its secrets.
func (c SourceCase) prepare(tr *trial) SourceSetup {
	var setup SourceSetup
	tr.outside(func() { setup = c.Prepare(tr.T) })
	setup.Props = given(setup.Props)
	tr.keep(c.New().Config(), setup.Props, setup.Secrets...)
	return setup
}

// feed returns false for a source that never has records.
func (tr *trial) feed(setup SourceSetup, n int) bool {
	if setup.Feed != nil {
		tr.outside(func() { setup.Feed(n) })
	}
	return setup.Feed != nil
}

func (c SourceCase) checkCancelledPoll(tr *trial) {
	r := c.start(tr, c.prepare(tr), tr.sourceContext())
	ctx, cancel := context.WithTimeout(tr.Context(), moment)
	defer cancel()
	for ctx.Err() == nil {
		require.Empty(tr, r.pollUntil(ctx), "the source is empty")
	}
	r.stop()
}

func (c SourceCase) checkRecords(tr *trial) {
	setup := c.prepare(tr)
	if !tr.feed(setup, fed) {
		return
	}
	first := c.readAll(tr, setup, tr.sourceContext(), fed)
	for i, record := range first {
		assert.NotEmpty(tr, record.Topic, "the topic of record %d", i)
		if record.SourceOffset != nil {
			assert.NoError(tr, new(Offsets).Store(record.SourcePartition, record.SourceOffset), "record %d", i)
		}
	}
	second := c.readAll(tr, setup, tr.sourceContext(), fed)
	assert.Equal(tr, c.byPartition(first), c.byPartition(second), "the same source, read again")
}

func (c SourceCase) checkLater(tr *trial) {
	setup := c.prepare(tr)
	r := c.start(tr, setup, tr.sourceContext())
	for range 3 {
		if tr.feed(setup, 2) {
			require.Len(tr, r.read(2), 2)
		}
	}
	r.stop()
}

// checkHangingTask polls and stops while the source hangs, and starts meanwhile. What the source has must come when it answers again.
func (c SourceCase) checkHangingTask(tr *trial) {
	setup := c.prepare(tr)
	if setup.Hang == nil {
		return
	}
	tc, config := tr.sourceContext(), tr.taskProps(c.New(), setup.Props)
	r := c.start(tr, setup, tc)
	var mend func()
	tr.outside(func() { mend = setup.Hang() })
	tr.feed(setup, few)
	_ = tr.cancelled("Poll", func(ctx context.Context) error {
		_, err := r.task.Poll(ctx)
		return err
	})
	r.stop()
	c.subject().startInVain(tr, config)
	tr.outside(mend)
	if setup.Feed != nil {
		c.readAll(tr, setup, tc, few)
	}
}
