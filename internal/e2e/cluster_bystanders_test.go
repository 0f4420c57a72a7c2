// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const failingSource = "org.apache.kafka.connect.tools.MockSourceConnector"

// TestAFailureOrAChangeTouchesItsOwnTasksOnly looks at six tasks that have nothing to do with what happens.
func TestAFailureOrAChangeTouchesItsOwnTasksOnly(t *testing.T) {
	const bystanders = 6
	broker, dir := kafkatest.SharedBroker(t).Addr(), t.TempDir()
	c, k, topic := clustered(t, broker, 3, nil), lookInto(t, broker), kafkatest.Topic(t)
	c.start()
	for i := range bystanders {
		in := filepath.Join(dir, fmt.Sprint(i))
		addLines(t, in, 0, 10)
		c.all[i%3].source(fmt.Sprintf("bystander-%d", i), in, topic)
	}
	counting := map[string]string{"connector.class": numbersSource, "tasks.max": "2", "topic": topic, "throughput": "1"}
	c.all[1].create("changing", "RUNNING", counting)
	c.all[2].create("leaving", "RUNNING", map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1", "topic": topic,
		"file": filepath.Join(dir, "0")})
	c.balanced(k, 3, bystanders+3)

	seen := c.witness(k)
	// The deletion comes first: nine tasks become 3, 3 and 2, and each further one finds its place without moving another. After
	// the failures it could leave 4, 3 and 2 of them, and the balance would rightly move a bystander.
	for _, story := range []struct {
		what    string
		happens func()
	}{
		{"a connector is deleted", func() {
			c.all[0].delete("leaving")
			eventually(t, settleLimit, func() error { return c.unowned("leaving") })
		}},
		{"a task fails", func() {
			c.all[0].create("failing", "RUNNING", map[string]string{"connector.class": failingSource, "mock_mode": "task-failure", "delay_ms": "10"})
			c.all[1].awaitFailed("failing")
		}},
		{"a connector fails", func() {
			c.all[0].create("raising", "RUNNING", map[string]string{"connector.class": failingSource, "mock_mode": "connector-failure", "delay_ms": "10"})
			c.all[2].awaitFailed("raising")
		}},
		{"a configuration changes", func() {
			counting["throughput"] = "2"
			c.all[0].must(http.MethodPut, "/connectors/changing/config", counting)
			c.awaitStarts("changing", 4)
		}},
	} {
		story.happens()
		n := seen.requireUntouched(func(task string, _ grant) bool { return !strings.HasPrefix(task, "bystander-") })
		require.Equal(t, bystanders, n, story.what)
	}
	c.drain()
}

// awaitFailed returns when a connector or its task has failed.
func (a api) awaitFailed(name string) {
	a.t.Helper()
	eventually(a.t, settleLimit, func() error {
		states, err := a.states(name)
		if err == nil && !strings.Contains(states, "FAILED") {
			err = fmt.Errorf("%s is %s", name, states)
		}
		return err
	})
}

// awaitStarts returns when the tasks of a connector were started so often in all.
func (c *workers) awaitStarts(connector string, want int) {
	c.t.Helper()
	eventually(c.t, settleLimit, func() error {
		starts := 0
		for _, w := range c.all {
			for task, n := range w.starts() {
				if strings.HasPrefix(task, connector+"-") {
					starts += n
				}
			}
		}
		if starts < want {
			return fmt.Errorf("tasks of %s were started %d times and not %d times", connector, starts, want)
		}
		return nil
	})
}

// unowned returns an error while a worker has a task of a connector.
func (c *workers) unowned(connector string) error {
	info, err := c.all[0].cluster()
	for _, m := range info.Members {
		for _, task := range m.Tasks {
			if task.Connector == connector {
				return fmt.Errorf("worker %s has a task of %s", m.Worker, connector)
			}
		}
	}
	return err
}
