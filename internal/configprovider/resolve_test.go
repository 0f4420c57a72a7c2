// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	connect "github.com/longshore-io/connect"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// vault is a provider that does what a test wants.
type vault struct {
	mu        sync.Mutex
	calls     []string
	get       func(path string, keys []string) (map[string]string, time.Duration, error)
	configure func(params map[string]string) error
	closed    int
}

func (v *vault) Configure(params map[string]string) error {
	if v.configure == nil {
		return nil
	}
	return v.configure(params)
}

func (v *vault) Get(_ context.Context, path string, keys []string) (map[string]string, time.Duration, error) {
	v.mu.Lock()
	for _, key := range keys {
		path += " " + key
	}
	v.calls = append(v.calls, path)
	v.mu.Unlock()
	return v.get(path, keys)
}

func (v *vault) Close() error {
	v.closed++
	return nil
}

func holding(values map[string]string, ttl time.Duration) *vault {
	return &vault{get: func(string, []string) (map[string]string, time.Duration, error) { return values, ttl, nil }}
}

// opened are providers with the names a and so on.
func opened(t *testing.T, vaults map[string]*vault) *Providers {
	t.Helper()
	plugins, props := &connect.Plugins{}, map[string]string{}
	for name, v := range vaults {
		plugins.AddConfigProvider("test."+name, func() connect.ConfigProvider { return v })
		props[Key] += name + ","
		props[Key+"."+name+".class"] = "test." + name
	}
	all, err := Open(t.Context(), props, plugins)
	require.NoError(t, err)
	return all
}

func resolveOne(t *testing.T, p *Providers, text string) string {
	t.Helper()
	resolution, err := p.Resolve(t.Context(), connect.Raw(map[string]string{"k": text}))
	require.NoError(t, err)
	return resolution.Configs[0].Props()["k"]
}

func TestVariablesAreReplacedAsKafkaDoes(t *testing.T) {
	p := opened(t, map[string]*vault{"a": holding(map[string]string{"user": "ada", "pw": `$1\x${a:user}`, "none": ""}, 0)})
	for name, c := range map[string]struct{ text, want string }{
		"a variable alone":                   {"${a:user}", "ada"},
		"in the midst of text":               {"<${a:user}>", "<ada>"},
		"several":                            {"${a:user}:${a:p:user}", "ada:ada"},
		"an unknown provider stays":          {"${b:user}", "${b:user}"},
		"also in front of a known one":       {"${b:user}${a:user}", "${b:user}ada"},
		"a missing key stays":                {"${a:other}!", "${a:other}!"},
		"a value is not looked at again":     {"${a:pw}", `$1\x${a:user}`},
		"an empty value replaces":            {"<${a:none}>", "<>"},
		"what looks like a variable is none": {"${user}", "${user}"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, resolveOne(t, p, c.text)) })
	}
}

func TestAProviderIsCalledOnceForEachPath(t *testing.T) {
	a, b := holding(map[string]string{"x": "1"}, 0), holding(nil, 0)
	p := opened(t, map[string]*vault{"a": a, "b": b})
	_, err := p.Resolve(t.Context(),
		connect.Raw(map[string]string{"1": "${a:p:y} ${a:p:x}", "2": "${a:p:x}", "3": "${a:q:x}"}), connect.Raw(map[string]string{"1": "${a:p:z}"}))
	require.NoError(t, err)
	require.Equal(t, []string{"p x y z", "q x"}, a.calls)
	require.Empty(t, b.calls)
}

func TestConfigurationsAreNotChangedByTheirResolution(t *testing.T) {
	p := opened(t, map[string]*vault{"a": holding(map[string]string{"x": "secret"}, 0)})
	config := connect.Raw(map[string]string{"k": "${a:x}"})
	config["null"] = nil
	resolution, err := p.Resolve(t.Context(), config)
	require.NoError(t, err)
	require.Equal(t, "${a:x}", *config["k"])
	require.Equal(t, map[string]string{"k": "secret"}, resolution.Configs[0].Props())
	require.Contains(t, resolution.Configs[0], "null")
}

func TestWithoutProvidersEverythingStays(t *testing.T) {
	var none *Providers
	require.Equal(t, "${a:x}", resolveOne(t, none, "${a:x}"))
	require.NoError(t, none.Close(t.Context()))
}

func TestTimesToLiveAndMissingKeysAreTold(t *testing.T) {
	p := opened(t, map[string]*vault{"a": holding(map[string]string{"x": "1"}, time.Minute), "b": holding(nil, 0)})
	resolution, err := p.Resolve(t.Context(), connect.Raw(map[string]string{"k": "${a:p:x}${b:y}${a:p:z}${c:x}"}))
	require.NoError(t, err)
	require.Equal(t, map[string]time.Duration{"a:p": time.Minute}, resolution.TTLs)
	require.Equal(t, []string{"${a:p:z}", "${b:y}"}, resolution.Missing)
}

func TestAFailureHasTheProvidersTextAndNoClassOfItsOwn(t *testing.T) {
	p := opened(t, map[string]*vault{"a": {get: func(string, []string) (map[string]string, time.Duration, error) {
		return nil, 0, connect.Errorf(connect.Fenced, "sealed")
	}}})
	_, err := p.Resolve(t.Context(), connect.Raw(map[string]string{"k": "${a:x}"}))
	require.EqualError(t, err, "sealed")
	require.Equal(t, connect.Fatal, connect.Classify(err))
}

func TestAPanicIsAFailureThatNamesTheProvider(t *testing.T) {
	p := opened(t, map[string]*vault{"a": {get: func(string, []string) (map[string]string, time.Duration, error) { panic("on fire") }}})
	_, err := p.Resolve(t.Context(), connect.Raw(map[string]string{"k": "${a:where:x}"}))
	require.EqualError(t, err, `the config provider a has failed for the path "where": panic: on fire`)
}

func TestAProviderThatHangsIsNotWaitedForAfterTheEnd(t *testing.T) {
	stuck := make(chan struct{})
	defer close(stuck)
	p := opened(t, map[string]*vault{"a": {get: func(string, []string) (map[string]string, time.Duration, error) {
		<-stuck
		return nil, 0, nil
	}}})
	ended := errors.New("the task was ended")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(ended)
	for range callsAtOnce + 1 { // the last one does not even get to call
		_, err := p.Resolve(ctx, connect.Raw(map[string]string{"k": "${a:where:x}"}))
		require.EqualError(t, err, `the config provider a has not answered for the path "where": the task was ended`)
		require.ErrorIs(t, err, ended)
	}
	require.LessOrEqual(t, len(p.byName["a"].slots), callsAtOnce)
}

func TestTheMapOfAProviderIsItsOwn(t *testing.T) {
	values := map[string]string{"x": "1"}
	p := opened(t, map[string]*vault{"a": holding(values, 0)})
	resolution, err := p.Resolve(t.Context(), connect.Raw(map[string]string{"k": "${a:x}"}))
	require.NoError(t, err)
	maps.DeleteFunc(values, func(string, string) bool { return true })
	require.Equal(t, "1", resolution.Configs[0].Props()["k"])
}

func TestSecretsAreHiddenInWhatIsShown(t *testing.T) {
	p := opened(t, map[string]*vault{"a": holding(map[string]string{"pw": "hunter2\n", "longer": "hunter2000", "n": "10"}, 0)})
	resolution, err := p.Resolve(t.Context(), connect.Raw(map[string]string{"1": "${a:pw}", "2": "${a:longer}", "3": "${a:n}"}))
	require.NoError(t, err)
	secrets := resolution.Secrets
	require.Equal(t, "login as ${a:pw} with ${a:longer} at port 10", secrets.Hide("login as hunter2 with hunter2000 at port 10"))

	cause := connect.Errorf(connect.NotFound, "no user hunter2")
	hidden := secrets.HideIn(cause)
	require.EqualError(t, hidden, "no user ${a:pw}")
	require.ErrorIs(t, hidden, cause)
	require.Equal(t, connect.NotFound, connect.Classify(hidden))
	require.NoError(t, secrets.HideIn(nil))
	require.Equal(t, cause, Secrets{}.HideIn(cause))
	require.Equal(t, "hunter2", Secrets{}.Hide("hunter2"))
}
