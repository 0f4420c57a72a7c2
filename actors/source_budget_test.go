// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
)

// plenty is a budget that never keeps anybody waiting.
func plenty() *budget.Task { return budget.New(1 << 40).Task(1 << 40) }

// sized is a source task that polls a record of so many bytes, again and again.
func sized(polls int, bytes ...int) *scripted {
	s := numbered(1)
	for range polls {
		batch := make([]connect.SourceRecord, len(bytes))
		for i, n := range bytes {
			batch[i] = connect.SourceRecord{Record: connect.Record{Topic: "t", Value: strings.Repeat("x", n-flightOverhead), ValueSchema: connect.String},
				SourcePartition: connect.MustPartition(map[string]any{"p": 0}), SourceOffset: connect.OffsetMap{"n": int64(i)}}
		}
		s.batches = append(s.batches, batch)
	}
	return s
}

// startWith starts a pump behind a budget of a worker's, and waits until it stands still.
func startWith(t *testing.T, task connect.SourceTask, bag *mailbag, of *budget.Task) (*sourcePump, func() error) {
	p, end, done := startPumpBehind(t, task, bag, of)
	synctest.Wait()
	return p, func() error {
		end(errEnded)
		return <-done
	}
}

func (b *mailbag) acknowledge(n int) {
	b.mu.Lock()
	flights := b.flights[:n]
	b.flights = b.flights[n:]
	b.mu.Unlock()
	for _, land := range flights {
		land(nil)
	}
	synctest.Wait()
}

func TestASourceAtItsBudgetIsNotPolledUntilKafkaHasAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker, task, bag := budget.New(1<<20), sized(10, 800), &mailbag{}
		p, end := startWith(t, task, bag, worker.Task(2000))
		require.Len(t, bag.flights, 2, "records within the budget")
		require.Len(t, task.batches, 7, "one more was polled and waits")
		require.EqualValues(t, 1600, worker.Held())
		elapse(3 * time.Second)
		bag.acknowledge(1)
		require.Len(t, bag.flights, 2)
		require.Equal(t, 3*time.Second, time.Duration(p.meter.waited.Load()))
		require.ErrorIs(t, end(), errEnded, "a stop does not wait")
		bag.acknowledge(2)
		require.Zero(t, worker.Held())
	})
}

func TestABatchThatIsLargerThanTheBudgetPassesPieceByPiece(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker, task, bag := budget.New(1<<20), sized(1, 800, 600, 10000, 800), &mailbag{}
		_, end := startWith(t, task, bag, worker.Task(2000))
		require.Len(t, bag.flights, 2)
		bag.acknowledge(1)
		require.Len(t, bag.flights, 1, "the large one goes alone")
		bag.acknowledge(1)
		require.Len(t, bag.flights, 1)
		require.EqualValues(t, 10000, worker.Held())
		bag.acknowledge(1)
		require.Len(t, bag.flights, 1)
		bag.acknowledge(1)
		require.Zero(t, worker.Held())
		require.ErrorIs(t, end(), errEnded)
	})
}

func TestAPausedSourceThatWaitsForRoomProducesNothingWhenThereIsSome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker, task, bag := budget.New(1<<20), sized(3, 1800), &mailbag{}
		p, end := startWith(t, task, bag, worker.Task(2000))
		p.gate.turn(gatePaused)
		p.interrupt()
		bag.acknowledge(1)
		require.Empty(t, bag.flights)
		p.gate.turn(gateOpen)
		synctest.Wait()
		require.Len(t, bag.flights, 1)
		p.gate.turn(gatePaused)
		bag.acknowledge(1)
		require.ErrorIs(t, end(), errEnded)
		require.Zero(t, worker.Held(), "what had room and was not produced is given back")
	})
}

func TestATaskThatIsStuckWithItsRecordsKeepsNoOtherFromGoingOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker := budget.New(2000)
		stuck, busy := &mailbag{}, &mailbag{}
		_, endStuck := startWith(t, sized(10, 1000), stuck, worker.Task(10000))
		require.EqualValues(t, 2000, worker.Held())
		task := sized(10, 1000)
		_, end := startWith(t, task, busy, worker.Task(10000))
		for n := range 10 {
			require.Len(t, busy.flights, 1, "record %d", n)
			busy.acknowledge(1)
		}
		<-task.polled
		require.ErrorIs(t, end(), errEnded)
		require.ErrorIs(t, endStuck(), errEnded)
		stuck.acknowledge(2)
		require.Zero(t, worker.Held())
	})
}
