// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
)

// fenceZombies asks the leader to fence the tasks of an earlier configuration of an exactly-once source, where there may be any, before
// those of the present one start: among them may be ones that have no successor. It is answered with a Reply.
type fenceZombies struct {
	connector string
	deadline  time.Time
}

// fencingOf is what one round is about; tasks of the same configuration share it.
type fencingOf struct {
	connector  string
	generation int
}

// fencingRound is one that is under way, and who waits for it.
type fencingRound struct {
	tasks   int // that are fenced
	count   int // that the connector has now
	waiting []*actor.PID
}

// fencingNeeded says how many tasks are to be fenced, from task 0 on, and whether the number of the present ones is to be written, by
// Kafka Connect's rules: without such a record no exactly-once task was ever started, and a single task is fenced by its successor.
func fencingNeeded(c clusterlog.Connector) (tasks int, write bool) {
	switch {
	case !c.PendingFencing:
		return 0, false
	case c.FencedTasks < 0, c.FencedTasks == 1 && c.TaskCount == 1:
		return 0, true
	}
	return c.FencedTasks, true
}

func (h *herder) fenceZombies(c actor.Context, m fenceZombies) {
	connector, exists := h.state.Connector(m.connector)
	switch {
	case !exists:
		c.Respond(Reply{Err: notFound(m.connector)})
		return
	case h.typeOf(connector.Config) == connect.Sink:
		c.Respond(Reply{Err: connect.Errorf(connect.BadConfig, "Connector %s is not a source connector", m.connector)})
		return
	}
	tasks, write := fencingNeeded(connector)
	if !write {
		c.Respond(Reply{})
		return
	}
	of := fencingOf{m.connector, connector.TaskGeneration}
	if round := h.fencings[of]; round != nil {
		round.waiting = append(round.waiting, c.Sender())
		return
	}
	if h.fencings == nil {
		h.fencings = map[fencingOf]*fencingRound{}
	}
	h.fencings[of] = &fencingRound{tasks: tasks, count: connector.TaskCount, waiting: []*actor.PID{c.Sender()}}
	h.fence(c, of, connector.Config, m.deadline)
}

// fence fences, and then writes that it is done.
func (h *herder) fence(c actor.Context, of fencingOf, config connect.RawConfig, deadline time.Time) {
	round := h.fencings[of]
	h.inTime(c, deadline, func(ctx context.Context) (any, error) {
		return nil, h.env.fenceTasks(ctx, of.connector, config, round.tasks)
	}, func(c actor.Context, _ any, err error) {
		if err != nil {
			h.endFencing(c, of, err)
			return
		}
		request := writeConfig{refuse: unlessFenced(of), records: []clusterlog.Record{clusterlog.TaskCountRecord(of.connector, round.count)}, deadline: deadline}
		h.tryWrite(c, request, func(c actor.Context, err error) { h.endFencing(c, of, err) })
	})
}

// unlessFenced refuses what is written already, and what has become too old: there may be more tasks to fence by now.
func unlessFenced(of fencingOf) func(clusterlog.State) error {
	return func(state clusterlog.State) error {
		connector, exists := state.Connector(of.connector)
		switch {
		case !exists:
			return notFound(of.connector)
		case connector.TaskGeneration != of.generation:
			return connect.Errorf(connect.Conflict, "Fencing failed because new task configurations were generated for the connector")
		case !connector.PendingFencing:
			return errNothingToWrite
		}
		return nil
	}
}

func (h *herder) endFencing(c actor.Context, of fencingOf, err error) {
	round := h.fencings[of]
	delete(h.fencings, of)
	if errors.Is(err, errNothingToWrite) {
		err = nil
	}
	for _, asker := range round.waiting {
		c.Send(asker, Reply{Err: err})
	}
}

// fenceTasks takes the transactional ids of the first tasks of a connector, with the rights that its admin client has.
func (e *environment) fenceTasks(ctx context.Context, connector string, config connect.RawConfig, tasks int) error {
	if tasks == 0 {
		return nil
	}
	resolution, err := e.resolve(ctx, config)
	if err != nil {
		return err
	}
	admin, err := e.pool.Plain(kafkaconfig.WorkerAdmin(e.config.Raw, resolution.Configs[0].Props(), connector))
	if err != nil {
		return resolution.Secrets.HideIn(err)
	}
	defer admin.Close()
	ids := make([]string, tasks)
	for i := range ids {
		ids[i] = kafkaconfig.TaskID(e.config.Raw, connector, i)
	}
	rights := admin.Settings.Rights()
	return resolution.Secrets.HideIn(atOnceFor(ids, func(id string) error {
		err := untilTaken(ctx, admin.Client, e.runtime.Clock, id)
		if err != nil && topiclog.IsRefused(err) {
			return fmt.Errorf("take the transactional id %s: %w (%s)", id, err, rights.ForTaskID(id, kafkaconfig.TaskIDPrefix(e.config.Raw)))
		}
		if err != nil {
			return fmt.Errorf("take the transactional id %s: %w", id, err)
		}
		return nil
	}))
}
