// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
)

// boundedTask is a scripted task that asks for boundaries before a batch is returned, and keeps what it is told.
type boundedTask struct {
	*scripted
	asked *askedBoundaries
	ask   func(batch int, records []connect.SourceRecord, tc connect.TransactionContext)
	polls int
	told  []string
}

func (b *boundedTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	records, err := b.scripted.Poll(ctx)
	if len(records) > 0 && b.ask != nil {
		b.ask(b.polls, records, b.asked)
	}
	b.polls++
	return records, err
}

func (b *boundedTask) CommitRecord(_ context.Context, r *connect.SourceRecord, m *connect.RecordMetadata) error {
	text := r.Value.(string)
	if m == nil {
		text += " dropped"
	}
	b.told = append(b.told, text)
	return nil
}

func (b *boundedTask) Commit(context.Context) error {
	b.told = append(b.told, "commit")
	return nil
}

func texts(from, to int) []string {
	var out []string
	for n := from; n < to; n++ {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

func TestEachPollIsATransactionWithItsOffsets(t *testing.T) {
	task := numbered(1, 3, 2)
	p := runExactly(t, task)
	<-task.polled
	require.ErrorIs(t, p.stop(), errEnded)
	require.Equal(t, [][]string{texts(0, 3), texts(3, 5)}, p.kafka.transactions)
	require.EqualValues(t, 4, p.kafka.stored)
	require.Equal(t, []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryCommit}, p.kafka.ends, "there are no empty transactions")
}

func TestAnIntervalGathersPollsAndEndsOneThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := numbered(1, 3, 2)
		p := runExactly(t, task, "interval", "100")
		<-task.polled
		synctest.Wait()
		require.Empty(t, p.kafka.all(), "the interval is not over")
		elapse(99 * time.Millisecond)
		synctest.Wait()
		require.Empty(t, p.kafka.all())
		elapse(2 * time.Millisecond)
		synctest.Wait()
		require.Equal(t, [][]string{texts(0, 5)}, p.kafka.transactions, "although the task waits for records")
		require.EqualValues(t, 4, p.kafka.stored)
		require.ErrorIs(t, p.stop(), errEnded)
		require.Len(t, p.kafka.ends, 1)
	})
}

func TestWhatIsOpenIsCommittedWhenTheTaskStopsAndWhenItIsPaused(t *testing.T) {
	task := numbered(1, 3)
	p := runExactly(t, task, "interval")
	<-task.polled
	p.gate.turn(gatePaused)
	p.interrupt()
	<-p.kafka.changed
	require.Equal(t, texts(0, 3), p.kafka.all())
	require.ErrorIs(t, p.stop(), errEnded)

	task = numbered(1, 3)
	p = runExactly(t, task, "interval")
	<-task.polled
	require.ErrorIs(t, p.stop(), errEnded)
	require.Equal(t, texts(0, 3), p.kafka.all())
	require.EqualValues(t, 2, p.kafka.stored)
}

func TestAFailureCommitsNothingAndLeavesNothingOpen(t *testing.T) {
	task := numbered(1, 3)
	task.err = errors.New("the source is gone")
	p := runExactly(t, task, "interval")
	require.ErrorIs(t, <-p.done, task.err)
	require.Empty(t, p.kafka.all())
	require.EqualValues(t, -1, p.kafka.stored)
	require.Equal(t, []kgo.TransactionEndTry{kgo.TryAbort}, p.kafka.ends)
}

func runBounded(t *testing.T, task *boundedTask, slow bool) *exactPump {
	t.Helper()
	p := newExactPump(t, task, newTxnKafka(), boundaryProps("connector"), nil)
	p.kafka.slow = slow
	task.asked = p.exactly.boundaries.asked
	p.start()
	return p
}

func TestATaskSaysWhereItsTransactionsEnd(t *testing.T) {
	task := &boundedTask{scripted: numbered(1, 4, 2, 3), ask: func(batch int, records []connect.SourceRecord, tc connect.TransactionContext) {
		switch batch {
		case 0:
			tc.CommitAfter(&records[1])
		case 1:
			tc.Commit()
		}
	}}
	p := runBounded(t, task, false)
	<-task.polled
	require.ErrorIs(t, p.stop(), errEnded)
	require.Equal(t, [][]string{texts(0, 2), texts(2, 6)}, p.kafka.transactions, "the last one was not ended")
	require.EqualValues(t, 5, p.kafka.stored)
	require.Equal(t, []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryCommit, kgo.TryAbort}, p.kafka.ends)
	require.Equal(t, []string{"0", "1", "commit", "2", "3", "4", "5", "commit"}, task.told)
}

func TestOffsetsOfWhatATaskHasAbortedAreStored(t *testing.T) {
	for name, slow := range map[string]bool{"records that Kafka has": false, "records that are not sent yet": true} {
		t.Run(name, func(t *testing.T) {
			task := &boundedTask{scripted: numbered(1, 3, 2), ask: func(batch int, records []connect.SourceRecord, tc connect.TransactionContext) {
				switch batch {
				case 0:
					tc.AbortAfter(&records[1])
					tc.Commit()
				case 1:
					tc.Abort()
				}
			}}
			p := runBounded(t, task, slow)
			<-task.polled
			require.ErrorIs(t, p.stop(), errEnded)
			require.Equal(t, []string{"2"}, p.kafka.all())
			require.EqualValues(t, 4, p.kafka.stored)
			require.Equal(t, []string{"0 dropped", "1 dropped", "commit", "2", "commit", "3 dropped", "4 dropped", "commit"}, task.told)
		})
	}
}

func TestAnAbortOfNothingDoesNothing(t *testing.T) {
	task := &boundedTask{scripted: numbered(1)}
	p := newExactPump(t, task, newTxnKafka(), boundaryProps("connector"), nil)
	require.NoError(t, p.exactly.end(t.Context(), abortIt))
	require.Empty(t, p.kafka.ends)
	require.Equal(t, []string{"commit"}, task.told)
}

func TestAFencedTransactionIsLeftAloneAndTold(t *testing.T) {
	for name, c := range map[string]struct{ produce, end error }{
		"when it writes":  {produce: kerr.InvalidProducerEpoch},
		"when it commits": {end: kerr.ProducerFenced},
	} {
		t.Run(name, func(t *testing.T) {
			p := newExactPump(t, numbered(1, 3), newTxnKafka(), nil, nil)
			p.kafka.fail(c.produce, c.end)
			p.start()
			err := <-p.done
			require.Equal(t, connect.Fenced, connect.Classify(err), "%v", err)
			require.Empty(t, p.kafka.all())
			require.Empty(t, p.kafka.ends, "the next owner of the id ends it")
		})
	}
}

func TestATransactionThatTookTooLongSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newExactPump(t, numbered(1, 3), newTxnKafka(), boundaryProps("interval", "3600000"), nil)
		p.start()
		elapse(time.Minute)
		p.kafka.fail(nil, kerr.InvalidProducerEpoch)
		p.interrupt()
		p.exactly.boundaries.interval = 0
		p.interrupt()
		synctest.Wait()
		err := <-p.done
		var expired *expiredError
		require.ErrorAs(t, err, &expired)
		require.ErrorContains(t, err, "The task c-0 was unable to finish writing records to Kafka before its producer transaction expired. It may be")
	})
}

func TestAnUnknownOutcomeIsFoundOutByTheNextLife(t *testing.T) {
	p := newExactPump(t, numbered(1, 3), newTxnKafka(), nil, nil)
	p.kafka.fail(nil, errors.New("connection reset"))
	p.start()
	err := <-p.done
	var unsettled *unsettledError
	require.ErrorAs(t, err, &unsettled)
	require.NotEqual(t, connect.Fenced, connect.Classify(err))
	require.Empty(t, p.kafka.ends, "it is neither committed again nor aborted")
}

func TestNothingIsCommittedWithoutTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		lease := newLease(func() time.Duration { return time.Since(now) }, time.Hour)
		lease.set(time.Hour)
		task := numbered(1, 3)
		p := newExactPump(t, task, newTxnKafka(), boundaryProps("interval", "100"), lease)
		p.start()
		<-task.polled
		lease.set(0)
		elapse(time.Second)
		synctest.Wait()
		require.Empty(t, p.kafka.all(), "the interval is over and the lease is closed")
		lease.set(time.Hour)
		synctest.Wait()
		require.Equal(t, texts(0, 3), p.kafka.all())
		require.ErrorIs(t, p.stop(), errEnded)
	})
}

func TestATaskThatHasLostItsRightCommitsNothing(t *testing.T) {
	task := numbered(1, 3)
	p := runExactly(t, task, "interval")
	<-task.polled
	p.gate.turn(gateLost)
	_ = p.stop()
	require.Empty(t, p.kafka.all())
	require.Empty(t, p.kafka.ends, "not even an abort")
}

func TestRecordsForTheOffsetsTopicFailTheTask(t *testing.T) {
	task := numbered(1, 2)
	task.batches[0][1].Topic = "offsets"
	p := runExactly(t, task)
	require.EqualError(t, <-p.done, "Source tasks may not produce to their own offsets topics when exactly-once support is enabled")
	require.Empty(t, p.kafka.all())
}

func TestARecordThatKafkaRefusesFailsTheTransaction(t *testing.T) {
	p := newExactPump(t, numbered(1, 3), newTxnKafka(), nil, nil)
	p.kafka.fail(kerr.MessageTooLarge, nil)
	p.start()
	err := <-p.done
	require.ErrorIs(t, err, kerr.MessageTooLarge)
	require.Empty(t, p.kafka.all())
	require.EqualValues(t, -1, p.kafka.stored)
}

// asksSometimes ends the transaction with some batches, and in the middle of others.
func asksSometimes(commits []bool) func(int, []connect.SourceRecord, connect.TransactionContext) {
	return func(batch int, records []connect.SourceRecord, tc connect.TransactionContext) {
		switch {
		case tc == (*askedBoundaries)(nil):
		case commits[batch]:
			tc.Commit()
		default:
			tc.CommitAfter(&records[0])
		}
	}
}

// TestEachRecordIsSeenOnceWhateverHappens ends lives in many ways and has the next one go on from the offset that is stored.
func TestEachRecordIsSeenOnceWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen, total := &visible{stored: -1}, 0
		boundary := rapid.SampledFrom([][]string{{"poll"}, {"interval", "0"}, {"interval", "3600000"}, {"connector"}}).Draw(t, "boundary")
		for life := range rapid.IntRange(1, 4).Draw(t, "lives") {
			sizes := rapid.SliceOfN(rapid.IntRange(1, 4), 0, 4).Draw(t, fmt.Sprint("batches of life ", life))
			task := numbered(1, sizes...)
			from := int(seen.stored) + 1
			n := from
			for _, batch := range task.batches {
				for i := range batch {
					batch[i].Value, batch[i].SourceOffset = strconv.Itoa(n), connect.OffsetMap{"n": int64(n)}
					n++
				}
			}
			kafka := newTxnKafka()
			kafka.visible, kafka.slow = seen, rapid.Bool().Draw(t, "slow")
			bounded := &boundedTask{scripted: task, ask: asksSometimes(rapid.SliceOfN(rapid.Bool(), 4, 4).Draw(t, "commits"))}
			p := newExactPump(t, bounded, kafka, boundaryProps(boundary...), nil)
			bounded.asked = p.exactly.boundaries.asked
			switch rapid.IntRange(0, 6).Draw(t, "end") {
			case 0:
				task.err = errors.New("the task fails")
			case 1:
				kafka.atEnd = errors.New("the commit does not come back")
			case 2:
				kafka.refuse = kerr.InvalidProducerEpoch
			case 3:
				kafka.unsaid = errors.New("the commit has worked, and does not come back")
			case 4, 5:
				left := rapid.IntRange(1, 12).Draw(t, "records until the life ends")
				kafka.taken = func() {
					if left--; left == 0 {
						p.end(errEnded)
					}
				}
			}
			p.start()
			select {
			case <-task.polled:
				_ = p.stop()
			case <-p.done:
			}
			total = max(total, int(seen.stored)+1)
		}
		require.Equal(t, texts(0, total), seen.all())
	})
}
