// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// work is what there is to run, as the config topic has it.
type work struct{ state clusterlog.State }

// All implements plan.Work.
func (w work) All() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for connector := range w.state.All() {
			tasks := len(connector.Tasks)
			if connector.Inconsistent {
				tasks = plan.Unknown
			}
			if !yield(connector.Name, tasks) {
				return
			}
		}
	}
}

// agreement is what others of this process may know of the cluster. It does not change any more.
type agreement struct {
	state generation.State
	leads bool
	// rpc are the addresses of gateways, by worker.
	rpc map[string]string
	// connectors is the configuration that goes with it.
	connectors clusterlog.State
}

// publishView makes what is agreed visible, and notes who leads.
func (s *seat) publishView(c actor.Context) {
	leads := s.node.Leads() && s.node.State().Leader == s.env.runtime.WorkerID
	rpc := map[string]string{}
	for worker := range s.node.State().Workers {
		if address, known := s.node.Gateway(worker); known {
			rpc[worker] = address // gossip may not see it for now
		}
	}
	for _, peer := range s.node.Peers() {
		rpc[peer.Worker] = peer.RPC
	}
	state := s.node.State()
	if before := s.env.agreed.Load(); before != nil && before.state.Number < state.Number && leads {
		s.forgetDropped(c, before.state, state)
	}
	s.env.meters.Lead(leads)
	s.env.meters.Generation(state.Number)
	s.env.meters.Lease(!s.node.Suspended())
	s.env.agreed.Store(&agreement{state: state, leads: leads, rpc: rpc, connectors: s.h.state})
	if leads && !s.led {
		s.h.forgetStrangers(c) // nobody else knows for sure what is configured
	}
	s.led = leads
}

// forgetDropped removes the statuses of what nobody is to run any more, where its owner does not: one that is gone, or that was only
// to fence those before it.
func (s *seat) forgetDropped(c actor.Context, before, now generation.State) {
	for unit, grant := range before.Grants {
		_, granted := now.Grants[unit]
		_, lost := now.Lost[unit]
		ranHere := now.Workers[grant.Worker].Boot == grant.Boot && grant.Revoked != grant.Since
		if !granted && !lost && !ranHere {
			s.h.forgetStatus(c, idOf(unit))
		}
	}
}

// info answers GetCluster.
func (s *seat) info() (connect.ClusterInfo, error) {
	if s.node == nil {
		return connect.ClusterInfo{}, connect.Errorf(connect.TimedOut, "Worker is still starting up.")
	}
	state := s.node.State()
	info := connect.ClusterInfo{Group: s.env.config.GroupID, Worker: s.env.runtime.WorkerID, Leader: state.Leader, Generation: state.Number,
		Term: state.Term, Protocol: state.Version, Reason: state.Reason, Suspended: s.node.Suspended(),
		Members: s.memberInfos(state), Moving: s.moveInfos(), Unassigned: []connect.ClusterUnit{}}
	for unit := range state.Lost {
		info.Unassigned = append(info.Unassigned, connect.ClusterUnit(unit))
	}
	slices.SortFunc(info.Unassigned, byUnit)
	return info, nil
}

func byUnit(a, b connect.ClusterUnit) int {
	return cmp.Or(strings.Compare(a.Connector, b.Connector), cmp.Compare(a.Task, b.Task))
}

func (s *seat) memberInfos(state generation.State) []connect.ClusterMember {
	members := map[string]*connect.ClusterMember{}
	member := func(worker string) *connect.ClusterMember {
		if members[worker] == nil {
			members[worker] = &connect.ClusterMember{Worker: worker, State: "unseen", Connectors: []string{}, Tasks: []connect.TaskID{}}
		}
		return members[worker]
	}
	for worker := range state.Workers {
		member(worker)
	}
	for _, peer := range s.node.Peers() {
		member(peer.Worker).State = string(peer.State)
	}
	for _, unit := range state.Units() {
		if grant, owned := state.Grants[unit]; owned {
			m := member(grant.Worker)
			if unit.Task == generation.Instance {
				m.Connectors = append(m.Connectors, unit.Connector)
			} else {
				m.Tasks = append(m.Tasks, connect.TaskID(unit))
			}
		}
	}
	out := make([]connect.ClusterMember, 0, len(members))
	for worker, m := range members {
		if told, known := s.node.Presence(worker); known {
			m.URL = told.REST
		}
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b connect.ClusterMember) int { return strings.Compare(a.Worker, b.Worker) })
	return out
}

func (s *seat) moveInfos() []connect.ClusterMove {
	moves := []connect.ClusterMove{}
	now, instant := s.env.runtime.Clock.Now(), s.env.runtime.Instant()
	for _, move := range s.node.Moves() {
		moves = append(moves, connect.ClusterMove{ClusterUnit: connect.ClusterUnit(move.Unit), From: move.From.Worker, Generation: move.Generation,
			Since: now.Add(move.Since - instant).Truncate(time.Millisecond)})
	}
	return moves
}

// cluster answers GetCluster.
func (h *herder) cluster() (connect.ClusterInfo, error) {
	if h.seat == nil {
		return connect.ClusterInfo{}, connect.Errorf(connect.NotFound, "This worker is standalone: it is in no cluster.")
	}
	return h.seat.info()
}

// untilReleased waits until no worker of the cluster has a right to a task of a connector: those that had one have said that
// everything is stored, or were fenced.
func (e *environment) untilReleased(ctx context.Context, connector string) error {
	for {
		agreed := e.agreed.Load()
		worker := ""
		if agreed != nil {
			worker = ownerOfATask(agreed.state, connector)
		}
		if worker == "" {
			return nil
		}
		if err := e.runtime.Clock.Sleep(ctx, routePause); err != nil {
			return fmt.Errorf("wait for worker %s to end its tasks of connector %s: %w", worker, connector, context.Cause(ctx))
		}
	}
}

func ownerOfATask(state generation.State, connector string) string {
	for unit, grant := range state.Grants {
		if unit.Connector == connector && unit.Task != generation.Instance {
			return grant.Worker
		}
	}
	return ""
}
