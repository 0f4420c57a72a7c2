// SPDX-License-Identifier: Apache-2.0

package stage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
)

func sink(t *testing.T, w *world) *stage.Sink {
	t.Helper()
	s, err := stage.NewSink(w.cfg)
	require.NoError(t, err)
	return s
}

func consumed() *stage.Consumed {
	return &stage.Consumed{Topic: "orders", Partition: 2, Offset: 77, Key: []byte("k"), Value: []byte("v"),
		Headers: []stage.MessageHeader{{Key: "h", Value: []byte("1")}}, Timestamp: time.UnixMilli(9), TimestampType: stage.CreateTime}
}

func TestAMessageBecomesASinkRecord(t *testing.T) {
	w := newWorld()
	s := sink(t, w)
	var r connect.SinkRecord

	kept, err := s.Convert(t.Context(), consumed(), &r)

	require.NoError(t, err)
	require.True(t, kept)
	two := int32(2)
	assert.Equal(t, consumed(), r.Raw(), "there is somebody to report to")
	r.KeepRaw(nil)
	assert.Equal(t, connect.NewSinkRecord(connect.Record{
		Topic: "orders", Partition: &two, KeySchema: connect.String, Key: "k", ValueSchema: connect.String, Value: "v", Timestamp: time.UnixMilli(9),
		Headers: connect.Headers{{Key: "h", Schema: connect.String, Value: "1"}},
	}, connect.TopicPartition{Topic: "orders", Partition: 2}, 77), r)
	assert.Equal(t, []connect.Headers{{{Key: "h", Schema: connect.OptionalBytes, Value: []byte("1")}}}, w.key.seen, "the key's converter sees raw headers")
}

func TestTheOriginalPlaceIsKeptWhateverTransformsDo(t *testing.T) {
	for name, do := range map[string]func(*connect.Record) (*connect.Record, error){
		"changed in place": func(r *connect.Record) (*connect.Record, error) { r.Topic, r.Partition = "other", nil; return r, nil },
		"a new record":     func(*connect.Record) (*connect.Record, error) { return &connect.Record{Topic: "other"}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld("transforms", "up", "transforms.up.type", "Upper")
			w.change.do = do
			var r connect.SinkRecord
			kept, err := sink(t, w).Convert(t.Context(), consumed(), &r)
			require.NoError(t, err)
			require.True(t, kept)
			assert.Equal(t, "other", r.Topic)
			assert.Nil(t, r.Partition)
			assert.Equal(t, connect.TopicPartition{Topic: "orders", Partition: 2}, r.Original)
			assert.EqualValues(t, 77, r.Offset)
			offset, known := r.KafkaOffset()
			assert.True(t, known)
			assert.EqualValues(t, 77, offset)
		})
	}
}

func TestASinkConvertsBeforeItTransforms(t *testing.T) {
	w := newWorld("transforms", "up", "transforms.up.type", "Upper")
	w.change.do = func(r *connect.Record) (*connect.Record, error) {
		offset, _ := r.KafkaOffset()
		require.EqualValues(t, 77, offset)
		require.Equal(t, "v", r.Value)
		require.Equal(t, "1", r.Headers[0].Value)
		return nil, nil
	}
	var r connect.SinkRecord
	kept, err := sink(t, w).Convert(t.Context(), consumed(), &r)
	require.NoError(t, err)
	require.False(t, kept)
}

func TestAFailedMessageIsReportedWithItsOrigin(t *testing.T) {
	w := newWorld("errors.tolerance", "all")
	w.header.fault = times(1, errors.New("boom"))
	s := sink(t, w)
	msg := consumed()
	var r connect.SinkRecord
	kept, err := s.Convert(t.Context(), msg, &r)
	require.NoError(t, err)
	require.False(t, kept)
	require.Len(t, w.failures, 1)
	assert.Same(t, msg, w.failures[0].Consumed)
	assert.Equal(t, connect.StageHeaderConverter, w.failures[0].Err.Stage)
}

func TestRecordsDoNotShareWhatTheTaskMayKeep(t *testing.T) {
	s := sink(t, newWorld())
	var a, b connect.SinkRecord
	other := consumed()
	other.Partition, other.Headers[0].Value = 5, []byte("2")
	for msg, r := range map[*stage.Consumed]*connect.SinkRecord{consumed(): &a, other: &b} {
		_, err := s.Convert(t.Context(), msg, r)
		require.NoError(t, err)
	}
	assert.Equal(t, "1", a.Headers[0].Value)
	assert.Equal(t, "2", b.Headers[0].Value)
	assert.EqualValues(t, 2, *a.Partition)
	assert.EqualValues(t, 5, *b.Partition)
}

func TestPartitionNumbersBeyondTheCache(t *testing.T) {
	s := sink(t, newWorld())
	for _, p := range []int32{-1, 0, 1 << 16, 1<<31 - 1} {
		msg := consumed()
		msg.Partition = p
		var r connect.SinkRecord
		_, err := s.Convert(t.Context(), msg, &r)
		require.NoError(t, err)
		assert.Equal(t, p, *r.Partition)
	}
}
