// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
	"github.com/longshore-io/connect/cluster/protocol"
	"github.com/longshore-io/connect/internal/topiclog"
)

// seat is this worker's in its cluster, a part of the herder: it tells the protocol what has happened and carries out what that
// returns. Until the worker can be reached by the others it has no node, and keeps what was read.
type seat struct {
	h    *herder
	env  *environment
	node *protocol.Node

	// events are those that the node has not been told of: all of them, until there is one.
	events   []protocol.Event
	stepping bool
	// granted is what may run here, by connector and task: started by the protocol, and not stopped again. touched are connectors of
	// which that has changed since connectors was told.
	granted map[string]map[int]generation.Grant
	touched map[string]bool
	// ending are units whose end the protocol awaits and that nobody was told of yet; awaited are all of them, by connector, and whether
	// another worker will run them.
	ending  []endUnit
	awaited map[string]map[int]bool
	led     bool

	settling settling

	// stored are the keys in the config topic, addresses those of workers for gossip.
	stored    [][]byte
	addresses map[string]string
	met       bool

	leaver  *actor.PID // who waits for the end of a leave
	leaving bool
}

// The messages of a seat; the herder hands them on.
type (
	seatMessage interface{ toSeat() }
	// seatTick is the protocol's.
	seatTick struct{}
	// met says that this worker can be reached, and where.
	met struct{ gossip, rpc string }
	// peersChanged is what gossip says.
	peersChanged struct{ peers []protocol.Peer }
	// presenceCame is what a worker sent of itself.
	presenceCame struct{ presence generation.Presence }
	// portRefused says that nobody listens where a process's gateway was.
	portRefused struct{ process plan.Process }
	// statusOwn is a record of the status topic by which a worker tells of itself, whoever wrote it; no value is a tombstone. Those
	// that are there already come before statusesRead.
	statusOwn struct {
		key   string
		value []byte
	}
	// confirmRights is answered with a Reply when the config topic was read to its end, and the gates of what this worker has lost
	// are shut.
	confirmRights struct{}
	// unitFenced says that the former owners of a unit were fenced, as its grant wants it.
	unitFenced struct {
		id    unitID
		since int64
	}
	// unitEnded answers endUnit.
	unitEnded struct {
		id    unitID
		since int64
	}
	// unitCutOff tells of a unit whose end is awaited that its user code ignores it, and that nothing of it reaches Kafka any more.
	// unitEnded follows when that code returns.
	unitCutOff struct {
		id    unitID
		since int64
	}
	// leaveCluster hands all work over and is answered with a Reply when nothing is left of it here.
	leaveCluster struct{}
)

// endUnit has a share say when it runs a unit no more: at once where it does not.
type endUnit struct {
	id    unitID
	since int64
}

func (seatTick) toSeat()      {}
func (met) toSeat()           {}
func (peersChanged) toSeat()  {}
func (presenceCame) toSeat()  {}
func (statusOwn) toSeat()     {}
func (portRefused) toSeat()   {}
func (confirmRights) toSeat() {}
func (unitFenced) toSeat()    {}
func (unitEnded) toSeat()     {}
func (unitCutOff) toSeat()    {}
func (leaveCluster) toSeat()  {}

func newSeat(h *herder) *seat {
	return &seat{h: h, env: h.env, granted: map[string]map[int]generation.Grant{}, touched: map[string]bool{}, settling: newSettling(), awaited: map[string]map[int]bool{}, addresses: map[string]string{}}
}

// receive is the seat's part of the herder's Receive.
func (s *seat) receive(c actor.Context, m seatMessage) {
	switch m := m.(type) {
	case seatTick:
		s.step(c, protocol.Tick{})
		s.tickLater(c)
	case met:
		s.sit(c, m)
	case peersChanged:
		s.step(c, protocol.Gossiped{Peers: m.peers})
	case presenceCame:
		s.step(c, protocol.Heard{Presence: m.presence})
	case statusOwn:
		s.hear(c, m)
	case portRefused:
		s.step(c, protocol.Refused{Process: m.process})
	case confirmRights:
		s.confirm(c, c.Sender())
	case unitSettled:
		s.settling.started(m)
		s.noteSettled()
	case unitFenced:
		s.step(c, protocol.Fenced{Holding: generation.Holding{Unit: unitOf(m.id), Since: m.since}})
	case unitEnded:
		s.ended(c, m)
	case unitCutOff:
		s.step(c, protocol.Abandoned{Holding: generation.Holding{Unit: unitOf(m.id), Since: m.since}})
	case leaveCluster:
		s.leave(c)
	}
}

// meet opens the ways by which workers reach each other, when all that this one has to know is read.
func (s *seat) meet(c actor.Context) {
	s.met = true
	c.Send(s.env.members, meetOthers{s.keys(), s.known()})
}

// keys are the configured secrets, else those of the config topic.
func (s *seat) keys() [][]byte {
	if len(s.env.config.Cluster.Secrets) > 0 {
		return s.env.config.Cluster.Secrets
	}
	return s.stored
}

// known are the gossip addresses of workers that have told of themselves.
func (s *seat) known() []string { return slices.Sorted(maps.Values(s.addresses)) }

// sit takes part from now on.
func (s *seat) sit(c actor.Context, at met) {
	if s.leaving {
		return
	}
	settings := s.env.config.Cluster.Timers
	settings.Random = s.env.runtime.Random
	settings.Self = generation.Presence{Worker: s.env.runtime.WorkerID, Boot: s.env.boot, Gossip: at.gossip, RPC: at.rpc, REST: s.env.runtime.URL,
		Oldest: protocol.Oldest, Newest: protocol.Newest}
	s.node = protocol.New(settings)
	s.step(c, protocol.Ready{Floor: s.env.statuses.highestGeneration()})
	s.watch(s.h.ctx)
	s.tickLater(c)
}

// watch notes that the process is alive, apart from any actor: a gap in it closes the gates.
func (s *seat) watch(ctx context.Context) {
	clock, tick := s.env.runtime.Clock, s.env.config.Cluster.Timers.Tick
	s.env.lease.tick()
	go func() {
		for clock.Sleep(ctx, tick) == nil {
			s.env.lease.tick()
		}
	}()
}

func (s *seat) tickLater(c actor.Context) {
	after(c, s.h.ctx, s.env.runtime.Clock, s.env.config.Cluster.Timers.Tick, seatTick{})
}

// step lets the protocol decide about an event, and carries out what it says. What follows for connectors and writes comes
// when all of it is done. What an action leads to at once is an event that comes after the step.
func (s *seat) step(c actor.Context, event protocol.Event) {
	s.events = append(s.events, event)
	if s.node == nil || s.stepping {
		return
	}
	s.stepping = true
	defer func() { s.stepping = false }()
	for len(s.events) > 0 {
		next := s.events[0]
		s.events = s.events[1:]
		for _, action := range s.node.Step(s.env.runtime.Instant(), next) {
			s.carryOut(c, action)
		}
		s.settle(c)
	}
}

// settle tells connectors and all who look at it what is agreed now.
func (s *seat) settle(c actor.Context) {
	s.publishView(c)
	if len(s.touched) > 0 {
		s.h.assign(c)
	}
	for _, unit := range s.ending {
		c.Send(s.env.connectors, toShare{unit.id.connector, unit})
	}
	s.ending = nil
	s.h.nextWrite(c)
}

// agreed says whether this worker knows what the workers have agreed on, and that somebody leads.
func (s *seat) agreed() bool { return s.node != nil && s.node.State().Leader != "" }

func (s *seat) leads() bool { return s.node != nil && s.node.Leads() }

// read tells the protocol of records of the config topic.
func (s *seat) read(c actor.Context, own []generation.Record) {
	for _, record := range own {
		if record.Key == generation.SecretKey {
			s.takeKeys(c, record)
		}
	}
	s.step(c, protocol.Read{Records: own, Position: s.h.state.Position(), Work: work{s.h.state}})
}

func (s *seat) takeKeys(c actor.Context, record generation.Record) {
	keys, err := generation.DecodeKey(record.Value)
	if err != nil || len(keys) == 0 {
		s.env.log.Warn("the cluster's keys in the config topic cannot be used; those that this worker has go on", "error", err)
		return
	}
	s.stored = keys
	if s.met {
		c.Send(s.env.members, newKeys{s.keys()})
	}
}

// readUpTo tells that there is nothing more before a position: markers of transactions are no records.
func (s *seat) readUpTo(c actor.Context, position int64) {
	s.step(c, protocol.Read{Position: position, Work: work{s.h.state}})
}

// hear takes what a worker has written about itself in the status topic, and roll calls.
func (s *seat) hear(c actor.Context, m statusOwn) {
	record, err := generation.DecodeStatus(m.key, m.value)
	if err != nil {
		s.env.log.Warn("a record of the status topic was skipped", "error", err)
		return
	}
	switch record := record.(type) {
	case generation.Presence:
		s.learn(c, record.Worker, record.Gossip)
		s.step(c, protocol.Heard{Presence: record})
	case generation.Forgotten:
		s.learn(c, record.Worker, "")
		s.step(c, protocol.Forgotten{Worker: record.Worker})
	case generation.RollCall:
		s.step(c, protocol.Called{Call: record})
	}
}

// learn takes where a worker gossips; "" is a worker that is forgotten.
func (s *seat) learn(c actor.Context, worker, address string) {
	if s.addresses[worker] == address || worker == s.env.runtime.WorkerID {
		return
	}
	if s.addresses[worker] = address; address == "" {
		delete(s.addresses, worker)
	}
	if s.met {
		c.Send(s.env.members, knownAddresses{s.known()})
	}
}

// mutate asks the protocol to write records, with what follows from them for the work.
func (s *seat) mutate(c actor.Context, number int64, next batch) {
	records := make([]generation.Record, len(next.records))
	for i, r := range next.records {
		records[i] = generation.Record(r)
	}
	s.step(c, protocol.Mutation{ID: number, Records: records, Work: work{next.preview.State()}, Patient: !next.hasty})
}

// committed tells the protocol what has become of a write. Where it is not known, the lead is claimed anew to find out.
func (s *seat) committed(c actor.Context, number int64, err error) {
	if err == nil {
		s.step(c, protocol.Written{Commit: number})
		return
	}
	fenced := claimLost(err)
	s.step(c, protocol.WriteFailed{Commit: number, Fenced: fenced, Unknown: !fenced && !neverWritten(err), Err: err})
}

func claimLost(err error) bool {
	return errors.Is(err, topiclog.ErrFenced) || errors.Is(err, topiclog.ErrNotClaimed)
}

// neverWritten tells of a transaction that nobody has tried to commit: brokers have not taken all of its records, or it was not begun.
func neverWritten(err error) bool {
	var left *topiclog.LeftError
	return errors.Is(err, topiclog.ErrNotClaimed) || errors.As(err, &left)
}

// forAsker is what becomes of a failed write for whoever has asked for it: what another worker leads by now is for that one to do.
func forAsker(err error) error {
	if claimLost(err) && neverWritten(err) {
		return errMoved
	}
	return err
}

func (s *seat) ended(c actor.Context, m unitEnded) {
	if delete(s.awaited[m.id.connector], m.id.task); len(s.awaited[m.id.connector]) == 0 {
		delete(s.awaited, m.id.connector)
		s.touched[m.id.connector] = true
	}
	s.noteSettled()
	s.step(c, protocol.Stopped{Holding: generation.Holding{Unit: unitOf(m.id), Since: m.since}})
}

// leave hands everything over.
func (s *seat) leave(c actor.Context) {
	s.leaver = c.Sender()
	s.leaving = true
	if s.node == nil {
		s.gone(c)
		return
	}
	s.step(c, protocol.Leave{})
}

func (s *seat) gone(c actor.Context) {
	if s.leaver != nil {
		c.Send(s.leaver, Reply{})
		s.leaver = nil
	}
}

// runs says whether connectors is concerned with a connector: something of it was granted to this worker, or has to end.
func (s *seat) runs(connector string) bool {
	return len(s.granted[connector])+len(s.awaited[connector]) > 0
}

// limit keeps of an assignment what was granted to this worker.
func (s *seat) limit(a *assignment) {
	a.units, a.fences, a.goodbyes = map[int]int64{}, map[int][]string{}, map[int]bool{}
	for task, moves := range s.awaited[a.name] {
		a.goodbyes[task] = !moves
	}
	for task, grant := range s.granted[a.name] {
		if task < len(a.tasks) {
			a.units[task], a.fences[task] = grant.Since, grant.Fence
		}
	}
}

func unitOf(id unitID) generation.Unit {
	return generation.Unit{Connector: id.connector, Task: id.task}
}

func idOf(unit generation.Unit) unitID { return unitID{unit.Connector, unit.Task} }

// errMoved says that a command is another worker's to carry out. It is answered by asking that one.
var errMoved = connect.Errorf(connect.Conflict, "the command is another worker's to carry out by now")

// halt ends the worker: it cannot take part.
func (s *seat) halt(c actor.Context, err error) {
	c.Send(c.Parent(), cannotRun{connect.Classed(connect.Unusable, fmt.Errorf("take part in group %s: %w", s.env.config.GroupID, err))})
}

func toConfig(records []generation.Record) []clusterlog.Record {
	out := make([]clusterlog.Record, len(records))
	for i, r := range records {
		out[i] = clusterlog.Record(r)
	}
	return out
}
