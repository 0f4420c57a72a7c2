// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"

	"github.com/longshore-io/connect/cluster/generation"
)

// Next returns the generation that follows, and whether one has to: without a change it is the State that is there. What the
// next one has of Version, Term, Leader and Reason is State's, for whoever writes it to set.
//
// Work whose owner is dead or has left is given to a member at once, work that was revoked as soon as that is acknowledged. Work that
// is not wanted any more, that is in the hands of a worker which leaves, or that another member should have for the sake of
// balance, is revoked first. Everything else stays. A process of which nothing is known keeps what it has.
//
// Work that is not wanted, but whose former owners were not fenced, is given to a member as revoked: the member fences and
// acknowledges. So no unit is forgotten while somebody may still write its offsets.
func Next(in Input) (next generation.State, changed bool) {
	d := newDraft(in)
	d.sort()
	d.balance()
	d.place()
	return d.state()
}

// draft is a generation in the making.
type draft struct {
	in     Input
	number int64
	// units are those that have an owner in State, in their order.
	units  []generation.Unit
	wanted map[generation.Unit]bool
	acks   map[Process]heldUnits

	// grants and lost are what the next generation has.
	grants map[generation.Unit]generation.Grant
	lost   map[generation.Unit][]string
	// touched are workers whose share has changed.
	touched map[string]bool
	changed bool

	// members are in the order of their ids.
	members []*member
	byID    map[string]*member
	// free are units that can be given to a member now.
	free []vacancy
	// waiting is how many units of each kind are wanted and will be free once their revocation is acknowledged.
	waiting [kinds]int
}

// vacancy is a unit that nobody owns.
type vacancy struct {
	unit generation.Unit
	// fence are the workers to be fenced for it.
	fence []string
	// home are the workers that had it last, who get it back where that does not upset the balance.
	home []string
}

func newDraft(in Input) *draft {
	return &draft{
		in: in, number: max(in.State.Number, in.Floor) + 1,
		units: in.State.Units(), wanted: wanted(in), acks: map[Process]heldUnits{},
		grants: make(map[generation.Unit]generation.Grant, len(in.State.Grants)), lost: map[generation.Unit][]string{},
		touched: map[string]bool{}, byID: map[string]*member{},
	}
}

// wanted are the units that shall run. Of a connector whose tasks are not known that is what it has.
func wanted(in Input) map[generation.Unit]bool {
	units := make(map[generation.Unit]bool, len(in.State.Grants)+len(in.State.Lost))
	unknown := map[string]bool{}
	for connector, count := range in.Work.All() {
		units[generation.Unit{Connector: connector, Task: generation.Instance}] = true
		unknown[connector] = count == Unknown
		for task := range max(count, 0) {
			units[generation.Unit{Connector: connector, Task: task}] = true
		}
	}
	for unit := range in.State.Grants {
		if unknown[unit.Connector] {
			units[unit] = true
		}
	}
	for unit := range in.State.Lost {
		if unknown[unit.Connector] {
			units[unit] = true
		}
	}
	return units
}

// sort tells what stays, what is free, and what is on its way, and who the members are.
func (d *draft) sort() {
	for _, unit := range d.units {
		d.sortGrant(unit, d.in.State.Grants[unit])
	}
	d.gather()
	for _, unit := range d.in.State.Unowned() {
		d.vacate(vacancy{unit: unit, fence: d.in.State.Lost[unit], home: d.in.State.Lost[unit]})
	}
	for unit := range d.wanted {
		if _, owned := d.in.State.Grants[unit]; owned {
			continue
		}
		if _, lost := d.in.State.Lost[unit]; !lost {
			d.free = append(d.free, vacancy{unit: unit})
		}
	}
	slices.SortFunc(d.free, func(a, b vacancy) int { return a.unit.Compare(b.unit) })
}

func (d *draft) sortGrant(unit generation.Unit, grant generation.Grant) {
	owner := Process{Worker: grant.Worker, Boot: grant.Boot}
	home := []string{grant.Worker}
	acked := grant.Revoked != 0 && d.acked(owner, unit, grant)
	switch {
	case acked && !d.in.Dead[owner], acked && d.in.Left[owner]:
		d.vacate(vacancy{unit: unit})
	case d.in.Left[owner]:
		d.vacate(vacancy{unit: unit, fence: grant.Fence, home: home})
	case d.in.Dead[owner]:
		d.vacate(vacancy{unit: unit, fence: with(grant.Fence, grant.Worker), home: home})
	case grant.Revoked == 0 && (!d.wanted[unit] || d.in.Leaving[owner]):
		d.revoke(unit, grant)
	default:
		d.grants[unit] = grant
		return // it stays
	}
	d.touch(grant.Worker)
}

// vacate notes that nobody owns a unit. One that is not wanted is forgotten, unless somebody is still to be fenced.
func (d *draft) vacate(v vacancy) {
	if !d.wanted[v.unit] && len(v.fence) == 0 {
		d.changed = true
		return
	}
	d.free = append(d.free, v)
}

func (d *draft) revoke(unit generation.Unit, grant generation.Grant) {
	grant.Revoked = d.number
	d.grants[unit] = grant
	d.touch(grant.Worker)
}

func (d *draft) give(v vacancy, to *member, revoked int64) {
	d.grants[v.unit] = generation.Grant{Worker: to.id, Boot: to.boot, Since: d.number, Revoked: revoked, Fence: v.fence}
	d.touch(to.id)
}

// lose leaves a unit without an owner. One that has never had any is not worth a generation.
func (d *draft) lose(v vacancy) {
	_, lost := d.in.State.Lost[v.unit]
	_, owned := d.in.State.Grants[v.unit]
	if lost || owned {
		d.lost[v.unit] = v.fence
	}
}

func (d *draft) touch(worker string) {
	d.touched[worker] = true
	d.changed = true
}

// state makes the generation of the draft.
func (d *draft) state() (generation.State, bool) {
	workers := d.workers()
	if !d.changed {
		return d.in.State, false
	}
	next := d.in.State
	next.Number, next.Workers, next.Grants, next.Lost = d.number, workers, d.grants, d.lost
	return next, true
}

// workers are those that own something, or may be given something.
func (d *draft) workers() map[string]generation.Worker {
	boots := map[string]generation.Boot{}
	for _, m := range d.members {
		boots[m.id] = m.boot
	}
	for _, grant := range d.grants {
		boots[grant.Worker] = grant.Boot
	}
	workers := maps.Clone(d.in.State.Workers)
	if workers == nil {
		workers = map[string]generation.Worker{}
	}
	for id := range d.in.State.Workers {
		if _, stays := boots[id]; !stays {
			delete(workers, id)
			d.changed = true
		}
	}
	for id, boot := range boots {
		if worker, listed := workers[id]; !listed || worker.Boot != boot || d.touched[id] {
			workers[id] = generation.Worker{Boot: boot, Generation: d.number}
			d.changed = true
		}
	}
	return workers
}

// with adds a worker to a sorted list of them.
func with(fence []string, worker string) []string {
	at, found := slices.BinarySearch(fence, worker)
	if found {
		return fence
	}
	return slices.Insert(slices.Clone(fence), at, worker)
}
