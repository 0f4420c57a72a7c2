// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// SinkCase says how a sink connector is tested.
type SinkCase struct {
	// New makes a connector.
	New func() connect.SinkConnector
	// Prepare makes an empty destination for one test, to be removed at its end.
	Prepare func(t *testing.T) SinkSetup
	// Record makes a record from a number, no two of them the same; nil makes one whose value is a string. The suite sets
	// topic, partition and offset.
	Record func(n int) connect.Record
	// Unfit makes a record that the destination refuses while it takes others. Nil is for a connector that has none, or whose
	// configuration fails the task for it: the record is to be reported alone.
	Unfit func(n int) connect.Record
	// Bad has a wrong value for keys of the configuration. The connector must name each, and no other.
	Bad map[string]string
	// Wrong are wrong configurations that need more words than Bad.
	Wrong []Wrong
	// Unchecked are keys of numbers and booleans that take any text, as those of a connector that this one stands in for do. All others are
	// tried with a text that is neither.
	Unchecked []string
}

// SinkSetup is a destination for one test.
type SinkSetup struct {
	// Props is a configuration of the connector that writes to the destination with one task.
	Props map[string]string
	// Missing returns an error that says which of the records are not at the destination. It is required.
	Missing func(records []connect.SinkRecord) error
	// Hang makes the destination stop answering until mend is called, such as Wire.Hang. Nil is for a destination that cannot.
	Hang func() (mend func())
	// Break cuts the connections to the destination and refuses new ones until mend is called, such as Wire.Cut.
	Break func() (mend func())
	// Secrets are those that stand in keys which are no passwords, such as a URL: they must be said nowhere. Those of keys that are
	// passwords are known.
	Secrets []string
}

// partition is where the suite's records come from.
var partition = connect.TopicPartition{Topic: "conntest", Partition: 0}

// Sink checks a sink connector: that it names what is wrong in a configuration, that records are at the destination when
// the task lets their offsets be committed, that it takes records again that it has had, by the same task and by the next, after a Put
// or PreCommit that failed, with a partition that comes back and after any record, that it never lets more be committed than it was
// given, that all calls return within a second when they should, whatever the destination does, and that neither goroutines are left
// nor secrets said.
func Sink(t *testing.T, c SinkCase) {
	c.subject().check(t)
	try(t, "a task stops within a second while the destination hangs", c.checkHangingTask)
	try(t, "no records at all are fine", c.checkNothing)
	try(t, "what may be committed is at the destination", c.checkDurable)
	try(t, "records that come again are taken", c.checkRedelivery)
	try(t, "a new task goes on after any record", c.checkPrefixes)
	try(t, "a partition that was taken back comes again", c.checkHandedBack)
	try(t, "a Put and a PreCommit that were cancelled are made again", c.checkCancelled)
	try(t, "what the destination does not take while it is away it has when it is back", c.checkBroken)
	try(t, "a record that the destination refuses is reported alone", c.checkUnfit)
}

func (c SinkCase) subject() subject {
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
					return task.Start(ctx, tr.sinkContext(nil), props)
				},
				once: func(ctx context.Context) error { return task.Put(ctx, c.records(0, 1)) },
			}
		},
	}
}

// prepare makes a destination for a trial, which then knows its secrets.
func (c SinkCase) prepare(tr *trial) SinkSetup {
	var setup SinkSetup
	tr.outside(func() { setup = c.Prepare(tr.T) })
	setup.Props = given(setup.Props)
	tr.keep(c.New().Config(), setup.Props, setup.Secrets...)
	return setup
}

func (c SinkCase) checkNothing(tr *trial) {
	w := c.start(tr, c.prepare(tr))
	w.put(nil)
	w.put([]connect.SinkRecord{})
	w.commit(0)
	w.stop()
}

func (c SinkCase) checkDurable(tr *trial) {
	setup := c.prepare(tr)
	w := c.start(tr, setup)
	for done := 0; done < fed; done += fed / 5 {
		w.put(c.records(done, done+fed/5))
		safe := w.commit(int64(done + fed/5))
		tr.nothingMissing(setup, c.records(0, int(safe)))
	}
	w.stop()
	tr.nothingMissing(setup, c.records(0, int(w.safe)))
	w = c.start(tr, setup)
	tr.nothingMissing(setup, c.records(0, int(w.safe)))
	w.stop()
}

func (c SinkCase) checkRedelivery(tr *trial) {
	setup := c.prepare(tr)
	w := c.start(tr, setup)
	w.put(c.records(0, fed))
	w.put(c.records(0, fed))
	w.stop()
	w = c.start(tr, setup)
	w.put(c.records(fed/2, fed+1))
	safe := w.commit(fed + 1)
	tr.nothingMissing(setup, c.records(fed/2, int(safe)))
	w.stop()
}

// checkPrefixes ends a task after each record, with some behind it that were put and not committed.
func (c SinkCase) checkPrefixes(tr *trial) {
	for done := range few + 1 {
		setup := c.prepare(tr)
		w := c.start(tr, setup)
		w.put(c.records(0, done))
		safe := w.commit(int64(done))
		w.put(c.records(done, few))
		w.stop()
		w = c.start(tr, setup)
		w.put(c.records(int(safe), few+1))
		safe = w.commit(few + 1)
		w.stop()
		tr.nothingMissing(setup, c.records(0, int(safe)))
	}
}

// checkUnfit puts an unfit record between others, with a dead letter queue and without.
func (c SinkCase) checkUnfit(tr *trial) {
	if c.Unfit == nil {
		return
	}
	setup := c.prepare(tr)
	letters := &letters{}
	w := c.startWith(tr, setup, letters)
	records := c.records(0, few)
	records[few/2] = c.sinkRecord(c.Unfit(few/2), few/2)
	w.put(records)
	w.commit(few)
	require.Equal(tr, []int64{few / 2}, letters.offsets, "what was reported")
	tr.nothingMissing(setup, c.records(0, few/2))
	tr.nothingMissing(setup, c.records(few/2+1, few))
	w.stop()

	w = c.start(tr, c.prepare(tr))
	err := w.tryPut(tr.Context(), []connect.SinkRecord{c.sinkRecord(c.Unfit(0), 0)})
	if err == nil {
		_, err = w.tryCommit(tr.Context(), 1)
	}
	assert.Error(tr, err, "the record is refused, and there is no dead letter queue")
	w.stop()
}

func (c SinkCase) records(from, to int) []connect.SinkRecord {
	var records []connect.SinkRecord
	for n := from; n < to; n++ {
		record := connect.Record{ValueSchema: connect.String, Value: fmt.Sprintf("value %d", n)}
		if c.Record != nil {
			record = c.Record(n)
		}
		records = append(records, c.sinkRecord(record, n))
	}
	return records
}

func (c SinkCase) sinkRecord(record connect.Record, n int) connect.SinkRecord {
	record.Topic, record.Partition = partition.Topic, &partition.Partition
	return connect.NewSinkRecord(record, partition, int64(n))
}

func (tr *trial) nothingMissing(setup SinkSetup, records []connect.SinkRecord) {
	tr.Helper()
	var err error
	tr.outside(func() { err = setup.Missing(records) })
	require.NoError(tr, err)
}
