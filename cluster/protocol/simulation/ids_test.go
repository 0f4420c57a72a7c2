// SPDX-License-Identifier: Apache-2.0

package simulation

import "github.com/longshore-io/connect/cluster/generation"

// ids are the transactional ids under which workers write source offsets and tasks write exactly once. A token stands for an
// epoch: the newest is the holder's.
type ids struct {
	world   *world
	offsets []int64
	tasks   map[generation.Unit]int64
	// stored is the newest grant whose holder has begun to read where it goes on: nothing older may be stored any more.
	stored map[generation.Unit]int64
}

func newIDs(w *world) *ids {
	return &ids{world: w, offsets: make([]int64, w.shape.workers), tasks: map[generation.Unit]int64{}, stored: map[generation.Unit]int64{}}
}

// claimOffsets takes the id that a worker stores offsets under.
func (i *ids) claimOffsets(worker int) int64 {
	i.offsets[worker]++
	i.world.tell("kafka: the offsets of w%d are taken, token %d", worker, i.offsets[worker])
	return i.offsets[worker]
}

// claimTask takes the id of an exactly-once task.
func (i *ids) claimTask(u generation.Unit) int64 {
	i.tasks[u]++
	i.world.tell("kafka: the id of %v is taken, token %d", u, i.tasks[u])
	return i.tasks[u]
}

// begin notes that a unit reads where it goes on.
func (i *ids) begin(u generation.Unit, since int64) { i.stored[u] = max(i.stored[u], since) }

// store takes offsets of an at-least-once source in; false stands for a writer that was fenced.
func (i *ids) store(worker int, token int64, u generation.Unit, since int64) bool {
	if token != i.offsets[worker] {
		return false
	}
	if since < i.stored[u] {
		i.world.fail("S4: offsets of %v of generation %d are stored by w%d, after it was begun under generation %d", u, since, worker, i.stored[u])
	}
	return true
}

// commit takes a transaction of an exactly-once task in; false stands for a writer that was fenced.
func (i *ids) commit(token int64, u generation.Unit, since int64) bool {
	if token != i.tasks[u] && !i.world.off(taskFencing) {
		return false
	}
	if since < i.stored[u] {
		i.world.fail("S1 exactly-once: a transaction of %v of generation %d is visible after it was begun under generation %d", u, since, i.stored[u])
	}
	return true
}
