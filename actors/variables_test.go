// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/internal/configprovider"
)

// spy is a source whose connector copies all that it gets into its task, as many connectors do, and that notes what both got.
type spy struct {
	mu               sync.Mutex
	connector, tasks []map[string]string
	taskStart        func(props map[string]string) error
}

func (s *spy) starts() (connector, tasks []map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connector, s.tasks
}

// taskSaw waits until the nth task was started with a password.
func (s *spy) taskSaw(t *testing.T, n int, password string) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, tasks := s.starts()
		return len(tasks) >= n && tasks[n-1]["password"] == password
	}, 10*time.Second, time.Millisecond)
}

type spySource struct {
	*spy
	props map[string]string
}

func (*spySource) Version() string           { return "1" }
func (*spySource) Config() connect.ConfigDef { return nil }
func (s *spySource) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.props, s.connector = props, append(s.connector, props)
	return nil
}
func (s *spySource) TaskConfigs(context.Context, int) ([]map[string]string, error) {
	return []map[string]string{s.props}, nil
}
func (s *spySource) Stop(context.Context) error  { return nil }
func (s *spySource) NewTask() connect.SourceTask { return spyTask{s.spy} }

type spyTask struct{ *spy }

func (s spyTask) Start(_ context.Context, _ connect.SourceTaskContext, props map[string]string) error {
	s.mu.Lock()
	s.tasks = append(s.tasks, props)
	start := s.taskStart
	s.mu.Unlock()
	if start == nil {
		return nil
	}
	return start(props)
}
func (s spyTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	<-ctx.Done()
	return nil, nil
}
func (s spyTask) Stop(context.Context) error { return nil }

// hostileVault is a provider that has one value under all keys, or does what a test wants.
type hostileVault struct {
	*hostile
	mu    sync.Mutex
	value string
	ttl   time.Duration
}

func (v *hostileVault) set(value string, ttl time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value, v.ttl = value, ttl
}

func (v *hostileVault) Configure(map[string]string) error { return v.do("Configure") }
func (v *hostileVault) Close() error                      { return v.do("Close") }
func (v *hostileVault) Get(_ context.Context, _ string, keys []string) (map[string]string, time.Duration, error) {
	if err := v.do("Get"); err != nil {
		return nil, 0, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	values := map[string]string{}
	for _, key := range keys {
		values[key] = v.value
	}
	return values, v.ttl, nil
}

func spyPlugins(s *spy, v *hostileVault) *connect.Plugins {
	p := plugins()
	p.AddSource("test.SpySourceConnector", func() connect.SourceConnector { return &spySource{spy: s} })
	p.AddSource("test.PeacefulSourceConnector", func() connect.SourceConnector { return hostileSource{newHostile()} })
	p.AddConfigProvider(configprovider.FileClass, configprovider.NewFile)
	p.AddConfigProvider(configprovider.EnvClass, configprovider.NewEnv)
	p.AddConfigProvider("test.VaultConfigProvider", func() connect.ConfigProvider { return v })
	return p
}

var declaredProviders = map[string]string{
	"config.providers": "file, vault", "config.providers.file.class": configprovider.FileClass, "config.providers.vault.class": "Vault",
}

func spyCluster(t *testing.T) (*cluster, *spy, *hostileVault, string) {
	t.Helper()
	s, v, broker := &spy{}, &hostileVault{hostile: newHostile(), value: "hunter2000"}, startBroker(t)
	c := startWorker(t, broker, spyPlugins(s, v), declaredProviders)
	c.create(t, "peaceful", map[string]string{"connector.class": "PeacefulSource"})
	c.until(t, "peaceful", connect.Running, connect.Running)
	return c, s, v, broker.Addr()
}

func passwordFile(t *testing.T, password string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secrets.properties")
	require.NoError(t, os.WriteFile(path, []byte("password="+password+"\n"), 0o600))
	return path
}

// topicText is everything that a topic has, as text.
func topicText(t *testing.T, broker, topic string) string {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumeTopics(topic), kgo.KeepControlRecords())
	require.NoError(t, err)
	defer client.Close()
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), topic)
	require.NoError(t, err)
	left := int64(0)
	ends.Each(func(o kadm.ListedOffset) { left += o.Offset })
	var text strings.Builder
	for left > 0 {
		fetches := client.PollFetches(t.Context())
		require.NoError(t, fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) {
			text.Write(append(append(r.Key, r.Value...), '\n'))
			left--
		})
	}
	return text.String()
}

func TestTasksSeeSecretsAndNobodyElseDoes(t *testing.T) {
	c, s, _, broker := spyCluster(t)
	variable := "${file:" + passwordFile(t, "hunter2000") + ":password}"
	s.taskStart = func(props map[string]string) error {
		return errors.Join(errors.New("no login"), &connect.ConfigError{Key: "password", Value: props["password"], Reason: "refused"})
	}
	config := map[string]string{"connector.class": "SpySource", "password": variable, "url": "db://ada:" + variable + "@host/${not:known}"}
	c.create(t, "c", config)
	status := c.until(t, "c", connect.Running, connect.Failed)

	connectors, tasks := s.starts()
	for who, got := range map[string]map[string]string{"connector": connectors[0], "task": tasks[0]} {
		assert.Equal(t, "hunter2000", got["password"], who)
		assert.Equal(t, "db://ada:hunter2000@host/${not:known}", got["url"], who)
	}
	assert.Contains(t, status.Tasks[0].Trace, "Invalid value "+variable+" for configuration password: refused")
	info, err := c.Connector(t.Context(), "c")
	require.NoError(t, err)
	assert.Equal(t, config, info.Config.Props())
	stored, err := c.Tasks(t.Context(), "c")
	require.NoError(t, err)
	assert.Equal(t, variable, stored[0].Config.Props()["password"])
	assert.Equal(t, config["url"], stored[0].Config.Props()["url"])

	configs, statuses := topicText(t, broker, "connect-configs"), topicText(t, broker, "connect-status")
	assert.Contains(t, configs, `"task.class"`)
	assert.Contains(t, configs, variable)
	assert.Contains(t, statuses, variable)
	assert.NotContains(t, configs+statuses, "hunter2000")
}

func TestANewSecretReachesTheTasksWithTheConnectorsRestart(t *testing.T) {
	c, s, _, _ := spyCluster(t)
	path := passwordFile(t, "hunter2000")
	c.create(t, "c", map[string]string{"connector.class": "SpySource", "password": "${file:" + path + ":password}"})
	c.until(t, "c", connect.Running, connect.Running)
	s.taskSaw(t, 1, "hunter2000")
	restart := func() {
		_, err := c.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c"})
		require.NoError(t, err)
	}

	require.NoError(t, os.WriteFile(path, []byte("password=rotated01\n"), 0o600))
	restart()
	s.taskSaw(t, 2, "rotated01")
	c.until(t, "c", connect.Running, connect.Running)
	for range 3 { // nothing has changed: the tasks run on
		restart()
	}
	_, tasks := s.starts()
	require.Len(t, tasks, 2)
	c.peacefulGoesOn(t)
}

func TestValuesThatExpireAreReadAgain(t *testing.T) {
	c, s, v, _ := spyCluster(t)
	v.set("hunter2000", 50*time.Millisecond)
	c.create(t, "c", map[string]string{"connector.class": "SpySource", "password": "${vault:p:k}"})
	s.taskSaw(t, 1, "hunter2000")
	// Long enough for a plan to be stored before the next restart: one that is cut off by that is stored again.
	v.set("rotated01", 500*time.Millisecond)
	s.taskSaw(t, 2, "rotated01")
	require.Eventually(t, func() bool { connectors, _ := s.starts(); return len(connectors) > 4 }, 10*time.Second, time.Millisecond)
	_, tasks := s.starts()
	require.Len(t, tasks, 2, "the tasks run on while the value stays the same")
	require.NoError(t, c.DeleteConnector(t.Context(), "c"))
	c.until404(t, "c")
	calls := v.count("Get")
	require.Never(t, func() bool { return v.count("Get") > calls }, 800*time.Millisecond, 10*time.Millisecond)
}

func TestValuesThatExpireAreKeptWhereTheConnectorWantsNoReload(t *testing.T) {
	c, s, v, _ := spyCluster(t)
	v.set("hunter2000", 20*time.Millisecond)
	c.create(t, "c", map[string]string{"connector.class": "SpySource", "password": "${vault:p:k}", "config.action.reload": "none"})
	c.until(t, "c", connect.Running, connect.Running)
	require.Never(t, func() bool { connectors, _ := s.starts(); return len(connectors) > 1 }, 200*time.Millisecond, 10*time.Millisecond)
}

func TestAProviderThatHangsHarmsItsOwnTaskOnly(t *testing.T) {
	c, s, v, _ := spyCluster(t)
	config := map[string]string{"connector.class": "SpySource", "password": "${vault:p:k}"}
	c.create(t, "c", config)
	c.until(t, "c", connect.Running, connect.Running)
	stuck, release := block()
	defer release()
	v.on("Get", stuck)

	atOnce(t, "restart", func(ctx context.Context) error { return c.RestartTask(ctx, connect.TaskID{Connector: "c"}) })
	require.Eventually(t, func() bool { return v.inside.Load() == 1 }, 10*time.Second, time.Millisecond)
	c.create(t, "other", map[string]string{"connector.class": "PeacefulSource"})
	c.until(t, "other", connect.Running, connect.Running)
	c.peacefulGoesOn(t)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, _, err := c.PutConnectorConfig(ctx, "c", connect.Raw(config))
	require.Error(t, err)

	atOnce(t, "stop", func(ctx context.Context) error { return c.StopConnector(ctx, "c") })
	c.untilStopped(t, "c")
	v.on("Get", nil)
	require.NoError(t, c.ResumeConnector(t.Context(), "c"))
	s.taskSaw(t, 2, "hunter2000") // although the last call has not returned
}

func TestAFailureOfAProviderFailsTheUnitWithItsText(t *testing.T) {
	for how, f := range map[string]struct {
		do   func() error
		want string
	}{
		"panics": {panics("on fire"), `the config provider vault has failed for the path "p": panic: on fire`},
		"fails":  {fails(connect.Errorf(connect.Fenced, "the vault is sealed")), "the vault is sealed"},
	} {
		t.Run(how, func(t *testing.T) {
			c, s, v, _ := spyCluster(t)
			config := map[string]string{"name": "c", "connector.class": "SpySource", "password": "${vault:p:k}"}
			v.on("Get", f.do)
			_, err := c.CreateConnector(t.Context(), connect.CreateRequest{Name: "c", Config: connect.Raw(config)})
			require.EqualError(t, err, f.want)
			require.Equal(t, connect.Fatal, connect.Classify(err))

			v.on("Get", nil)
			c.create(t, "c", config)
			c.until(t, "c", connect.Running, connect.Running)
			v.on("Get", f.do)
			_, err = c.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c"})
			require.EqualError(t, err, "Failed to start connector: c: "+f.want)
			require.NoError(t, c.RestartTask(t.Context(), connect.TaskID{Connector: "c"}))
			status := c.until(t, "c", connect.Failed, connect.Failed)
			assert.Contains(t, status.Connector.Trace, f.want)
			assert.Contains(t, status.Tasks[0].Trace, f.want)
			c.peacefulGoesOn(t)

			v.on("Get", nil)
			_, err = c.RestartConnector(t.Context(), connect.RestartRequest{Connector: "c"})
			require.NoError(t, err)
			require.NoError(t, c.RestartTask(t.Context(), connect.TaskID{Connector: "c"}))
			c.until(t, "c", connect.Running, connect.Running)
			s.taskSaw(t, 2, "hunter2000")
		})
	}
}

func TestTheClassMayBeAVariable(t *testing.T) {
	c, s, v, _ := spyCluster(t)
	v.set("SpySource", 0)
	c.create(t, "c", map[string]string{"connector.class": "${vault:p:class}", "password": "plain"})
	c.until(t, "c", connect.Running, connect.Running)
	s.taskSaw(t, 1, "plain")
}

func TestProvidersAreClosedWithTheirWorker(t *testing.T) {
	c, _, v, _ := spyCluster(t)
	require.Equal(t, 1, v.count("Configure"))
	c.stop(t)
	require.Eventually(t, func() bool { return v.count("Close") == 1 }, 10*time.Second, time.Millisecond)
}

func TestAWrongDeclarationOfAProviderIsTheWorkersMistake(t *testing.T) {
	config, errs := actors.ConfigFrom(workerProps("localhost:1", map[string]string{"config.providers": "a,b", "config.providers.b.class": "Nowhere"}))
	require.Empty(t, errs)
	require.Empty(t, config.Warnings)
	_, err := actors.WorkerProps(config, plugins())
	require.ErrorContains(t, err, `Missing required configuration "config.providers.a.class"`)
	require.ErrorContains(t, err, "Invalid value Nowhere for configuration config.providers.b.class")
}

func TestAWorkersPropertiesAreResolved(t *testing.T) {
	v := &hostileVault{hostile: newHostile(), value: "hunter2000"}
	props := map[string]string{"config.providers": "vault", "config.providers.vault.class": "Vault", "sasl.password": "${vault:p:k}", "plain": "${file:a:b}"}
	resolved, secrets, err := actors.ResolveProperties(t.Context(), props, spyPlugins(&spy{}, v))
	require.NoError(t, err)
	require.Equal(t, "hunter2000", resolved["sasl.password"])
	require.Equal(t, "${file:a:b}", resolved["plain"])
	require.Equal(t, "${vault:p:k}", props["sasl.password"])
	require.Equal(t, "wrong: ${vault:p:k}", secrets.Hide("wrong: hunter2000"))
	require.Equal(t, 1, v.count("Close"))

	v.on("Get", fails(errors.New("sealed")))
	_, _, err = actors.ResolveProperties(t.Context(), props, spyPlugins(&spy{}, v))
	require.EqualError(t, err, "sealed")
	_, _, err = actors.ResolveProperties(t.Context(), props, plugins())
	require.Equal(t, connect.BadConfig, connect.Classify(err))
}

func TestAValidationShowsVariables(t *testing.T) {
	v := &hostileVault{hostile: newHostile(), value: "hunter2000"}
	config, errs := actors.ConfigFrom(workerProps("localhost:1", declaredProviders))
	require.Empty(t, errs)
	infos, err := actors.ValidateConnector(t.Context(), config, spyPlugins(&spy{}, v), connect.Raw(map[string]string{
		"name": "c", "connector.class": "SpySource", "tasks.max": "${vault:p:k}", "tasks.max.enforce": "hunter2000", "own": "x${vault:p:k}"}))
	require.NoError(t, err)
	values := map[string]connect.ConfigValueInfo{}
	for _, info := range infos.Configs {
		values[info.Value.Name] = *info.Value
	}
	assert.Contains(t, values["tasks.max"].Errors, "Invalid value ${vault:p:k} for configuration tasks.max: Not a number of type INT")
	assert.NotContains(t, infos.Err().Error(), "hunter2000")
	if own := values["own"].Value; own != nil {
		assert.Equal(t, "x${vault:p:k}", *own)
	}
}
