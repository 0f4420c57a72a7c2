// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

// putTaskConfigs stores the task configurations that a connector has planned, with their variables, unless they are stored
// already and not to be written again. It is answered with a Reply.
type putTaskConfigs struct {
	connector string
	// from is the connector's configuration, as it is stored, that the tasks were planned from.
	from     connect.RawConfig
	tasks    []connect.RawConfig
	again    bool
	deadline time.Time
}

// connectorFailed tells the herder that a connector instance of this worker has failed.
type connectorFailed struct{ name string }

// planPause is how long a plan may wait for other writes, so that plans and further creations share a transaction.
const planPause = 20 * time.Millisecond

// putTaskConfigs writes what is not stored already: every commit restarts the tasks. Whether that is so is seen from the
// state right before the write.
func (h *herder) putTaskConfigs(c actor.Context, m putTaskConfigs) {
	asker := c.Sender()
	records := append(clusterlog.TaskRecords(m.connector, m.tasks), clusterlog.CommitRecord(m.connector, len(m.tasks)))
	planned, _ := h.state.Connector(m.connector)
	more := len(m.tasks) >= len(planned.Tasks)
	// A change of the connector's offsets comes first: the tasks may start on another worker, which knows nothing of it.
	background(c, h.ctx, func(ctx context.Context) (func(), error) {
		ctx, cancel := within(ctx, h.env.runtime.Clock, m.deadline.Sub(h.env.runtime.Clock.Now()))
		defer cancel()
		return h.env.turns.enter(ctx, m.connector)
	}, func(c actor.Context, leave func(), err error) {
		if err != nil {
			c.Send(asker, Reply{Err: fmt.Errorf("wait for a change of the connector's offsets: %w", err)})
			return
		}
		h.tryWrite(c, writeConfig{records: records, deadline: m.deadline, refuse: unlessPlanned(m), patient: more, pause: h.planPause()}, func(c actor.Context, err error) {
			leave()
			c.Send(asker, Reply{Err: err})
			if err == nil || errors.Is(err, errNothingToWrite) {
				h.planned(c, m)
			}
		})
	})
}

// planPause is none where writing costs nothing.
func (h *herder) planPause() time.Duration {
	if h.env.config.Standalone {
		return 0
	}
	return planPause
}

// errNothingToWrite is an answer that is none.
var errNothingToWrite = errors.New("the task configurations are stored already, or the connector shall have none")

// unlessPlanned refuses what is stored already, and what was planned from a configuration that another one has replaced:
// the connector is about to be restarted with that.
func unlessPlanned(m putTaskConfigs) func(clusterlog.State) error {
	return func(state clusterlog.State) error {
		connector, exists := state.Connector(m.connector)
		if !exists || connector.Target == connect.TargetStopped || !connector.Config.Equal(m.from) || !m.again && !connector.Changes(m.tasks) {
			return errNothingToWrite
		}
		return nil
	}
}

// planWaiter waits for the first plan of a connector's new configuration: a standalone worker answers a creation with the
// tasks that there are then. The plan may come before the answer to the write of the configuration.
type planWaiter struct {
	deadline time.Time
	config   connect.RawConfig
	over     bool  // there is a plan, or there will be none
	err      error // why there will be none
	then     func(actor.Context, connect.ConnectorInfo, error)
}

// expectPlan begins to wait, before the configuration is written. Nil stands for not to wait: a worker of a cluster does not
// know who will run the connector.
func (h *herder) expectPlan(name string, config connect.RawConfig, deadline time.Time) *planWaiter {
	if !h.env.config.Standalone {
		return nil
	}
	if h.planWaiters == nil {
		h.planWaiters = map[string][]*planWaiter{}
	}
	w := &planWaiter{deadline: deadline, config: config}
	h.planWaiters[name] = append(h.planWaiters[name], w)
	return w
}

// whenPlanned goes on with what is told of a connector whose configuration is stored now.
func (h *herder) whenPlanned(c actor.Context, name string, plan *planWaiter, then func(actor.Context, connect.ConnectorInfo, error)) {
	if plan == nil {
		info, err := h.info(name)
		then(c, info, err)
		return
	}
	plan.then = then
	h.reviewPlans(c)
}

// forgetPlan ends a wait whose configuration was not stored: who asked for it is answered already.
func (h *herder) forgetPlan(name string, plan *planWaiter) {
	if plan == nil {
		return
	}
	rest := slices.DeleteFunc(h.planWaiters[name], func(w *planWaiter) bool { return w == plan })
	if h.planWaiters[name] = rest; len(rest) == 0 {
		delete(h.planWaiters, name)
	}
}

// planned ends the wait for the plan that is stored now.
func (h *herder) planned(c actor.Context, m putTaskConfigs) {
	for _, w := range h.planWaiters[m.connector] {
		if w.config.Equal(m.from) {
			w.over, w.err = true, nil
		}
	}
	h.reviewPlans(c)
}

// planFailed ends the wait for a plan that will not come. The status has the reason.
func (h *herder) planFailed(c actor.Context, name string) {
	for _, w := range h.planWaiters[name] {
		if !w.over {
			w.over, w.err = true, fmt.Errorf("Failed to transition connector %s to state %s", name, connect.TargetStarted) //nolint:staticcheck // Kafka's text
		}
	}
	h.reviewPlans(c)
}

// reviewPlans answers those whose wait is over, and forgets those who have given up.
func (h *herder) reviewPlans(c actor.Context) {
	for name, waiters := range h.planWaiters {
		var rest []*planWaiter
		for _, w := range waiters {
			switch {
			case h.env.late(w.deadline):
			case w.then != nil && (w.over || !h.willPlan(name, w)):
				info, unknown := h.info(name)
				w.then(c, info, errors.Join(w.err, unknown))
			default:
				rest = append(rest, w)
			}
		}
		if len(rest) > 0 {
			h.planWaiters[name] = rest
		} else {
			delete(h.planWaiters, name)
		}
	}
}

// willPlan is false where a connector is gone, has another configuration, or shall not run.
func (h *herder) willPlan(name string, w *planWaiter) bool {
	connector, exists := h.state.Connector(name)
	return exists && connector.Target == connect.TargetStarted && connector.Config.Equal(w.config)
}
