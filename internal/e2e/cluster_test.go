// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// workers are those of one cluster: one group, one set of topics.
type workers struct {
	t      *testing.T
	broker string
	shared map[string]string
	all    []*worker
}

// clustered describes workers of one cluster, and starts none.
func clustered(t *testing.T, broker string, n int, more map[string]string) *workers {
	t.Helper()
	group := kafkatest.Topic(t)
	shared := map[string]string{"group.id": group, "config.storage.topic": group + ".configs", "offset.storage.topic": group + ".offsets",
		"status.storage.topic": group + ".status"}
	maps.Copy(shared, more)
	c := &workers{t: t, broker: broker, shared: shared}
	for range n {
		c.add(nil)
	}
	return c
}

// add describes one worker more.
func (c *workers) add(more map[string]string) *worker {
	c.t.Helper()
	w := describe(c.t, "connect-distributed", kafkatest.DistributedSample, c.broker, c.shared, more)
	c.all = append(c.all, w)
	return w
}

// start starts all of them at once, and returns when they agree.
func (c *workers) start() {
	c.t.Helper()
	for _, w := range c.all {
		w.launch()
	}
	c.agree(len(c.all))
}

// agree returns when all workers that run name the same leader, which is one of them, and so many members that are up.
func (c *workers) agree(members int) {
	c.t.Helper()
	eventually(c.t, startLimit, func() error {
		leaders, ids := map[string]bool{}, map[string]bool{}
		for _, w := range c.all {
			if w.process == nil || !w.running() {
				continue
			}
			info, err := w.cluster()
			if err != nil {
				return err
			}
			if up := info.up(); up != members || info.Leader == "" {
				return fmt.Errorf("worker %s sees %d of %d members, and leader %q", w.url, up, members, info.Leader)
			}
			leaders[info.Leader], ids[w.id()] = true, true
		}
		for leader := range leaders {
			if len(leaders) != 1 || !ids[leader] {
				return fmt.Errorf("the leaders are %v, and the workers that run %v", leaders, ids)
			}
		}
		return nil
	})
}

// clusterInfo is what the tests look at of GET /cluster.
type clusterInfo struct {
	Leader     string
	Generation int64
	Suspended  bool
	Members    []struct {
		Worker, State string
		Connectors    []string
		Tasks         []struct {
			Connector string
			Task      int
		}
	}
	Moving     []any
	Unassigned []any
}

func (i clusterInfo) up() int {
	n := 0
	for _, m := range i.Members {
		if m.State == "up" {
			n++
		}
	}
	return n
}

func (a api) cluster() (info clusterInfo, err error) {
	answer, err := a.get("/cluster")
	if err == nil {
		err = json.Unmarshal(answer, &info)
	}
	return info, err
}

// id is the name of a worker in its cluster.
func (w *worker) id() string { return w.url[len("http://"):] }

// leader returns who leads, and one who does not.
func (c *workers) leader() (leader, other *worker) {
	c.t.Helper()
	for _, w := range c.all {
		if w.process == nil || !w.running() {
			continue
		}
		info, err := w.cluster()
		require.NoError(c.t, err)
		if info.Leader == w.id() {
			leader = w
		} else {
			other = w
		}
	}
	require.NotNil(c.t, leader, "nobody leads")
	return leader, other
}

// terminate ends all that run, one after the other.
func (c *workers) terminate() {
	c.t.Helper()
	for _, w := range c.all {
		if w.process != nil && w.running() {
			w.terminate()
		}
	}
}

// drain ends all workers, one after the other, whatever connectors have printed.
func (c *workers) drain() {
	c.t.Helper()
	for _, w := range c.all {
		w.drain()
	}
}

// delete removes a connector through a worker.
func (a api) delete(name string) {
	a.t.Helper()
	a.must(http.MethodDelete, "/connectors/"+name, nil)
}
