// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"time"

	"github.com/longshore-io/connect/cluster/generation"
)

// unitSettled says that a unit which this worker was given has come to run, or to whatever else it shall, or has failed.
type unitSettled struct {
	id    unitID
	since int64
}

func (unitSettled) toSeat() {}

// settling measures how long a change of this worker's share takes: from the first unit that is to start or stop to the last that
// has done so.
type settling struct {
	began    time.Duration
	under    bool
	starting map[unitID]int64 // units that were given, with the generation that gave them
}

func newSettling() settling {
	return settling{starting: map[unitID]int64{}}
}

func (s *settling) begin(now time.Duration) {
	if !s.under {
		s.under, s.began = true, now
	}
}

func (s *settling) start(now time.Duration, id unitID, grant generation.Grant) {
	s.begin(now)
	s.starting[id] = grant.Since
}

func (s *settling) stop(now time.Duration, id unitID) {
	s.begin(now)
	delete(s.starting, id)
}

func (s *settling) started(m unitSettled) {
	if s.starting[m.id] == m.since {
		delete(s.starting, m.id)
	}
}

// over returns how long a change took whose last unit has just settled; stopping are those that have not ended yet.
func (s *settling) over(now time.Duration, stopping int) (took time.Duration, over bool) {
	if !s.under || len(s.starting)+stopping > 0 {
		return 0, false
	}
	s.under = false
	return now - s.began, true
}

// noteSettled counts a change that is over.
func (s *seat) noteSettled() {
	if took, over := s.settling.over(s.env.runtime.Instant(), len(s.awaited)); over {
		s.env.meters.Rebalanced(took)
	}
}
