// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/longshore-io/connect"
)

// Logs keeps what a plugin logs. The zero value is ready; it may be used from any goroutine.
type Logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Logger returns a logger that writes here, in slog's text form, from level Debug on.
func (l *Logs) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write takes one line of the logger; it never fails.
func (l *Logs) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// Text returns everything that was logged.
func (l *Logs) Text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Count returns how many lines have a level, such as slog.LevelWarn.
func (l *Logs) Count(level slog.Level) int {
	return strings.Count(l.Text(), " level="+level.String()+" ")
}

// Offsets is an OffsetReader over offsets in memory. They are kept as the runtime keeps them, as JSON: an integer comes
// back as int64, other numbers as float64. The zero value is empty; it may be used from any goroutine.
type Offsets struct {
	mu     sync.Mutex
	stored map[string][]byte
}

// Store sets the offset of a partition; a nil offset removes it. It returns an error where the runtime would refuse to
// store it.
func (o *Offsets) Store(partition *connect.Partition, offset connect.Offset) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if offset == nil {
		delete(o.stored, keyOf(partition))
		return nil
	}
	// An offset has the same rules as a partition, and the same canonical text.
	checked, err := connect.NewPartition(offset.Fields())
	if err != nil {
		return fmt.Errorf("store an offset of partition %s: %w", keyOf(partition), err)
	}
	if o.stored == nil {
		o.stored = map[string][]byte{}
	}
	o.stored[keyOf(partition)] = []byte(checked.Key())
	return nil
}

// Offset returns the stored offset of a partition, nil where there is none.
func (o *Offsets) Offset(_ context.Context, partition *connect.Partition) (map[string]any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	text, has := o.stored[keyOf(partition)]
	if !has {
		return nil, nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var fields map[string]any
	if err := dec.Decode(&fields); err != nil {
		return nil, fmt.Errorf("read the offset of partition %s: %w", keyOf(partition), err)
	}
	for name, value := range fields {
		if n, ok := value.(json.Number); ok {
			fields[name] = numberOf(n)
		}
	}
	return fields, nil
}

func numberOf(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, _ := n.Float64()
	return f
}

func keyOf(p *connect.Partition) string {
	if p == nil {
		return "null"
	}
	return p.Key()
}

// ConnectorContext stands in for the runtime of a connector. The zero value is ready.
type ConnectorContext struct {
	// Stored is what Offsets reads.
	Stored Offsets
	// Logs is what Logger writes.
	Logs Logs

	mu        sync.Mutex
	requested int
	raised    []error
}

var _ connect.ConnectorContext = (*ConnectorContext)(nil)

// RequestTaskReconfiguration counts the call.
func (c *ConnectorContext) RequestTaskReconfiguration() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requested++
}

// RaiseError keeps the error.
func (c *ConnectorContext) RaiseError(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raised = append(c.raised, err)
}

// Offsets returns Stored.
func (c *ConnectorContext) Offsets() connect.OffsetReader { return &c.Stored }

// Logger writes to Logs.
func (c *ConnectorContext) Logger() *slog.Logger { return c.Logs.Logger() }

// Reconfigurations returns how often the connector has asked for new task configurations.
func (c *ConnectorContext) Reconfigurations() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.requested
}

// Raised returns the errors that the connector has raised.
func (c *ConnectorContext) Raised() []error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]error(nil), c.raised...)
}

// SourceContext stands in for the runtime of a source task. The zero value is ready.
type SourceContext struct {
	// Stored is what Offsets reads.
	Stored Offsets
	// Boundaries is what Transactions returns, for a task that says where its transactions end; nil stands for a task that is not to.
	Boundaries *Boundaries
	// Logs is what Logger writes.
	Logs Logs
}

var _ connect.SourceTaskContext = (*SourceContext)(nil)

// Offsets returns Stored.
func (c *SourceContext) Offsets() connect.OffsetReader { return &c.Stored }

// Transactions returns Boundaries.
func (c *SourceContext) Transactions() connect.TransactionContext {
	if c.Boundaries == nil {
		return nil
	}
	return c.Boundaries
}

// Logger writes to Logs.
func (c *SourceContext) Logger() *slog.Logger { return c.Logs.Logger() }

// Boundaries keeps what a source task asks for of its transactions. The zero value is ready; it may be used from any goroutine.
type Boundaries struct {
	mu      sync.Mutex
	commits []*connect.SourceRecord
	aborts  []*connect.SourceRecord
}

var _ connect.TransactionContext = (*Boundaries)(nil)

// Commit keeps a nil record.
func (b *Boundaries) Commit() { b.CommitAfter(nil) }

// CommitAfter keeps the record.
func (b *Boundaries) CommitAfter(record *connect.SourceRecord) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.commits = append(b.commits, record)
}

// Abort keeps a nil record.
func (b *Boundaries) Abort() { b.AbortAfter(nil) }

// AbortAfter keeps the record.
func (b *Boundaries) AbortAfter(record *connect.SourceRecord) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.aborts = append(b.aborts, record)
}

// Take returns what was asked for since the last Take: the records after which the transaction was to be committed and aborted, in the
// order of the calls; nil is the end of a batch.
func (b *Boundaries) Take() (commits, aborts []*connect.SourceRecord) {
	b.mu.Lock()
	defer b.mu.Unlock()
	commits, aborts = b.commits, b.aborts
	b.commits, b.aborts = nil, nil
	return commits, aborts
}

// SinkContext stands in for the runtime of a sink task. The zero value has no partitions and no dead letter queue. Like the
// task itself it is for one goroutine.
type SinkContext struct {
	// Partitions is what Assignment returns.
	Partitions []connect.TopicPartition
	// Reporter is what Errant returns; nil stands for no dead letter queue.
	Reporter connect.ErrantRecordReporter
	// Steered is what Flow was asked for.
	Steered Flow
	// Logs is what Logger writes.
	Logs Logs
}

var _ connect.SinkTaskContext = (*SinkContext)(nil)

// Assignment returns Partitions.
func (c *SinkContext) Assignment() []connect.TopicPartition { return c.Partitions }

// Flow returns Steered.
func (c *SinkContext) Flow() connect.SinkFlow { return &c.Steered }

// Errant returns Reporter.
func (c *SinkContext) Errant() connect.ErrantRecordReporter { return c.Reporter }

// Logger writes to Logs.
func (c *SinkContext) Logger() *slog.Logger { return c.Logs.Logger() }

// Flow keeps what a sink task asked for. The zero value is ready.
type Flow struct {
	// Rewound has the offset of the last Rewind for each partition.
	Rewound map[connect.TopicPartition]int64
	// Paused has the partitions that are paused.
	Paused map[connect.TopicPartition]bool
	// After is the time of the last Timeout, 0 where there was none.
	After time.Duration
	// Commits counts the calls of RequestCommit.
	Commits int
}

// Rewind keeps the offsets.
func (f *Flow) Rewind(offsets map[connect.TopicPartition]int64) {
	if f.Rewound == nil {
		f.Rewound = map[connect.TopicPartition]int64{}
	}
	for tp, offset := range offsets {
		f.Rewound[tp] = offset
	}
}

// Pause adds to Paused.
func (f *Flow) Pause(partitions ...connect.TopicPartition) {
	if f.Paused == nil {
		f.Paused = map[connect.TopicPartition]bool{}
	}
	for _, tp := range partitions {
		f.Paused[tp] = true
	}
}

// Resume takes from Paused.
func (f *Flow) Resume(partitions ...connect.TopicPartition) {
	for _, tp := range partitions {
		delete(f.Paused, tp)
	}
}

// Timeout sets After.
func (f *Flow) Timeout(d time.Duration) { f.After = d }

// RequestCommit counts.
func (f *Flow) RequestCommit() { f.Commits++ }
