// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/clock"
)

// handClock is a clock whose timers end when a test says so.
type handClock struct {
	clock.System
	mu     sync.Mutex
	timers []func()
}

func (c *handClock) AfterFunc(_ time.Duration, f func()) func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timers = append(c.timers, f)
	return func() bool { return true }
}

func TestATimerOfAnActorThatHasStoppedSendsNothing(t *testing.T) {
	system, hand := quietSystem(), &handClock{}
	var letters, heard atomic.Int64
	system.EventStream.Subscribe(func(event any) {
		if _, ok := event.(*actor.DeadLetterEvent); ok {
			letters.Add(1)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	pid, err := system.Root.SpawnNamed(props(func() actor.Actor {
		return probe(func(c actor.Context) {
			switch c.Message().(type) {
			case *actor.Started:
				after(c, ctx, hand, time.Second, "due")
				after(c, ctx, hand, time.Second, "due too late")
			case *actor.Stopping:
				cancel()
			case string:
				heard.Add(1)
			}
		})
	}, stopAndTell{}), "patient")
	require.NoError(t, err)
	require.Eventually(t, func() bool { hand.mu.Lock(); defer hand.mu.Unlock(); return len(hand.timers) == 2 }, timeToSee, tick)
	hand.timers[0]()
	require.Eventually(t, func() bool { return heard.Load() == 1 }, timeToSee, tick)
	stopAndWait(t, system, pid)
	hand.timers[1]()
	require.Zero(t, letters.Load())
}

func TestWhatIsOpenedForAnActorThatHasStoppedIsShut(t *testing.T) {
	system := quietSystem()
	let, shut := make(chan struct{}), make(chan string, 1)
	ctx, cancel := context.WithCancel(t.Context())
	pid, err := system.Root.SpawnNamed(props(func() actor.Actor {
		return probe(func(c actor.Context) {
			switch c.Message().(type) {
			case *actor.Started:
				opening(c, ctx, func(context.Context) (string, error) {
					<-let
					return "a place in the group", nil
				}, func(s string) { shut <- s }, func(actor.Context, string, error) { panic("it has stopped") })
			case *actor.Stopping:
				cancel()
			}
		})
	}, stopAndTell{}), "opener")
	require.NoError(t, err)
	stopAndWait(t, system, pid)
	close(let)
	require.Equal(t, "a place in the group", <-shut)
}

func TestWhatIsOpenedForAnActorIsItsOwnToShut(t *testing.T) {
	system := quietSystem()
	given, shut := make(chan string, 1), make(chan string, 1)
	ctx, cancel := context.WithCancel(t.Context())
	pid, err := system.Root.SpawnNamed(props(func() actor.Actor {
		return probe(func(c actor.Context) {
			switch m := c.Message().(type) {
			case *actor.Started:
				opening(c, ctx, func(context.Context) (string, error) { return "a place in the group", nil }, func(s string) { shut <- s },
					func(_ actor.Context, s string, _ error) { given <- s })
			case *actor.Stopping:
				cancel()
			case resumption:
				m(c)
			}
		})
	}, stopAndTell{}), "opener")
	require.NoError(t, err)
	require.Equal(t, "a place in the group", <-given)
	stopAndWait(t, system, pid)
	require.Empty(t, shut)
}

func TestAWorkerThatIsStoppedWhileItConnectsLeavesNothingOpen(t *testing.T) {
	config, errs := ConfigFrom(memoryProps(nil))
	require.Empty(t, errs)
	system := quietSystem()
	asked, let, closed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	root := &worker{env: newEnvironment(config, nil, Runtime{}.withDefaults()), connect: func(context.Context, *environment) (*stores, error) {
		close(asked)
		<-let
		return &stores{close: func() { close(closed) }}, nil
	}}
	pid, err := system.Root.SpawnNamed(props(func() actor.Actor { return root }, rebuild{}), "worker")
	require.NoError(t, err)
	<-asked
	stopAndWait(t, system, pid)
	close(let)
	<-closed
}
