// SPDX-License-Identifier: Apache-2.0

package group

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// Options say which group to be in, and how.
type Options struct {
	// Group is the worker's group.id.
	Group string
	// Worker names this worker to whoever looks at the group: the host:port of its REST API.
	Worker string
	// Session is session.timeout.ms: how long this member may be silent before the broker takes it for gone, and how long others
	// may take to leave before it is refused. Heartbeat is heartbeat.interval.ms.
	Session, Heartbeat time.Duration
	// Client talks to the brokers. It has no group of its own, and is the caller's to close after [Member.Leave].
	Client *kgo.Client
	// Rights name the command that gives a right that is missing.
	Rights kafkaconfig.Rights
	// Clock paces the signs of life.
	Clock clock.Clock
	// Log hears of waiting for others and of lasting refusals.
	Log *slog.Logger
}

// Member is a worker's place in its group, from [Join] to [Member.Leave].
type Member struct {
	o        Options
	pace     pace
	state    state // the pump's own once that runs
	waiting  bool  // that others are waited for was told
	troubled bool  // that the broker refuses was told

	cancel context.CancelFunc
	in     chan struct{} // closed when the broker has taken the member in
	lost   chan error
	done   chan struct{}
}

const (
	// retryPause is the time between two attempts to get in.
	retryPause = 500 * time.Millisecond
	// lookPause is the time between two looks at whether the broker knows the member.
	lookPause = 50 * time.Millisecond
	// shortestBeat bounds how often a member gives signs of life, whatever the configuration says.
	shortestBeat = 10 * time.Millisecond
	// leaveLimit bounds the farewell: a member that does not say it is gone after its session.
	leaveLimit = 2 * time.Second
)

// Join makes the worker a member of its group and returns as soon as the broker refuses everybody who has other protocols.
// Members with other protocols are given a session timeout to leave. Errors: an [*OccupiedError]; what the broker refuses, with
// what to do; or ctx has ended first. A member that was returned must be left.
func Join(ctx context.Context, o Options) (*Member, error) {
	m := &Member{o: o, in: make(chan struct{}), lost: make(chan error, 1), done: make(chan struct{}),
		pace: pace{patience: o.Session, heartbeat: max(min(o.Heartbeat, o.Session/3), shortestBeat), retry: retryPause}}
	life, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	// The first answer is either a refusal, or the id under which the broker will know the member.
	for m.state.id == "" {
		if err := m.turn(ctx); err != nil {
			cancel()
			return nil, err
		}
	}
	id := m.state.id
	go m.stay(life)
	if err := m.awaitEntry(ctx, id); err != nil {
		m.Leave()
		return nil, err
	}
	return m, nil
}

// Lost gets the reason, an [*OccupiedError], when others have taken over the group while this worker could not be reached. What
// it runs must end then. It gets nothing else.
func (m *Member) Lost() <-chan error { return m.lost }

// Leave ends the membership and tells the broker, so that others can come at once. It returns within two seconds.
func (m *Member) Leave() {
	m.cancel()
	<-m.done
	if m.state.id == "" {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer m.o.Clock.AfterFunc(leaveLimit, cancel)()
	if err := m.leave(ctx, m.state.id); err != nil {
		m.o.Log.Debug("the group was not told of the worker's leaving", "group", m.o.Group, "error", err)
	}
}

// stay is the pump: it keeps the member in the group until Leave or until others have taken it over.
func (m *Member) stay(ctx context.Context) {
	defer close(m.done)
	for ctx.Err() == nil {
		err := m.turn(ctx)
		if m.state.settled {
			m.entered()
		}
		if err != nil && ctx.Err() == nil {
			m.lost <- err
			return
		}
	}
}

func (m *Member) entered() {
	select {
	case <-m.in:
	default:
		close(m.in)
	}
}

// turn is one request and what follows from its answer. Its error ends the membership.
func (m *Member) turn(ctx context.Context) error {
	got := m.ask(ctx, m.state)
	if ctx.Err() != nil {
		return m.outOfTime(ctx, got.err)
	}
	next, pause, meaning := m.state.step(got, m.o.Clock.Now(), m.pace)
	m.state = next
	if err := m.judge(ctx, meaning, got.err); err != nil {
		return err
	}
	if m.o.Clock.Sleep(ctx, pause) != nil {
		return m.outOfTime(ctx, got.err)
	}
	return nil
}

func (m *Member) outOfTime(ctx context.Context, last error) error {
	return fmt.Errorf("join group %s: %w", m.o.Group, errors.Join(context.Cause(ctx), last))
}

// judge says what a verdict is to the worker: an error, a line in the log, or nothing.
func (m *Member) judge(ctx context.Context, v verdict, cause error) error {
	switch v {
	case waitForOthers:
		return m.waitForOthers(ctx)
	case occupied, displaced:
		return m.occupied(ctx, v == displaced)
	case refused:
		if !m.state.settled {
			return m.explain(cause)
		}
		// The worker goes on: its rights were taken away while it worked, and nobody else can have come in.
		if !m.troubled {
			m.o.Log.Warn("the worker is no member of its group any more, and tries to become one again", "error", m.explain(cause))
		}
		m.troubled = true
	case proceed:
		m.troubled = m.troubled && cause != nil
	}
	return nil
}

func (m *Member) waitForOthers(ctx context.Context) error {
	who, err := m.look(ctx)
	if err == nil && who.foreign() {
		return &OccupiedError{Group: m.o.Group, Members: who.String(), Kind: who.kind}
	}
	if !m.waiting && len(who.members) > 0 {
		m.o.Log.Warn("workers of Kafka Connect are in the group; waiting for them to leave, in case they are being stopped",
			"group", m.o.Group, "members", who.String(), "up to", m.o.Session)
		m.waiting = true
	}
	return nil
}

func (m *Member) occupied(ctx context.Context, later bool) error {
	who, err := m.look(ctx)
	if err != nil {
		m.o.Log.Debug("the members of the group are not known", "group", m.o.Group, "error", err)
	}
	return &OccupiedError{Group: m.o.Group, Members: who.String(), Kind: who.kind, Waited: m.o.Session, Later: later}
}

// awaitEntry returns when the broker counts the member among those whose protocols all others must have. That is when it
// lists the member; its answer to the request may take seconds more, in which it waits for others
// (group.initial.rebalance.delay.ms, or the session of a predecessor that was killed).
func (m *Member) awaitEntry(ctx context.Context, id string) error {
	for {
		select {
		case <-m.in:
			return nil
		case err := <-m.lost:
			return err
		default:
		}
		if who, err := m.look(ctx); err == nil && who.has(id) {
			return nil
		}
		if err := m.o.Clock.Sleep(ctx, lookPause); err != nil {
			return m.outOfTime(ctx, nil)
		}
	}
}
