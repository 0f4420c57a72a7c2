// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/stretchr/testify/require"
)

// grant is what the status topic says of a task: by which right it runs, and where.
type grant struct {
	State      string `json:"state"`
	Worker     string `json:"worker_id"`
	Generation int64  `json:"generation"`
}

// grants are those of all tasks of a cluster by "connector-task", the latest record of each.
func (c *workers) grants(k *kafka) map[string]grant {
	c.t.Helper()
	grants := map[string]grant{}
	for _, r := range k.records(c.shared["status.storage.topic"]) {
		task, is := strings.CutPrefix(string(r.Key), "status-task-")
		if !is {
			continue
		}
		if delete(grants, task); r.Value == nil {
			continue
		}
		var g grant
		require.NoError(c.t, json.Unmarshal(r.Value, &g))
		grants[task] = g
	}
	return grants
}

// started is the line by which a log tells of the start of a task.
var started = regexp.MustCompile(`INFO state {"connector": "([^"]+)", "task": (\d+), "state": "RUNNING"}`)

// starts is how often a process has started each task, as its log has it.
func (p *process) starts() map[string]int {
	p.t.Helper()
	starts := map[string]int{}
	for _, found := range started.FindAllStringSubmatch(p.said(), -1) {
		starts[found[1]+"-"+found[2]]++
	}
	return starts
}

// balanced returns when so many workers are up, nothing is being moved, and each of them has its share of so many tasks, all of
// which run.
func (c *workers) balanced(k *kafka, members, tasks int) {
	c.t.Helper()
	c.agree(members)
	eventually(c.t, settleLimit, func() error {
		leader, _ := c.leader()
		info, err := leader.cluster()
		if err != nil {
			return err
		}
		if info.up() != members || len(info.Moving)+len(info.Unassigned) > 0 {
			return fmt.Errorf("%d members, %d tasks are being moved, %d have no worker", info.up(), len(info.Moving), len(info.Unassigned))
		}
		for _, m := range info.Members {
			if n := len(m.Tasks); n < tasks/members || n > (tasks+members-1)/members {
				return fmt.Errorf("worker %s has %d of %d tasks", m.Worker, n, tasks)
			}
		}
		return nil
	})
	eventually(c.t, settleLimit, func() error {
		grants := c.grants(k)
		for task, g := range grants {
			if g.State != "RUNNING" {
				return fmt.Errorf("task %s is %s at %s", task, g.State, g.Worker)
			}
		}
		if len(grants) != tasks {
			return fmt.Errorf("%d of %d tasks have a status", len(grants), tasks)
		}
		return nil
	})
}

// witness has seen who runs what, and how often it was started.
type witness struct {
	c      *workers
	k      *kafka
	before map[string]grant
	starts map[*worker]map[string]int
}

// witness looks at the workers that run.
func (c *workers) witness(k *kafka) *witness {
	c.t.Helper()
	w := &witness{c: c, k: k, before: c.grants(k), starts: map[*worker]map[string]int{}}
	for _, worker := range c.all {
		if worker.process != nil && worker.running() {
			w.starts[worker] = worker.starts()
		}
	}
	return w
}

// since is how often each task was started since then by workers that still run.
func (w *witness) since() map[string]int {
	w.c.t.Helper()
	since := map[string]int{}
	for worker, before := range w.starts {
		if !worker.running() {
			continue
		}
		for task, n := range worker.starts() {
			since[task] += n - before[task]
		}
	}
	return since
}

// requireUntouched requires that all tasks but some are where they were, by the same right, and were not started again. It
// returns how many these are.
func (w *witness) requireUntouched(but func(task string, g grant) bool) int {
	w.c.t.Helper()
	after, since, n := w.c.grants(w.k), w.since(), 0
	for task, g := range w.before {
		if but(task, g) {
			continue
		}
		n++
		require.Equal(w.c.t, g, after[task], "task %s was touched", task)
		require.Zero(w.c.t, since[task], "task %s was started again", task)
	}
	return n
}

// requireMovedOnce requires that what a worker ran that was killed goes on elsewhere, by a new right, and was started there once.
func (w *witness) requireMovedOnce(from *worker) {
	w.c.t.Helper()
	eventually(w.c.t, settleLimit, func() error {
		after := w.c.grants(w.k)
		for task, g := range w.before {
			if now := after[task]; g.Worker == from.id() && (now.Generation <= g.Generation || now.State != "RUNNING") {
				return fmt.Errorf("task %s is %v and was %v", task, now, g)
			}
		}
		return nil
	})
	since := w.since()
	for task, g := range w.before {
		if g.Worker == from.id() {
			require.Equal(w.c.t, 1, since[task], "starts of task %s", task)
		}
	}
}
