// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"maps"
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
)

// holder is what runs here, and what may.
type holder struct {
	// units are what this worker holds: from Start until Stopped. There is never more than one life of a unit.
	units map[generation.Unit]*held
	// mine are the grants of this process.
	mine map[generation.Unit]generation.Grant
	// revoked are those of mine that were revoked, in their order.
	revoked []generation.Unit
	// fences are the grants whose fences were asked for; true where they were executed.
	fences map[generation.Holding]bool
	// ended are grants whose unit has ended by itself for good: it is not started again under them.
	ended map[generation.Holding]bool
	// some are units to look at, all says that all have to be.
	some []generation.Unit
	all  bool
	// stopping is how many units were told to stop and have not.
	stopping int
}

// held is one life of a unit.
type held struct {
	since    int64
	stopping bool
	// toldAt is when it was told to stop.
	toldAt Instant
	// abandoned says that its user code ignores that, or that nothing was heard of it for too long. It is acknowledged as if it had
	// stopped, since nothing of it reaches Kafka any more, but the unit is not started here again before it has really ended.
	abandoned bool
}

func newHolder() holder {
	return holder{
		units:  map[generation.Unit]*held{},
		fences: map[generation.Holding]bool{},
		ended:  map[generation.Holding]bool{},
	}
}

// own takes up the grants of a generation. Most are about a few units of many: what it leaves as it was has been looked at.
func (h *holder) own(mine map[generation.Unit]generation.Grant) {
	before := h.mine
	h.mine, h.revoked = mine, nil
	for unit, grant := range mine {
		if grant.Revoked != 0 {
			h.revoked = append(h.revoked, unit)
		}
		if was, had := before[unit]; !had || was.Since != grant.Since || was.Revoked != grant.Revoked || !slices.Equal(was.Fence, grant.Fence) {
			h.some = append(h.some, unit)
		}
	}
	for unit := range before {
		if _, stays := mine[unit]; !stays {
			h.some = append(h.some, unit)
		}
	}
	slices.SortFunc(h.revoked, generation.Unit.Compare)
	gone := func(holding generation.Holding, _ bool) bool { return mine[holding.Unit].Since != holding.Since }
	maps.DeleteFunc(h.fences, gone)
	maps.DeleteFunc(h.ended, gone)
}

// settleAll looks at what may have to start or stop.
func (n *Node) settleAll() {
	h := &n.holder
	units := h.some
	if h.all {
		units = slices.AppendSeq(slices.Collect(maps.Keys(h.units)), maps.Keys(h.mine))
	}
	slices.SortFunc(units, generation.Unit.Compare)
	units = slices.Compact(units)
	h.some, h.all = nil, false
	for _, unit := range units {
		n.settle(unit)
	}
}

func (n *Node) settle(unit generation.Unit) {
	held := n.holder.units[unit]
	grant, granted := n.holder.mine[unit]
	runs := granted && grant.Revoked == 0 && !n.stopsAll()
	switch {
	case held != nil && runs && held.since == grant.Since:
		// The same grant is the same life. Where it was told to stop, it is started again once it has.
	case held != nil && !held.abandoned:
		n.stop(unit, held)
	case held == nil && runs:
		n.start(unit, grant)
	case granted && grant.Revoked != 0:
		n.fence(unit, grant)
	}
}

// stopsAll tells that nothing may run here.
func (n *Node) stopsAll() bool { return n.halted || n.lease.exhausted || n.leave.all }

func (n *Node) start(unit generation.Unit, grant generation.Grant) {
	if !n.ready || !n.lease.open || n.leave.active || n.holder.ended[grant.Holding(unit)] {
		return
	}
	n.holder.units[unit] = &held{since: grant.Since}
	n.out.add(Start{Unit: unit, Grant: grant})
}

func (n *Node) stop(unit generation.Unit, held *held) {
	if held.stopping {
		return
	}
	held.stopping, held.toldAt = true, n.now
	n.holder.stopping++
	n.out.add(Stop{Holding: generation.Holding{Unit: unit, Since: held.since}, Moves: n.moves(unit)})
}

// moves tells whether somebody will run a unit that stops here. After the last worker of a cluster nobody does.
func (n *Node) moves(unit generation.Unit) bool {
	return n.wanted(unit) && (!n.leave.active || !n.alone())
}

// stopped takes a unit out of what is held.
func (n *Node) stopped(holding generation.Holding) {
	held := n.holder.units[holding.Unit]
	if held == nil || held.since != holding.Since {
		return
	}
	delete(n.holder.units, holding.Unit)
	if held.stopping {
		n.holder.stopping--
	} else {
		n.holder.ended[holding] = true
	}
	if held.abandoned {
		n.say("a unit that ignored its stop has ended", "unit", holding.Unit, "after", n.now-held.toldAt)
	}
	n.holder.some = append(n.holder.some, holding.Unit)
	n.dirty()
}

// abandoned waits no longer for a unit whose user code ignores its stop.
func (n *Node) abandoned(holding generation.Holding) {
	held := n.holder.units[holding.Unit]
	if held == nil || held.since != holding.Since || !held.stopping || held.abandoned {
		return
	}
	n.abandon(holding.Unit, held)
	n.say("a unit ignores that it was told to stop; it is cut off and handed over all the same, and not run here before it has ended",
		"unit", holding.Unit, "since", held.since, "after", n.now-held.toldAt)
}

// abandonStuck gives up waiting for units of which nothing is heard: neither that they have stopped nor that they are cut off.
func (n *Node) abandonStuck() {
	if n.holder.stopping == 0 {
		return
	}
	for _, unit := range slices.SortedFunc(maps.Keys(n.holder.units), generation.Unit.Compare) {
		held := n.holder.units[unit]
		if !held.stopping || held.abandoned || n.now < held.toldAt+n.settings.Rebalance {
			continue
		}
		n.abandon(unit, held)
		n.warn("nothing is heard of a unit that was told to stop; it is handed over all the same, and not run here before it has ended",
			"unit", unit, "since", held.since, "after", n.settings.Rebalance)
	}
}

func (n *Node) abandon(unit generation.Unit, held *held) {
	held.abandoned = true
	n.holder.some = append(n.holder.some, unit)
	n.dirty()
}
