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
