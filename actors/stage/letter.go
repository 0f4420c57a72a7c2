// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/trace"
	"github.com/longshore-io/connect/converters/json"
)

// Letters makes the records of a dead letter queue, byte for byte as Kafka Connect does for sinks; it has none for sources. It is used by one
// goroutine at a time.
type Letters struct {
	// Topic is where they go.
	Topic string
	// Context adds the headers __connect.errors.*.
	Context bool
	// Task is named in them.
	Task connect.TaskID

	json connect.Converter
}

// Of returns the letter for a failure, nothing where nothing is known of the record. Of a consumed message it is that message, without its
// partition. Of a source's record it has of headers, key and value the bytes of those whose converter has worked, and of the others what
// JsonConverter makes of them together with their schema: as the transforms left them where it was a converter that failed, as the task made
// them where it was a transform.
func (l *Letters) Of(ctx context.Context, f Failure) (Message, bool) {
	var m Message
	switch {
	case f.Consumed != nil:
		m = Message{Key: bytes.Clone(f.Consumed.Key), Value: bytes.Clone(f.Consumed.Value), Headers: slices.Clone(f.Consumed.Headers), Timestamp: f.Consumed.Timestamp}
	case f.Source != nil:
		m = l.ofSource(ctx, f)
	default:
		return m, false
	}
	m.Topic = l.Topic
	if l.Context {
		m.Headers = append(m.Headers, l.context(f)...)
	}
	return m, true
}

// done says whether the converter of a stage has worked before another stage failed.
func done(converter, failed connect.Stage) bool {
	order := []connect.Stage{connect.StageTransformation, connect.StageHeaderConverter, connect.StageKeyConverter, connect.StageValueConverter, connect.StageProduce}
	return slices.Index(order, converter) < slices.Index(order, failed)
}

// shown is the state of a source's record that a letter shows.
func shown(f Failure) *connect.Record {
	if f.Record == nil || f.Err.Stage == connect.StageTransformation {
		return &f.Source.Record
	}
	return f.Record
}

func (l *Letters) ofSource(ctx context.Context, f Failure) Message {
	failed, from := f.Err.Stage, shown(f)
	var m Message
	if t, err := validTimestamp(from.Timestamp); err == nil {
		m.Timestamp = t
	}
	if done(connect.StageHeaderConverter, failed) {
		m.Headers = slices.Clone(f.Message.Headers)
	} else {
		for _, h := range from.Headers {
			m.Headers = append(m.Headers, MessageHeader{h.Key, l.asJSON(ctx, h.Schema, h.Value)})
		}
	}
	if done(connect.StageKeyConverter, failed) {
		m.Key = bytes.Clone(f.Message.Key)
	} else {
		m.Key = l.asJSON(ctx, from.KeySchema, from.Key)
	}
	if done(connect.StageValueConverter, failed) {
		m.Value = bytes.Clone(f.Message.Value)
	} else {
		m.Value = l.asJSON(ctx, from.ValueSchema, from.Value)
	}
	return m
}

// asJSON falls back to a text where a value does not fit its schema, which is what the failure may be about.
func (l *Letters) asJSON(ctx context.Context, schema *connect.Schema, value any) []byte {
	if schema == nil && value == nil {
		return nil
	}
	var data []byte
	for _, s := range []*connect.Schema{schema, nil} {
		err := connect.Guard(func() (err error) {
			data, err = l.converter().FromConnectData(ctx, l.Topic, nil, s, value)
			return err
		})
		if err == nil {
			return data
		}
	}
	data, _ = l.converter().FromConnectData(ctx, l.Topic, nil, connect.String, fmt.Sprint(value)) // a string has a form in JSON
	return data
}

func (l *Letters) converter() connect.Converter {
	if l.json == nil {
		l.json = json.New()
		_ = l.json.Configure(map[string]string{"converter.type": "value"}, false) // the defaults are right
	}
	return l.json
}

// headerPrefix is in front of the headers that say where and why a record failed.
const headerPrefix = "__connect.errors."

// context are Kafka Connect's headers in its order. A record of a source has no place in Kafka: it has its place in the source instead, as the
// JSON that offsets are stored as.
func (l *Letters) context(f Failure) []MessageHeader {
	var out []MessageHeader
	add := func(name, value string) { out = append(out, MessageHeader{headerPrefix + name, []byte(value)}) }
	if m := f.Consumed; m != nil {
		add("topic", m.Topic)
		add("partition", strconv.Itoa(int(m.Partition)))
		add("offset", strconv.FormatInt(m.Offset, 10))
	} else {
		addPlace(f, add)
	}
	add("connector.name", l.Task.Connector)
	add("task.id", strconv.Itoa(l.Task.Task))
	add("stage", string(f.Err.Stage))
	add("class.name", f.Err.Plugin)
	x := trace.ExceptionOf(f.Err.Err)
	add("exception.class.name", x.Class)
	add("exception.message", x.Message)
	if x.Message == "" {
		out[len(out)-1].Value = nil
	}
	add("exception.stacktrace", trace.Printed(f.Err.Err, fmt.Sprintf("%s.(%s)", f.Err.Plugin, f.Err.Stage)))
	return out
}

func addPlace(f Failure, add func(name, value string)) {
	if topic := shown(f).Topic; topic != "" {
		add("topic", topic)
	}
	if f.Source.SourcePartition != nil {
		add("source.partition", f.Source.SourcePartition.Key())
	}
	if f.Source.SourceOffset == nil {
		return
	}
	if canonical, err := connect.NewPartition(f.Source.SourceOffset.Fields()); err == nil { // an offset has the form of a partition
		add("source.offset", canonical.Key())
	}
}
