// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

// TestATransactionThatFailedIsNotCommittedAtTheEndOfItsLife has the life end while the last batch is sent: what that fails with is not
// what the life ends with.
func TestATransactionThatFailedIsNotCommittedAtTheEndOfItsLife(t *testing.T) {
	for name, c := range map[string]struct {
		offset connect.OffsetMap
		atEnd  error
		ends   []kgo.TransactionEndTry
	}{
		"because its offsets cannot be stored":    {offset: connect.OffsetMap{"n": []any{"no number"}}, ends: []kgo.TransactionEndTry{kgo.TryAbort}},
		"because its commit was not answered":     {offset: connect.OffsetMap{"n": int64(0)}, atEnd: errors.New("connection reset")},
		"because somebody else has taken its id":  {offset: connect.OffsetMap{"n": int64(0)}, atEnd: kerr.ProducerFenced},
		"because Kafka wants it to be begun anew": {offset: connect.OffsetMap{"n": int64(0)}, atEnd: kerr.TransactionAbortable},
	} {
		t.Run(name, func(t *testing.T) {
			task := numbered(1, 1)
			task.batches[0][0].SourceOffset = c.offset
			p := newExactPump(t, task, newTxnKafka(), nil, nil)
			tries := 0
			p.kafka.taken = func() { p.end(errEnded) }
			p.kafka.ended = func() error {
				if tries++; tries > 1 {
					return nil
				}
				return c.atEnd
			}
			p.start()
			require.ErrorIs(t, <-p.done, errEnded)
			require.Empty(t, p.kafka.all(), "without its offsets, or a second time")
			require.Equal(t, c.ends, p.kafka.ends)
		})
	}
}

// lateTask returns a second batch, for which it has asked for an end, when its life is over.
type lateTask struct {
	*scripted
	asked   *askedBoundaries
	ask     func(connect.TransactionContext)
	waiting chan struct{}
}

func (l *lateTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if len(l.batches) == 1 {
		l.ask(l.asked)
		close(l.waiting)
		<-ctx.Done()
	}
	return l.scripted.Poll(ctx)
}

func TestWhatIsAskedForWithABatchThatComesTooLateIsNotDoneToEarlierOnes(t *testing.T) {
	for name, ask := range map[string]func(connect.TransactionContext){"a commit": connect.TransactionContext.Commit, "an abort": connect.TransactionContext.Abort} {
		t.Run(name, func(t *testing.T) {
			task := &lateTask{scripted: numbered(1, 3, 2), ask: ask, waiting: make(chan struct{})}
			p := newExactPump(t, task, newTxnKafka(), boundaryProps("connector"), nil)
			task.asked = p.exactly.boundaries.asked
			p.start()
			<-task.waiting
			require.ErrorIs(t, p.stop(), errEnded)
			require.Empty(t, p.kafka.all())
			require.EqualValues(t, -1, p.kafka.stored, "all five are read again")
			require.Equal(t, []kgo.TransactionEndTry{kgo.TryAbort}, p.kafka.ends)
		})
	}
}

func TestATransactionThatExpiresInAPauseIsBegunAnewWithItsTask(t *testing.T) {
	for name, c := range map[string]struct {
		paused time.Duration
		anew   bool
	}{"a short pause": {59 * time.Second, false}, "a long pause": {time.Minute, true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				task := &boundedTask{scripted: numbered(1, 3)}
				p := runBounded(t, task, false)
				<-task.polled
				p.gate.turn(gatePaused)
				p.interrupt()
				elapse(c.paused)
				p.gate.turn(gateOpen)
				synctest.Wait()
				if c.anew {
					var unsettled *unsettledError
					require.ErrorAs(t, <-p.done, &unsettled)
					require.Empty(t, p.kafka.ends, "the next life ends it")
				} else {
					require.ErrorIs(t, p.stop(), errEnded)
					require.Equal(t, []kgo.TransactionEndTry{kgo.TryAbort}, p.kafka.ends)
				}
				require.Empty(t, p.kafka.all())
			})
		})
	}
}

func TestATransactionThatExpiresWithoutTheLeaseIsNotTheTasksFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		lease := newLease(func() time.Duration { return time.Since(now) }, time.Hour)
		lease.set(time.Hour)
		p := newExactPump(t, numbered(1, 3), newTxnKafka(), boundaryProps("interval", "90000"), lease)
		p.start()
		synctest.Wait()
		lease.set(0)
		elapse(time.Second)
		lease.set(time.Hour)
		p.kafka.fail(nil, kerr.InvalidProducerEpoch)
		err := <-p.done
		require.Equal(t, connect.Fenced, connect.Classify(err))
		var expired *expiredError
		require.False(t, errors.As(err, &expired), "%v", err)
	})
}

func TestWhatIsTheMatterWithATransactionAloneEndsWithIt(t *testing.T) {
	for _, code := range []*kerr.Error{kerr.TransactionAbortable, kerr.InvalidTxnState, kerr.UnknownProducerID, kerr.OutOfOrderSequenceNumber} {
		t.Run(code.Message, func(t *testing.T) {
			p := newExactPump(t, numbered(1, 3), newTxnKafka(), nil, nil)
			p.kafka.fail(code, nil)
			p.start()
			err := <-p.done
			var unsettled *unsettledError
			require.ErrorAs(t, err, &unsettled)
			require.ErrorIs(t, err, code)
			require.Empty(t, p.kafka.all())
		})
	}
}

func TestAnAbortWaitsUntilTheClientKnowsWhatToAbort(t *testing.T) {
	task := &boundedTask{scripted: numbered(1, 3, 2), ask: func(batch int, _ []connect.SourceRecord, tc connect.TransactionContext) {
		if batch == 0 {
			tc.Abort()
		} else {
			tc.Commit()
		}
	}}
	p := newExactPump(t, task, newTxnKafka(), boundaryProps("connector"), nil)
	p.kafka.unfiled = 3
	task.asked = p.exactly.boundaries.asked
	p.start()
	<-task.polled
	require.ErrorIs(t, p.stop(), errEnded)
	require.Equal(t, texts(3, 5), p.kafka.all())
	require.EqualValues(t, 4, p.kafka.stored)
}
