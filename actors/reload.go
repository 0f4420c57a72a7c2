// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"maps"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/longshore-io/connect/actors/lifecycle"
)

// The messages of a share about values that hold for a while.
type (
	// valuesExpire says after which time the values at some places are to be read again. instance tells for which
	// configuration of the connector they were read.
	valuesExpire struct {
		instance version
		ttls     map[string]time.Duration
	}
	// reloadDue says that the values of a place have expired.
	reloadDue struct {
		place string
		timer *reloadTimer
	}
)

// reloadTimer is a wait for the end of values; a later one for the same place takes its turn.
type reloadTimer struct{ stop func() bool }

// plannedWith is what the connector's properties were, resolved, when its tasks were last planned here; nil before that. The
// lives of a connector, of which there is one at a time, hand it on.
type plannedWith struct{ props map[string]string }

// differs tells that a value has changed since, although the stored configuration may be the same.
func (p *plannedWith) differs(props map[string]string) bool {
	return p.props != nil && !maps.Equal(p.props, props)
}

// armReloads begins to wait for the end of values.
func (s *share) armReloads(c actor.Context, m valuesExpire) {
	if s.wanted == nil || m.instance != s.wanted.instance {
		return // the instance of the newer configuration reads its own
	}
	self, root := c.Self(), c.ActorSystem().Root
	for place, ttl := range m.ttls {
		if old := s.reloads[place]; old != nil {
			old.stop()
		}
		timer := &reloadTimer{}
		timer.stop = s.env.runtime.Clock.AfterFunc(ttl, func() { root.Send(self, reloadDue{place, timer}) })
		s.reloads[place] = timer
		s.log.Info("values of the configuration expire, and the connector is restarted then", "provider", place, "after", ttl)
	}
}

// reload restarts the connector, which reads all values again. If any is another, it plans its tasks anew, wherever they run.
func (s *share) reload(c actor.Context, m reloadDue) {
	if s.reloads[m.place] != m.timer {
		return
	}
	s.stopReloads()
	id := unitID{s.name, theConnector}
	if pid, running := s.units[id]; running && s.wanted != nil && !s.leaving[id] {
		s.log.Info("values of the configuration have expired: the connector is restarted", "provider", m.place)
		c.Send(pid, happened{Event: lifecycle.Event{Kind: lifecycle.RestartRequested}})
	}
}

func (s *share) stopReloads() {
	for _, timer := range s.reloads {
		timer.stop()
	}
	clear(s.reloads)
}
