// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestValidationSaysWhatIsWrong(t *testing.T) {
	w := prepared().start(t, nil)
	infos, err := w.ValidateConfig(t.Context(), calm("c", "tasks.max", "x", "own", "y"))
	require.NoError(t, err)
	require.Equal(t, "org.example.CalmSourceConnector", infos.Name)
	require.Equal(t, 3, infos.ErrorCount)
	require.Empty(t, w.config.log())
	_, err = w.ValidateConfig(t.Context(), connect.RawConfig{})
	require.EqualError(t, err, "Connector config {} contains no connector type")
}

func TestAValidationThatHangsOrPanicsDelaysNobody(t *testing.T) {
	stuck, release := hang()
	defer release()
	for name, do := range map[string]func(context.Context) error{"hangs": stuck, "panics": func(context.Context) error { panic("on fire") }} {
		t.Run(name, func(t *testing.T) {
			w := prepared().start(t, nil)
			w.source.when("ValidateConfig", do)
			outcome := make(chan error, 1)
			go func() {
				ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
				defer cancel()
				_, err := w.ValidateConfig(ctx, calm("c"))
				outcome <- err
			}()
			require.Eventually(t, func() bool { return w.source.called("ValidateConfig") == 1 }, timeToSee, tick)
			w.source.when("ValidateConfig", nil)
			_, err := w.ValidateConfig(t.Context(), calm("d"))
			require.NoError(t, err)
			w.create(t, "d")
			w.until(t, "d", connect.Running, connect.Running)
			err = <-outcome
			if name == "panics" {
				require.ErrorContains(t, err, "on fire")
				return
			}
			require.EqualError(t, err, "Request timed out")
			release()
			_, err = w.ConnectorNames(t.Context())
			require.NoError(t, err)
		})
	}
}

func TestPluginConfigOfAConnectorAndErrors(t *testing.T) {
	w := prepared().start(t, nil)
	keys, err := w.PluginConfig(t.Context(), "CalmSource", "[1,2)")
	require.NoError(t, err)
	require.Equal(t, "own", keys[0].Name)
	require.Equal(t, "name", keys[1].Name)
	for _, key := range keys {
		if key.Name == "connector.plugin.version" {
			require.Equal(t, "1.2.3", *key.DefaultValue)
		}
	}
	for _, c := range []struct {
		name, version, want string
		class               connect.Class
	}{
		{"Nope", "", "Unknown plugin Nope.", connect.NotFound},
		{"Nope", "[1", "Invalid version specification: [1", connect.BadConfig},
		{"CalmSource", "9.9", "Plugin org.example.CalmSourceConnector not found that matches the version range [9.9,9.9], available versions: [1.2.3]", connect.BadConfig},
		{"CalmSource", " ", "Plugin org.example.CalmSourceConnector not found that matches the version range [,], available versions: [1.2.3]", connect.BadConfig},
	} {
		_, err := w.PluginConfig(t.Context(), c.name, c.version)
		require.EqualError(t, err, c.want)
		require.Equal(t, c.class, connect.Classify(err))
	}
}
