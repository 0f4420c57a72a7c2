// SPDX-License-Identifier: Apache-2.0

package stage_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
)

// free is a converter that allocates nothing, so that what is measured is ours.
type free struct{ plain }

var freeBytes = []byte("value")

func (*free) FromConnectData(context.Context, string, connect.Headers, *connect.Schema, any) ([]byte, error) {
	return freeBytes, nil
}

func (*free) ToConnectData(context.Context, string, connect.Headers, []byte) (connect.SchemaAndValue, error) {
	return connect.SchemaAndValue{Schema: connect.String, Value: "value"}, nil
}

func freeWorld(props ...string) *world {
	w := newWorld(append(props, "key.converter", "Free", "value.converter", "Free")...)
	w.cfg.Plugins.AddConverter("example.Free", func() connect.Converter { return &free{} })
	return w
}

var noop = []string{"transforms", "up", "transforms.up.type", "Upper", "transforms.up.predicate", "p", "predicates.p.type", "TopicIs", "predicates.p.topic", "orders"}

func plainRecord() *connect.SourceRecord {
	return &connect.SourceRecord{Record: connect.Record{Topic: "orders", Value: "v", Timestamp: time.UnixMilli(5)}}
}

func TestARecordThatDoesNotFailAllocatesNothing(t *testing.T) {
	for name, props := range map[string][]string{"plain": nil, "with a transform and its predicate": noop, "with retries": {"errors.retry.timeout", "-1", "errors.tolerance", "all"}} {
		t.Run(name, func(t *testing.T) {
			s := source(t, freeWorld(props...))
			rec, out, ctx := plainRecord(), &stage.Message{}, t.Context()
			require.Zero(t, testing.AllocsPerRun(100, func() {
				if kept, err := s.Convert(ctx, rec, out); err != nil || !kept {
					t.Fatal(kept, err)
				}
			}))
			unheard := freeWorld(props...)
			unheard.cfg.Reporters = nil // a record that may be reported keeps its message
			k := sink(t, unheard)
			msg, record := consumed(), &connect.SinkRecord{}
			msg.Headers = nil
			require.Zero(t, testing.AllocsPerRun(100, func() {
				if kept, err := k.Convert(ctx, msg, record); err != nil || !kept {
					t.Fatal(kept, err)
				}
			}))
		})
	}
}

// BenchmarkSource converts one record per operation.
func BenchmarkSource(b *testing.B) {
	for name, w := range map[string]*world{"string converters": newWorld(), "free converters": freeWorld(), "a transform that does nothing": freeWorld(noop[:4]...), "and its predicate": freeWorld(noop...)} {
		b.Run(name, func(b *testing.B) {
			s, err := stage.NewSource(w.cfg)
			require.NoError(b, err)
			rec, out, ctx := plainRecord(), &stage.Message{}, context.Background()
			b.ReportAllocs()
			for b.Loop() {
				if kept, err := s.Convert(ctx, rec, out); err != nil || !kept {
					b.Fatal(kept, err)
				}
			}
		})
	}
}

// BenchmarkSink converts one message per operation.
func BenchmarkSink(b *testing.B) {
	s, err := stage.NewSink(freeWorld().cfg)
	require.NoError(b, err)
	msg, record, ctx := consumed(), &connect.SinkRecord{}, context.Background()
	msg.Headers = nil
	b.ReportAllocs()
	for b.Loop() {
		if kept, err := s.Convert(ctx, msg, record); err != nil || !kept {
			b.Fatal(kept, err)
		}
	}
}
