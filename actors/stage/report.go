// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/longshore-io/connect"
)

// Failure is a record that could not be handled.
type Failure struct {
	// Err says in which stage and plugin, and why.
	Err *connect.StageError
	// Source is the record of a source task as the task made it; nil elsewhere.
	Source *connect.SourceRecord
	// Consumed is the message of a sink task; nil elsewhere, and where it is no longer known.
	Consumed *Consumed
	// Record is the record of a source task as the transforms before the stage have left it; nil elsewhere.
	Record *connect.Record
	// Message is what became of Record: headers, key and value are set in this order by their converters. It is nil elsewhere.
	Message *Message
}

// Reporter is told of failures, tolerated or not. What it is given must not be kept.
type Reporter interface {
	// Report returns an error where it could not do its work; the record's fate does not change by it.
	Report(ctx context.Context, f Failure) error
}

// Settler is a reporter that does its work in the background.
type Settler interface {
	Reporter
	// Settle waits until everything that was reported is where it belongs, which it is not for sure where there is an error. It is called before a
	// task fails of what was reported.
	Settle(ctx context.Context) error
}

// logReporter writes failures as errors.log.enable wants.
type logReporter struct {
	task     connect.TaskID
	log      *slog.Logger
	messages bool
	logged   *atomic.Int64
}

// Report writes Kafka Connect's line; topic, offset and record only with errors.log.include.messages, as a record may
// hold what must not be logged.
func (l *logReporter) Report(ctx context.Context, f Failure) error {
	l.logged.Add(1)
	l.log.ErrorContext(ctx, l.text(f), "error", f.Err.Err) //nolint:sloglint // the message is Kafka Connect's, with the record in it
	return nil
}

func (l *logReporter) text(f Failure) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Error encountered in task %s-%d. Executing stage '%s' with class '%s'", l.task.Connector, l.task.Task, f.Err.Stage, f.Err.Plugin)
	switch {
	case l.messages && f.Source != nil:
		fmt.Fprintf(&b, ", where source record is = %s", describeSource(f.Source))
	case l.messages && f.Consumed != nil:
		fmt.Fprintf(&b, ", where consumed record is {%s}", describeConsumed(f.Consumed))
	}
	b.WriteByte('.')
	return b.String()
}

func describeConsumed(m *Consumed) string {
	text := fmt.Sprintf("topic='%s', partition=%d, offset=%d", m.Topic, m.Partition, m.Offset)
	if m.TimestampType != NoTimestampType {
		text += fmt.Sprintf(", timestamp=%d, timestampType=%s", m.Timestamp.UnixMilli(), m.TimestampType)
	}
	return text
}
