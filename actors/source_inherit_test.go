// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/converters/header"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/clock"
)

// dropper drops records whose value is "drop".
type dropper struct{}

func (dropper) Config() connect.ConfigDef         { return nil }
func (dropper) Configure(map[string]string) error { return nil }
func (dropper) Close() error                      { return nil }
func (dropper) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	if r.Value == "drop" {
		return nil, nil
	}
	return r, nil
}

// A delete and its tombstone are one change, whose offset the tombstone has; a transform may want the delete alone.
func TestADroppedRecordLeavesItsOffsetToTheOneBeforeThatHasNone(t *testing.T) {
	plugins := &connect.Plugins{}
	plugins.AddConverter(stringconverter.Class, stringconverter.New)
	plugins.AddHeaderConverter(header.Class, header.NewHeader)
	plugins.AddTransformation("Dropper", func() connect.Transformation { return dropper{} })
	text := stage.ConverterConfig{Class: stringconverter.Class}
	drops, err := stage.NewSource(stage.Config{Plugins: plugins, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		Props:  map[string]string{"transforms": "d", "transforms.d.type": "Dropper"},
		Worker: stage.Converters{Key: text, Value: text, Header: stage.ConverterConfig{Class: header.Class}}})
	require.NoError(t, err)
	partition, other := connect.MustPartition(map[string]any{"p": 1}), connect.MustPartition(map[string]any{"p": 2})
	record := func(of *connect.Partition, value string, offset connect.Offset) connect.SourceRecord {
		return connect.SourceRecord{SourcePartition: of, SourceOffset: offset, Record: connect.Record{Topic: "t", Value: value, ValueSchema: connect.String}}
	}
	at := func(n int) connect.Offset { return connect.OffsetMap{"n": n} }
	p := &sourcePump{stage: drops, log: slog.New(slog.DiscardHandler)}
	p.slabs.pump, p.slabs.life = p, t.Context()
	records := []connect.SourceRecord{
		record(partition, "drop", at(0)), // there is none before
		record(partition, "delete", nil), record(partition, "drop", at(1)),
		record(partition, "own", at(2)), record(partition, "drop", at(3)),
		record(partition, "delete", nil), record(other, "drop", at(4)),
	}
	kept, err := p.convert(t.Context(), records, p.slabs.take(len(records)))
	require.NoError(t, err)
	require.Equal(t, 3, kept)
	require.Equal(t, []connect.Offset{at(1), at(2), nil}, []connect.Offset{p.positions[0].Offset, p.positions[1].Offset, p.positions[2].Offset})
}
