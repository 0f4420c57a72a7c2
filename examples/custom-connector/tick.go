// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"maps"
	"time"

	connect "github.com/longshore-io/connect"
)

const tickClass = "org.example.TickSource"

// tickDef is the connector's configuration: it is checked, defaulted and described by the worker.
var tickDef = connect.ConfigDef{
	{Name: "topic", Type: connect.StringType, Required: true, Validator: connect.NonEmpty(), Importance: connect.High, Doc: "Topic of the ticks."},
	{Name: "interval.ms", Type: connect.LongType, Default: int64(1000), Validator: connect.AtLeast(1), Importance: connect.Medium, Doc: "Time between two ticks, in milliseconds."},
}

// tickSource plans one task: there is only one clock.
type tickSource struct{ props map[string]string }

func newTickSource() connect.SourceConnector { return &tickSource{} }

// Version is shown in status and in lists of plugins.
func (*tickSource) Version() string { return "1.0.0" }

// Config is what the worker checks configurations by.
func (*tickSource) Config() connect.ConfigDef { return tickDef }

// Start keeps the configuration, which has been checked.
func (s *tickSource) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	s.props = props
	return nil
}

// TaskConfigs gives the one task what the connector was given: a copy, as the worker adds to it.
func (s *tickSource) TaskConfigs(context.Context, int) ([]map[string]string, error) {
	return []map[string]string{maps.Clone(s.props)}, nil
}

// Stop has nothing to close.
func (*tickSource) Stop(context.Context) error { return nil }

// NewTask makes a task that counts from where the last one stopped.
func (*tickSource) NewTask() connect.SourceTask { return &tickTask{} }

// clockPartition is the one thing that offsets are kept for.
var clockPartition = connect.MustPartition(map[string]any{"clock": "wall"})

// tickTask makes a record with the next number each time its ticker ticks.
type tickTask struct {
	topic  string
	next   int64
	ticker *time.Ticker
}

// Start goes on after the last number that was stored.
func (t *tickTask) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	values, errs := tickDef.Parse(props)
	if len(errs) > 0 {
		return errs[0]
	}
	stored, err := tc.Offsets().Offset(ctx, clockPartition)
	if err != nil {
		return fmt.Errorf("read the last tick: %w", err)
	}
	if last, has := stored["tick"].(int64); has {
		t.next = last + 1
	}
	t.topic = values.String("topic")
	t.ticker = time.NewTicker(time.Duration(values.Long("interval.ms")) * time.Millisecond)
	return nil
}

// Poll waits for the next tick. It returns as soon as it is told to: a pause or a stop then takes no time.
func (t *tickTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	select {
	case <-ctx.Done():
		return nil, nil
	case now := <-t.ticker.C:
		record := connect.SourceRecord{
			Record:          connect.Record{Topic: t.topic, ValueSchema: connect.String, Value: fmt.Sprintf("tick %d", t.next), Timestamp: now},
			SourcePartition: clockPartition,
			SourceOffset:    connect.OffsetMap{"tick": t.next},
		}
		t.next++
		return []connect.SourceRecord{record}, nil
	}
}

// Stop is called after every Start, also one that failed.
func (t *tickTask) Stop(context.Context) error {
	if t.ticker != nil {
		t.ticker.Stop()
	}
	return nil
}
