// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"go.uber.org/goleak"

	connect "github.com/longshore-io/connect"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeHerder notes what it is asked and answers with what it was given.
type fakeHerder struct {
	mu    sync.Mutex
	calls []string

	err       error
	before    func(ctx context.Context)
	health    connect.Health
	message   string
	names     []string
	info      connect.ConnectorInfo
	created   bool
	status    connect.ConnectorStatus
	tasks     []connect.TaskInfo
	task      connect.TaskStatus
	digests   map[string]connect.ConnectorDigest
	restarted *connect.ConnectorStatus
	plugins   []connect.PluginInfo
	topics    []string
	offsets   []connect.PartitionOffset
	keys      []connect.ConfigKeyInfo
	infos     connect.ConfigInfos
	levels    map[string]connect.LoggerLevel
	// cluster is told by Cluster; nil is one with a leader. clusterErr is for Cluster alone.
	cluster    *connect.ClusterInfo
	clusterErr error
}

func (f *fakeHerder) note(ctx context.Context, format string, args ...any) error {
	f.mu.Lock()
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
	f.mu.Unlock()
	if f.before != nil {
		f.before(ctx)
	}
	return f.err
}

func (f *fakeHerder) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *fakeHerder) Info(ctx context.Context) (connect.WorkerInfo, error) {
	id := "abc"
	return connect.WorkerInfo{Version: connect.KafkaVersion, Commit: "c0ffee", KafkaClusterID: &id}, f.note(ctx, "info")
}

func (f *fakeHerder) Health(ctx context.Context) (connect.Health, string, error) {
	return f.health, f.message, f.note(ctx, "health")
}

func (f *fakeHerder) Cluster(ctx context.Context) (connect.ClusterInfo, error) {
	err := f.note(ctx, "cluster")
	switch {
	case f.clusterErr != nil:
		return connect.ClusterInfo{}, f.clusterErr
	case f.cluster == nil:
		return connect.ClusterInfo{Group: "g", Worker: "w:8083", Leader: "w:8083"}, err
	}
	return *f.cluster, err
}

func (f *fakeHerder) ConnectorNames(ctx context.Context) ([]string, error) {
	return f.names, f.note(ctx, "names")
}

func (f *fakeHerder) Connector(ctx context.Context, name string) (connect.ConnectorInfo, error) {
	return f.info, f.note(ctx, "connector %q", name)
}

func (f *fakeHerder) CreateConnector(ctx context.Context, r connect.CreateRequest) (connect.ConnectorInfo, error) {
	state := connect.TargetState("-")
	if r.InitialState != nil {
		state = *r.InitialState
	}
	err := f.note(ctx, "create %q %s %s", r.Name, encode(r.Config), state)
	return connect.ConnectorInfo{Name: r.Name, Config: r.Config, Type: connect.Source}, err
}

func (f *fakeHerder) PutConnectorConfig(ctx context.Context, name string, config connect.RawConfig) (connect.ConnectorInfo, bool, error) {
	err := f.note(ctx, "put %q %s", name, encode(config))
	return connect.ConnectorInfo{Name: name, Config: config, Type: connect.Sink}, f.created, err
}

func (f *fakeHerder) DeleteConnector(ctx context.Context, name string) error {
	return f.note(ctx, "delete %q", name)
}

func (f *fakeHerder) ConnectorStatus(ctx context.Context, name string) (connect.ConnectorStatus, error) {
	return f.status, f.note(ctx, "status %q", name)
}

func (f *fakeHerder) Tasks(ctx context.Context, name string) ([]connect.TaskInfo, error) {
	return f.tasks, f.note(ctx, "tasks %q", name)
}

func (f *fakeHerder) TaskStatus(ctx context.Context, id connect.TaskID) (connect.TaskStatus, error) {
	return f.task, f.note(ctx, "task status %q %d", id.Connector, id.Task)
}

func (f *fakeHerder) Digests(ctx context.Context, info, status bool) (map[string]connect.ConnectorDigest, error) {
	return f.digests, f.note(ctx, "digests info=%t status=%t", info, status)
}

func (f *fakeHerder) PauseConnector(ctx context.Context, name string) error {
	return f.note(ctx, "pause %q", name)
}

func (f *fakeHerder) ResumeConnector(ctx context.Context, name string) error {
	return f.note(ctx, "resume %q", name)
}

func (f *fakeHerder) StopConnector(ctx context.Context, name string) error {
	return f.note(ctx, "stop %q", name)
}

func (f *fakeHerder) RestartConnector(ctx context.Context, r connect.RestartRequest) (*connect.ConnectorStatus, error) {
	return f.restarted, f.note(ctx, "restart %q tasks=%t failed=%t", r.Connector, r.IncludeTasks, r.OnlyFailed)
}

func (f *fakeHerder) RestartTask(ctx context.Context, id connect.TaskID) error {
	return f.note(ctx, "restart task %q %d", id.Connector, id.Task)
}

func (f *fakeHerder) ConnectorPlugins(ctx context.Context, connectorsOnly bool) ([]connect.PluginInfo, error) {
	return f.plugins, f.note(ctx, "plugins connectorsOnly=%t", connectorsOnly)
}

func (f *fakeHerder) PatchConnectorConfig(ctx context.Context, name string, patch connect.RawConfig) (connect.ConnectorInfo, error) {
	return f.info, f.note(ctx, "patch %q %s", name, encode(patch))
}

func (f *fakeHerder) ConnectorTopics(ctx context.Context, name string) ([]string, error) {
	return f.topics, f.note(ctx, "topics %q", name)
}

func (f *fakeHerder) ResetConnectorTopics(ctx context.Context, name string) error {
	return f.note(ctx, "reset topics %q", name)
}

func (f *fakeHerder) ConnectorOffsets(ctx context.Context, name string) ([]connect.PartitionOffset, error) {
	return f.offsets, f.note(ctx, "offsets %q", name)
}

// AlterConnectorOffsets notes the Go values, since JSON would not show which of them are integers.
func (f *fakeHerder) AlterConnectorOffsets(ctx context.Context, name string, offsets []connect.PartitionOffset) (string, error) {
	return f.message, f.note(ctx, "alter %q %#v", name, offsets)
}

func (f *fakeHerder) ResetConnectorOffsets(ctx context.Context, name string) (string, error) {
	return f.message, f.note(ctx, "reset offsets %q", name)
}

func (f *fakeHerder) PluginConfig(ctx context.Context, name, version string) ([]connect.ConfigKeyInfo, error) {
	return f.keys, f.note(ctx, "plugin %q %q", name, version)
}

func (f *fakeHerder) ValidateConfig(ctx context.Context, config connect.RawConfig) (connect.ConfigInfos, error) {
	return f.infos, f.note(ctx, "validate %s", encode(config))
}

func (f *fakeHerder) LoggerLevels(ctx context.Context) (map[string]connect.LoggerLevel, error) {
	return f.levels, f.note(ctx, "loggers")
}

func (f *fakeHerder) LoggerLevel(ctx context.Context, name string) (connect.LoggerLevel, error) {
	return f.levels[name], f.note(ctx, "logger %q", name)
}

func (f *fakeHerder) SetLoggerLevel(ctx context.Context, name string, level connect.LogLevel) ([]string, error) {
	return f.names, f.note(ctx, "set logger %q %s", name, level)
}

func (f *fakeHerder) SetClusterLoggerLevel(ctx context.Context, name, level string) error {
	return f.note(ctx, "set logger everywhere %q %s", name, level)
}
