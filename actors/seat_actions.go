// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
	"github.com/longshore-io/connect/internal/topiclog"
)

// carryOut does what the protocol says. Nothing in it waits.
func (s *seat) carryOut(c actor.Context, action protocol.Action) {
	switch a := action.(type) {
	case protocol.Start:
		s.grant(a)
	case protocol.Stop:
		s.stop(a)
	case protocol.Lease:
		s.env.lease.set(a.Until)
	case protocol.AskEnd:
		s.askEnd(c)
	case protocol.Claim:
		s.claim(c)
	case protocol.Resign:
		c.Send(s.env.configlog, resignLead{})
	case protocol.Commit:
		s.h.commit(c, a.ID, toConfig(a.Records), s.deadlineOf(a.ID))
	case protocol.Declined:
		s.h.endWrite(c, a.ID, errMoved)
	case protocol.Publish:
		s.write(c, a.Presence.Record())
	case protocol.Call:
		s.write(c, a.Call.Record())
	case protocol.Forget:
		s.write(c, generation.PresenceTombstone(a.Worker))
	case protocol.Tell:
		c.Send(s.env.gateway, tellPresence{a.Worker, a.Presence})
	case protocol.Knock:
		c.Send(s.env.gateway, knock{a.Process, a.RPC})
	case protocol.Announce:
		c.Send(s.env.members, announce{a.State})
	case protocol.Fence:
		s.fence(c, a)
	case protocol.Gone:
		s.gone(c)
	case protocol.Halt:
		s.halt(c, a.Err)
	case protocol.Tale:
		s.tell(a)
	}
}

func (s *seat) grant(a protocol.Start) {
	if s.granted[a.Unit.Connector] == nil {
		s.granted[a.Unit.Connector] = map[int]generation.Grant{}
	}
	s.granted[a.Unit.Connector][a.Unit.Task] = a.Grant
	s.settling.start(s.env.runtime.Instant(), idOf(a.Unit), a.Grant)
	s.touched[a.Unit.Connector] = true
}

// stop shuts a unit's gate before anything else happens. One that this worker still owns flushes and commits what it has;
// what another may run already writes nothing any more.
func (s *seat) stop(a protocol.Stop) {
	id := idOf(a.Holding.Unit)
	grant, known := s.node.State().Grants[a.Holding.Unit]
	if known && grant.Worker == s.env.runtime.WorkerID && grant.Boot == s.env.boot && grant.Since == a.Holding.Since {
		s.env.gates.close(id, a.Holding.Since)
	} else {
		s.env.gates.shut(id, a.Holding.Since)
	}
	if granted, mine := s.granted[id.connector][id.task]; mine && granted.Since == a.Holding.Since {
		delete(s.granted[id.connector], id.task)
		if len(s.granted[id.connector]) == 0 {
			delete(s.granted, id.connector)
		}
		s.touched[id.connector] = true
	}
	s.settling.stop(s.env.runtime.Instant(), id)
	s.ending = append(s.ending, endUnit{id, a.Holding.Since})
	if s.awaited[id.connector] == nil {
		s.awaited[id.connector] = map[int]bool{}
	}
	s.awaited[id.connector][id.task] = a.Moves
	s.touched[id.connector] = true
}

// deadlineOf is until when a write may begin: that of the command it is for.
func (s *seat) deadlineOf(number int64) time.Time {
	if under := s.h.writes.under; len(under.writes) > 0 && s.h.writes.last == number {
		return under.deadline
	}
	return s.env.runtime.Clock.Now().Add(writeLimit)
}

// askEnd reads the config topic to its end: the answer comes behind the news of all that was read.
func (s *seat) askEnd(c actor.Context) {
	asked := s.env.runtime.Instant()
	limit := s.env.config.Cluster.Timers.Lease
	s.ofConfig(c, readConfig{s.env.runtime.Clock.Now().Add(limit)}, limit, func(c actor.Context, read configRead, err error) {
		if err != nil {
			s.step(c, protocol.EndUnknown{Asked: asked})
			return
		}
		s.readUpTo(c, read.position)
		s.step(c, protocol.EndAnswered{Asked: asked, End: read.position})
	})
}

func (s *seat) confirm(c actor.Context, asker *actor.PID) {
	s.ofConfig(c, readConfig{s.env.runtime.Clock.Now().Add(writeLimit)}, writeLimit, func(c actor.Context, read configRead, err error) {
		if err == nil {
			s.readUpTo(c, read.position)
		}
		c.Send(asker, Reply{Err: err})
	})
}

func (s *seat) claim(c actor.Context) {
	s.ofConfig(c, claimLead{}, writeLimit, func(c actor.Context, read configRead, err error) {
		if err != nil {
			s.step(c, protocol.ClaimFailed{Err: err})
			return
		}
		s.h.adopt(read.state)
		s.readUpTo(c, read.position)
		s.step(c, protocol.Claimed{})
	})
}

// ofConfig asks configlog.
func (s *seat) ofConfig(c actor.Context, m any, limit time.Duration, then func(actor.Context, configRead, error)) {
	system := c.ActorSystem()
	background(c, s.h.ctx, func(ctx context.Context) (configRead, error) {
		ctx, cancel := within(ctx, s.env.runtime.Clock, limit)
		defer cancel()
		value, err := request(ctx, system, s.env.configlog, m)
		read, _ := value.(configRead)
		return read, err
	}, then)
}

// write puts a record of ours into the status topic.
func (s *seat) write(c actor.Context, r generation.Record) {
	c.Send(s.env.statuslog, putOwn{topiclog.Record{Key: []byte(r.Key), Value: r.Value}})
}

// fence fences former owners on behalf of a grant that was taken back before it was used.
func (s *seat) fence(c actor.Context, a protocol.Fence) {
	background(c, s.h.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, s.env.runtime.Clock, writeLimit)
		defer cancel()
		return struct{}{}, s.env.fence(ctx, a.Workers)
	}, func(c actor.Context, _ struct{}, err error) {
		if err != nil {
			s.env.log.Warn("a former owner's offsets could not be fenced; it is tried again", "unit", a.Holding.Unit, "workers", a.Workers, "error", err)
			after(c, s.h.ctx, s.env.runtime.Clock, time.Second, resumption(func(c actor.Context) { s.fence(c, a) }))
			return
		}
		s.step(c, protocol.Fenced{Holding: a.Holding})
	})
}

func (s *seat) tell(t protocol.Tale) {
	if t.Warn {
		s.env.log.Warn(t.Text, t.Pairs...) //nolint:sloglint // the protocol's own words
		return
	}
	s.env.log.Info(t.Text, t.Pairs...) //nolint:sloglint // the protocol's own words
}
