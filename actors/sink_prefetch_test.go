// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// fetching is a client whose answers a test makes.
type fetching struct {
	records, bytes int64
	brokers        int
	asked, ofOne   int32
}

func (f *fetching) BufferedFetchBytes() int64              { return f.bytes }
func (f *fetching) BufferedFetchRecords() int64            { return f.records }
func (f *fetching) UpdateFetchMaxBytes(most, ofOne int32)  { f.asked, f.ofOne = most, ofOne }
func (f *fetching) DiscoveredBrokers() (all []*kgo.Broker) { return make([]*kgo.Broker, f.brokers) }

// answer is a batch that the client takes apart; what it has is to be seen afterwards.
func (f *fetching) answer(p *prefetch, wire, records, each int) (arrive func()) {
	p.OnFetchBatchRead(kgo.BrokerMetadata{}, "t", 0, kgo.FetchBatchMetrics{NumRecords: records, CompressedBytes: wire, UncompressedBytes: records * each})
	return func() { f.records, f.bytes = f.records+int64(records), f.bytes+int64(records*each) }
}

// poll takes records out of the client.
func (f *fetching) poll(p *prefetch, records, each int) {
	f.records, f.bytes = f.records-int64(records), f.bytes-int64(records*each)
	p.polled(int64(records*(each+recordOverhead)), 1)
}

func newFetching(of *budget.Task) (*prefetch, *fetching) {
	p, client := newPrefetch(of), &fetching{brokers: 1}
	p.begin(client, kafkaconfig.Settings{FetchMaxBytes: 50 << 20, FetchMaxPartitionBytes: 1 << 20})
	return p, client
}

func TestASinkHoldsWhatItsClientHasAndWhatItHasNotAccepted(t *testing.T) {
	const each = 1000
	const record = each + recordOverhead
	worker := budget.New(1 << 30)
	p, client := newFetching(worker.Task(1 << 20))
	first := client.answer(p, 9000, 10, each)
	require.EqualValues(t, 10*record, worker.Held(), "it is counted as soon as it comes")
	first()
	client.poll(p, 4, each)
	require.EqualValues(t, 10*record, worker.Held())
	p.accepted(0)
	require.EqualValues(t, 6*record, worker.Held())
	client.poll(p, 6, each)
	second := client.answer(p, 9000, 10, each)
	p.accepted(0)
	require.EqualValues(t, 10*record, worker.Held(), "what the client is still taking apart is not forgotten")
	second()
	client.poll(p, 10, each)
	require.EqualValues(t, 10*record, worker.Held())
	p.accepted(0)
	require.Zero(t, worker.Held())

	client.answer(p, 9000, 10, each)()
	client.records, client.bytes = 0, 0 // a pause has dropped it
	client.poll(p, 0, each)
	client.poll(p, 0, each)
	require.Zero(t, worker.Held())
}

func TestASinkThatIsCutOffHoldsWhatItIsStuckWith(t *testing.T) {
	worker := budget.New(1 << 30)
	p, client := newFetching(worker.Task(1 << 20))
	client.answer(p, 900, 10, 1000)()
	client.poll(p, 3, 1000)
	p.cutOff()
	require.EqualValues(t, 3*(1000+recordOverhead), worker.Held())
	client.answer(p, 900, 10, 1000)
	require.EqualValues(t, 3*(1000+recordOverhead), worker.Held(), "what still comes is dropped")
	p.end()
	require.Zero(t, worker.Held())
}

func TestAClientAsksForMoreWhileThereIsMoreToRead(t *testing.T) {
	p, client := newFetching(budget.New(1 << 30).Task(32 << 20))
	require.EqualValues(t, firstFetch, client.asked)
	sizes := []int32{}
	for range 11 {
		client.answer(p, 10000, 10, 1000)()
		client.poll(p, 10, 1000)
		p.accepted(0)
		sizes = append(sizes, client.asked)
	}
	half := float64(16 << 20)
	fits := int32(half / 1.256)
	require.Equal(t, []int32{64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20, fits, fits, fits}, sizes)
	require.EqualValues(t, 1<<20, client.ofOne, "what the user allows for one partition")
	client.poll(p, 0, 0)
	require.EqualValues(t, firstFetch, client.asked, "it has read everything")
}

func TestAClientAsksForLessWhereRecordsAreCompressed(t *testing.T) {
	p, client := newFetching(budget.New(1 << 30).Task(32 << 20))
	for range 10 {
		client.answer(p, 1000, 99, 1000-recordOverhead+10)()
		client.poll(p, 99, 1000-recordOverhead+10)
		p.accepted(0)
	}
	require.InDelta(t, (32<<20)/2/100, client.asked, 2000, "a hundredth of what fits")
}

func TestAClientAsksForLittleWhereTheWorkersBudgetIsUsedUp(t *testing.T) {
	worker := budget.New(8 << 20)
	worker.Task(1 << 30).Hold(100 << 20)
	p, client := newFetching(worker.Task(32 << 20))
	for range 10 {
		client.answer(p, 100000, 1, 100000)()
		client.poll(p, 1, 100000)
		p.accepted(0)
	}
	require.InDelta(t, 4<<20/2, client.asked, 10000, "half of one of two shares")
}

func TestAFetchIsNeverLargerThanTheUserOrTheBudgetAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.Int32Range(1, 100<<20).Draw(t, "fetch.max.bytes")
		ofPartition := rapid.Int32Range(1, 100<<20).Draw(t, "max.partition.fetch.bytes")
		size := newFetchSize(most, ofPartition)
		for range rapid.IntRange(1, 30).Draw(t, "polls") {
			if rapid.Bool().Draw(t, "more") {
				size.grow(rapid.Int64Range(1, 1<<20).Draw(t, "wire"), rapid.Int64Range(0, 1<<30).Draw(t, "memory"))
			} else {
				size.rest()
			}
			share, brokers := rapid.Int64Range(1, 1<<32).Draw(t, "share"), rapid.IntRange(1, 50).Draw(t, "brokers")
			size.fit(share, brokers)
			asked, ofOne := size.ask()
			require.Positive(t, asked)
			require.LessOrEqual(t, asked, most)
			require.LessOrEqual(t, ofOne, min(asked, ofPartition))
			require.LessOrEqual(t, float64(asked)*size.expansion*float64(brokers), max(float64(share)/2+1, leastFetch*size.expansion*float64(brokers)))
		}
	})
}

func TestAllIsPolledAtOnceWhereItIsLittle(t *testing.T) {
	p, client := newFetching(budget.New(1 << 30).Task(32 << 20))
	require.Equal(t, 500, p.most(500), "what comes next, of nothing")
	client.records, client.bytes = 100, 100*97
	require.Equal(t, 500, p.most(500), "no fewer than the task takes")
	client.records, client.bytes = 10_000, 10_000*97
	require.Equal(t, 10_000, p.most(500))
	client.records, client.bytes = 3, mostAhead
	require.Equal(t, 2, p.most(2), "no more than the task takes, of much")
}
