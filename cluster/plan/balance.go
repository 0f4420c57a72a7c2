// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"maps"
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
)

// Tasks and connector instances are shared out each by themselves.
const (
	tasks = iota
	instances
	kinds
)

func kindOf(unit generation.Unit) int {
	if unit.Task == generation.Instance {
		return instances
	}
	return tasks
}

// member is a worker that may be given work.
type member struct {
	id   string
	boot generation.Boot
	// runs are the units of each kind that it has and is not asked to stop, in their order.
	runs [kinds][]generation.Unit
	// wishes is how many units come home to it if it gets them.
	wishes [kinds]int
	// target is how many units it has when everything is shared out.
	target [kinds]int
	// load is how many it has by now.
	load [kinds]int
}

func (m *member) room(kind int) int { return m.target[kind] - m.load[kind] }

// gather finds the members and what each of them runs. A worker of which another process still owns something is none: only one
// process of a worker can be in a generation.
func (d *draft) gather() {
	for _, id := range slices.Sorted(maps.Keys(d.in.Members)) {
		process := Process{Worker: id, Boot: d.in.Members[id]}
		if !d.in.Leaving[process] && !d.in.Dead[process] && !d.in.Left[process] {
			d.byID[id] = &member{id: id, boot: process.Boot}
		}
	}
	for _, grant := range d.grants {
		if m := d.byID[grant.Worker]; m != nil && m.boot != grant.Boot {
			delete(d.byID, grant.Worker)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(d.byID)) {
		d.members = append(d.members, d.byID[id])
	}
	for _, unit := range d.units {
		grant, owned := d.grants[unit]
		if !owned {
			continue
		}
		kind := kindOf(unit)
		if grant.Revoked != 0 {
			if d.wanted[unit] {
				d.waiting[kind]++
			}
		} else if m := d.byID[grant.Worker]; m != nil {
			m.runs[kind] = append(m.runs[kind], unit)
		}
	}
}

// balance takes from members what they have too much of. Work that is being revoked already counts as being on its way to
// whoever lacks some, so that nothing is taken away twice for the same reason.
func (d *draft) balance() {
	d.setAside()
	if len(d.members) == 0 {
		return
	}
	d.aim()
	for _, m := range d.members {
		for kind := range kinds {
			excess := max(len(m.runs[kind])-m.target[kind], 0)
			for i := range excess {
				// Evenly from all that it has, so that no connector moves as a whole.
				unit := m.runs[kind][i*len(m.runs[kind])/excess]
				d.revoke(unit, d.grants[unit])
			}
			m.load[kind] = len(m.runs[kind]) - excess
		}
	}
}

// setAside takes out of what is free what is not to be shared out: what nobody can take now, and what is not wanted.
func (d *draft) setAside() {
	var free []vacancy
	for _, v := range d.free {
		switch {
		case len(d.members) == 0 || (d.wanted[v.unit] && d.waits(v)):
			d.lose(v)
		case !d.wanted[v.unit]:
			d.give(v, d.members[0], d.number)
		default:
			free = append(free, v)
		}
	}
	d.free = free
}

// waits tells whether a unit waits for a former owner to come back.
func (d *draft) waits(v vacancy) bool {
	return d.in.Wait != nil && slices.ContainsFunc(v.fence, func(id string) bool { return d.byID[id] == nil && d.in.Wait(id) })
}

// aim says how many units of each kind every member is to have. Of numbers that do not divide, some members have one more: those
// that have it already, since that saves a move, and then those that have none more of the other kind.
func (d *draft) aim() {
	sum := d.waiting
	for _, v := range d.free {
		kind := kindOf(v.unit)
		sum[kind]++
		if m := d.home(v); m != nil {
			m.wishes[kind]++
		}
	}
	for _, m := range d.members {
		for kind := range kinds {
			sum[kind] += len(m.runs[kind])
		}
	}
	var share [kinds]int
	for kind := range kinds {
		share[kind] = sum[kind] / len(d.members)
	}
	more := func(m *member, kind int) bool { return len(m.runs[kind]) > share[kind] }
	comesHome := func(m *member, kind int) bool { return len(m.runs[kind])+m.wishes[kind] > share[kind] }
	d.raise(tasks, sum[tasks], func(m *member) []bool {
		return []bool{!more(m, tasks), more(m, instances), !comesHome(m, tasks), comesHome(m, instances)}
	})
	d.raise(instances, sum[instances], func(m *member) []bool {
		return []bool{!more(m, instances), m.target[tasks] > share[tasks], !comesHome(m, instances)}
	})
}

// raise sets the targets of a kind: the same for all, and one more for those whom rank puts first. Ranks are compared question by
// question, false before true.
func (d *draft) raise(kind, sum int, rank func(*member) []bool) {
	type ranked struct {
		*member
		rank []bool
	}
	order := make([]ranked, 0, len(d.members))
	for _, m := range d.members {
		order = append(order, ranked{m, rank(m)})
	}
	slices.SortStableFunc(order, func(a, b ranked) int {
		return slices.CompareFunc(a.rank, b.rank, func(x, y bool) int { return cmp.Compare(number(x), number(y)) })
	})
	for i, m := range order {
		m.target[kind] = sum / len(order)
		if i < sum%len(order) {
			m.target[kind]++
		}
	}
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// place gives what is free to members: first what comes home, then each of the rest to the member that has the fewest.
func (d *draft) place() {
	var rest []vacancy
	for _, v := range d.free {
		if m := d.home(v); m != nil && m.room(kindOf(v.unit)) > 0 {
			d.take(v, m)
		} else {
			rest = append(rest, v)
		}
	}
	for _, v := range rest {
		d.take(v, d.least(kindOf(v.unit)))
	}
}

func (d *draft) take(v vacancy, m *member) {
	m.load[kindOf(v.unit)]++
	d.give(v, m, 0)
}

// home is the member that had a unit before, nil where there is none.
func (d *draft) home(v vacancy) *member {
	for _, id := range v.home {
		if m := d.byID[id]; m != nil {
			return m
		}
	}
	return nil
}

// least is the member with room that has the fewest units of a kind. There is one as long as something is free, since the
// targets add up to all that there is.
func (d *draft) least(kind int) *member {
	var least *member
	for _, m := range d.members {
		if m.room(kind) > 0 && (least == nil || m.load[kind] < least.load[kind]) {
			least = m
		}
	}
	return least
}
