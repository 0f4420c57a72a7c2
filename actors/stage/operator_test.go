// SPDX-License-Identifier: Apache-2.0

package stage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
)

var errLater = connect.Retriable(errors.New("not now"))

func TestTransientErrorsAreRetriedWithKafkasPauses(t *testing.T) {
	ms := func(pauses ...int) []time.Duration {
		out := []time.Duration{}
		for _, p := range pauses {
			out = append(out, time.Duration(p)*time.Millisecond)
		}
		return out
	}
	for name, c := range map[string]struct {
		timeout, longest string
		failures         int
		pauses           []time.Duration
		fails            bool
	}{
		"not at all without a timeout":         {"0", "60000", 1, ms(), true},
		"doubling":                             {"-1", "60000", 4, ms(300, 600, 1200, 2400), false},
		"at random below the longest pause":    {"-1", "1000", 4, ms(300, 600, 500, 500), false},
		"the last pause ends with the timeout": {"1000", "60000", 9, ms(300, 600, 100), true},
		"success after the last pause":         {"1000", "60000", 3, ms(300, 600, 100), false},
		"a longest pause of nothing":           {"-1", "0", 2, ms(0, 0), false},
		"a timeout that no Duration holds":     {"9223372036854775807", "60000", 1, ms(300), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld("errors.retry.timeout", c.timeout, "errors.retry.delay.max.ms", c.longest)
			w.value.fault = times(c.failures, errLater)
			s := source(t, w)
			kept, err := s.Convert(t.Context(), orderRecord(), &stage.Message{})
			assert.Equal(t, c.fails, err != nil)
			assert.Equal(t, !c.fails, kept)
			assert.ElementsMatch(t, c.pauses, w.clock.slept)
			assert.EqualValues(t, len(c.pauses), s.Operator().Counters.Retries.Load())
			if c.fails {
				assert.Equal(t, connect.Transient, connect.Classify(err))
			}
		})
	}
}

func TestRetriesEndWithTheContext(t *testing.T) {
	for _, tolerance := range []string{"none", "all"} {
		w := newWorld("errors.retry.timeout", "-1", "errors.tolerance", tolerance)
		ctx, cancel := context.WithCancel(t.Context())
		w.clock.onNap = cancel
		w.value.fault = times(1000, errLater)
		kept, err := source(t, w).Convert(ctx, orderRecord(), &stage.Message{})
		require.False(t, kept)
		require.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, w.failures, "a record that was not tried to the end is not at fault")
	}
}

func TestAnErrorOfACancelledCallIsTheContexts(t *testing.T) {
	w := newWorld("errors.tolerance", "all")
	ctx, cancel := context.WithCancel(t.Context())
	w.value.fault = func() error { cancel(); return errors.New("connection closed") }
	s := source(t, w)
	_, err := s.Convert(ctx, orderRecord(), &stage.Message{})
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, w.failures)
	assert.Zero(t, s.Operator().Counters.Failures.Load())
}

func TestAnErrorThatTurnsFatalEndsTheRetries(t *testing.T) {
	w := newWorld("errors.retry.timeout", "-1")
	fatal := errors.New("gone")
	n := 0
	w.value.fault = func() error {
		if n++; n < 3 {
			return errLater
		}
		return fatal
	}
	s := source(t, w)
	_, err := s.Convert(t.Context(), orderRecord(), &stage.Message{})
	require.ErrorIs(t, err, fatal)
	assert.EqualValues(t, 2, s.Operator().Counters.Retries.Load())
	assert.EqualValues(t, 3, s.Operator().Counters.Failures.Load())
	assert.EqualValues(t, 1, s.Operator().Counters.Errors.Load())
	assert.Equal(t, w.clock.Now().UnixMilli(), s.Operator().Counters.LastError.Load())
}

func TestOutsideOfConversionsOnlyTransientErrorsAreTolerated(t *testing.T) {
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		tolerance string
		err       error
		want      string
		reports   int
	}{
		"a transient error with none": {"none", errLater, "Tolerance exceeded in error handler: stage TASK_POLL with class example.Task: not now", 1},
		"a transient error with all":  {"all", errLater, "", 1},
		"any other error with none":   {"none", boom, "Unhandled exception in error handler: stage TASK_POLL with class example.Task: boom", 0},
		"any other error with all":    {"all", boom, "Unhandled exception in error handler: stage TASK_POLL with class example.Task: boom", 0},
		"a fenced call stays fenced":  {"all", connect.ErrFenced, "Unhandled exception in error handler: stage TASK_POLL with class example.Task: fenced by a newer owner", 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld("errors.tolerance", c.tolerance)
			o, err := stage.NewOperator(w.cfg)
			require.NoError(t, err)
			err = o.Do(t.Context(), stage.Step{Stage: connect.StagePoll, Class: "example.Task"}, times(1, c.err))
			assert.Len(t, w.failures, c.reports)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want)
			assert.Equal(t, connect.Classify(c.err), connect.Classify(err))
		})
	}
}

func TestDoRetriesAndCatchesPanics(t *testing.T) {
	w := newWorld("errors.retry.timeout", "-1")
	o, err := stage.NewOperator(w.cfg)
	require.NoError(t, err)
	require.NoError(t, o.Do(t.Context(), stage.Step{Stage: connect.StagePoll}, times(2, errLater)))
	assert.Len(t, w.clock.slept, 2)

	err = o.Do(t.Context(), stage.Step{Stage: connect.StagePoll}, func() error { panic("kaboom") })
	var p *connect.PanicError
	require.ErrorAs(t, err, &p)
	assert.Equal(t, connect.Fatal, connect.Classify(err))
}

func TestRejectedRecordsAreReported(t *testing.T) {
	for _, tolerance := range []string{"none", "all"} {
		w := newWorld("errors.tolerance", tolerance)
		o, err := stage.NewOperator(w.cfg)
		require.NoError(t, err)
		f := stage.Failure{Err: &connect.StageError{Stage: connect.StagePut, Plugin: "example.Task", Err: errors.New("bad row")}}
		err = o.Reject(t.Context(), f)
		assert.Equal(t, []stage.Failure{f}, w.failures)
		assert.Equal(t, tolerance == "all", o.Tolerates())
		assert.Equal(t, tolerance == "all", err == nil)
		if err != nil {
			assert.EqualError(t, err, "Tolerance exceeded in error handler: stage TASK_PUT with class example.Task: bad row")
		}
	}
}

func TestAReporterThatFailsDoesNotChangeTheRecordsFate(t *testing.T) {
	w := newWorld("errors.tolerance", "all")
	w.reportErr = errors.New("no topic")
	w.value.fault = times(1, errors.New("boom"))
	_, err := source(t, w).Convert(t.Context(), orderRecord(), &stage.Message{})
	require.NoError(t, err)
	assert.Contains(t, w.log.String(), "no topic")
}

func TestDelaysStayBelowTheLongest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		attempt := rapid.IntRange(1, 1<<30).Draw(t, "attempt")
		longest := time.Duration(rapid.Int64Range(0, int64(time.Hour)*24*365).Draw(t, "longest"))
		random := rapid.Float64Range(0, 0.999999).Draw(t, "random")
		d := stage.RetryDelay(attempt, longest, func() float64 { return random })
		if d < 0 || d > longest {
			t.Fatalf("RetryDelay(%d, %s) = %s", attempt, longest, d)
		}
	})
}
