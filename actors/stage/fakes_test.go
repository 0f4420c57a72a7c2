// SPDX-License-Identifier: Apache-2.0

package stage_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
)

const (
	stringClass = "example.StringConverter"
	upperClass  = "example.Upper"
	topicClass  = "example.TopicIs"
)

// plain converts strings and does as it is told on the way.
type plain struct {
	fault func() error
	text  string // written instead of what is no string
	props map[string]string
	isKey bool
	seen  []connect.Headers
}

func (c *plain) Config() connect.ConfigDef { return nil }

func (c *plain) Configure(props map[string]string, isKey bool) error {
	c.props, c.isKey = props, isKey
	if props["refuse"] != "" {
		return &connect.ConfigError{Key: "refuse", Value: props["refuse"]}
	}
	return nil
}

func (c *plain) FromConnectData(_ context.Context, _ string, _ connect.Headers, _ *connect.Schema, v any) ([]byte, error) {
	if err := c.fails(); err != nil || v == nil {
		return nil, err
	}
	if text, ok := v.(string); ok {
		return []byte(text), nil
	}
	return []byte(c.text), nil
}

func (c *plain) ToConnectData(_ context.Context, _ string, h connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	c.seen = append(c.seen, append(connect.Headers{}, h...))
	if err := c.fails(); err != nil || data == nil {
		return connect.SchemaAndValue{}, err
	}
	return connect.SchemaAndValue{Schema: connect.String, Value: string(data)}, nil
}

func (c *plain) fails() error {
	if c.fault == nil {
		return nil
	}
	return c.fault()
}

type plainHeaders struct{ plain }

func (c *plainHeaders) Configure(props map[string]string) error {
	return c.plain.Configure(props, false)
}

func (c *plainHeaders) FromConnectHeader(ctx context.Context, topic, _ string, s *connect.Schema, v any) ([]byte, error) {
	return c.FromConnectData(ctx, topic, nil, s, v)
}

func (c *plainHeaders) ToConnectHeader(ctx context.Context, topic, _ string, data []byte) (connect.SchemaAndValue, error) {
	return c.ToConnectData(ctx, topic, nil, data)
}

// change is a transform of the record in place.
type change struct {
	do     func(*connect.Record) (*connect.Record, error)
	props  map[string]string
	closed *[]string
}

func (c *change) Config() connect.ConfigDef { return nil }

func (c *change) Configure(props map[string]string) error { c.props = props; return nil }

func (c *change) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) { return c.do(r) }

func (c *change) Close() error {
	*c.closed = append(*c.closed, "transform")
	return nil
}

// topicIs is a predicate.
type topicIs struct {
	topic  string
	closed *[]string
}

func (p *topicIs) Config() connect.ConfigDef { return nil }

func (p *topicIs) Configure(props map[string]string) error {
	p.topic = props["topic"]
	return nil
}

func (p *topicIs) Test(_ context.Context, r *connect.Record) (bool, error) {
	if r.Topic == "broken" {
		return false, fmt.Errorf("no answer for %s", r.Topic)
	}
	return r.Topic == p.topic, nil
}

func (p *topicIs) Close() error {
	*p.closed = append(*p.closed, "predicate")
	return nil
}

// world is what a test builds a Source or Sink in.
type world struct {
	key, value plain
	header     plainHeaders
	change     change
	closed     []string
	clock      fakeClock
	log        bytes.Buffer
	failures   []stage.Failure
	reportErr  error
	cfg        stage.Config
}

// newWorld has string converters on the worker; props are the connector's.
func newWorld(props ...string) *world {
	w := &world{}
	w.change = change{do: func(r *connect.Record) (*connect.Record, error) { return r, nil }, closed: &w.closed}
	p := &connect.Plugins{}
	made := 0
	p.AddConverter(stringClass, func() connect.Converter {
		made++
		if made%2 == 0 { // the registry makes one itself, the key's converter comes next
			return &w.key
		}
		return &w.value
	})
	p.AddHeaderConverter(stringClass, func() connect.HeaderConverter { return &w.header })
	p.AddTransformation(upperClass, func() connect.Transformation { return &w.change })
	p.AddPredicate(topicClass, func() connect.Predicate { return &topicIs{closed: &w.closed} })
	worker := stage.ConverterConfig{Class: stringClass, Props: map[string]string{"of": "worker"}}
	w.cfg = stage.Config{
		Plugins: p, Props: map[string]string{}, Worker: stage.Converters{Key: worker, Value: worker, Header: worker},
		Task: connect.TaskID{Connector: "orders", Task: 3}, Clock: &w.clock, Rand: func() float64 { return 0.5 },
		Log: slog.New(slog.NewTextHandler(&w.log, nil)), Reporters: []stage.Reporter{w},
	}
	for i := 0; i < len(props); i += 2 {
		w.cfg.Props[props[i]] = props[i+1]
	}
	return w
}

// Report keeps failures.
func (w *world) Report(_ context.Context, f stage.Failure) error {
	w.failures = append(w.failures, f)
	return w.reportErr
}

// fakeClock passes time by sleeping only.
type fakeClock struct {
	now   time.Duration
	slept []time.Duration
	onNap func()
}

func (c *fakeClock) Now() time.Time { return time.UnixMilli(1_000_000).Add(c.now) }

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.slept = append(c.slept, d)
	c.now += d
	if c.onNap != nil {
		c.onNap()
	}
	return ctx.Err()
}

// times fails n times with an error.
func times(n int, err error) func() error {
	return func() error {
		if n--; n >= 0 {
			return err
		}
		return nil
	}
}
