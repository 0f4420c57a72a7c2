// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// untilTopics waits for a connector to have used exactly some topics.
func (c *cluster) untilTopics(t *testing.T, name string, want ...string) {
	t.Helper()
	require.Eventually(t, func() bool {
		got, err := c.ConnectorTopics(t.Context(), name)
		return err == nil && slices.Equal(got, want)
	}, 10*time.Second, 5*time.Millisecond)
}

func TestTopicsAreNotedUntilTheyAreResetAndAgainWhenTheyAreUsedAgain(t *testing.T) {
	h := newHostile()
	c := hostileCluster(t, h, h)
	c.create(t, "c", map[string]string{"connector.class": "HostileSource"})
	c.create(t, "s", map[string]string{"connector.class": "HostileSink", "topics": "hostile"})
	c.untilTopics(t, "c", "hostile")
	c.untilTopics(t, "s", "hostile")

	require.NoError(t, c.PauseConnector(t.Context(), "c"))
	c.until(t, "c", connect.Paused, connect.Paused)
	require.Eventually(t, func() bool { return h.inside.Load() == 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, c.ResetConnectorTopics(t.Context(), "c"))
	topics, err := c.ConnectorTopics(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, []string{}, topics, "seen right after the answer")
	c.untilTopics(t, "s", "hostile")

	require.NoError(t, c.ResumeConnector(t.Context(), "c"))
	c.untilTopics(t, "c", "hostile")
	require.Equal(t, 1, h.count("Connector.Start")-2, "the life of the task is the same")
	require.NoError(t, c.ResetConnectorTopics(t.Context(), "s"))
	c.untilTopics(t, "s", "hostile")

	require.NoError(t, c.DeleteConnector(t.Context(), "c"))
	c.untilTopics(t, "c")
	c.until404(t, "c")
}

func TestTopicsOfAConnectorThatIsNotThere(t *testing.T) {
	c := hostileCluster(t, newHostile(), newHostile())
	topics, err := c.ConnectorTopics(t.Context(), "x")
	require.NoError(t, err)
	require.Equal(t, []string{}, topics)
	require.NoError(t, c.ResetConnectorTopics(t.Context(), "x"))
}

func TestTopicTrackingThatIsTurnedOff(t *testing.T) {
	broker := startBroker(t)
	for _, w := range []struct {
		props       map[string]string
		list, reset string
	}{
		{map[string]string{"topic.tracking.enable": "false"}, "Topic tracking is disabled.", "Topic tracking is disabled."},
		{map[string]string{"topic.tracking.allow.reset": "false"}, "", "Topic tracking reset is disabled."},
	} {
		c := startWorker(t, broker, plugins(), w.props)
		_, err := c.ConnectorTopics(t.Context(), "x")
		if w.list != "" {
			require.EqualError(t, err, w.list)
			require.Equal(t, connect.Forbidden, connect.Classify(err))
		} else {
			require.NoError(t, err)
		}
		err = c.ResetConnectorTopics(t.Context(), "x")
		require.EqualError(t, err, w.reset)
		require.Equal(t, connect.Forbidden, connect.Classify(err))
		c.stop(t)
	}
}
