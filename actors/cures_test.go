// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// The sharp edges of protoactor that this package works around, each with a test that fails without the cure.

// quietSystem counts dead letters for a moment only: protoactor does so on a goroutine that sleeps meanwhile.
func quietSystem() *actor.ActorSystem {
	return actor.NewActorSystem(actor.WithDeadLetterThrottleInterval(time.Millisecond),
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return slog.New(slog.DiscardHandler) }))
}

func stopAndWait(t *testing.T, system *actor.ActorSystem, pid *actor.PID) {
	t.Helper()
	require.NoError(t, system.Root.StopFuture(pid).Wait())
}

// An actor of functions, for tests.
type probe func(c actor.Context)

func (p probe) Receive(c actor.Context) { p(c) }

func TestANameCanBeSentToWhileItIsRespawned(t *testing.T) {
	const respawns = 2000
	system := quietSystem()
	var early, started atomic.Int64
	child := func() actor.Actor {
		begun := false
		return probe(func(c actor.Context) {
			switch c.Message().(type) {
			case *actor.Started:
				begun = true
				started.Add(1)
			case string:
				if !begun {
					early.Add(1)
				}
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	target := actor.NewPID(system.Address(), "respawned")
	senders := make(chan error, 2)
	for range 2 {
		go func() {
			senders <- connect.Guard(func() error {
				for ctx.Err() == nil {
					system.Root.Send(target, "hello")
				}
				return nil
			})
		}()
	}
	for range respawns {
		pid, err := system.Root.SpawnNamed(props(child, stopAndTell{}), "respawned")
		require.NoError(t, err)
		stopAndWait(t, system, pid)
	}
	cancel()
	require.NoError(t, <-senders)
	require.NoError(t, <-senders)
	require.EqualValues(t, respawns, started.Load())
	require.Zero(t, early.Load(), "messages before Started")
}

// family is a parent with one child, and what the parent hears of it: why it was stopped, and that it has ended. The two
// come in any order, one being a message like others and the other one of the system's.
type family struct {
	parent, child *actor.PID
	failed, ended chan any
}

func supervised(t *testing.T, system *actor.ActorSystem, strategy actor.SupervisorStrategy, child probe) family {
	t.Helper()
	f := family{failed: make(chan any, 100), ended: make(chan any, 100)}
	spawned := make(chan *actor.PID, 1)
	parent, err := system.Root.SpawnNamed(props(func() actor.Actor {
		return probe(func(c actor.Context) {
			switch m := c.Message().(type) {
			case *actor.Started:
				spawned <- spawn(c, props(func() actor.Actor { return child }, stopAndTell{}), "child")
			case childFailed:
				f.failed <- m
			case *actor.Terminated:
				f.ended <- m
			}
		})
	}, strategy), "parent")
	require.NoError(t, err)
	f.parent, f.child = parent, <-spawned
	return f
}

func receive[T any](t *testing.T, heard chan any) T {
	t.Helper()
	for {
		select {
		case m := <-heard:
			if got, ok := m.(T); ok {
				return got
			}
		case <-time.After(5 * time.Second):
			require.FailNow(t, "nothing heard")
		}
	}
}

func TestAPanicStopsTheChildAndTellsTheParentWithTheStack(t *testing.T) {
	system := quietSystem()
	f := supervised(t, system, stopAndTell{}, func(c actor.Context) {
		if _, ok := c.Message().(string); ok {
			panic("on fire")
		}
	})
	system.Root.Send(f.child, "go")
	failed := receive[childFailed](t, f.failed)
	var panicked *connect.PanicError
	require.ErrorAs(t, failed.err, &panicked)
	require.Contains(t, string(panicked.Stack), "TestAPanicStopsTheChild")
	receive[*actor.Terminated](t, f.ended)
	stopAndWait(t, system, f.parent)
}

func TestAPanicWhileStoppingNeitherRevivesTheActorNorHidesItsEnd(t *testing.T) {
	for name, at := range map[string]func(any) bool{
		"in Stopping": func(m any) bool { _, ok := m.(*actor.Stopping); return ok },
		"in Stopped":  func(m any) bool { _, ok := m.(*actor.Stopped); return ok },
	} {
		t.Run(name, func(t *testing.T) {
			system := quietSystem()
			var starts atomic.Int64
			f := supervised(t, system, stopAndTell{}, func(c actor.Context) {
				if _, ok := c.Message().(*actor.Started); ok {
					starts.Add(1)
				}
				if at(c.Message()) {
					panic("on fire")
				}
			})
			system.Root.Stop(f.child)
			receive[*actor.Terminated](t, f.ended)
			require.EqualValues(t, 1, starts.Load())
			stopAndWait(t, system, f.parent)
		})
	}
}

func TestAnActorOfOursGoesOnAfterABugAndIsToldToRebuild(t *testing.T) {
	system := quietSystem()
	told := make(chan any, 100)
	f := supervised(t, system, rebuild{}, func(c actor.Context) {
		switch m := c.Message().(type) {
		case string:
			panic("a bug")
		case rebuildYourself, int:
			told <- m
		}
	})
	system.Root.Send(f.child, "go")
	receive[rebuildYourself](t, told)
	system.Root.Send(f.child, 1)
	receive[int](t, told)
	require.Empty(t, f.ended, "the child was stopped")

	for range rebuildMost {
		system.Root.Send(f.child, "go")
	}
	receive[childFailed](t, f.failed)
	receive[*actor.Terminated](t, f.ended)
	stopAndWait(t, system, f.parent)
}

func TestAWorkerThatFailsStopsItselfAndLeavesItsHostAlone(t *testing.T) {
	// A strategy that escalates to a guardian ends the process: had ours escalated, this test would not return.
	system := quietSystem()
	failures := make(chan error, 1)
	system.EventStream.Subscribe(func(event any) {
		if f, ok := event.(WorkerFailed); ok {
			failures <- f.Err
		}
	})
	cause := errors.New("the topic is not compacted")
	neighbour := system.Root.Spawn(actor.PropsFromFunc(func(actor.Context) {}))
	w := &worker{env: newEnvironment(Config{}, &connect.Plugins{}, Runtime{Log: slog.New(slog.DiscardHandler)}.withDefaults()),
		connect: func(context.Context, *environment) (*stores, error) { return nil, cause }}
	pid := system.Root.SpawnPrefix(props(func() actor.Actor { return w }, rebuild{}), "worker")
	require.ErrorIs(t, <-failures, cause)
	client := NewClient(system.Root, pid)
	_, err := client.ConnectorNames(t.Context())
	require.Error(t, err)
	stopAndWait(t, system, neighbour)
}

func TestACallThatIsQueuedBehindAStopHearsOfTheEnd(t *testing.T) {
	// protoactor drops what is queued behind a Stop without a word: the asker would wait for its whole deadline.
	system := quietSystem()
	blocked, release := make(chan struct{}), make(chan struct{})
	pid := system.Root.Spawn(props(func() actor.Actor {
		return probe(func(c actor.Context) {
			if _, ok := c.Message().(string); ok {
				close(blocked)
				<-release
			}
		})
	}, stopAndTell{}))
	system.Root.Send(pid, "block")
	<-blocked
	system.Root.Stop(pid)
	answered := make(chan error, 1)
	go func() {
		_, err := NewClient(system.Root, pid).ConnectorNames(t.Context())
		answered <- err
	}()
	close(release)
	select {
	case err := <-answered:
		require.EqualError(t, err, "Worker is shutting down")
		require.Equal(t, connect.TimedOut, connect.Classify(err))
	case <-time.After(5 * time.Second):
		require.FailNow(t, "the call still waits")
	}
}

func TestACallEndsAtItsDeadline(t *testing.T) {
	system := quietSystem()
	pid := system.Root.Spawn(props(func() actor.Actor { return probe(func(actor.Context) {}) }, stopAndTell{}))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := NewClient(system.Root, pid).ConnectorNames(ctx)
	require.EqualError(t, err, "Request timed out")
	stopAndWait(t, system, pid)
}

func TestAReplyThatRacesItsTimeoutIsAnErrorOrAnAnswerNeverBoth(t *testing.T) {
	system := quietSystem()
	pid := system.Root.Spawn(props(func() actor.Actor {
		return probe(func(c actor.Context) {
			if _, ok := c.Message().(ListConnectors); ok {
				c.Respond(Reply{Value: []string{"a"}})
			}
		})
	}, stopAndTell{}))
	client := NewClient(system.Root, pid)
	for i := range 500 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Microsecond)
		names, err := client.ConnectorNames(ctx)
		cancel()
		require.NotEqual(t, err == nil, names == nil, fmt.Sprint(names, err))
	}
	stopAndWait(t, system, pid)
}

func TestAPanicInBackgroundWorkComesBackAsItsError(t *testing.T) {
	system := quietSystem()
	outcome := make(chan error, 1)
	pid := system.Root.Spawn(props(func() actor.Actor {
		return probe(func(c actor.Context) {
			switch m := c.Message().(type) {
			case *actor.Started:
				background(c, t.Context(), func(context.Context) (int, error) { panic("on fire") },
					func(_ actor.Context, _ int, err error) { outcome <- err })
			case resumption:
				m(c)
			}
		})
	}, stopAndTell{}))
	require.ErrorContains(t, <-outcome, "on fire")
	stopAndWait(t, system, pid)
}
