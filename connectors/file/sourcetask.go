// SPDX-License-Identifier: Apache-2.0

package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/longshore-io/connect"
)

const (
	// shortWait is how soon a file is looked at again that has just had something new. Each look that finds nothing doubles it up to
	// longWait: a thousand files that rest are not looked at ten thousand times a second.
	shortWait = 100 * time.Millisecond
	// longWait is how long a Poll without anything new takes, how soon a file that rests is looked at again, as Kafka's does, and how
	// soon a missing one is looked for.
	longWait = time.Second
	// pollBytes bounds what one Poll reads.
	pollBytes = 8 << 20
	// positionsAtOnce is how many offsets are allocated at once, and so how many one that is kept keeps.
	positionsAtOnce = 512
)

// position is the source offset: bytes of the file up to the end of the record's line. Offsets are pointers into one
// slice for many, so that a record costs no allocation for it.
type position int64

// Fields returns Kafka's form of the offset.
func (p *position) Fields() map[string]any { return map[string]any{positionField: int64(*p)} }

// noPosition is the source offset of standard input.
type noPosition struct{}

// Fields returns a position that is null.
func (noPosition) Fields() map[string]any { return map[string]any{positionField: nil} }

type sourceTask struct {
	now   func() time.Time
	open  func(path string) (*os.File, error)
	stdin *lateReader

	log       *slog.Logger
	offsets   connect.OffsetReader
	path      string
	topic     string
	batch     int
	partition *connect.Partition

	in    input
	lines *lines
	// rest is how long the next look waits that finds nothing.
	rest time.Duration
	// missing says that the warning was given.
	missing bool
	// records is what the last Poll returned; it is used again.
	records []connect.SourceRecord
	// positions are the offsets of records; they are never used again, as an offset may be kept.
	positions []position
	boxes     boxes
}

func newSourceTask() *sourceTask {
	return &sourceTask{now: time.Now, open: openForReading, stdin: stdin, rest: shortWait}
}

func (t *sourceTask) Start(_ context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	values, errs := sourceConfig.Parse(props)
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	t.log, t.offsets = tc.Logger(), tc.Offsets()
	t.path, t.topic = values.String(fileKey), values.String(topicKey)
	// Kafka's task returns after a line where batch.size is less than one.
	t.batch = max(1, values.Int(batchSizeKey))
	partition, err := connect.NewPartition(map[string]any{filenameField: values[fileKey]})
	if err != nil {
		return err
	}
	t.partition = partition
	if t.path == "" {
		const name = "standard input"
		t.in, t.lines = &stream{late: t.stdin, name: name}, newLines(name, 0)
	}
	return nil
}

// Poll opens the file when it is there, so that a task of a missing file starts.
func (t *sourceTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if t.in == nil {
		if opened, err := t.openFile(ctx); err != nil || !opened {
			return nil, err
		}
	}
	t.records = t.records[:0]
	for left := longWait; left > 0 && ctx.Err() == nil; {
		wait := min(t.rest, left)
		err := t.collect(ctx, wait)
		if len(t.records) > 0 {
			// The error, if any, comes again when these are delivered.
			t.rest = shortWait
			return t.records, nil
		}
		if err != nil {
			return nil, err
		}
		left -= wait
		t.rest = min(2*t.rest, longWait)
	}
	return nil, nil
}

func (t *sourceTask) Stop(context.Context) error {
	if t.in == nil {
		return nil
	}
	if err := t.in.close(); err != nil {
		return fmt.Errorf("close file %s: %w", t.path, err)
	}
	return nil
}

// openFile returns false where there is no file yet, or the time to stop has come.
func (t *sourceTask) openFile(ctx context.Context) (bool, error) {
	stored, err := t.offsets.Offset(ctx, t.partition)
	if err != nil {
		return false, fmt.Errorf("read the stored offset of file %s: %w", t.path, err)
	}
	from, err := positionOf(stored)
	if err != nil {
		return false, fmt.Errorf("resume file %s: %w", t.path, err)
	}
	in, err := openInput(t.open, t.path, from)
	if errors.Is(err, fs.ErrNotExist) {
		t.warnMissing()
		_ = connect.Sleep(ctx, longWait) // an end of ctx shows in the next look
		return false, nil
	}
	if err != nil {
		return false, err
	}
	t.in, t.lines = in, newLines("file "+t.path, from)
	t.log.Info("reading file", "file", t.path, "position", from)
	return true, nil
}

func (t *sourceTask) warnMissing() {
	if !t.missing {
		t.log.Warn("file not found, waiting for it to be created", "file", t.path)
	}
	t.missing = true
}

func positionOf(stored map[string]any) (int64, error) {
	value := stored[positionField]
	if value == nil {
		return 0, nil
	}
	from, whole := wholeNumber(value)
	if !whole || from < 0 {
		return 0, fmt.Errorf("the stored position %v is not a number of bytes: reset the connector's offsets", value)
	}
	return from, nil
}

// collect adds lines to the records until the batch is full or nothing more is there. It waits where it has found none.
func (t *sourceTask) collect(ctx context.Context, wait time.Duration) error {
	read := func(p []byte) (int, error) {
		if len(t.records) > 0 {
			return t.in.read(ctx, p, 0)
		}
		return t.in.read(ctx, p, wait)
	}
	for budget, stamp := pollBytes, t.now(); len(t.records) < t.batch; {
		if line, complete := t.lines.next(); complete {
			t.add(line, stamp)
			continue
		}
		if budget <= 0 {
			return nil
		}
		t.boxes.renew()
		n, err := t.lines.fill(read)
		if err != nil {
			return err
		}
		if n == 0 {
			return t.in.check(t.lines.end())
		}
		budget -= n
		stamp = t.now()
	}
	return nil
}

// add appends a record. Every field is written: the caller may have changed what is used again.
func (t *sourceTask) add(line string, stamp time.Time) {
	n := len(t.records)
	t.records = slices.Grow(t.records, 1)[:n+1]
	r := &t.records[n]
	r.Topic, r.Partition, r.Timestamp, r.Headers = t.topic, nil, stamp, nil
	r.KeySchema, r.Key, r.ValueSchema, r.Value = nil, nil, connect.String, t.boxes.of(line)
	r.SourcePartition, r.SourceOffset = t.partition, t.offset()
}

func (t *sourceTask) offset() connect.Offset {
	if t.path == "" {
		return noPosition{}
	}
	if len(t.positions) == cap(t.positions) {
		t.positions = make([]position, 0, positionsAtOnce)
	}
	t.positions = append(t.positions, position(t.lines.position))
	return &t.positions[len(t.positions)-1]
}
