// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"log/slog"
	"sync"

	connect "github.com/longshore-io/connect"
)

// recordCommits tells a source task of each record that was acknowledged, on a goroutine of its own: while Poll waits, and
// without holding up the client that brings the acknowledgements. Its methods do nothing on nil, for tasks that do not
// want to know.
type recordCommits struct {
	task connect.RecordCommitter
	log  *slog.Logger
	// holds says that nothing is told before release: the records are part of transactions.
	holds bool
	end   chan struct{}

	mu      sync.Mutex
	queue   []recordCommit
	running bool // since there was something to tell
	closed  bool
	wake    chan struct{}
	done    chan struct{}
}

type recordCommit struct {
	record   connect.SourceRecord
	metadata *connect.RecordMetadata
}

func newRecordCommits(task connect.SourceTask, log *slog.Logger) *recordCommits {
	committer, ok := task.(connect.RecordCommitter)
	if !ok {
		return nil
	}
	return &recordCommits{task: committer, log: log, wake: make(chan struct{}, 1), end: make(chan struct{}), done: make(chan struct{})}
}

// newHeldCommits tells of records on the goroutine that releases them.
func newHeldCommits(task connect.SourceTask, log *slog.Logger) *recordCommits {
	committer, ok := task.(connect.RecordCommitter)
	if !ok {
		return nil
	}
	return &recordCommits{task: committer, log: log, holds: true}
}

// acked enters a record that Kafka has.
func (c *recordCommits) acked(f *flight) {
	if c == nil {
		return
	}
	c.add(recordCommit{*f.source, &connect.RecordMetadata{
		TopicPartition: connect.TopicPartition{Topic: f.record.Topic, Partition: f.record.Partition},
		Offset:         f.record.Offset, Timestamp: f.record.Timestamp}})
}

// dropped enters a record that was left out.
func (c *recordCommits) dropped(record *connect.SourceRecord) {
	if c == nil {
		return
	}
	c.add(recordCommit{*record, nil})
}

func (c *recordCommits) add(commit recordCommit) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.queue = append(c.queue, commit)
	if c.holds {
		return
	}
	if !c.running {
		c.running = true
		go c.run()
	}
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *recordCommits) run() {
	defer close(c.done)
	for {
		select {
		case <-c.wake:
		case <-c.end:
			c.drain(context.Background())
			return
		}
		c.drain(context.Background())
	}
}

// withdraw is told that the transaction of the records that are held was aborted.
func (c *recordCommits) withdraw() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.queue {
		c.queue[i].metadata = nil
	}
}

// release tells of the records that are held.
func (c *recordCommits) release(ctx context.Context) {
	if c != nil {
		c.drain(ctx)
	}
}

func (c *recordCommits) drain(ctx context.Context) {
	c.mu.Lock()
	queue := c.queue
	c.queue = nil
	c.mu.Unlock()
	for i := range queue {
		err := connect.Guard(func() error { return c.task.CommitRecord(ctx, &queue[i].record, queue[i].metadata) })
		if err != nil {
			c.log.Warn("the task could not take note of an acknowledged record", "error", err)
		}
	}
}

// close tells what is left and returns when the task will not be told any more.
func (c *recordCommits) close() {
	if c == nil || c.holds {
		return
	}
	c.mu.Lock()
	c.closed = true
	running := c.running
	c.mu.Unlock()
	if running {
		close(c.end)
		<-c.done
	}
}
