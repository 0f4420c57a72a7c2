// SPDX-License-Identifier: Apache-2.0

package group

import (
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
)

// phase is what a member asks the group's coordinator for next.
type phase int

// A member joins, is given what it runs (here: nothing), and then gives signs of life.
const (
	joining phase = iota
	syncing
	beating
)

// state is a member as it sees itself.
type state struct {
	phase      phase
	id         string
	generation int32
	// others are the members that a leader has to answer for, itself included; nil where another one leads.
	others []string
	// settled says that the broker has taken this member in before: whoever shuts it out now has come later.
	settled bool
	// shutOut is since when members with other protocols keep out one that was never in.
	shutOut time.Time
}

// answer is what came back for the request of a phase.
type answer struct {
	err        error // nil, one of package kerr, or that of a connection
	id         string
	generation int32
	members    []string
}

// pace is how long things take.
type pace struct {
	// patience is how long members with other protocols may take to leave: their session.
	patience time.Duration
	// heartbeat is the time between two signs of life, retry that between two attempts.
	heartbeat, retry time.Duration
}

// verdict is what follows an answer, beside the new state.
type verdict int

const (
	// proceed: take the next step.
	proceed verdict = iota
	// waitForOthers: members are in the group that have no protocol in common with us, and may be about to leave.
	waitForOthers
	// occupied: they stay. The member must not come in.
	occupied
	// displaced: they came while this member was away. Whatever it runs must end.
	displaced
	// refused: the broker will not have this member, for a reason that trying again does not mend.
	refused
)

// step says what a member does after an answer: its new state, how long it pauses before the next request, and what it means.
func (s state) step(a answer, now time.Time, p pace) (state, time.Duration, verdict) {
	switch {
	case a.err == nil:
		return s.granted(a, p)
	case errors.Is(a.err, kerr.MemberIDRequired):
		s.id = a.id
		return s, 0, proceed
	case errors.Is(a.err, kerr.InconsistentGroupProtocol):
		return s.kept(now, p)
	case errors.Is(a.err, kerr.RebalanceInProgress):
		return s.rejoin(), 0, proceed
	case errors.Is(a.err, kerr.UnknownMemberID), errors.Is(a.err, kerr.FencedInstanceID):
		s.id = ""
		return s.rejoin(), p.retry, proceed
	case errors.Is(a.err, kerr.IllegalGeneration):
		return s.rejoin(), p.retry, proceed
	case lasting(a.err):
		return s, p.heartbeat, refused
	}
	return s, p.retry, proceed // Kafka is away, or the coordinator moves
}

func (s state) granted(a answer, p pace) (state, time.Duration, verdict) {
	switch s.phase {
	case joining:
		return state{phase: syncing, id: a.id, generation: a.generation, others: a.members, settled: true}, 0, proceed
	case syncing:
		s.phase, s.others = beating, nil
	}
	return s, p.heartbeat, proceed
}

func (s state) rejoin() state {
	s.phase, s.others = joining, nil
	return s
}

// kept is a member that others keep out.
func (s state) kept(now time.Time, p pace) (state, time.Duration, verdict) {
	if s.settled {
		return s, p.retry, displaced
	}
	if s.shutOut.IsZero() {
		s.shutOut = now
	}
	if now.Sub(s.shutOut) >= p.patience {
		return s, p.retry, occupied
	}
	return s, p.retry, waitForOthers
}

// lasting tells a broker's refusals that somebody has to mend from those that end by themselves.
func lasting(err error) bool {
	var code *kerr.Error
	return errors.As(err, &code) && !code.Retriable && !errors.Is(err, kerr.GroupMaxSizeReached) && !errors.Is(err, kerr.UnknownServerError)
}
