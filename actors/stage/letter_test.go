// SPDX-License-Identifier: Apache-2.0

package stage_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
)

var orders = connect.TaskID{Connector: "orders", Task: 3}

func letterOf(t *testing.T, w *world, headers bool) stage.Message {
	t.Helper()
	require.Len(t, w.failures, 1)
	letters := stage.Letters{Topic: "dead", Context: headers, Task: orders}
	m, ok := letters.Of(t.Context(), w.failures[0])
	require.True(t, ok)
	return m
}

// names of headers, with their values.
func namesOf(headers []stage.MessageHeader) (names []string, values map[string]string) {
	values = map[string]string{}
	for _, h := range headers {
		names = append(names, h.Key)
		values[h.Key] = string(h.Value)
	}
	return names, values
}

func TestALetterOfAConsumedMessageIsTheMessageItself(t *testing.T) {
	w := newWorld("errors.tolerance", "all")
	w.value.fault = times(1, &connect.DataError{Reason: "not good: ", Err: errors.New("because")})
	msg := consumed()
	convert(t, w, msg)
	m := letterOf(t, w, false)
	assert.Equal(t, stage.Message{Topic: "dead", Key: msg.Key, Value: msg.Value, Headers: msg.Headers, Timestamp: msg.Timestamp}, m)
}

func TestALetterSaysWhereAndWhyInKafkasHeaders(t *testing.T) {
	w := newWorld("errors.tolerance", "all")
	w.value.fault = times(1, &connect.DataError{Reason: "not good: ", Err: errors.New("because")})
	convert(t, w, consumed())
	names, values := namesOf(letterOf(t, w, true).Headers)
	assert.Equal(t, []string{"h", "__connect.errors.topic", "__connect.errors.partition", "__connect.errors.offset", "__connect.errors.connector.name",
		"__connect.errors.task.id", "__connect.errors.stage", "__connect.errors.class.name", "__connect.errors.exception.class.name",
		"__connect.errors.exception.message", "__connect.errors.exception.stacktrace"}, names)
	trace := values["__connect.errors.exception.stacktrace"]
	assert.True(t, strings.HasPrefix(trace, "org.apache.kafka.connect.errors.DataException: not good: \n\tat "), trace)
	delete(values, "__connect.errors.exception.stacktrace")
	assert.Equal(t, map[string]string{"h": "1", "__connect.errors.topic": "orders", "__connect.errors.partition": "2", "__connect.errors.offset": "77",
		"__connect.errors.connector.name": "orders", "__connect.errors.task.id": "3", "__connect.errors.stage": "VALUE_CONVERTER",
		"__connect.errors.class.name":           "example.StringConverter",
		"__connect.errors.exception.class.name": "org.apache.kafka.connect.errors.DataException", "__connect.errors.exception.message": "not good: "}, values)
}

func TestAnErrorWithoutTextHasANullMessage(t *testing.T) {
	w := newWorld("errors.tolerance", "all")
	w.value.fault = times(1, errors.New(""))
	convert(t, w, consumed())
	for _, h := range letterOf(t, w, true).Headers {
		if h.Key == "__connect.errors.exception.message" {
			assert.Nil(t, h.Value)
		}
	}
}

func convert(t *testing.T, w *world, msg *stage.Consumed) {
	t.Helper()
	kept, err := sink(t, w).Convert(t.Context(), msg, &connect.SinkRecord{})
	require.NoError(t, err)
	require.False(t, kept)
}

func TestALetterOfASourceHasWhatIsThereOfTheRecord(t *testing.T) {
	const value = `{"schema":{"type":"string","optional":false},"payload":"v"}`
	const key = `{"schema":{"type":"string","optional":false},"payload":"k"}`
	for name, c := range map[string]struct {
		failing              func(*world)
		key, value, h, topic string
	}{
		"a transform has failed: all as the task made it": {func(w *world) {
			w.change.do = func(r *connect.Record) (*connect.Record, error) { r.Topic = "changed"; return nil, errors.New("no") }
		}, key, value, `{"schema":{"type":"int64","optional":false},"payload":1}`, "orders"},
		"the value's converter has failed: key and headers are converted": {func(w *world) { w.value.fault = times(1, errors.New("no")) }, "k", value, "1", "orders"},
		"the key's converter has failed: headers are converted":           {func(w *world) { w.key.fault = times(1, errors.New("no")) }, key, value, "1", "orders"},
		"the header's converter has failed":                               {func(w *world) { w.header.fault = times(1, errors.New("no")) }, key, value, `{"schema":{"type":"int64","optional":false},"payload":1}`, "orders"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld("errors.tolerance", "all", "transforms", "up", "transforms.up.type", "Upper")
			c.failing(w)
			r := orderRecord()
			r.KeySchema, r.ValueSchema = connect.String, connect.String
			r.Headers = connect.Headers{{Key: "h", Schema: connect.Int64, Value: int64(1)}}
			r.SourcePartition, r.SourceOffset = connect.MustPartition(map[string]any{"file": "a"}), connect.OffsetMap{"position": int64(4), "line": int64(2)}
			w.header.text = "1"
			kept, err := source(t, w).Convert(t.Context(), r, &stage.Message{})
			require.NoError(t, err)
			require.False(t, kept)

			m := letterOf(t, w, true)
			assert.Equal(t, "dead", m.Topic)
			assert.Nil(t, m.Partition)
			assert.Equal(t, time.UnixMilli(5), m.Timestamp)
			assert.Equal(t, c.key, string(m.Key))
			assert.Equal(t, c.value, string(m.Value))
			names, values := namesOf(m.Headers)
			assert.Equal(t, []string{"h", "__connect.errors.topic", "__connect.errors.source.partition", "__connect.errors.source.offset"}, names[:4])
			assert.Equal(t, c.h, values["h"])
			assert.Equal(t, c.topic, values["__connect.errors.topic"])
			assert.JSONEq(t, `{"file":"a"}`, values["__connect.errors.source.partition"])
			assert.Equal(t, `{"line":2,"position":4}`, values["__connect.errors.source.offset"])
		})
	}
}

func TestAValueThatHasNoFormIsWrittenAsWellAsCanBe(t *testing.T) {
	letters := stage.Letters{Topic: "dead", Task: orders}
	failure := func(r connect.Record) stage.Failure {
		return stage.Failure{Err: &connect.StageError{Stage: connect.StageTransformation, Err: errors.New("x")}, Source: &connect.SourceRecord{Record: r}}
	}
	m, ok := letters.Of(t.Context(), failure(connect.Record{ValueSchema: connect.Int64, Value: "text"}))
	require.True(t, ok)
	assert.Equal(t, `{"schema":null,"payload":"text"}`, string(m.Value), "the schema is not its own")
	assert.Nil(t, m.Key)
	m, ok = letters.Of(t.Context(), failure(connect.Record{Value: complex(1, 2), Timestamp: time.UnixMilli(-7)}))
	require.True(t, ok)
	assert.Equal(t, `{"schema":{"type":"string","optional":false},"payload":"(1+2i)"}`, string(m.Value))
	assert.Zero(t, m.Timestamp, "Kafka would refuse it")
	_, ok = letters.Of(t.Context(), stage.Failure{Err: &connect.StageError{}})
	assert.False(t, ok, "nothing is known of the record")
}

func TestAMessageThatKafkaRefusedIsKeptAsItWas(t *testing.T) {
	letters := stage.Letters{Topic: "dead", Task: orders}
	m, _ := letters.Of(t.Context(), stage.Failure{Err: &connect.StageError{Stage: connect.StageProduce, Err: errors.New("x")}, Source: orderRecord(), Record: &connect.Record{},
		Message: &stage.Message{Topic: "t", Key: []byte{}, Value: []byte{0}, Headers: []stage.MessageHeader{{Key: "n"}}}})
	assert.Equal(t, stage.Message{Topic: "dead", Key: []byte{}, Value: []byte{0}, Headers: []stage.MessageHeader{{Key: "n"}}}, m)
}

func TestARecordKnowsTheMessageThatItWasMadeFrom(t *testing.T) {
	w := newWorld("transforms", "up", "transforms.up.type", "Upper")
	w.change.do = func(*connect.Record) (*connect.Record, error) { return &connect.Record{Topic: "other"}, nil }
	s, msg := sink(t, w), consumed()
	var first, second connect.SinkRecord
	for _, r := range []*connect.SinkRecord{&first, &second} {
		_, err := s.Convert(t.Context(), msg, r)
		require.NoError(t, err)
		msg.Headers, msg.Offset = append(msg.Headers[:0], stage.MessageHeader{Key: "second"}), 78 // as the pump fills it anew
	}
	first.Value = "the task has changed it"
	raw, err := s.Raw(t.Context(), &first)
	require.NoError(t, err)
	assert.Equal(t, consumed(), raw)
}

func TestARecordOfTheTasksOwnIsWrittenByItsConverters(t *testing.T) {
	w := newWorld()
	s, partition := sink(t, w), int32(4)
	own := connect.SinkRecord{Record: connect.Record{Topic: "t", Partition: &partition, Key: "k", Value: "v", Headers: connect.Headers{{Key: "h", Value: "1"}}}, Offset: 9}
	raw, err := s.Raw(t.Context(), &own)
	require.NoError(t, err)
	assert.Equal(t, &stage.Consumed{Topic: "t", Partition: 4, Offset: 9, Key: []byte("k"), Value: []byte("v"),
		Headers: []stage.MessageHeader{{Key: "h", Value: []byte("1")}}, TimestampType: stage.NoTimestampType}, raw)
	for _, p := range []*plain{&w.key, &w.value, &w.header.plain} {
		p.fault = times(1, errors.New("no"))
		_, err = s.Raw(t.Context(), &own)
		require.EqualError(t, err, "no")
	}
}

func TestATasksOwnRecordIsWrittenByConvertersOfItsOwn(t *testing.T) {
	w := newWorld()
	var made []*plain
	plugins := &connect.Plugins{}
	plugins.AddConverter(stringClass, func() connect.Converter { made = append(made, &plain{}); return made[len(made)-1] })
	plugins.AddHeaderConverter(stringClass, func() connect.HeaderConverter { return &plainHeaders{} })
	w.cfg.Plugins, made = plugins, nil // registration makes one to look at
	s := sink(t, w)
	require.Len(t, made, 2)
	for _, p := range made {
		p.fault = func() error { return errors.New("in use") } // the pump's, which converts meanwhile
	}
	own := connect.SinkRecord{Record: connect.Record{Topic: "t", Key: "k", Value: "v"}}
	for range 2 {
		raw, err := s.Raw(t.Context(), &own)
		require.NoError(t, err)
		assert.Equal(t, []byte("v"), raw.Value)
	}
	assert.Len(t, made, 4, "made once")
}

// settling is a reporter that works in the background.
type settling struct {
	*world
	settled int
	err     error
}

func (s *settling) Settle(context.Context) error { s.settled++; return s.err }

func TestWhatATaskFailsOfIsWhereItBelongsBeforeItFails(t *testing.T) {
	for tolerance, want := range map[string]int{"none": 1, "all": 0} {
		w := newWorld("errors.tolerance", tolerance)
		s := &settling{world: w, err: errors.New("away")}
		w.cfg.Reporters, w.cfg.Counters = []stage.Reporter{s}, &stage.Counters{}
		w.value.fault = times(1, errors.New("boom"))
		_, err := sink(t, w).Convert(t.Context(), consumed(), &connect.SinkRecord{})
		assert.Equal(t, tolerance == "none", err != nil)
		assert.Equal(t, want, s.settled)
		assert.EqualValues(t, 1, w.cfg.Counters.Errors.Load())
		assert.Equal(t, want == 1, strings.Contains(w.log.String(), "error=away"))
	}
}
