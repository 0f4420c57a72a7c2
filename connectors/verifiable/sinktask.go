// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/longshore-io/connect"
)

type sinkTask struct {
	stdout io.Writer
	now    func() time.Time

	// head is what each line begins with, sinkTask the piece that says which task prints.
	head, sinkTask string
	values         values
	printer        printer
	// unflushed are the lines that are to be printed again, by the partition that they were consumed from.
	unflushed map[connect.TopicPartition][]taken
}

// taken is a line without its time.
type taken struct{ before, after string }

var (
	_ connect.PreCommitter      = (*sinkTask)(nil)
	_ connect.PartitionListener = (*sinkTask)(nil)
)

func newSinkTask() *sinkTask { return &sinkTask{stdout: os.Stdout, now: time.Now} }

func (t *sinkTask) Start(_ context.Context, _ connect.SinkTaskContext, props map[string]string) error {
	read := settings{task: "VerifiableSinkTask", props: props}
	id := read.number(idKey, 32)
	if read.err != nil {
		return read.err
	}
	t.head, t.sinkTask = `{"name":`+quoted(props[nameKey])+`,"task":`, `,"sinkTask":`+whole(id)+`,"topic":`
	t.printer.out, t.unflushed = t.stdout, map[connect.TopicPartition][]taken{}
	var err error
	t.values, err = newValues()
	return err
}

func (t *sinkTask) Put(ctx context.Context, records []connect.SinkRecord) error {
	now := whole(t.now().UnixMilli())
	for i := range records {
		line := t.line(ctx, &records[i])
		if err := t.printer.add(line.before, now, line.after, "}"); err != nil {
			return err
		}
		t.unflushed[records[i].Original] = append(t.unflushed[records[i].Original], line)
	}
	return t.printer.print()
}

// line has the task of the source that made the record as task: it is the record's key.
func (t *sinkTask) line(ctx context.Context, r *connect.SinkRecord) taken {
	return taken{
		before: t.head + t.values.text(ctx, r.Topic, r.KeySchema, r.Key) + t.sinkTask + quoted(r.Topic) + `,"time_ms":`,
		after:  `,"seqno":` + t.values.text(ctx, r.Topic, r.ValueSchema, r.Value) + `,"offset":` + whole(r.Offset),
	}
}

// PreCommit prints again what was put of the partitions whose offsets are to be committed.
func (t *sinkTask) PreCommit(_ context.Context, current map[connect.TopicPartition]int64) (map[connect.TopicPartition]int64, error) {
	now := whole(t.now().UnixMilli())
	for partition := range current {
		for _, line := range t.unflushed[partition] {
			if err := t.printer.add(line.before, now, line.after, `,"flushed":true}`); err != nil {
				return nil, err
			}
		}
	}
	if err := t.printer.print(); err != nil {
		return nil, err
	}
	for partition := range current {
		delete(t.unflushed, partition)
	}
	return current, nil
}

func (*sinkTask) Open(context.Context, []connect.TopicPartition) error { return nil }

// Close forgets what was not flushed: whoever has the partition next is given it again.
func (t *sinkTask) Close(_ context.Context, partitions []connect.TopicPartition) error {
	for _, partition := range partitions {
		delete(t.unflushed, partition)
	}
	return nil
}

func (*sinkTask) Stop(context.Context) error { return nil }
