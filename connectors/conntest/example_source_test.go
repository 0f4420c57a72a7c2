// SPDX-License-Identifier: Apache-2.0

package conntest_test

import (
	"context"
	"maps"
	"sync"
	"testing"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

// counter is where the example's source reads: numbers up to a limit.
type counter struct {
	mu    sync.Mutex
	limit int64
	more  chan struct{}
}

func newCounter() *counter { return &counter{more: make(chan struct{}, 1)} }

func (c *counter) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit += int64(n)
	select {
	case c.more <- struct{}{}:
	default:
	}
}

func (c *counter) until() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.limit
}

// counting is a source connector with one task.
type counting struct {
	from  *counter
	props map[string]string
}

func (*counting) Version() string { return "1.0.0" }

func (*counting) Config() connect.ConfigDef {
	return connect.ConfigDef{
		{Name: "topic", Type: connect.StringType, Required: true, Validator: connect.NonEmpty(), Importance: connect.High, Doc: "The topic."},
		{Name: "batch.size", Type: connect.IntType, Default: 10, Validator: connect.AtLeast(1), Importance: connect.Low, Doc: "Records of a batch."},
	}
}

func (c *counting) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	c.props = props
	return nil
}

func (c *counting) TaskConfigs(context.Context, int) ([]map[string]string, error) {
	return []map[string]string{maps.Clone(c.props)}, nil
}

func (*counting) Stop(context.Context) error { return nil }

func (c *counting) NewTask() connect.SourceTask { return &countingTask{from: c.from} }

type countingTask struct {
	from  *counter
	topic string
	batch int64
	next  int64
}

func (t *countingTask) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	values, errs := (&counting{}).Config().Parse(props)
	if len(errs) > 0 {
		return errs[0]
	}
	t.topic, t.batch = values.String("topic"), int64(values.Int("batch.size"))
	stored, err := tc.Offsets().Offset(ctx, nil)
	if err != nil || stored == nil {
		return err
	}
	t.next = stored["next"].(int64)
	return nil
}

func (t *countingTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	var records []connect.SourceRecord
	for end := min(t.from.until(), t.next+t.batch); t.next < end; t.next++ {
		records = append(records, connect.SourceRecord{
			Record:       connect.Record{Topic: t.topic, ValueSchema: connect.Int64, Value: t.next},
			SourceOffset: connect.OffsetMap{"next": t.next + 1},
		})
	}
	if len(records) == 0 {
		select {
		case <-t.from.more:
		case <-ctx.Done():
		}
	}
	return records, nil
}

func (*countingTask) Stop(context.Context) error { return nil }

// testCounting is the whole test of the connector. Each Prepare makes a source of its own, and New connectors for the last one.
func testCounting(t *testing.T) {
	var source *counter
	conntest.Source(t, conntest.SourceCase{
		New: func() connect.SourceConnector { return &counting{from: source} },
		Prepare: func(*testing.T) conntest.SourceSetup {
			source = newCounter()
			return conntest.SourceSetup{Props: map[string]string{"topic": "numbers"}, Feed: source.add}
		},
		Bad: map[string]string{"topic": "", "batch.size": "0"},
	})
}

func ExampleSource() {
	var t *testing.T // of func TestContract(t *testing.T)
	testCounting(t)
}
