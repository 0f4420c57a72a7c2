// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"maps"
	"slices"
)

// Encode returns the records of the transaction that follows a generation with the next one, in their order: those of each worker
// of after whose Generation is after's Number, tombstones for what is no longer needed of them and of the workers that have gone,
// and the head. Equal states give equal bytes. Parts of after's workers need not be filled in: a [Reader] gives them.
func Encode(before, after State) []Record {
	version := max(after.Version, 1)
	isNew := func(id string) bool {
		worker := after.Workers[id]
		return worker.Generation == after.Number || worker.Parts == 0
	}
	shares := byWorker(after.Grants, isNew)
	var records []Record
	workers := map[string]workerValue{}
	for _, id := range after.Members() {
		worker := after.Workers[id]
		parts := worker.Parts
		if isNew(id) {
			written := encodeShare(version, id, worker.Generation, shares[id])
			parts = len(written)
			if worker.Generation == after.Number {
				records = append(records, written...)
				records = append(records, tombstones(id, parts, partsOf(before, id))...)
			}
		}
		workers[id] = workerValue{Boot: worker.Boot, Generation: worker.Generation, Parts: parts}
	}
	for _, id := range before.Members() {
		if _, stays := after.Workers[id]; !stays {
			records = append(records, tombstones(id, 0, partsOf(before, id))...)
		}
	}
	return append(records, encodeHead(version, after, workers))
}

// partsOf tells in how many records a worker's share is; a State that no Reader has given does not say it.
func partsOf(s State, id string) int {
	worker, listed := s.Workers[id]
	if !listed || worker.Parts > 0 {
		return worker.Parts
	}
	return len(encodeShare(max(s.Version, 1), id, worker.Generation, byWorker(s.Grants, func(of string) bool { return of == id })[id]))
}

func tombstones(worker string, from, to int) []Record {
	var out []Record
	for part := from; part < to; part++ {
		out = append(out, Record{Key: shareKey(worker, part)})
	}
	return out
}

func encodeHead(version int, s State, workers map[string]workerValue) Record {
	return Record{Key: headKey, Value: marshal(headValue{
		V: version, Generation: s.Number, Leader: s.Leader, LeaderBoot: s.LeaderBoot, LeaderURL: s.LeaderURL,
		Term: s.Term, Reason: s.Reason, Workers: workers, Lost: fences(s.Unowned(), s.Lost),
	})}
}

// share is a unit with the grant that somebody has.
type share struct {
	unit  Unit
	grant Grant
}

// byWorker has the grants of those workers that are asked for, in the order of their units.
func byWorker(grants map[Unit]Grant, asked func(id string) bool) map[string][]share {
	counts := map[string]int{}
	for _, grant := range grants {
		counts[grant.Worker]++
	}
	out := map[string][]share{}
	for id, count := range counts {
		if asked(id) {
			out[id] = make([]share, 0, count)
		}
	}
	for unit, grant := range grants {
		if out[grant.Worker] != nil {
			out[grant.Worker] = append(out[grant.Worker], share{unit, grant})
		}
	}
	for _, shares := range out {
		slices.SortFunc(shares, func(a, b share) int { return a.unit.Compare(b.unit) })
	}
	return out
}

func encodeShare(version int, worker string, generation int64, shares []share) []Record {
	parts := split(shares)
	var out []Record
	for part, of := range parts {
		out = append(out, Record{Key: shareKey(worker, part), Value: marshal(shareValue{
			V: version, Generation: generation, Worker: worker, Part: part, Parts: len(parts),
			Run: runs(of), Revoke: revocations(of), Fence: unfenced(of),
		})})
	}
	return out
}

// runs and the functions below take units in their order, so that groups of one connector are side by side.
func runs(shares []share) []runValue {
	var out []runValue
	for _, s := range shares {
		if s.grant.Revoked != 0 {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Connector != s.unit.Connector {
			out = append(out, runValue{Connector: s.unit.Connector})
		}
		out[len(out)-1].add(s.unit.Task, s.grant.Since)
	}
	return out
}

func (v *runValue) add(task int, since int64) {
	if task == Instance {
		v.Instance = since
		return
	}
	if v.Tasks == nil {
		v.Tasks = map[int64][]int{}
	}
	v.Tasks[since] = append(v.Tasks[since], task)
}

func revocations(shares []share) []revokeValue {
	var out []revokeValue
	for connector := range groups(shares) {
		at := map[int64]*revokeValue{}
		for _, s := range connector {
			if s.grant.Revoked == 0 {
				continue
			}
			if at[s.grant.Revoked] == nil {
				at[s.grant.Revoked] = &revokeValue{runValue: runValue{Connector: s.unit.Connector}, At: s.grant.Revoked}
			}
			at[s.grant.Revoked].add(s.unit.Task, s.grant.Since)
		}
		for _, revoked := range slices.Sorted(maps.Keys(at)) {
			out = append(out, *at[revoked])
		}
	}
	return out
}

// groups gives the shares of one connector after the other's.
func groups(shares []share) func(func([]share) bool) {
	return func(yield func([]share) bool) {
		for from := 0; from < len(shares); {
			to := from + 1
			for to < len(shares) && shares[to].unit.Connector == shares[from].unit.Connector {
				to++
			}
			if !yield(shares[from:to]) {
				return
			}
			from = to
		}
	}
}

func unfenced(shares []share) []fenceValue {
	var units []Unit
	workers := map[Unit][]string{}
	for _, s := range shares {
		if len(s.grant.Fence) > 0 {
			units = append(units, s.unit)
			workers[s.unit] = s.grant.Fence
		}
	}
	return fences(units, workers)
}

// fences groups units that come in their order, connector by connector, by the workers that are to be fenced for them.
func fences(units []Unit, workers map[Unit][]string) []fenceValue {
	var out []fenceValue
	first := 0 // of the groups of the same connector
	for _, unit := range units {
		if len(out) > first && out[first].Connector != unit.Connector {
			first = len(out)
		}
		at := first
		for at < len(out) && !slices.Equal(out[at].Workers, workers[unit]) {
			at++
		}
		if at == len(out) {
			out = append(out, fenceValue{Connector: unit.Connector, Workers: workers[unit]})
		}
		out[at].Tasks = append(out[at].Tasks, unit.Task)
	}
	return out
}
