// SPDX-License-Identifier: Apache-2.0

package restart_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/actors/restart"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func policy(attempts int) restart.Policy {
	return restart.Policy{MaxAttempts: attempts, InitialDelay: time.Second, MaxDelay: 10 * time.Second, Reset: time.Minute}
}

func TestDelaysDoubleUpToTheCap(t *testing.T) {
	tracker := restart.New(policy(restart.Endless))
	var delays []time.Duration
	for range 6 {
		delays = append(delays, tracker.Failed(start, 0).After)
	}
	assert.Equal(t, []time.Duration{
		time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 10 * time.Second, 10 * time.Second,
	}, delays)
}

func TestJitterShortensEveryDelay(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures int
		jitter   float64
		want     time.Duration
	}{
		{"none leaves the first delay whole", 1, 0, time.Second},
		{"half takes a tenth off the first delay", 1, 0.5, 900 * time.Millisecond},
		{"a capped delay is spread as well", 9, 0.5, 9 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracker := restart.New(policy(restart.Endless))
			var d restart.Decision
			for range c.failures {
				d = tracker.Failed(start, c.jitter)
			}
			assert.InDelta(t, c.want, d.After, 1)
		})
	}
}

func TestDecisions(t *testing.T) {
	second := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
	for _, c := range []struct {
		name    string
		policy  restart.Policy
		happens func(*restart.Tracker)
		want    restart.Decision
	}{
		{
			"restarts are off by default", restart.Policy{}, func(*restart.Tracker) {},
			restart.Decision{Reason: "restarts are off (task.restart.max.attempts=0)"},
		},
		{
			"the first failure is followed by a restart", policy(2), func(*restart.Tracker) {},
			restart.Decision{Restart: true, After: time.Second, Attempt: 1, Reason: "restart 1 of 2 in 1s"},
		},
		{
			"one that may go on for ever says so", policy(restart.Endless), func(*restart.Tracker) {},
			restart.Decision{Restart: true, After: time.Second, Attempt: 1, Reason: "restart 1 in 1s"},
		},
		{
			"attempts are used up",
			policy(2),
			func(tr *restart.Tracker) { tr.Failed(start, 0); tr.Failed(start, 0) },
			restart.Decision{Attempt: 2, Reason: "all 2 restarts are used up (task.restart.max.attempts)"},
		},
		{
			"health for the whole reset time makes the next failure a first one",
			policy(2),
			func(tr *restart.Tracker) { tr.Failed(start, 0); tr.Failed(start, 0); tr.Healthy(second(-60)) },
			restart.Decision{Restart: true, After: time.Second, Attempt: 1, Reason: "restart 1 of 2 in 1s"},
		},
		{
			"health that ends a moment too early does not",
			policy(2),
			func(tr *restart.Tracker) { tr.Failed(start, 0); tr.Failed(start, 0); tr.Healthy(second(-59)) },
			restart.Decision{Attempt: 2, Reason: "all 2 restarts are used up (task.restart.max.attempts)"},
		},
		{
			"two short spells do not add up",
			policy(3),
			func(tr *restart.Tracker) {
				tr.Healthy(second(-100))
				tr.Failed(second(-50), 0)
				tr.Healthy(second(-40))
			},
			restart.Decision{Restart: true, After: 2 * time.Second, Attempt: 2, Reason: "restart 2 of 3 in 2s"},
		},
		{
			"repeated reports of health do not begin the spell anew",
			policy(1),
			func(tr *restart.Tracker) { tr.Failed(start, 0); tr.Healthy(second(-60)); tr.Healthy(second(-1)) },
			restart.Decision{Restart: true, After: time.Second, Attempt: 1, Reason: "restart 1 of 1 in 1s"},
		},
		{
			"a clock that was set back resets nothing",
			policy(1),
			func(tr *restart.Tracker) { tr.Failed(start, 0); tr.Healthy(second(3600)) },
			restart.Decision{Attempt: 1, Reason: "all 1 restarts are used up (task.restart.max.attempts)"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracker := restart.New(c.policy)
			c.happens(tracker)
			assert.Equal(t, c.want, tracker.Failed(start, 0))
		})
	}
}

func TestTrackerKeepsItsPolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := restart.Policy{
			MaxAttempts:  rapid.IntRange(-1, 5).Draw(t, "max attempts"),
			InitialDelay: time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "initial")),
			MaxDelay:     time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "max")),
			Reset:        time.Minute,
		}
		tracker, now, row := restart.New(p), start, 0
		for range rapid.IntRange(1, 200).Draw(t, "failures") {
			if rapid.Bool().Draw(t, "started") {
				tracker.Healthy(now)
				spell := time.Duration(rapid.Int64Range(0, int64(2*time.Minute)).Draw(t, "spell"))
				now = now.Add(spell)
				if spell >= p.Reset {
					row = 0
				}
			}
			d := tracker.Failed(now, rapid.Float64Range(0, 1).Draw(t, "jitter"))
			require.Equal(t, p.MaxAttempts < 0 || row < p.MaxAttempts, d.Restart)
			require.NotEmpty(t, d.Reason)
			if d.Restart {
				row++
				require.Equal(t, row, d.Attempt)
				require.LessOrEqual(t, d.After, p.MaxDelay)
				require.GreaterOrEqual(t, d.After, time.Duration(float64(min(p.InitialDelay, p.MaxDelay))*(1-restart.Spread))-1)
			}
		}
	})
}

func TestEndlessRestartsDoNotOverflow(t *testing.T) {
	tracker := restart.New(restart.Policy{MaxAttempts: restart.Endless, InitialDelay: 1, MaxDelay: time.Hour})
	var d restart.Decision
	for range 5000 {
		d = tracker.Failed(start, 0)
	}
	assert.Equal(t, time.Hour, d.After)
}
