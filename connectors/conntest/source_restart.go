// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// checkPrefixes starts a task at the offset of each record.
func (c SourceCase) checkPrefixes(tr *trial) {
	setup := c.prepare(tr)
	if !tr.feed(setup, few) {
		return
	}
	all := c.readAll(tr, setup, tr.sourceContext(), few)
	for done := range few + 1 {
		tc := tr.sourceContext()
		tr.store(tc, all[:done])
		c.readRest(tr, setup, tc, all[done:], done)
	}
}

// mostTurns is how many tasks of a source that may repeat itself read one batch each: such a source may need more for a step.
const mostTurns = 5

// checkTurns has each task read a part only, and store what it has read.
func (c SourceCase) checkTurns(tr *trial) {
	setup := c.prepare(tr)
	if !tr.feed(setup, fed) {
		return
	}
	all := c.readAll(tr, setup, tr.sourceContext(), fed)
	tc := tr.sourceContext()
	var read []connect.SourceRecord
	for turn := 0; !c.contains(read, all); turn++ {
		require.Less(tr, turn, fed, "tasks that read and store one batch each have not read everything")
		r := c.start(tr, setup, tc)
		if c.Repeats && turn == mostTurns {
			r.readUntil(func(records []connect.SourceRecord) bool { return c.contains(slices.Concat(read, records), all) })
			r.stop()
			return
		}
		batch := r.read(1)
		r.stop()
		tr.store(tc, batch)
		read = append(read, batch...)
	}
	if !c.Repeats {
		require.Equal(tr, c.byPartition(all), c.byPartition(read))
	}
}

// checkConfirming tells a task of more records that Kafka has acknowledged than of offsets that are stored. A successor of the task must
// still get all that is behind these, also where the source forgets what is confirmed to it.
func (c SourceCase) checkConfirming(tr *trial) {
	if !confirms(c.New().NewTask()) {
		return
	}
	for _, stored := range []int{0, 1, few / 2, few} {
		setup := c.prepare(tr)
		if !tr.feed(setup, few) {
			return
		}
		tc := tr.sourceContext()
		r := c.start(tr, setup, tc)
		records := r.read(few)
		r.confirm(tc, records, stored)
		r.stop()
		c.readRest(tr, setup, tc, records[stored:], stored)
	}
}

func confirms(task connect.SourceTask) bool {
	_, records := task.(connect.RecordCommitter)
	_, offsets := task.(connect.Committer)
	return records || offsets
}

// confirm tells of acknowledged records and stored offsets on goroutines of their own while the task polls, as the runtime does.
func (r *reading) confirm(tc *SourceContext, records []connect.SourceRecord, stored int) {
	r.Helper()
	r.store(tc, records[:stored])
	told := make(chan error, 1)
	go func() { told <- tell(r.Context(), r.task, records) }()
	r.rest()
	select {
	case err := <-told:
		require.NoError(r, r.hear(err))
	case <-time.After(patience):
		require.FailNow(r, "CommitRecord and Commit have not returned")
	}
}

// tell says that Kafka has acknowledged all of some records, and that offsets were stored.
func tell(ctx context.Context, task connect.SourceTask, records []connect.SourceRecord) error {
	if committer, ok := task.(connect.RecordCommitter); ok {
		for i := range records {
			at := &connect.RecordMetadata{TopicPartition: connect.TopicPartition{Topic: records[i].Topic}, Offset: int64(i)}
			if err := committer.CommitRecord(ctx, &records[i], at); err != nil {
				return err
			}
		}
	}
	if committer, ok := task.(connect.Committer); ok {
		return committer.Commit(ctx)
	}
	return nil
}

// checkBroken feeds the source while its connections are cut. A task that fails of it is followed by another, as a user would have it.
func (c SourceCase) checkBroken(tr *trial) {
	setup := c.prepare(tr)
	if setup.Break == nil || !tr.feed(setup, few) {
		return
	}
	tc := tr.sourceContext()
	r := c.start(tr, setup, tc)
	read := r.read(few)
	tr.store(tc, read)
	var mend func()
	tr.outside(func() { mend = setup.Break() })
	tr.feed(setup, few)
	ctx, cancel := context.WithTimeout(tr.Context(), moment)
	defer cancel()
	var failed error
	for ctx.Err() == nil && failed == nil {
		read, failed = r.add(ctx, read)
	}
	tr.outside(mend)
	c.readOn(tr, setup, tc, r, failed, read)
}

// add is a poll whose cancellation is no failure.
func (r *reading) add(ctx context.Context, read []connect.SourceRecord) ([]connect.SourceRecord, error) {
	r.Helper()
	records, err := r.poll(ctx)
	if ctx.Err() != nil {
		err = nil
	}
	return append(read, records...), err
}

// readOn reads until the records of both feedings are there, with another task where one fails for good.
func (c SourceCase) readOn(tr *trial, setup SourceSetup, tc *SourceContext, r *reading, failed error, read []connect.SourceRecord) {
	tr.Helper()
	ctx, cancel := context.WithTimeout(tr.Context(), patience)
	defer cancel()
	for c.different(read) < 2*few {
		require.NoError(tr, ctx.Err(), "%d of %d records have come", c.different(read), 2*few)
		switch {
		case failed == nil:
		case connect.Classify(failed) == connect.Transient:
			<-time.After(breath)
		default:
			r.stop()
			tr.store(tc, read)
			r = c.start(tr, setup, tc)
		}
		read, failed = r.add(ctx, read)
	}
	r.stop()
}

// different counts records that are not the same.
func (c SourceCase) different(records []connect.SourceRecord) int {
	var found []any
	for _, record := range records {
		one := c.contentOf(record)
		if !slices.ContainsFunc(found, func(other any) bool { return assert.ObjectsAreEqual(one, other) }) {
			found = append(found, one)
		}
	}
	return len(found)
}
