// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"errors"
	"iter"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// journal is what this worker has read of the config topic.
type journal struct {
	reader   *generation.Reader
	state    generation.State
	position int64
	work     plan.Work
	// tasks are the work by connector, made when they are first asked for.
	tasks map[string]int
	// unread is why the latest head could not be installed; nil where it was.
	unread error
	// terms are when heads with a new term were installed, the latest last.
	terms []Instant
	// moves are when this worker has read each revocation that is under way.
	moves map[generation.Unit]Move
}

func newJournal() journal {
	return journal{reader: generation.NewReader(), work: noWork{}, moves: map[generation.Unit]Move{}}
}

// noWork is what there is to do before anything was read.
type noWork struct{}

func (noWork) All() iter.Seq2[string, int] { return func(func(string, int) bool) {} }

// read takes up what was read: everything that follows from it is decided in the same step, so that the position never counts
// before its consequences.
func (n *Node) read(e Read) {
	for _, record := range e.Records {
		n.apply(record)
	}
	n.log.position = max(n.log.position, e.Position)
	if e.Work != nil {
		n.log.work, n.log.tasks = e.Work, nil
	}
	n.dirty()
	n.confirm()
}

func (n *Node) apply(record generation.Record) {
	installed, err := n.log.reader.Apply(record)
	var version *generation.VersionError
	var incomplete *generation.IncompleteError
	switch {
	case errors.As(err, &version):
		n.halt(err)
	case errors.As(err, &incomplete):
		n.log.unread = err
		if n.ready {
			n.warnUnread()
		}
	case err != nil:
		n.warn("a record of the config topic was ignored", "error", err)
	case installed != nil:
		n.install(*installed)
	}
}

func (n *Node) warnUnread() {
	n.warn("what the cluster has agreed on cannot be read; work waits for the next generation. "+
		"Where none follows, records were deleted by hand: stop all workers, and remove the records longshore-generation and longshore-assignment-... from the config topic by tombstones", "error", n.log.unread)
}

// install takes up a generation.
func (n *Node) install(state generation.State) {
	before := n.log.state
	n.log.state, n.log.unread = state, nil
	n.noteMoves()
	n.lead.again = n.lead.again && (state.Term == before.Term || leaderOf(state) == n.self)
	n.lead.silence.over = false
	if n.ready && state.Term != before.Term {
		n.log.terms = append(n.recentTerms(), n.now)
	}
	n.holder.own(state.Owned(n.self.Worker, n.self.Boot))
	n.people.changed = true
	n.noteConcerned()
	n.checkVersion()
	if n.ready && state.Leader != "" {
		n.signOfLife(n.process(leaderOf(state)), false)
	}
	if n.lead.role == leading && leaderOf(state) != n.self && !n.lead.resigning() {
		n.stepDown("the log names another leader")
	}
}

func leaderOf(state generation.State) plan.Process {
	return plan.Process{Worker: state.Leader, Boot: state.LeaderBoot}
}

func (n *Node) noteMoves() {
	moves := map[generation.Unit]Move{}
	for unit, grant := range n.log.state.Grants {
		if grant.Revoked == 0 {
			continue
		}
		move, known := n.log.moves[unit]
		if !known || move.Generation != grant.Revoked || move.From != (plan.Process{Worker: grant.Worker, Boot: grant.Boot}) {
			move = Move{
				Unit: unit, From: plan.Process{Worker: grant.Worker, Boot: grant.Boot}, Generation: grant.Revoked, Since: n.now,
			}
		}
		moves[unit] = move
	}
	n.log.moves = moves
}

// wanted tells whether a unit is still to run, as far as is known.
func (n *Node) wanted(unit generation.Unit) bool {
	if n.log.tasks == nil {
		n.log.tasks = map[string]int{}
		for connector, tasks := range n.log.work.All() {
			n.log.tasks[connector] = tasks
		}
	}
	tasks, exists := n.log.tasks[unit.Connector]
	return exists && (unit.Task == generation.Instance || tasks == plan.Unknown || unit.Task < tasks)
}
