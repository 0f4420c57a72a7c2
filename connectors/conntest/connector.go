// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

const (
	// soon is how long a call may take after its context was cancelled, and Stop at all.
	soon = time.Second
	// patience is how long a suite waits for records that a source has.
	patience = 30 * time.Second
)

// promptly runs a call and fails the test where it takes longer than a second. The call goes on then.
func promptly(t *testing.T, what string, call func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(soon):
		require.FailNow(t, what+" has not returned within "+soon.String())
		return nil
	}
}

// checkConnector holds what sources and sinks have in common.
func checkConnector(t *testing.T, create func() connect.Connector, prepare func(t *testing.T) map[string]string, bad map[string]string) {
	t.Run("a connector that was never started has a version and a configuration", func(t *testing.T) {
		c := create()
		assert.NotEmpty(t, c.Version())
		for _, key := range c.Config() {
			assert.NotEmpty(t, key.Name)
			assert.NotEmpty(t, key.Type, "the type of %s", key.Name)
			assert.NotEmpty(t, key.Importance, "the importance of %s", key.Name)
			assert.NotEmpty(t, key.Doc, "the documentation of %s", key.Name)
		}
	})
	t.Run("the configuration that works is found right", func(t *testing.T) {
		for key, errs := range wrongKeys(t, create(), prepare(t)) {
			assert.Empty(t, errs, "the errors of %s", key)
		}
	})
	for _, key := range slices.Sorted(maps.Keys(bad)) {
		t.Run("a wrong value of "+key+" is named", func(t *testing.T) {
			props := maps.Clone(prepare(t))
			props[key] = bad[key]
			found := wrongKeys(t, create(), props)
			assert.Contains(t, strings.Join(found[key], "\n"), key, "no error of the key names it; found: %v", found)
		})
	}
	t.Run("required keys that are missing are named, each one", func(t *testing.T) {
		found := wrongKeys(t, create(), map[string]string{})
		for _, key := range create().Config() {
			if key.Required {
				assert.Contains(t, strings.Join(found[key.Name], "\n"), key.Name)
			}
		}
	})
	t.Run("at most the allowed number of tasks is planned", func(t *testing.T) { checkPlan(t, create, prepare(t)) })
	t.Run("a connector stops within a second, also one that did not start", func(t *testing.T) {
		c := create()
		_ = c.Start(t.Context(), &ConnectorContext{}, map[string]string{})
		assert.NoError(t, promptly(t, "Stop", func() error { return c.Stop(context.Background()) }))
	})
}

func checkPlan(t *testing.T, create func() connect.Connector, props map[string]string) {
	c := create()
	require.NoError(t, c.Start(t.Context(), &ConnectorContext{}, maps.Clone(props)))
	for _, allowed := range []int{1, 3} {
		configs, err := c.TaskConfigs(t.Context(), allowed)
		require.NoError(t, err)
		require.LessOrEqual(t, len(configs), allowed)
		for i := range configs {
			// The runtime adds to a task's configuration: no two may be the same map.
			configs[i]["conntest.task"] = "x"
			for j := range i {
				delete(configs[j], "conntest.task")
				require.Contains(t, configs[i], "conntest.task", "tasks %d and %d have one map", i, j)
			}
		}
	}
	again, err := c.TaskConfigs(t.Context(), 1)
	require.NoError(t, err)
	for _, config := range again {
		require.NotContains(t, config, "conntest.task", "a configuration that was handed out is handed out again")
	}
	require.NoError(t, promptly(t, "Stop", func() error { return c.Stop(context.Background()) }))
}

// wrongKeys validates as the runtime does, and returns the errors by key.
func wrongKeys(t *testing.T, c connect.Connector, props map[string]string) map[string][]string {
	t.Helper()
	values := map[string]*connect.ConfigValue{}
	for _, value := range c.Config().Validate(props) {
		values[value.Name] = value
	}
	if v, ok := c.(connect.ConfigValidator); ok {
		require.NoError(t, v.ValidateConfig(t.Context(), props, values))
	}
	found := map[string][]string{}
	for name, value := range values {
		if len(value.Errors) > 0 {
			found[name] = value.Errors
		}
	}
	return found
}

// taskProps returns the configuration of a connector's only task.
func taskProps(t *testing.T, c connect.Connector, props map[string]string) map[string]string {
	t.Helper()
	require.NoError(t, c.Start(t.Context(), &ConnectorContext{}, maps.Clone(props)))
	configs, err := c.TaskConfigs(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, configs, 1, "the configuration has to be one that gives work to a task")
	require.NoError(t, promptly(t, "Stop", func() error { return c.Stop(context.Background()) }))
	return configs[0]
}
