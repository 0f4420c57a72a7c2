// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"time"

	"github.com/longshore-io/connect/cluster/generation"
)

// Oldest and Newest are the versions of the protocol that this build speaks.
const (
	Oldest = 1
	Newest = 1
)

// Settings are what a worker knows of itself, and its timers. [Defaults] has the usual ones.
type Settings struct {
	// Self is this worker: its id, boot, addresses and versions. The rest of it is not looked at.
	Self generation.Presence
	// Random returns a number in [0,1): for nonces.
	Random func() float64

	// Tick is the time between two Ticks, and Stall the gap between two that closes the gates.
	Tick, Stall time.Duration
	// Lease is how long a worker may work without having confirmed that it has read the config topic to its end.
	Lease time.Duration
	// RollCall is how long the answer to a roll call may take.
	RollCall time.Duration
	// Stagger is the time by which a candidate waits longer than the one before it.
	Stagger time.Duration
	// Silence is how long a leader may leave undone what is needed.
	Silence time.Duration
	// AckRepeat is the time between two acknowledgements of the same.
	AckRepeat time.Duration
	// Coalesce is how long changes are gathered for one generation.
	Coalesce time.Duration
	// Rebalance is how long a revoked unit may take to stop: rebalance.timeout.ms.
	Rebalance time.Duration
	// LeaveAlone is how long a worker that leaves waits for a leader.
	LeaveAlone time.Duration
	// Return is how long the work of a worker that died waits for its return: scheduled.rebalance.max.delay.ms.
	Return time.Duration
	// Retention is how long the record of a worker without a sign of life is kept.
	Retention time.Duration
}

// Defaults returns the usual timers.
func Defaults() Settings {
	return Settings{
		Tick: 100 * time.Millisecond, Stall: time.Second, Lease: 15 * time.Second, RollCall: 500 * time.Millisecond,
		Stagger: 300 * time.Millisecond, Silence: 15 * time.Second, AckRepeat: time.Second, Coalesce: 50 * time.Millisecond,
		Rebalance: time.Minute, LeaveAlone: 10 * time.Second, Retention: 24 * time.Hour,
	}
}
