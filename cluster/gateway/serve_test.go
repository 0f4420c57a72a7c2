// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
)

// never is a handler for requests that must not reach it.
func never(t *testing.T) Handler {
	return func(_ context.Context, e Envelope) (json.RawMessage, error) {
		t.Errorf("it was handed over: %+v", e)
		return nil, nil
	}
}

func TestWhatIsNotForThisProcessIsRefused(t *testing.T) {
	one := opened(t, func(o *Options) { o.Kinds, o.Handle = []string{"echo"}, never(t) })
	two := caller(t, nil)
	for _, c := range []struct {
		name    string
		adjust  func(*Envelope)
		refused Refusal
		class   connect.Class
		text    string
	}{
		{"another version", func(e *Envelope) { e.V = 2 }, Unknown, connect.Fatal, "does not know version 2"},
		{"another kind", func(e *Envelope) { e.Kind = "coffee" }, Unknown, connect.Fatal, `requests of kind "coffee"`},
		{"another worker", func(e *Envelope) { e.To = "w3:8083" }, Elsewhere, connect.Transient, `for worker "w3:8083"`},
		{"no worker", func(e *Envelope) { e.To = "" }, Elsewhere, connect.Transient, `for worker ""`},
		{"another process", func(e *Envelope) { e.ToBoot = "boot0" }, Elsewhere, connect.Transient, "started again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := to(`1`)
			c.adjust(&e)
			_, err := two.Call(within(t, soon), one.Addr(), e)
			var failure *Failure
			require.ErrorAs(t, err, &failure)
			assert.Equal(t, c.refused, failure.Refused)
			assert.Equal(t, c.class, connect.Classify(err))
			assert.ErrorContains(t, err, c.text)
		})
	}
}

func TestAHandlerCanRefuseAKind(t *testing.T) {
	one := opened(t, func(o *Options) {
		o.Handle = func(_ context.Context, e Envelope) (json.RawMessage, error) { return nil, UnknownKind(e) }
	})
	_, err := caller(t, nil).Call(within(t, soon), one.Addr(), to(`1`))
	assert.EqualError(t, err, `worker w1:8083 does not know requests of kind "echo": it runs another version of Longshore than worker w2:8083`)
}

func TestRequestsAreReadWithCare(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name, request, want string
	}{
		{"fields that nobody knows", `{"v":1,"kind":"echo","to":"w1:8083","body":{"a":1},"new":{"x":[1]}}`, `{"a":1}`},
		{"time is left", fmt.Sprintf(`{"v":1,"kind":"echo","to":"w1:8083","body":2,"left_ms":60000,"until_ms":%d}`, now.Add(time.Minute).UnixMilli()), `2`},
		{"it lay in a buffer", fmt.Sprintf(`{"v":1,"kind":"echo","to":"w1:8083","body":2,"left_ms":60000,"until_ms":%d}`, now.UnixMilli()), "late"},
		{"no JSON", `{`, "malformed"},
		{"nothing", ``, "malformed"},
		{"another type", `{"v":"1"}`, "malformed"},
		{"null", `null`, "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			one := opened(t, nil)
			text, err := one.deliver(t.Context(), frame(c.request))
			require.NoError(t, err)
			var answer Answer
			require.NoError(t, json.Unmarshal(text, &answer))
			assert.Equal(t, Version, answer.V)
			if answer.Error != nil {
				assert.Equal(t, Refusal(c.want), answer.Error.Refused, answer.Error.Text)
				return
			}
			assert.Equal(t, c.want, string(answer.Body))
		})
	}
}

func TestARequestThatNobodyWaitsForIsNotBegun(t *testing.T) {
	one := opened(t, func(o *Options) { o.Handle = never(t) })
	ended, end := context.WithCancel(t.Context())
	end()
	_, err := one.handle(ended, frame(`{"v":1,"kind":"echo","to":"w1:8083"}`))
	assert.EqualError(t, err, "Request timed out")
	assert.Equal(t, connect.TimedOut, connect.Classify(err))
}

func TestAPanicIsAnAnswerAndALine(t *testing.T) {
	var log logged
	one := opened(t, func(o *Options) {
		o.Log = log.log()
		o.Handle = func(context.Context, Envelope) (json.RawMessage, error) { panic("oh") }
	})
	two := caller(t, nil)
	for range 2 {
		_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
		assert.EqualError(t, err, `worker w1:8083 failed to handle a request of kind "echo": panic: oh`)
		assert.Equal(t, connect.Fatal, connect.Classify(err))
	}
	assert.Contains(t, log.String(), "from=w2:8083")
	assert.Contains(t, log.String(), "serve_test.go", "the stack is where it happened")
}

func TestTooLargeMessagesAreRefused(t *testing.T) {
	answer := ""
	small := func(o *Options) { o.MaxMessage = 1000 }
	one := opened(t, func(o *Options) {
		small(o)
		o.Handle = func(context.Context, Envelope) (json.RawMessage, error) { return json.RawMessage(answer), nil }
	})
	large := `"` + strings.Repeat("<", 999) + `"`
	_, err := caller(t, small).Call(within(t, soon), one.Addr(), to(large))
	assert.EqualError(t, err, `the request of kind "echo" to worker w1:8083 has 1001 bytes, and may have 1000`)
	answer = large
	two := caller(t, nil)
	_, err = two.Call(within(t, soon), one.Addr(), to(`1`))
	assert.EqualError(t, err, "the answer of worker w1:8083 has 1001 bytes, and may have 1000")
	_, err = two.Call(within(t, soon), one.Addr(), to(`"`+strings.Repeat("x", 2*envelopeSize)+`"`))
	assert.ErrorContains(t, err, "too large")
	assert.NotErrorAs(t, err, new(*Unreachable))
	answer = large[:999] + `"`
	body, err := two.Call(within(t, soon), one.Addr(), to(large))
	require.NoError(t, err, "it fits the room for the envelope")
	assert.Equal(t, answer, string(body))
}

func TestOneTooManyIsRefused(t *testing.T) {
	began, finish := make(chan struct{}), make(chan struct{})
	one := opened(t, func(o *Options) {
		o.MaxHandled = 1
		o.Handle = func(context.Context, Envelope) (json.RawMessage, error) {
			began <- struct{}{}
			<-finish
			return nil, nil
		}
	})
	two := caller(t, nil)
	ended := make(chan error, 1)
	go func() {
		_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
		ended <- err
	}()
	<-began
	_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
	var failure *Failure
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, Busy, failure.Refused)
	assert.Equal(t, connect.Transient, connect.Classify(err))
	close(finish)
	assert.NoError(t, <-ended)
}

func TestClosingLetsFinishWhatHasBegun(t *testing.T) {
	began, finish := make(chan struct{}), make(chan struct{})
	one := opened(t, func(o *Options) {
		o.Handle = func(_ context.Context, e Envelope) (json.RawMessage, error) {
			close(began)
			<-finish
			return e.Body, nil
		}
	})
	two := caller(t, nil)
	ended := make(chan error, 1)
	go func() {
		_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
		ended <- err
	}()
	<-began
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		one.Close(within(t, soon))
	}()
	require.Eventually(t, func() bool { return two.Knock(within(t, soon), one.Addr()) }, soon, time.Millisecond)
	close(finish)
	assert.NoError(t, <-ended)
	<-closed
}

// underWay is a call from one gateway to another whose handler waits for the end of its context, and how the call has ended.
func underWay(t *testing.T) (called, calling *Gateway, ended <-chan error) {
	t.Helper()
	began := make(chan struct{})
	called = opened(t, func(o *Options) {
		o.Handle = func(ctx context.Context, _ Envelope) (json.RawMessage, error) {
			close(began)
			<-ctx.Done()
			return nil, ctx.Err()
		}
	})
	calling = caller(t, nil)
	outcome := make(chan error, 1)
	go func() {
		_, err := calling.Call(within(t, soon), called.Addr(), to(`1`))
		outcome <- err
	}()
	<-began
	return called, calling, outcome
}

func TestClosingEndsWhatTakesTooLong(t *testing.T) {
	one, _, ended := underWay(t)
	scanner, err := net.Dial("tcp", one.Addr()) // says nothing
	require.NoError(t, err)
	defer scanner.Close()
	one.Close(within(t, 50*time.Millisecond))
	var lost *Unreachable
	require.ErrorAs(t, <-ended, &lost)
	assert.Equal(t, MaybeDelivered, lost.Delivered)
	one.Close(t.Context())
}

func TestClosingDoesNotWaitForWhoSaysNothing(t *testing.T) {
	one := opened(t, nil)
	scanner, err := net.Dial("tcp", one.Addr())
	require.NoError(t, err)
	defer scanner.Close()
	require.Eventually(t, func() bool { return count(one) == 1 }, soon, time.Millisecond)
	ctx := within(t, handshakeTime/2)
	one.Close(ctx)
	assert.NoError(t, ctx.Err())
}

func TestClosingLeavesBehindWhatIgnoresItsContext(t *testing.T) {
	var log logged
	began, finish := make(chan struct{}), make(chan struct{})
	one := opened(t, func(o *Options) {
		o.Log = log.log()
		o.Handle = func(context.Context, Envelope) (json.RawMessage, error) {
			close(began)
			<-finish
			return nil, nil
		}
	})
	two := caller(t, nil)
	ended := make(chan error, 1)
	go func() {
		_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
		ended <- err
	}()
	<-began
	one.Close(within(t, 10*time.Millisecond))
	assert.Error(t, <-ended)
	assert.Contains(t, log.String(), "left behind")
	close(finish)
}

func TestClosingGivesUpWhatThisWorkerHasAsked(t *testing.T) {
	one, two, ended := underWay(t)
	two.Close(within(t, soon))
	assert.ErrorIs(t, <-ended, errClosing)
	_, err := two.Call(within(t, soon), one.Addr(), to(`1`))
	assert.ErrorIs(t, err, errClosing)
}

func TestAPlaintextCallerGetsNothing(t *testing.T) {
	var log logged
	one := opened(t, func(o *Options) { o.Handle, o.Log = never(t), log.log() })
	for _, hello := range []string{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"} {
		conn, err := net.Dial("tcp", one.Addr())
		require.NoError(t, err)
		_, err = conn.Write([]byte(hello))
		require.NoError(t, err)
		got, _ := io.ReadAll(conn)
		assert.NotContains(t, string(got), "\x00\x00\x12\x04", "no settings of HTTP/2")
		assert.False(t, bytes.Contains(got, []byte("longshore")))
		require.NoError(t, conn.Close())
	}
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "has not proved") }, soon, time.Millisecond)
	assert.Equal(t, 1, strings.Count(log.String(), "has not proved"), "one line in a while")
}

func TestComplaintsAreCounted(t *testing.T) {
	at := &still{now: time.Now()}
	var c complaints
	skipped, tell := c.now(at)
	assert.True(t, tell && skipped == 0)
	for range 3 {
		_, tell = c.now(at)
		assert.False(t, tell)
	}
	at.now = at.now.Add(complaintsEvery)
	skipped, tell = c.now(at)
	assert.True(t, tell)
	assert.Equal(t, 3, skipped)
}

// still is a clock that tests set.
type still struct {
	clock.System
	now time.Time
}

func (s *still) Now() time.Time { return s.now }
