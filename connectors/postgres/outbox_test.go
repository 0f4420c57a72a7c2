// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func TestABatchIsTakenOrTakenBack(t *testing.T) {
	o := newOutbox()
	b := &batch{}
	o.offer(b)
	require.Same(t, b, o.reclaim())
	require.Nil(t, o.reclaim())
	o.offer(b)
	got, err := o.take(t.Context())
	require.NoError(t, err)
	require.Same(t, b, got)
	require.Nil(t, o.reclaim(), "Poll has it")
}

func TestPutWaitsForPollAndEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox()
		first, second := &batch{bytes: 1}, &batch{bytes: 2}
		put := make(chan error)
		go func() {
			for _, b := range []*batch{first, second} {
				put <- o.put(t.Context(), b)
			}
		}()
		synctest.Wait()
		select {
		case <-put:
			require.FailNow(t, "put did not wait")
		default:
		}
		for _, want := range []*batch{first, second} {
			got, err := o.take(t.Context())
			require.NoError(t, err)
			require.Same(t, want, got)
			require.NoError(t, <-put)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("why")
		cancel(why)
		require.ErrorIs(t, o.put(ctx, first), why)
	})
}

func TestAFailureIsToldAfterWhatWasOfferedBefore(t *testing.T) {
	o := newOutbox()
	failure := errors.New("failure")
	o.offer(&batch{})
	o.fail(failure)
	b, err := o.take(t.Context())
	require.NoError(t, err)
	require.NotNil(t, b)
	for range 2 {
		_, err = o.take(t.Context())
		require.ErrorIs(t, err, failure, "an interrupted Poll may have thrown the first answer away")
	}
}

func TestAPollThatIsInterruptedHasNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b, err := newOutbox().take(ctx)
	require.NoError(t, err)
	require.Nil(t, b)
}

func TestTransactionsOfKafkaEndWhereThoseOfTheDatabaseDo(t *testing.T) {
	asked := &conntest.Boundaries{}
	task := &task{outbox: newOutbox(), boundaries: asked}
	commits := func() int {
		taken, _ := asked.Take()
		return len(taken)
	}
	poll := func(end, records int) int {
		task.outbox.offer(&batch{end: end, records: make([]connect.SourceRecord, records)})
		got, err := task.Poll(t.Context())
		require.NoError(t, err)
		return len(got)
	}
	require.Equal(t, 3, poll(2, 3), "the second record ends a transaction")
	require.Equal(t, 1, commits())
	require.Equal(t, 3, poll(-1, 3), "none ends")
	require.Zero(t, commits())
	require.Zero(t, poll(0, 4), "one has ended with the batch before: it is committed first")
	require.Equal(t, 1, commits())
	got, err := task.Poll(t.Context())
	require.NoError(t, err)
	require.Len(t, got, 4)
	require.Zero(t, commits())
}
