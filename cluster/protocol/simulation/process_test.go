// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"time"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
)

// api is what of Kafka a process may lose while it has the rest.
type api int

const (
	fetchConfig api = iota
	fetchStatus
	listOffsets
	coordinator
	produceStatus
	produceData
	apis
)

// worker is a worker id, under which one process after the other runs.
type worker struct {
	world *world
	index int
	name  string
	boots int
	// processes are those that are alive. There are two where one was believed to be dead and is not.
	processes []*process
	// down is a machine that does not answer at all.
	down bool
}

// process returns the newest process of the worker, nil for none.
func (wr *worker) process() *process {
	if len(wr.processes) == 0 {
		return nil
	}
	return wr.processes[len(wr.processes)-1]
}

// process is one start of a worker: it owns a node and does what that says.
type process struct {
	world  *world
	worker *worker
	boot   generation.Boot
	born   protocol.Instant
	node   *protocol.Node

	alive bool
	// stopped is a process that got SIGSTOP. What comes for it meanwhile waits in pending.
	stopped bool
	began   protocol.Instant
	// stalled is when it was stopped last for longer than it may be, and then went on.
	stalled protocol.Instant
	pending []func()
	lost    [apis]bool

	config    reader
	stories   statusReader
	publishes statusWriter
	offsets   offsetsClient
	lead      *leadClient
	claiming  bool
	// ready is a process that was told so. The status topic is read up to statusEnd before.
	ready     bool
	statusEnd int64

	// lease and lastTick are what gates look at. asked is when the question was asked that the last answer was to.
	lease    protocol.Instant
	lastTick protocol.Instant
	asked    protocol.Instant
	confirms protocol.Instant

	instances []*instance
	state     generation.WorkerState
	installed int64
	sees      []view
	// acked and published serve to try what one guard is for.
	acked     int64
	published bool
}

// start boots a process of the worker.
func (wr *worker) start() *process {
	w := wr.world
	wr.boots++
	wr.down = false
	if w.happens(0.6) {
		w.log.compact()
		w.status.compact()
	}
	boot := generation.Boot(fmt.Sprintf("%s-boot-%d", wr.name[:2], wr.boots))
	if w.off(bootInGrants) {
		boot = generation.Boot(wr.name[:2] + "-boot")
	}
	p := &process{world: w, worker: wr, boot: boot, born: w.now, alive: true, state: generation.Up, lastTick: w.now,
		sees: make([]view, len(w.workers)), stalled: -1, asked: -1, confirms: -1}
	p.config.process, p.stories.process, p.publishes.process, p.offsets.process = p, p, p, p
	settings := w.shape.settings
	settings.Self = generation.Presence{Worker: wr.name, Boot: boot, RPC: p.rpc(), Gossip: p.rpc() + "/gossip",
		REST: "http://" + wr.name + "/", State: generation.Up, Oldest: protocol.Oldest, Newest: protocol.Newest}
	settings.Random = w.chance.Float64
	p.node = protocol.New(settings)
	wr.processes = append(wr.processes, p)
	w.tell("%s starts", p)
	p.after(w.between(0, settings.Tick), p.tick)
	p.after(w.latency(), p.catchUp)
	p.config.wake()
	p.stories.wake()
	w.joined(p)
	return p
}

func (p *process) String() string { return string(p.boot) }

func (p *process) rpc() string {
	return fmt.Sprintf("10.0.0.%d:%d", p.worker.index, 7000+p.worker.boots)
}

// after has the process do something later, if it is still alive then.
func (p *process) after(d time.Duration, do func()) {
	p.world.after(d, func() { p.deliver(do) })
}

func (p *process) deliver(do func()) {
	switch {
	case !p.alive:
	case p.stopped:
		p.pending = append(p.pending, do)
	default:
		do()
	}
}

func (p *process) tick() {
	w := p.world
	p.lastTick = w.now
	p.step(protocol.Tick{})
	d := w.shape.settings.Tick
	if !w.quiet && w.happens(0.002) {
		d += w.between(0, 800*ms) // A pause of the machine, shorter than a stall.
	}
	p.after(d, p.tick)
}

// catchUp reads both topics to the ends that it asks for, and takes its own offsets.
func (p *process) catchUp() {
	p.statusEnd = -1
	var list func()
	list = func() {
		var end int64
		p.request(listOffsets, 5*s, func() { end = p.world.status.end() }, func() { p.statusEnd = end; p.begin() }, list)
	}
	list()
	p.offsets.claim(p.begin)
}

func (p *process) begin() {
	if p.ready || p.statusEnd < 0 || p.stories.position < p.statusEnd || !p.offsets.verified {
		return
	}
	p.ready = true
	p.step(protocol.Ready{Floor: p.world.shape.floor})
}

// readOn tells the node what was read of the config topic.
func (p *process) readOn(records []generation.Record) {
	p.step(protocol.Read{Records: records, Position: p.config.position, Work: p.config.work})
}

// step tells the node what has happened, and does what it says.
func (p *process) step(event protocol.Event) {
	w := p.world
	if w.wrong != nil || !p.alive {
		return
	}
	event = w.falsify(p, event)
	w.steps++
	actions := p.node.Step(w.now, event)
	w.mix(uint64(w.now), uint64(p.worker.index), uint64(len(actions)))
	if w.told != nil {
		p.tellStep(event, actions)
	}
	for _, action := range actions {
		p.perform(action)
	}
	w.judge.stepped(p)
}

// request is a request to a broker: it is sent again as long as that is out of reach, happens there at some time, also if the process has
// died since, and is answered; or, after a while, given up without an answer, and may then have happened, or happen still.
func (p *process) request(api api, patience time.Duration, happen, answered, unanswered func()) {
	w, over := p.world, false
	var send func()
	send = func() {
		if over {
			return
		}
		if p.lost[api] {
			p.after(100*ms, send)
			return
		}
		lost := !w.quiet && w.happens(w.shape.unanswered)
		never := lost && w.happens(0.3)
		w.after(w.way(api), func() {
			if never {
				return
			}
			happen()
			if lost || p.lost[api] {
				return
			}
			p.after(w.latency(), func() {
				if !over {
					over = true
					answered()
				}
			})
		})
	}
	p.after(patience, func() {
		if !over {
			over = true
			unanswered()
		}
	})
	send()
}

// end is the end of a process, at once.
func (p *process) end(why string) {
	if !p.alive {
		return
	}
	p.world.tell("%s ends: %s", p, why)
	p.alive = false
	live := p.worker.processes[:0]
	for _, o := range p.worker.processes {
		if o != p {
			live = append(live, o)
		}
	}
	p.worker.processes = live
	p.world.parted(p, why == "gone")
}

// stop is a SIGSTOP, goOn the SIGCONT after it.
func (p *process) stop(d time.Duration) {
	w := p.world
	if !p.alive || p.stopped {
		return
	}
	w.tell("%s is stopped for %v", p, d)
	p.stopped = true
	p.began = w.now
	began := w.now
	w.stalled(p.worker)
	w.after(d, func() { p.goOn(began) })
}

func (p *process) goOn(began protocol.Instant) {
	w := p.world
	if !p.alive || !p.stopped || p.began != began {
		return
	}
	w.tell("%s goes on", p)
	p.stopped = false
	if w.now-began > w.shape.settings.Stall+w.shape.settings.Tick {
		p.stalled = w.now
	}
	w.judge.stepped(p)
	pending := p.pending
	p.pending = nil
	for _, do := range pending {
		p.after(w.between(0, 3*ms), do)
	}
	w.healed(p.worker)
}
