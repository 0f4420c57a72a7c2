// SPDX-License-Identifier: Apache-2.0

package actors

import "sync"

// gates are those of the lives of one worker. Who is told that this worker has lost the right to a unit turns its gate at once,
// and hears of its end later. The zero value is ready.
type gates struct {
	mu       sync.Mutex
	of       map[unitID]*grantedGate
	verdicts map[unitID]verdict
}

// grantedGate is the gate of a unit's newest life; since is the generation that gave the right to it.
type grantedGate struct {
	*gate
	since int64
}

// verdict is what became of a right: it holds for the lives that are still to begin under it, too.
type verdict struct {
	since    int64
	position gatePosition
}

// forget is told when no life of a unit can begin any more by a right that was lost: the same right may be given again.
func (g *gates) forget(id unitID, since int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.verdicts[id].since <= since {
		delete(g.verdicts, id)
	}
}

// add enters the gate of a life that is about to begin.
func (g *gates) add(id unitID, since int64, gate *gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.prepare()
	g.of[id] = &grantedGate{gate, since}
	if v, judged := g.verdicts[id]; judged && since <= v.since {
		gate.turn(v.position)
	}
}

// remove takes out the gate of a life that has ended, unless the next one has taken its place.
func (g *gates) remove(id unitID, gate *gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if held := g.of[id]; held != nil && held.gate == gate {
		delete(g.of, id)
	}
}

// close has a unit begin nothing any more under the right that a generation gave to it, or an older one. It is still this
// worker's until it has ended: what it has accepted may be flushed and committed.
func (g *gates) close(id unitID, since int64) { g.judge(id, verdict{since, gateStopping}) }

// shut has nothing of a unit reach anybody any more under such a right: another worker has it.
func (g *gates) shut(id unitID, since int64) { g.judge(id, verdict{since, gateLost}) }

// lost says that such a right was taken away by a verdict: who has it now reports on the unit.
func (g *gates) lost(id unitID, since int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	v, judged := g.verdicts[id]
	return judged && v.position == gateLost && since <= v.since
}

func (g *gates) judge(id unitID, v verdict) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.prepare()
	old, judged := g.verdicts[id]
	if !judged || old.since < v.since || old.since == v.since && old.position < v.position {
		g.verdicts[id] = v
	}
	if held := g.of[id]; held != nil && held.since <= v.since {
		held.turn(v.position)
	}
}

func (g *gates) prepare() {
	if g.of == nil {
		g.of, g.verdicts = map[unitID]*grantedGate{}, map[unitID]verdict{}
	}
}
