// SPDX-License-Identifier: Apache-2.0

package budget

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// later asks in the background; the answer is in the channel.
func later(ctx context.Context, task *Task, bytes int64) <-chan error {
	done := make(chan error, 1)
	go func() { done <- task.Acquire(ctx, bytes) }()
	synctest.Wait()
	return done
}

func waits(t *testing.T, done <-chan error) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-done:
		require.FailNow(t, "it does not wait", "%v", err)
	default:
	}
}

func passes(t *testing.T, done <-chan error) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-done:
		require.NoError(t, err)
	default:
		require.FailNow(t, "it waits")
	}
}

func TestATaskWaitsForItsOwnRecordsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker := New(1000)
		slow, other := worker.Task(100), worker.Task(100)
		require.True(t, slow.TryAcquire(60))
		require.False(t, slow.TryAcquire(60))
		waiting := later(t.Context(), slow, 60)
		waits(t, waiting)
		require.True(t, other.TryAcquire(60))
		other.Release(60)
		waits(t, waiting)
		slow.Release(20)
		passes(t, waiting)
		require.EqualValues(t, 100, slow.Held())
		require.EqualValues(t, 100, worker.Held())
	})
}

func TestARecordThatIsLargerThanTheBudgetPassesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := New(100).Task(50)
		require.True(t, task.TryAcquire(10))
		large := later(t.Context(), task, 1000)
		waits(t, large)
		task.Release(10)
		passes(t, large)
		require.False(t, task.TryAcquire(1))
		task.Release(1000)
		require.True(t, task.TryAcquire(1))
	})
}

func TestThoseWhoWaitForTheWorkerAreServedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker := New(100)
		full := worker.Task(100)
		require.True(t, full.TryAcquire(90))
		large, small := worker.Task(100), worker.Task(100)
		require.True(t, large.TryAcquire(5))
		require.True(t, small.TryAcquire(5))
		first := later(t.Context(), large, 50)
		second := later(t.Context(), small, 5)
		full.Release(20)
		waits(t, first)
		waits(t, second) // there is room for it, but the other came first
		full.Release(40)
		passes(t, first)
		passes(t, second)
	})
}

func TestWhoHoldsNothingNeverWaitsForOthersThatAreStuck(t *testing.T) {
	worker := New(100)
	stuck := worker.Task(1000)
	stuck.Hold(500)
	for range 3 {
		task := worker.Task(100)
		require.True(t, task.TryAcquire(30))
		require.False(t, task.TryAcquire(30))
	}
}

func TestWhoWaitsForTheWorkerGoesOnWhenItsOwnRecordsAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker := New(100)
		worker.Task(1000).Hold(500)
		task := worker.Task(100)
		require.True(t, task.TryAcquire(30))
		waiting := later(t.Context(), task, 30)
		waits(t, waiting)
		task.Release(30)
		passes(t, waiting)
	})
}

func TestWhoIsToldToEndTakesNothingAndKeepsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker, reason := New(100), errors.New("stopped")
		full, large, small := worker.Task(100), worker.Task(100), worker.Task(10)
		require.True(t, full.TryAcquire(80))
		require.True(t, large.TryAcquire(5))
		require.True(t, small.TryAcquire(5))
		ctx, stop := context.WithCancelCause(t.Context())
		first := later(ctx, large, 90)
		second := later(t.Context(), small, 5)
		waits(t, second)
		stop(reason)
		synctest.Wait()
		require.ErrorIs(t, <-first, reason)
		passes(t, second)
		require.EqualValues(t, 95, worker.Held())

		require.ErrorIs(t, small.Acquire(ctx, 10), reason, "it waits for its own")
		require.EqualValues(t, 10, small.Held())
	})
}

func TestAShareGetsSmallerAsOthersHoldMore(t *testing.T) {
	worker := New(1000)
	task := worker.Task(400)
	require.EqualValues(t, 400, task.Share(), "its own, while nobody holds anything")
	others := []*Task{worker.Task(1000), worker.Task(1000), worker.Task(1000)}
	for _, other := range others {
		other.Hold(300)
	}
	require.EqualValues(t, 250, task.Share(), "one of four")
	task.Hold(250)
	require.EqualValues(t, 250, task.Share())
	others[0].Hold(0)
	require.EqualValues(t, 333, task.Share(), "one of three")
	others[1].Hold(0)
	require.EqualValues(t, 400, task.Share())
	task.HoldMore(50)
	require.EqualValues(t, 600, worker.Held())
}

// In any order of taking and giving.
func TestTheWorkersBytesAreThoseOfItsTasksAndWithinItsBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		worker := New(rapid.Int64Range(1, 200).Draw(t, "worker"))
		tasks := make([]*Task, rapid.IntRange(1, 4).Draw(t, "tasks"))
		for i := range tasks {
			tasks[i] = worker.Task(rapid.Int64Range(1, 100).Draw(t, "task"))
		}
		largest := int64(0)
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			task := rapid.SampledFrom(tasks).Draw(t, "of")
			bytes := rapid.Int64Range(1, 120).Draw(t, "bytes")
			held := task.Held()
			if rapid.Bool().Draw(t, "give") {
				task.Release(min(bytes, held))
				continue
			}
			if task.TryAcquire(bytes) {
				largest = max(largest, bytes)
				require.True(t, held == 0 || held+bytes <= task.Limit())
			}
		}
		sum, holders := int64(0), int64(0)
		for _, task := range tasks {
			sum += task.Held()
			if task.Held() > 0 {
				holders++
			}
		}
		require.Equal(t, sum, worker.Held())
		require.Equal(t, holders, worker.holders.Load())
		require.LessOrEqual(t, sum, worker.Limit()+int64(len(tasks))*largest)
	})
}

// Under contention, with more tasks than the worker has room for, nobody is left waiting and nothing is lost.
func TestTasksThatTakeAndGiveAllComeToAnEnd(t *testing.T) {
	worker := New(1000)
	var running sync.WaitGroup
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for n := range 8 {
		task := worker.Task(300)
		acks := make(chan int64, 1000)
		running.Go(func() {
			for bytes := range acks {
				task.Release(bytes)
			}
		})
		running.Go(func() {
			defer close(acks)
			for i := range 2000 {
				bytes := int64(i%(40+n) + 1)
				if err := task.Acquire(ctx, bytes); err != nil {
					t.Error(err)
					return
				}
				acks <- bytes
			}
		})
	}
	running.Wait()
	require.Zero(t, worker.Held())
	require.Zero(t, worker.holders.Load())
	require.Zero(t, worker.waiting.Load())
	require.Empty(t, worker.queue)
}

func BenchmarkAcquireAndRelease(b *testing.B) {
	worker := New(1 << 30)
	b.RunParallel(func(pb *testing.PB) {
		task := worker.Task(1 << 20)
		for pb.Next() {
			task.TryAcquire(100)
			task.Release(100)
		}
	})
}
