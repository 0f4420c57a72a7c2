// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestARequestIsAnswered(t *testing.T) {
	var got Envelope
	var left time.Duration
	one := opened(t, func(o *Options) {
		o.Handle = func(ctx context.Context, e Envelope) (json.RawMessage, error) {
			got = e
			deadline, _ := ctx.Deadline()
			left = time.Until(deadline)
			return json.RawMessage(`{"html":"<&>","big":9007199254740993}`), nil
		}
	})
	two := caller(t, nil)
	e := to(`{"a":"<b>"}`)
	e.ToBoot, e.Generation, e.ID = "boot1", 7, "r1"
	body, err := two.Call(within(t, time.Minute), one.Addr(), e)
	require.NoError(t, err)
	assert.Equal(t, `{"html":"<&>","big":9007199254740993}`, string(body))
	assert.InDelta(t, time.Now().Add(time.Minute).UnixMilli(), got.Deadline, 20_000)
	assert.InDelta(t, time.Minute, left, float64(soon))
	got.Deadline = 0
	e.V, e.From, e.FromBoot = Version, "w2:8083", "boot2"
	assert.Equal(t, e, got)
}

func TestARequestWithoutADeadlineHasNone(t *testing.T) {
	one := opened(t, func(o *Options) {
		o.Handle = func(ctx context.Context, e Envelope) (json.RawMessage, error) {
			_, has := ctx.Deadline()
			return nil, fmt.Errorf("%v %d", has, e.Deadline)
		}
	})
	body, err := caller(t, nil).Call(t.Context(), one.Addr(), to(`1`))
	assert.EqualError(t, err, "false 0")
	assert.Nil(t, body)
}

func TestManyCallAtTheSameTime(t *testing.T) {
	one, two := opened(t, nil), caller(t, nil)
	var wait sync.WaitGroup
	for i := range 200 {
		wait.Go(func() {
			text := fmt.Sprint(i)
			body, err := two.Call(within(t, soon), one.Addr(), to(text))
			assert.NoError(t, err)
			assert.Equal(t, text, string(body))
		})
	}
	wait.Wait()
	assert.Len(t, two.links.byAddr, 1, "they share a connection")
}

func TestErrorsKeepTheirClassAndText(t *testing.T) {
	var answer error
	one := opened(t, func(o *Options) {
		o.Handle = func(context.Context, Envelope) (json.RawMessage, error) { return nil, answer }
	})
	two := caller(t, nil)
	for class := connect.Fatal; class.String() != ""; class++ {
		answer = fmt.Errorf("while asked: %w", connect.Errorf(class, "100%% of \"it\""))
		_, err := two.Call(t.Context(), one.Addr(), to(`1`))
		var failure *Failure
		require.ErrorAs(t, err, &failure)
		assert.EqualError(t, err, answer.Error())
		assert.Equal(t, class, connect.Classify(err))
		assert.Empty(t, failure.Refused)
	}
}

func TestAnAnswerThatIsNoJSONIsAnError(t *testing.T) {
	one := opened(t, func(o *Options) {
		o.Handle = func(context.Context, Envelope) (json.RawMessage, error) { return json.RawMessage(`{`), nil }
	})
	_, err := caller(t, nil).Call(t.Context(), one.Addr(), to(`1`))
	assert.ErrorContains(t, err, "answer of worker w1:8083")
}

func TestALateRequestIsNotSent(t *testing.T) {
	two := caller(t, nil)
	e := to(`1`)
	e.Deadline = time.Now().Add(-time.Second).UnixMilli()
	_, err := two.Call(t.Context(), "127.0.0.1:1", e)
	var lost *Unreachable
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, NotDelivered, lost.Delivered)
	assert.Equal(t, connect.TimedOut, connect.Classify(err))
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestADeadlineEndsTheCallAndItsHandling(t *testing.T) {
	for name, deadline := range map[string]func(*Envelope) context.Context{
		"of the context": func(*Envelope) context.Context { return within(t, time.Second) },
		"of the envelope": func(e *Envelope) context.Context {
			e.Deadline = time.Now().Add(time.Second).UnixMilli()
			return t.Context()
		},
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan error, 1)
			one := opened(t, func(o *Options) {
				o.Handle = func(ctx context.Context, _ Envelope) (json.RawMessage, error) {
					<-ctx.Done()
					ended <- ctx.Err()
					return nil, ctx.Err()
				}
			})
			two := caller(t, nil)
			e := to(`1`)
			_, err := two.Call(within(t, soon), one.Addr(), Envelope{Kind: "warm up", To: "nobody"})
			require.ErrorContains(t, err, "nobody")
			_, err = two.Call(deadline(&e), one.Addr(), e)
			var lost *Unreachable
			require.ErrorAs(t, err, &lost)
			assert.Equal(t, MaybeDelivered, lost.Delivered)
			assert.Equal(t, connect.TimedOut, connect.Classify(err))
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Error(t, <-ended)
		})
	}
}

func TestAPortThatNobodyListensAtIsTold(t *testing.T) {
	two, address := caller(t, nil), freePort(t)
	for range 3 {
		_, err := two.Call(within(t, soon), address, to(`1`))
		var lost *Unreachable
		require.ErrorAs(t, err, &lost)
		assert.Equal(t, NotDelivered, lost.Delivered)
		assert.ErrorIs(t, err, errRefused)
		assert.Equal(t, connect.Transient, connect.Classify(err))
		assert.Empty(t, two.links.byAddr, "the next call begins anew")
	}
}

func TestSilenceIsTold(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	two := caller(t, nil)
	_, err = two.Call(within(t, 200*time.Millisecond), silent.Addr().String(), to(`1`))
	var lost *Unreachable
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, NotDelivered, lost.Delivered)
	assert.Equal(t, connect.TimedOut, connect.Classify(err))
	_, err = two.Call(within(t, soon), silent.Addr().String(), to(`1`))
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, NotDelivered, lost.Delivered)
	assert.Equal(t, connect.Transient, connect.Classify(err), "the connection took too long, not the asker: %v", err)
}

func TestARestartedWorkerIsReachedAtOnce(t *testing.T) {
	two := caller(t, nil)
	address := freePort(t)
	for range 3 {
		one := opened(t, func(o *Options) { o.Bind = address })
		ctx := within(t, 2*time.Second)
		var err error
		for try := true; try; try = errors.As(err, new(*Unreachable)) && ctx.Err() == nil { // the end of the former may be noticed by the call
			_, err = two.Call(ctx, address, to(`1`))
		}
		require.NoError(t, err)
		one.Close(within(t, soon))
		_, err = two.Call(within(t, soon), address, to(`1`))
		require.Error(t, err)
	}
}

func TestKnocking(t *testing.T) {
	one, two := opened(t, nil), caller(t, nil)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	assert.True(t, two.Knock(within(t, soon), freePort(t)))
	assert.False(t, two.Knock(within(t, soon), one.Addr()), "it listens")
	assert.False(t, two.Knock(within(t, soon), silent.Addr().String()), "it listens and never accepts")
	assert.False(t, two.Knock(within(t, soon), "no.such.name.invalid:1"))
	assert.False(t, two.Knock(within(t, soon), "no port"))
	ended, end := context.WithCancel(t.Context())
	end()
	assert.False(t, two.Knock(ended, freePort(t)))
}

func TestConnectionsThatAreNotUsedMakeRoom(t *testing.T) {
	two := caller(t, nil)
	take := func(i int) *link {
		l, err := two.links.take(fmt.Sprintf("127.0.0.1:%d", i+1))
		require.NoError(t, err)
		return l
	}
	used := take(0)
	for i := range 2 * mostLinks {
		two.links.release(take(i + 1))
	}
	assert.Len(t, two.links.byAddr, mostLinks)
	assert.Contains(t, two.links.byAddr, used.address, "it is in use")
	assert.Contains(t, two.links.byAddr, fmt.Sprintf("127.0.0.1:%d", 2*mostLinks+1), "it was used last")
	two.links.release(used)
}

func TestAnotherWorkersClockIsKnownAfterAQuickAnswer(t *testing.T) {
	l, now := &link{}, time.Now()
	assert.Zero(t, l.theirs(now, now))
	l.observe(now.Add(-time.Second), now, 5_000)
	assert.Zero(t, l.theirs(now, now), "the answer was on its way for long")
	l.observe(now.Add(-time.Millisecond), now, 5_000)
	assert.EqualValues(t, 8_000, l.theirs(now.Add(3*time.Second), now.Add(2*time.Second)))
	assert.Zero(t, l.theirs(now, now.Add(time.Hour)), "clocks drift")
}

func TestTheSecondRequestSaysItsDeadlineByTheOtherClock(t *testing.T) {
	one, two := opened(t, nil), caller(t, nil)
	l, err := two.links.take(one.Addr())
	require.NoError(t, err)
	defer two.links.release(l)
	var s sent
	require.Eventually(t, func() bool {
		_, err := two.Call(t.Context(), one.Addr(), to(`1`))
		request, sealed := two.sealed(within(t, time.Minute), l, to(`1`))
		return assert.NoError(t, errors.Join(err, sealed, json.Unmarshal(request, &s))) && s.Until > 0
	}, soon, time.Millisecond)
	assert.InDelta(t, time.Now().UnixMilli()+s.Left, s.Until, 20_000)
}

func TestGrpcSaysNothingByItself(t *testing.T) {
	child := exec.CommandContext(within(t, 3*soon), os.Args[0], "-test.v", "-test.run=^(TestAPort|TestSilence|TestAForgotten|TestARestarted|TestAWorkerWithAnother|TestAPlaintext|TestClosing|TestTooLarge)")
	child.Env = append(os.Environ(), "GRPC_GO_LOG_SEVERITY_LEVEL=") // grpc's default
	var stdout, stderr strings.Builder
	child.Stdout, child.Stderr = &stdout, &stderr
	require.NoError(t, child.Run())
	assert.Empty(t, stderr.String())
	assert.Contains(t, stdout.String(), "--- PASS: TestAPortThatNobodyListensAtIsTold")
}

// freePort is an address that nobody listens at for now.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
