// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestAPatchChangesSomeKeysAndRemovesOthers(t *testing.T) {
	w := prepared().start(t, nil)
	w.create(t, "c", "a", "1", "b", "2")
	w.until(t, "c", connect.Running, connect.Running)
	three := "3"
	info, err := w.PatchConnectorConfig(t.Context(), "c", connect.RawConfig{"a": &three, "b": nil, "not there": nil})
	require.NoError(t, err)
	require.Equal(t, calm("c", "a", "3"), info.Config)
	require.Equal(t, []connect.TaskID{{Connector: "c"}}, info.Tasks)
	got, err := w.Connector(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, info, got)
}

func TestAPatchThatCannotBe(t *testing.T) {
	w := prepared().start(t, nil)
	w.create(t, "c")
	bad := "x"
	for name, c := range map[string]struct {
		connector string
		patch     connect.RawConfig
		class     connect.Class
		want      string
	}{
		"a connector that is not there": {"x", connect.RawConfig{"tasks.max": &bad}, connect.NotFound, "Connector x not found"},
		"a wrong value":                 {"c", connect.RawConfig{"tasks.max": &bad}, connect.BadConfig, "Invalid value x for configuration tasks.max: Not a number of type INT"},
		"a required key is removed":     {"c", connect.RawConfig{"name": nil}, connect.BadConfig, `Missing required configuration "name" which has no default value.`},
		"the class is removed":          {"c", connect.RawConfig{"connector.class": nil}, connect.BadConfig, "contains no connector type"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.PatchConnectorConfig(t.Context(), c.connector, c.patch)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, c.class, connect.Classify(err))
		})
	}
	info, err := w.Connector(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, calm("c"), info.Config)
}

func TestPatchesAtTheSameTimeAllCount(t *testing.T) {
	w := prepared().start(t, nil)
	w.create(t, "c")
	const n = 20
	errs := make(chan error, n)
	release := w.config.block() // all of them have merged with the same before the first is written
	for i := range n {
		go func() {
			value := fmt.Sprint(i)
			_, err := w.PatchConnectorConfig(context.Background(), "c", connect.RawConfig{fmt.Sprintf("key.%d", i): &value})
			errs <- err
		}()
	}
	require.Eventually(t, func() bool { return w.config.waiting.Load() == 1 && w.source.called("ValidateConfig") > n }, timeToSee, tick)
	release()
	for range n {
		require.NoError(t, <-errs)
	}
	info, err := w.Connector(t.Context(), "c")
	require.NoError(t, err)
	for i := range n {
		value, set := info.Config.Get(fmt.Sprintf("key.%d", i))
		require.True(t, set, "patch %d is lost", i)
		require.Equal(t, fmt.Sprint(i), value)
	}
}

func TestOfTwoConfigurationsAtTheSameTimeOneMakesTheConnector(t *testing.T) {
	w := prepared().start(t, nil)
	created := make(chan bool, 2)
	for range 2 {
		go func() {
			_, made, err := w.PutConnectorConfig(context.Background(), "c", calm("c"))
			if err != nil {
				panic(err)
			}
			created <- made
		}()
	}
	require.NotEqual(t, <-created, <-created)
}
