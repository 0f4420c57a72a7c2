// SPDX-License-Identifier: Apache-2.0

package restart

import (
	"fmt"
	"math"
	"time"
)

// Endless is the MaxAttempts that never gives up.
const Endless = -1

// Spread is the part of a delay that jitter can take away, also from one that the cap has cut.
const Spread = 0.2

// Policy says how often and after what time a failure is followed by a restart.
type Policy struct {
	// MaxAttempts is how many restarts may follow one another; 0 turns them off, and Endless, like any number below 0, never gives up.
	MaxAttempts int
	// InitialDelay is the time before the first restart, at most; jitter makes it shorter.
	InitialDelay time.Duration
	// MaxDelay bounds every delay.
	MaxDelay time.Duration
	// Reset is how long work must have been healthy for its next failure to be a first one again; 0 means that a
	// successful start is enough.
	Reset time.Duration
}

// Decision is what follows a failure.
type Decision struct {
	// Restart tells whether to start again.
	Restart bool
	// After is how long to wait before that.
	After time.Duration
	// Attempt is the number of this restart since the last healthy spell, from 1; without a restart it is how many there were.
	Attempt int
	// Reason is the decision in words, for one log line.
	Reason string
}

// Tracker counts the restarts of one task or connector. It has a single owner. A new owner begins with a new one.
type Tracker struct {
	policy   Policy
	attempts int
	// since is when the healthy spell began; the zero time outside of one.
	since time.Time
}

// New returns a tracker that has seen nothing.
func New(policy Policy) *Tracker { return &Tracker{policy: policy} }

// Healthy tells the tracker that the work runs: after a start, and again whenever the owner likes. Attempts are forgotten
// once Policy.Reset has passed since the first call after a failure.
func (t *Tracker) Healthy(now time.Time) {
	if t.since.IsZero() {
		t.since = now
	}
	if now.Sub(t.since) >= t.policy.Reset {
		t.attempts = 0
	}
}

// Failed tells the tracker of a failure and says what follows. The jitter is a random number from 0 up to 1.
func (t *Tracker) Failed(now time.Time, jitter float64) Decision {
	if !t.since.IsZero() {
		t.Healthy(now)
		t.since = time.Time{}
	}
	switch limit := t.policy.MaxAttempts; {
	case limit == 0:
		return Decision{Reason: "restarts are off (task.restart.max.attempts=0)"}
	case limit > 0 && t.attempts >= limit:
		return Decision{Attempt: t.attempts, Reason: fmt.Sprintf("all %d restarts are used up (task.restart.max.attempts)", limit)}
	}
	after := t.delay(jitter)
	t.attempts++
	return Decision{Restart: true, After: after, Attempt: t.attempts, Reason: t.describe(after)}
}

// delay works in floating point, where doubling for ever meets the cap and not an overflow.
func (t *Tracker) delay(jitter float64) time.Duration {
	doublings := min(t.attempts, 62) // more than that is beyond the cap whatever the initial delay
	d := math.Ldexp(float64(t.policy.InitialDelay), doublings)
	d = min(d, float64(t.policy.MaxDelay))
	return time.Duration(d * (1 - Spread*jitter))
}

func (t *Tracker) describe(after time.Duration) string {
	if t.policy.MaxAttempts < 0 {
		return fmt.Sprintf("restart %d in %v", t.attempts, after.Round(time.Millisecond))
	}
	return fmt.Sprintf("restart %d of %d in %v", t.attempts, t.policy.MaxAttempts, after.Round(time.Millisecond))
}
