// SPDX-License-Identifier: Apache-2.0

package offsets_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/offsets"
)

func file(name string) *connect.Partition {
	return connect.MustPartition(map[string]any{"filename": name})
}

// positions makes what Committable returned comparable: partition key to the number in the offset.
func positions(committable map[*connect.Partition]connect.Offset) map[string]int64 {
	found := map[string]int64{}
	for p, o := range committable {
		found[p.Key()] = o.(*position).at
	}
	return found
}

func submit(t require.TestingT, l *offsets.Ledger, p *connect.Partition, at int64) offsets.Ticket {
	ticket, err := l.Submit(p, &position{at})
	require.NoError(t, err)
	return ticket
}

func TestAnOffsetWaitsForEarlierRecordsOfItsPartition(t *testing.T) {
	l, a, b := offsets.NewLedger(), file("a"), file("b")
	a1, a2, b1 := submit(t, l, a, 1), submit(t, l, a, 2), submit(t, l, b, 1)

	a2.Ack()
	b1.Ack()
	assert.Equal(t, map[string]int64{b.Key(): 1}, positions(l.Committable()), "a2 must wait for a1, b must not")
	assert.Equal(t, 1, l.Pending())

	a1.Ack()
	assert.Equal(t, map[string]int64{a.Key(): 2}, positions(l.Committable()))
	assert.Nil(t, l.Committable(), "nothing moved since")
	assert.Zero(t, l.Pending())
}

func TestPartitionsWithTheSameFieldsAreOne(t *testing.T) {
	l := offsets.NewLedger()
	first, second := submit(t, l, file("a"), 1), submit(t, l, file("a"), 2)
	second.Ack()
	assert.Nil(t, l.Committable())
	first.Ack()
	assert.Equal(t, map[string]int64{file("a").Key(): 2}, positions(l.Committable()))
}

func TestARecordWithoutPartitionCountsForTheNullPartition(t *testing.T) {
	l := offsets.NewLedger()
	submit(t, l, nil, 7).Ack()
	assert.Equal(t, map[string]int64{"null": 7}, positions(l.Committable()))
}

func TestARecordWithoutOffsetStoresNothingButIsWaitedFor(t *testing.T) {
	l, a := offsets.NewLedger(), file("a")
	silent, err := l.Submit(a, nil)
	require.NoError(t, err)
	submit(t, l, a, 2).Ack()
	assert.Nil(t, l.Committable())
	silent.Ack()
	assert.Equal(t, map[string]int64{a.Key(): 2}, positions(l.Committable()))
}

func TestOffsetsThatCouldNotBeStoredComeAgain(t *testing.T) {
	l, a, b := offsets.NewLedger(), file("a"), file("b")
	submit(t, l, a, 1).Ack()
	submit(t, l, b, 1).Ack()
	failed := l.Committable()

	submit(t, l, b, 2).Ack()
	assert.Equal(t, map[string]int64{b.Key(): 2}, positions(l.Committable()))
	submit(t, l, b, 3).Ack()
	l.Pending()
	second := l.Committable()
	l.PutBack(failed)
	l.PutBack(nil)
	assert.Equal(t, map[string]int64{a.Key(): 1, b.Key(): 1}, positions(l.Committable()))

	submit(t, l, b, 4).Ack()
	l.PutBack(second)
	assert.Equal(t, map[string]int64{b.Key(): 4}, positions(l.Committable()), "the later offset wins")
}

func TestDrop(t *testing.T) {
	t.Run("takes a batch back from its end and lets it be submitted again", func(t *testing.T) {
		l, a := offsets.NewLedger(), file("a")
		one, two, three := submit(t, l, a, 1), submit(t, l, a, 2), submit(t, l, a, 3)
		assert.True(t, l.Drop(three))
		assert.True(t, l.Drop(two))
		one.Ack()
		assert.Equal(t, map[string]int64{a.Key(): 1}, positions(l.Committable()))
		submit(t, l, a, 2).Ack()
		assert.Equal(t, map[string]int64{a.Key(): 2}, positions(l.Committable()))
	})
	t.Run("refuses a record that a later one of its partition would pass", func(t *testing.T) {
		l, a := offsets.NewLedger(), file("a")
		one := submit(t, l, a, 1)
		submit(t, l, file("b"), 1)
		submit(t, l, a, 2).Ack()
		assert.False(t, l.Drop(one))
		assert.Nil(t, l.Committable())
	})
	t.Run("refuses what was acknowledged, dropped or passed before", func(t *testing.T) {
		l, a := offsets.NewLedger(), file("a")
		one, two := submit(t, l, a, 1), submit(t, l, a, 2)
		one.Ack()
		assert.True(t, l.Drop(two))
		assert.False(t, l.Drop(two))
		assert.False(t, l.Drop(one))
		assert.Equal(t, map[string]int64{a.Key(): 1}, positions(l.Committable()))
		assert.False(t, l.Drop(one))
		assert.False(t, l.Drop(offsets.Ticket{}))
	})
}

func TestASecondAckOfARecordAcknowledgesNoOther(t *testing.T) {
	l, a := offsets.NewLedger(), file("a")
	hold := submit(t, l, file("hold"), 1) // keeps the memory from being let go
	old := make([]offsets.Ticket, 5000)
	for i := range old {
		old[i] = submit(t, l, a, int64(i))
		old[i].Ack()
	}
	l.Committable()
	for i := range 5000 {
		submit(t, l, a, int64(i))
	}
	for _, ticket := range old {
		ticket.Ack()
	}
	offsets.Ticket{}.Ack()
	assert.Nil(t, l.Committable())
	hold.Ack()
	assert.Len(t, l.Committable(), 1)
}

func TestAClosedLedgerTakesNothingAndGivesNothing(t *testing.T) {
	l, a := offsets.NewLedger(), file("a")
	one, two := submit(t, l, a, 1), submit(t, l, a, 2)
	one.Ack()
	l.Close()
	two.Ack()
	assert.Nil(t, l.Committable())
	assert.False(t, l.Drop(two))
	assert.Zero(t, l.Pending())
	l.PutBack(map[*connect.Partition]connect.Offset{a: &position{1}})
	assert.Nil(t, l.Committable())

	_, err := l.Submit(a, &position{3})
	require.ErrorIs(t, err, offsets.ErrClosed)
	assert.Equal(t, connect.Fenced, connect.Classify(err))
	assert.ErrorIs(t, l.SubmitBatch(make([]offsets.Position, 1), make([]offsets.Ticket, 1)), offsets.ErrClosed)
	l.Close()
}

func TestMemoryStaysBoundedWithoutCommits(t *testing.T) {
	t.Run("300,000 records of one partition", func(t *testing.T) {
		a := file("a")
		assertSmall(t, func(int) *connect.Partition { return a })
	})
	t.Run("300,000 records of partitions that are never seen again", func(t *testing.T) {
		var p *connect.Partition
		assertSmall(t, func(i int) *connect.Partition {
			if i%1000 == 0 {
				p = file(fmt.Sprint(i))
			}
			return p
		})
	})
}

func assertSmall(t *testing.T, partition func(i int) *connect.Partition) {
	l := offsets.NewLedger()
	offset := &position{1}
	stuck, err := l.Submit(file("stuck"), offset)
	require.NoError(t, err)
	window := make([]offsets.Ticket, 1000)
	before := heap()
	for i := range 300_000 {
		window[i%len(window)].Ack()
		window[i%len(window)], _ = l.Submit(partition(i), offset)
	}
	grown := int64(heap()) - int64(before)
	assert.Less(t, grown, int64(1<<20), "1000 records in flight")
	stuck.Ack()
	assert.NotEmpty(t, l.Committable())
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestPumpProducerAndCommitterRunSideBySide is for the race detector and for the invariant: what is committed only grows
// and never passes what was acknowledged.
func TestPumpProducerAndCommitterRunSideBySide(t *testing.T) {
	const records, partitions = 50_000, 3
	l := offsets.NewLedger()
	named := []*connect.Partition{file("a"), file("b"), file("c")}
	sent := make(chan []offsets.Ticket, 4)
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() { // the pump
		defer close(sent)
		for at := 0; at < records; at += batchSize {
			batch := make([]offsets.Position, batchSize)
			for i := range batch {
				batch[i] = offsets.Position{Partition: named[(at+i)%partitions], Offset: &position{int64(at + i)}}
			}
			tickets := make([]offsets.Ticket, batchSize)
			assert.NoError(t, l.SubmitBatch(batch, tickets))
			sent <- tickets
		}
	})
	running.Go(func() { // the producer's promises
		defer close(done)
		for tickets := range sent {
			for i := range tickets {
				tickets[len(tickets)-1-i].Ack()
			}
		}
	})
	stored := map[string]int64{}
	running.Go(func() { // the committer
		for open := true; open; {
			select {
			case <-done:
				open = false
			default:
			}
			for key, at := range positions(l.Committable()) {
				assert.Greater(t, at+1, stored[key])
				stored[key] = at
			}
		}
	})
	running.Wait()
	assert.Zero(t, l.Pending())
	for i := range partitions {
		at := int64(records - partitions + i)
		assert.Equal(t, at, stored[named[at%partitions].Key()])
	}
}

// model is the ledger in the plainest form: all records ever, by partition, in order.
type model struct {
	records map[string][]*modelRecord
	passed  map[string]int64 // what Committable must return next
}

type modelRecord struct {
	ticket           offsets.Ticket
	at               int64
	partition        string
	acked, withdrawn bool
}

func (m *model) committable() map[string]int64 {
	for key, queue := range m.records {
		for len(queue) > 0 && (queue[0].acked || queue[0].withdrawn) {
			if queue[0].acked {
				m.passed[key] = queue[0].at
			}
			queue = queue[1:]
		}
		m.records[key] = queue
	}
	passed := m.passed
	m.passed = map[string]int64{}
	return passed
}

func (m *model) pending() []*modelRecord {
	var found []*modelRecord
	for _, key := range []string{file("0").Key(), file("1").Key(), file("2").Key()} {
		for _, r := range m.records[key] {
			if !r.acked && !r.withdrawn {
				found = append(found, r)
			}
		}
	}
	return found
}

func (m *model) mayDrop(r *modelRecord) bool {
	after := false
	for _, other := range m.records[r.partition] {
		if after && !other.withdrawn {
			return false
		}
		after = after || other == r
	}
	return true
}

func TestLedgerAgreesWithAPlainModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := offsets.NewLedger()
		m := &model{records: map[string][]*modelRecord{}, passed: map[string]int64{}}
		next := int64(0)
		withOne := func(t *rapid.T, do func(r *modelRecord)) {
			if pending := m.pending(); len(pending) > 0 {
				do(rapid.SampledFrom(pending).Draw(t, "record"))
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"submit a batch": func(t *rapid.T) {
				var batch []offsets.Position
				var added []*modelRecord
				for range rapid.IntRange(1, 40).Draw(t, "records") {
					p := file(fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "partition")))
					next++
					batch = append(batch, offsets.Position{Partition: p, Offset: &position{next}})
					added = append(added, &modelRecord{at: next, partition: p.Key()})
				}
				tickets := make([]offsets.Ticket, len(batch))
				require.NoError(t, l.SubmitBatch(batch, tickets))
				for i, r := range added {
					r.ticket = tickets[i]
					m.records[r.partition] = append(m.records[r.partition], r)
				}
			},
			"ack": func(t *rapid.T) {
				withOne(t, func(r *modelRecord) {
					r.ticket.Ack()
					r.acked = true
				})
			},
			"ack the oldest": func(t *rapid.T) {
				pending := m.pending()
				for _, r := range pending[:min(len(pending), rapid.IntRange(0, 60).Draw(t, "records"))] {
					r.ticket.Ack()
					r.acked = true
				}
			},
			"drop": func(t *rapid.T) {
				withOne(t, func(r *modelRecord) {
					r.withdrawn = m.mayDrop(r)
					require.Equal(t, r.withdrawn, l.Drop(r.ticket))
				})
			},
			"commit": func(t *rapid.T) {
				require.Equal(t, m.committable(), positions(l.Committable()))
			},
			"fail to commit": func(t *rapid.T) {
				committable := l.Committable()
				passed := m.committable()
				require.Equal(t, passed, positions(committable))
				l.PutBack(committable)
				m.passed = passed
			},
			"": func(t *rapid.T) {
				require.Equal(t, len(m.pending()), l.Pending())
			},
		})
	})
}
