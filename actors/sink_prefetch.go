// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// fetcher is what a client has fetched and nobody has polled yet, and how much it asks brokers for.
type fetcher interface {
	BufferedFetchBytes() int64
	BufferedFetchRecords() int64
	UpdateFetchMaxBytes(most, mostOfPartition int32)
	DiscoveredBrokers() []*kgo.Broker
}

// prefetch keeps a sink within its byte budget. Its client fetches by itself: the next answer of each broker while the one before is
// polled. So the budget is kept by how much the client asks for, and what is there is counted afterwards.
//
// The pump uses it, but for the methods that say otherwise.
type prefetch struct {
	budget *budget.Task
	client fetcher // nil before the client is made
	size   fetchSize
	last   int64 // in the client when it was looked at last

	// What has come since then: bytes on the wire, and in memory.
	wire, memory atomic.Int64
	// batch is what the pump has polled and the task has not accepted, converted or not.
	batch atomic.Int64
	// over says that the client is closed, and what it had is gone.
	over atomic.Bool
}

func newPrefetch(of *budget.Task) *prefetch { return &prefetch{budget: of} }

// begin is told of the client before that can fetch.
func (f *prefetch) begin(client fetcher, settings kafkaconfig.Settings) {
	f.client = client
	f.size = newFetchSize(settings.FetchMaxBytes, settings.FetchMaxPartitionBytes)
	client.UpdateFetchMaxBytes(f.size.ask())
}

// OnFetchBatchRead implements kgo.HookFetchBatchRead, on a goroutine of the client.
func (f *prefetch) OnFetchBatchRead(_ kgo.BrokerMetadata, _ string, _ int32, batch kgo.FetchBatchMetrics) {
	bytes := int64(batch.UncompressedBytes + recordOverhead*batch.NumRecords)
	f.wire.Add(int64(batch.CompressedBytes))
	f.memory.Add(bytes)
	f.budget.HoldMore(bytes)
	if f.over.Load() { // looked at after the bytes were counted, so that none stay
		f.budget.Hold(f.batch.Load())
	}
}

// polled is told what a poll of at most so many partitions has returned, and asks for as much as fits the next time.
func (f *prefetch) polled(bytes int64, partitions int) {
	f.batch.Add(bytes)
	wire, memory := f.wire.Swap(0), f.memory.Swap(0)
	f.last = f.count(f.last + memory - bytes)
	brokers := 1
	if partitions > 1 {
		brokers = min(partitions, max(len(f.client.DiscoveredBrokers()), 1))
	}
	before := f.size.now
	switch {
	case wire > 0:
		f.size.grow(wire, memory)
	case bytes == 0:
		f.size.rest()
	}
	f.size.fit(f.budget.Share(), brokers)
	if f.size.now != before {
		f.client.UpdateFetchMaxBytes(f.size.ask())
	}
}

// most is how many records to poll where the task takes up to so many at once: all, where these are few enough. As long as the client has
// any of an answer, it does not ask that broker again.
func (f *prefetch) most(atOnce int) int {
	records := f.client.BufferedFetchRecords() // asked for first: what comes meanwhile may be much
	if f.client.BufferedFetchBytes()+recordOverhead*records > mostAhead {
		return atOnce
	}
	return max(atOnce, int(records))
}

// accepted is told that the task has taken its batch, and how much was polled beyond that.
func (f *prefetch) accepted(ahead int64) {
	f.batch.Store(ahead)
	f.count(f.last + f.memory.Load())
}

// count counts what is held. The client says what it has; what it is still taking apart is expected: what it had, and what has come since.
func (f *prefetch) count(expected int64) (inClient int64) {
	inClient = f.client.BufferedFetchBytes() + recordOverhead*f.client.BufferedFetchRecords()
	f.budget.Hold(max(inClient, expected) + f.batch.Load())
	return inClient
}

// cutOff is told that the client is closed. It may come while the pump is stuck in the task with its batch.
func (f *prefetch) cutOff() {
	f.over.Store(true)
	f.budget.Hold(f.batch.Load())
}

// end gives everything back, after the client was closed and the pump has ended.
func (f *prefetch) end() {
	f.batch.Store(0)
	f.cutOff()
}

// fetchSize is how many bytes a client asks one broker for, never more than the user has set. It is pure.
//
// It begins small and doubles while there is more to read: a task that has read everything, or a thousand of them, is not sent more
// than a little when records come at once.
type fetchSize struct {
	most, mostOfPartition int32
	now                   int32
	// expansion is how many bytes of memory a byte on the wire has become: records are compressed, and small ones take more than
	// their bytes.
	expansion float64
}

const (
	// firstFetch is what is asked for when everything has been read. Records that nobody has seen yet may become a thousand times as
	// large when they are decompressed.
	firstFetch = 32 << 10
	// leastFetch is asked for even where the budget is used up. A broker answers with one batch at least, however large that is.
	leastFetch = 4 << 10
	// mostAhead is how much is polled at once beyond what the task takes: the answers of some milliseconds, which is how long a broker takes
	// to answer again. With more, a slow task would hold more and not be faster.
	mostAhead = 4 << 20
)

func newFetchSize(most, mostOfPartition int32) fetchSize {
	s := fetchSize{most: most, mostOfPartition: mostOfPartition, expansion: 1}
	s.rest()
	return s
}

func (s *fetchSize) ask() (most, mostOfPartition int32) { return s.now, min(s.now, s.mostOfPartition) }

// rest begins anew.
func (s *fetchSize) rest() { s.now = min(firstFetch, s.most) }

// grow doubles the size and learns what answers become. What was worse than before counts at once, what was better by half.
func (s *fetchSize) grow(wire, memory int64) {
	seen := max(float64(memory)/float64(wire), 1)
	s.expansion = max(seen, (s.expansion+seen)/2)
	s.now = int32(min(2*int64(s.now), int64(s.most)))
}

// fit bounds the size so that the answers of all brokers take half of a share: the other half is for what was polled from
// the ones before.
func (s *fetchSize) fit(share int64, brokers int) {
	fits := int64(float64(share) / 2 / float64(brokers) / s.expansion)
	s.now = int32(min(int64(s.now), max(fits, leastFetch), int64(s.most)))
}
