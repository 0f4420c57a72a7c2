// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"sync"
	"time"

	connect "github.com/longshore-io/connect"
	jsonconv "github.com/longshore-io/connect/converters/json"
)

// planned is what the twins' connectors have in common: as many tasks as they may have, all with the configuration as it is.
type planned struct{ props map[string]string }

func (*planned) Version() string           { return connect.KafkaVersion }
func (*planned) Config() connect.ConfigDef { return connect.ConfigDef{} }
func (p *planned) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	p.props = props
	return nil
}
func (*planned) Stop(context.Context) error { return nil }

func (p *planned) TaskConfigs(_ context.Context, most int) ([]map[string]string, error) {
	configs := make([]map[string]string, most)
	for i := range configs {
		configs[i] = maps.Clone(p.props)
	}
	return configs, nil
}

// replaySource emits the records that a file describes, one JSON object per line, and tells when the last of them was taken.
type replaySource struct{ planned }

func (*replaySource) NewTask() connect.SourceTask { return &replayTask{} }
func (*replaySource) TaskClass() string           { return replayClass + "Task" }

type replayTask struct {
	json    connect.Converter
	records []connect.SourceRecord
	done    string
	next    int
	failAt  int
	trouble *trouble

	mu                    sync.Mutex
	acknowledged, dropped int
}

// replayed is one line of the file.
type replayed struct {
	Topic     string          `json:"topic"`
	Partition *int32          `json:"partition"`
	Timestamp *int64          `json:"timestamp"`
	Source    string          `json:"source"`
	Key       json.RawMessage `json:"key"`
	Value     json.RawMessage `json:"value"`
	Headers   []struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	} `json:"headers"`
}

func (t *replayTask) Start(ctx context.Context, _ connect.SourceTaskContext, props map[string]string) error {
	t.json = jsonconv.New()
	if err := t.json.Configure(map[string]string{"schemas.enable": "true"}, false); err != nil {
		return err
	}
	var err error
	if t.failAt, err = strconv.Atoi(or(props["fail.at"], "-1")); err != nil {
		return err
	}
	if t.trouble, err = newTrouble(props); err != nil {
		return err
	}
	t.done = props["done.file"]
	file, err := os.ReadFile(props["replay.file"])
	if err != nil {
		return err
	}
	for line := range bytes.Lines(file) {
		record, err := t.record(ctx, line)
		if err != nil {
			return fmt.Errorf("line %d: %w", len(t.records), err)
		}
		t.records = append(t.records, record)
	}
	return nil
}

func (t *replayTask) record(ctx context.Context, line []byte) (connect.SourceRecord, error) {
	var from replayed
	if err := json.Unmarshal(line, &from); err != nil {
		return connect.SourceRecord{}, err
	}
	r := connect.SourceRecord{
		Record:          connect.Record{Topic: from.Topic, Partition: from.Partition},
		SourcePartition: connect.MustPartition(map[string]any{"replay": from.Source}),
		SourceOffset:    connect.OffsetMap{"line": int64(len(t.records))},
	}
	if from.Timestamp != nil {
		r.Timestamp = time.UnixMilli(*from.Timestamp)
	}
	key, keyErr := t.value(ctx, from.Key)
	value, valueErr := t.value(ctx, from.Value)
	r.KeySchema, r.Key, r.ValueSchema, r.Value = key.Schema, key.Value, value.Schema, value.Value
	for _, h := range from.Headers {
		v, err := t.value(ctx, h.Value)
		if err != nil {
			return r, err
		}
		r.Headers = append(r.Headers, connect.Header{Key: h.Key, Schema: v.Schema, Value: v.Value})
	}
	return r, errors.Join(keyErr, valueErr)
}

func (t *replayTask) value(ctx context.Context, envelope json.RawMessage) (connect.SchemaAndValue, error) {
	if len(envelope) == 0 || string(envelope) == "null" {
		return connect.SchemaAndValue{}, nil
	}
	return t.json.ToConnectData(ctx, "", nil, envelope)
}

// perPoll is how many records one Poll returns at most.
const perPoll = 7

func (t *replayTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if t.next == len(t.records) {
		<-ctx.Done()
		return nil, nil
	}
	end := min(t.next+perPoll, len(t.records))
	if t.failAt > t.next && t.failAt < end {
		end = t.failAt
	}
	if t.failAt == t.next {
		if err := t.trouble.maybe(fmt.Sprintf("replay fails at %d", t.failAt)); err != nil {
			return nil, err
		}
	}
	batch := t.records[t.next:end]
	t.next = end
	return batch, nil
}

func (t *replayTask) CommitRecord(_ context.Context, _ *connect.SourceRecord, metadata *connect.RecordMetadata) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if metadata == nil {
		t.dropped++
	} else {
		t.acknowledged++
	}
	if t.acknowledged+t.dropped < len(t.records) {
		return nil
	}
	return os.WriteFile(t.done, fmt.Appendf(nil, "acknowledged %d, dropped %d\n", t.acknowledged, t.dropped), 0o600)
}

func (*replayTask) Stop(context.Context) error { return nil }

// trouble fails so many times, as a configuration says.
type trouble struct {
	retriable       bool
	times, failures int
}

func newTrouble(props map[string]string) (*trouble, error) {
	times, err := strconv.Atoi(or(props["fail.times"], "1"))
	return &trouble{retriable: props["fail.retriable"] == "true", times: times}, err
}

// maybe returns an error, unless it has done so often enough; negative times are without end.
func (t *trouble) maybe(text string) error {
	if t.times >= 0 && t.failures >= t.times {
		return nil
	}
	t.failures++
	if t.retriable {
		return connect.Retriable(errors.New(text))
	}
	return errors.New(text)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
