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

func source(t *testing.T, w *world) *stage.Source {
	t.Helper()
	s, err := stage.NewSource(w.cfg)
	require.NoError(t, err)
	return s
}

func orderRecord() *connect.SourceRecord {
	return &connect.SourceRecord{Record: connect.Record{
		Topic: "orders", Key: "k", Value: "v", Timestamp: time.UnixMilli(5),
		Headers: connect.Headers{{Key: "a", Value: "1"}, {Key: "a", Value: nil}},
	}}
}

func TestASourceRecordBecomesAMessage(t *testing.T) {
	s := source(t, newWorld())
	three := int32(3)
	r := orderRecord()
	r.Partition = &three
	out := stage.Message{Headers: []stage.MessageHeader{{Key: "left over"}}}

	kept, err := s.Convert(t.Context(), r, &out)

	require.NoError(t, err)
	require.True(t, kept)
	assert.Equal(t, stage.Message{
		Topic: "orders", Partition: &three, Key: []byte("k"), Value: []byte("v"), Timestamp: time.UnixMilli(5),
		Headers: []stage.MessageHeader{{Key: "a", Value: []byte("1")}, {Key: "a"}},
	}, out)
}

func TestANullKeyAndATombstoneStayNull(t *testing.T) {
	s := source(t, newWorld())
	out := stage.Message{Key: []byte("left"), Value: []byte("over")}
	kept, err := s.Convert(t.Context(), &connect.SourceRecord{Record: connect.Record{Topic: "orders"}}, &out)
	require.NoError(t, err)
	require.True(t, kept)
	assert.Nil(t, out.Key)
	assert.Nil(t, out.Value)
	assert.Empty(t, out.Headers)
}

func TestTimestampsBeforeTheEpoch(t *testing.T) {
	for name, c := range map[string]struct {
		timestamp, want time.Time
		err             string
	}{
		"none stays none":                    {},
		"the epoch is kept":                  {timestamp: time.UnixMilli(0), want: time.UnixMilli(0)},
		"one millisecond before is for none": {timestamp: time.UnixMilli(-1)},
		"earlier ones fail the task":         {timestamp: time.UnixMilli(-2), err: "Invalid record timestamp -2"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld("errors.tolerance", "all")
			s := source(t, w)
			r := orderRecord()
			r.Timestamp = c.timestamp
			var out stage.Message
			kept, err := s.Convert(t.Context(), r, &out)
			if c.err != "" {
				require.EqualError(t, err, c.err)
				require.False(t, kept)
				require.Empty(t, w.failures)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, out.Timestamp)
		})
	}
}

func TestTransformsWorkOnACopyOfTheRecord(t *testing.T) {
	w := newWorld("transforms", "up", "transforms.up.type", "Upper")
	w.change.do = func(r *connect.Record) (*connect.Record, error) {
		r.Topic, r.Value = "changed", "other"
		return r, nil
	}
	s := source(t, w)
	r := orderRecord()
	var out stage.Message
	kept, err := s.Convert(t.Context(), r, &out)
	require.NoError(t, err)
	require.True(t, kept)
	assert.Equal(t, "changed", out.Topic)
	assert.Equal(t, []byte("other"), out.Value)
	assert.Equal(t, orderRecord(), r, "the task is told about the record that it made")
}

func TestATransformMayDropOrReplaceARecord(t *testing.T) {
	w := newWorld("transforms", "up", "transforms.up.type", upperClass)
	s := source(t, w)
	var out stage.Message

	w.change.do = func(*connect.Record) (*connect.Record, error) { return nil, nil }
	kept, err := s.Convert(t.Context(), orderRecord(), &out)
	require.NoError(t, err)
	require.False(t, kept)

	w.change.do = func(*connect.Record) (*connect.Record, error) {
		return &connect.Record{Topic: "new", Value: "made"}, nil
	}
	kept, err = s.Convert(t.Context(), orderRecord(), &out)
	require.NoError(t, err)
	require.True(t, kept)
	assert.Equal(t, "new", out.Topic)
	assert.Zero(t, s.Operator().Counters.Skipped.Load(), "a dropped record is no failure")
}

func TestAPredicateChoosesRecords(t *testing.T) {
	for name, c := range map[string]struct {
		negate, topic string
		applied       bool
	}{
		"a match is transformed":                 {"false", "orders", true},
		"another topic is not":                   {"false", "other", false},
		"a match is left alone where negated":    {" TRUE ", "orders", false},
		"another topic is changed where negated": {"true", "other", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld("transforms", "up", "transforms.up.type", "Upper", "transforms.up.predicate", "p", "transforms.up.negate", c.negate,
				"transforms.up.own", "x", "predicates", "p", "predicates.p.type", "TopicIs", "predicates.p.topic", "orders")
			applied := false
			w.change.do = func(r *connect.Record) (*connect.Record, error) { applied = true; return r, nil }
			s := source(t, w)
			r := orderRecord()
			r.Topic = c.topic
			_, err := s.Convert(t.Context(), r, &stage.Message{})
			require.NoError(t, err)
			assert.Equal(t, c.applied, applied)
			assert.Equal(t, map[string]string{"type": "Upper", "own": "x"}, w.change.props, "predicate and negate are not the transform's")
			require.NoError(t, s.Close())
			assert.Equal(t, []string{"transform", "predicate"}, w.closed)
		})
	}
}

func TestTheFirstFailureEndsTheWayOfARecord(t *testing.T) {
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		arrange func(*world)
		stage   connect.Stage
		class   string
	}{
		"in a transform":         {func(w *world) { w.change.do = func(*connect.Record) (*connect.Record, error) { return nil, boom } }, connect.StageTransformation, upperClass},
		"in the key converter":   {func(w *world) { w.key.fault = times(1, boom) }, connect.StageKeyConverter, stringClass},
		"in the value converter": {func(w *world) { w.value.fault = times(1, boom) }, connect.StageValueConverter, stringClass},
		"in a header":            {func(w *world) { w.header.fault = times(1, boom) }, connect.StageHeaderConverter, stringClass},
	} {
		for _, tolerance := range []string{"none", "all"} {
			t.Run(name+" with tolerance "+tolerance, func(t *testing.T) {
				w := newWorld("errors.tolerance", tolerance, "transforms", "up", "transforms.up.type", upperClass)
				c.arrange(w)
				s := source(t, w)
				r := orderRecord()
				kept, err := s.Convert(t.Context(), r, &stage.Message{})
				require.False(t, kept)
				require.Len(t, w.failures, 1, "reported whether or not it is tolerated")
				f := w.failures[0]
				assert.Equal(t, connect.StageError{Stage: c.stage, Plugin: c.class, Err: boom}, *f.Err)
				assert.Same(t, r, f.Source)
				assert.Nil(t, f.Consumed)
				if tolerance == "all" {
					require.NoError(t, err)
					assert.EqualValues(t, 1, s.Operator().Counters.Skipped.Load())
					return
				}
				require.ErrorIs(t, err, boom)
				assert.Equal(t, connect.BadRecord, connect.Classify(err))
				assert.Regexp(t, "^Tolerance exceeded in error handler: stage "+string(c.stage), err.Error())
				assert.Zero(t, s.Operator().Counters.Skipped.Load())
			})
		}
	}
}

func TestAPanicOfAPluginIsAFailureOfItsStage(t *testing.T) {
	for _, tolerance := range []string{"none", "all"} {
		t.Run("tolerance "+tolerance, func(t *testing.T) {
			w := newWorld("errors.tolerance", tolerance, "errors.retry.timeout", "-1")
			w.value.fault = func() error { panic("kaboom") }
			s := source(t, w)
			kept, err := s.Convert(t.Context(), orderRecord(), &stage.Message{})
			require.False(t, kept)
			require.Len(t, w.failures, 1)
			assert.Equal(t, connect.StageValueConverter, w.failures[0].Err.Stage)
			var p *connect.PanicError
			require.ErrorAs(t, w.failures[0].Err, &p)
			assert.Equal(t, "kaboom", p.Value)
			assert.Contains(t, string(p.Stack), "TestAPanicOfAPluginIsAFailureOfItsStage")
			assert.Equal(t, tolerance == "none", err != nil)
			assert.Empty(t, w.clock.slept, "a panic is not retried")

			w.value.fault = nil
			kept, err = s.Convert(t.Context(), orderRecord(), &stage.Message{})
			require.NoError(t, err)
			require.True(t, kept, "the next record goes its way")
		})
	}
}

func TestAPanicWithATransientErrorIsNotRetried(t *testing.T) {
	w := newWorld("errors.retry.timeout", "-1")
	w.value.fault = func() error { panic(connect.Retriable(errors.New("later"))) }
	_, err := source(t, w).Convert(t.Context(), orderRecord(), &stage.Message{})
	require.Error(t, err)
	assert.Empty(t, w.clock.slept)
}

func TestAPredicateThatFailsIsATransformation(t *testing.T) {
	w := newWorld("transforms", "up", "transforms.up.type", "Upper", "transforms.up.predicate", "p", "predicates.p.type", "TopicIs")
	r := orderRecord()
	r.Topic = "broken"
	_, err := source(t, w).Convert(t.Context(), r, &stage.Message{})
	require.EqualError(t, err, "Tolerance exceeded in error handler: stage TRANSFORMATION with class example.Upper: predicate of transforms.up: no answer for broken")
}
