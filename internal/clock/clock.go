// SPDX-License-Identifier: Apache-2.0

// Package clock is time as an input: actors, cluster and offsets take a Clock, so that tests and simulations drive it.
//
// What lives here: the clock of the machine, and its monotonic one. What does not: schedules and backoff, which are decided where they belong.
package clock

import (
	"context"
	"time"
)

// Clock tells the time and wakes up.
type Clock interface {
	// Now returns the time, with a monotonic reading where the clock has one.
	Now() time.Time
	// AfterFunc calls f on a goroutine of its own after d; stop ends the wait and says whether it was in time.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
	// Sleep waits for d or for the end of ctx, whose error it then returns.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is the machine's clock.
type System struct{}

// Now returns the machine's time.
func (System) Now() time.Time { return time.Now() }

// AfterFunc is time.AfterFunc.
func (System) AfterFunc(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }

// Sleep waits on a timer.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start is when the process began, by a clock that is not set.
var start = time.Now()

func sinceStart() time.Duration { return time.Since(start) }
