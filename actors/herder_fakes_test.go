// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/converters/header"
	stringconverter "github.com/longshore-io/connect/converters/string"
	"github.com/longshore-io/connect/internal/configprovider"
	"github.com/longshore-io/connect/internal/topiclog"
	"github.com/longshore-io/connect/offsets"
)

// fakeTopic is a topic in memory that has records already, remembers what is written, and can be blocked.
type fakeTopic struct {
	memoryTopic
	before []topiclog.Record
	opens  chan struct{} // closed when the topic may be opened; nil is at once

	mu      sync.Mutex
	blocked chan struct{} // nil while it is not
	waiting atomic.Int64  // writes that wait
	closed  atomic.Bool
	written []string
}

func (t *fakeTopic) open(ctx context.Context, apply func(topiclog.Record)) (*fakeTopic, error) {
	if t.opens != nil {
		select {
		case <-t.opens:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	t.apply = apply
	return t, t.memoryTopic.PutBatch(ctx, t.before)
}

// block keeps writes waiting until the returned function is called.
func (t *fakeTopic) block() (release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	gate := make(chan struct{})
	t.blocked = gate
	return sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.blocked = nil
		close(gate)
	})
}

// onlyOwn says of records that they are those by which workers agree: they are not what the tests are about.
func onlyOwn(records []topiclog.Record) bool {
	return !slices.ContainsFunc(records, func(r topiclog.Record) bool { return !generation.IsOwn(string(r.Key)) })
}

func (t *fakeTopic) PutBatch(ctx context.Context, records []topiclog.Record) error {
	t.mu.Lock()
	gate := t.blocked
	t.mu.Unlock()
	if gate != nil && !onlyOwn(records) {
		t.waiting.Add(1)
		defer t.waiting.Add(-1)
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	t.mu.Lock()
	for _, r := range records {
		if generation.IsOwn(string(r.Key)) {
			continue
		}
		t.written = append(t.written, string(r.Key)+" => "+string(r.Value))
	}
	t.mu.Unlock()
	return t.memoryTopic.PutBatch(ctx, records)
}

func (t *fakeTopic) PutTxn(ctx context.Context, records []topiclog.Record) error {
	return t.PutBatch(ctx, records)
}

func (t *fakeTopic) Close() { t.closed.Store(true) }

// log is what was written since the start, apart from what workers tell each other.
func (t *fakeTopic) log() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.written)
}

func record(key, value string) topiclog.Record {
	return topiclog.Record{Key: []byte(key), Value: []byte(value)}
}

// calmSource is a source connector whose calls do what a test says, and whose tasks have nothing to deliver.
type calmSource struct {
	mu    sync.Mutex
	on    map[string]func(ctx context.Context) error
	count map[string]int
	log   *slog.Logger // that of the connector that was started last
}

func newCalm() *calmSource {
	return &calmSource{on: map[string]func(context.Context) error{}, count: map[string]int{}}
}

// when says what a call does from now on; the rest of the arguments of the call do not matter.
func (s *calmSource) when(call string, do func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on[call] = do
}

func (s *calmSource) called(call string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count[call]
}

func (s *calmSource) do(ctx context.Context, call string) error {
	s.mu.Lock()
	s.count[call]++
	do := s.on[call]
	s.mu.Unlock()
	if do == nil {
		return nil
	}
	return do(ctx)
}

type calmConnector struct {
	*calmSource
	props map[string]string
}

func (*calmConnector) Version() string { return "1.2.3" }
func (*calmConnector) Config() connect.ConfigDef {
	return connect.ConfigDef{{Name: "own", Type: connect.IntType, Default: 1, Doc: "Own."}}
}
func (s *calmConnector) ValidateConfig(ctx context.Context, _ map[string]string, _ map[string]*connect.ConfigValue) error {
	return s.do(ctx, "ValidateConfig")
}

func (s *calmConnector) Start(ctx context.Context, c connect.ConnectorContext, props map[string]string) error {
	s.props = props
	s.mu.Lock()
	s.log = c.Logger()
	s.mu.Unlock()
	return s.do(ctx, "Start "+props["name"])
}

// TaskConfigs returns as many as are allowed, each with all of the connector's keys and its number.
func (s *calmConnector) TaskConfigs(ctx context.Context, n int) ([]map[string]string, error) {
	configs := make([]map[string]string, n)
	for i := range configs {
		configs[i] = map[string]string{"number": fmt.Sprint(i)}
		for k, v := range s.props {
			configs[i][k] = v
		}
	}
	return configs, s.do(ctx, "TaskConfigs")
}
func (s *calmConnector) Stop(context.Context) error  { return nil }
func (s *calmConnector) NewTask() connect.SourceTask { return calmTask{s.calmSource} }

type calmTask struct{ *calmSource }

func (t calmTask) Start(ctx context.Context, _ connect.SourceTaskContext, props map[string]string) error {
	return t.do(ctx, "Task.Start "+props["name"])
}

func (calmTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	<-ctx.Done()
	return nil, nil
}
func (calmTask) Stop(context.Context) error { return nil }

// pass is a transform that changes nothing.
type pass struct{}

func (pass) Config() connect.ConfigDef         { return nil }
func (pass) Configure(map[string]string) error { return nil }
func (pass) Close() error                      { return nil }
func (pass) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	return r, nil
}

// fakeLoggers are one level for each name.
type fakeLoggers struct {
	mu     sync.Mutex
	levels map[string]connect.LoggerLevel
}

func (l *fakeLoggers) Levels() map[string]connect.LoggerLevel {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[string]connect.LoggerLevel{}
	for name, level := range l.levels {
		out[name] = level
	}
	return out
}

func (l *fakeLoggers) Level(name string) (connect.LoggerLevel, bool) {
	level, known := l.Levels()[name]
	return level, known
}

func (l *fakeLoggers) SetLevel(name string, level connect.LogLevel) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.levels[name] = connect.LoggerLevel{Level: level}
	return []string{name}
}

// memoryWorker is a worker whose topics are in memory.
type memoryWorker struct {
	*Client
	config, status *fakeTopic
	source         *calmSource
	loggers        *fakeLoggers
	warnings       *warnings
	system         *actor.ActorSystem
	pid            *actor.PID
}

// prepared is a worker that is not started.
func prepared() *memoryWorker {
	return &memoryWorker{config: &fakeTopic{}, status: &fakeTopic{}, source: newCalm(),
		loggers: &fakeLoggers{levels: map[string]connect.LoggerLevel{}}, warnings: &warnings{}}
}

func memoryProps(more map[string]string) map[string]string {
	props := map[string]string{
		"bootstrap.servers": "127.0.0.1:1", "group.id": "g", "config.storage.topic": "configs", "offset.storage.topic": "offsets",
		"status.storage.topic": "statuses", "key.converter": stringconverter.Class, "value.converter": stringconverter.Class,
		"task.shutdown.graceful.timeout.ms": "2000",
	}
	for k, v := range more {
		props[k] = v
	}
	return props
}

func (w *memoryWorker) start(t testing.TB, more map[string]string) *memoryWorker {
	t.Helper()
	config, errs := ConfigFrom(memoryProps(more))
	require.Empty(t, errs)
	return w.startWith(t, config)
}

func (w *memoryWorker) startStandalone(t testing.TB) *memoryWorker {
	t.Helper()
	config, errs := StandaloneConfigFrom(memoryProps(map[string]string{"offset.storage.file.filename": filepath.Join(t.TempDir(), "offsets")}))
	require.Empty(t, errs)
	return w.startWith(t, config)
}

func (w *memoryWorker) startWith(t testing.TB, config Config) *memoryWorker {
	t.Helper()
	p := &connect.Plugins{}
	p.AddSource("org.example.CalmSourceConnector", func() connect.SourceConnector { return &calmConnector{calmSource: w.source} })
	p.AddTransformation("org.example.Pass", func() connect.Transformation { return pass{} })
	p.AddConverter(stringconverter.Class, stringconverter.New)
	p.AddHeaderConverter(header.Class, header.NewHeader)
	p.AddConfigProvider(configprovider.EnvClass, configprovider.NewEnv)
	store, err := offsets.OpenFile(filepath.Join(t.TempDir(), "offsets"), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	env := newEnvironment(config, p, Runtime{Log: slog.New(w.warnings), Loggers: w.loggers}.withDefaults())
	root := &worker{env: env, connect: func(context.Context, *environment) (*stores, error) {
		return &stores{offsets: store, close: func() {},
			openConfig: func(ctx context.Context, apply func(topiclog.Record)) (exclusiveTopic, error) {
				return w.config.open(ctx, apply)
			},
			openStatus: func(ctx context.Context, apply func(topiclog.Record)) (topic, error) {
				return w.status.open(ctx, apply)
			},
		}, nil
	}}
	w.system = quietSystem()
	w.pid, err = w.system.Root.SpawnNamed(props(func() actor.Actor { return root }, rebuild{}), "worker")
	require.NoError(t, err)
	w.Client = NewClient(w.system.Root, w.pid)
	t.Cleanup(func() { w.stop(t) })
	return w
}

// stop ends the worker as a process ends it.
func (w *memoryWorker) stop(t testing.TB) {
	t.Helper()
	if w.pid == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	require.NoError(t, w.Drain(ctx))
	require.NoError(t, w.system.Root.StopFuture(w.pid).Wait())
	w.pid = nil
}

// calm is the configuration of a connector of the class that the worker has.
func calm(name string, more ...string) connect.RawConfig {
	config := map[string]string{"name": name, "connector.class": "org.example.CalmSourceConnector"}
	for i := 0; i < len(more); i += 2 {
		config[more[i]] = more[i+1]
	}
	return connect.Raw(config)
}

func (w *memoryWorker) create(t testing.TB, name string, more ...string) connect.ConnectorInfo {
	t.Helper()
	info, err := w.CreateConnector(context.Background(), connect.CreateRequest{Name: name, Config: calm(name, more...)})
	require.NoError(t, err)
	return info
}

// until waits for the states of a connector and of its tasks.
func (w *memoryWorker) until(t testing.TB, name string, connector connect.State, tasks ...connect.State) connect.ConnectorStatus {
	t.Helper()
	var status connect.ConnectorStatus
	require.Eventually(t, func() bool {
		var err error
		status, err = w.ConnectorStatus(context.Background(), name)
		var got []connect.State
		for _, task := range status.Tasks {
			got = append(got, task.State)
		}
		return err == nil && status.Connector.State == connector && slices.Equal(got, tasks)
	}, timeToSee, tick)
	return status
}

// hang is a call that returns when it is released, whatever its context says.
func hang() (do func(context.Context) error, release func()) {
	stuck := make(chan struct{})
	return func(context.Context) error { <-stuck; return nil }, sync.OnceFunc(func() { close(stuck) })
}

// warnings is a log that keeps warnings.
type warnings struct {
	mu   sync.Mutex
	said []string
}

func (*warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }
func (l *warnings) WithAttrs([]slog.Attr) slog.Handler             { return l }
func (l *warnings) WithGroup(string) slog.Handler                  { return l }
func (l *warnings) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, text)
	return nil
}

func (l *warnings) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.said)
}

// How long tests wait for what has to come, and how often they look.
const (
	timeToSee = 20 * time.Second
	tick      = 2 * time.Millisecond
)
