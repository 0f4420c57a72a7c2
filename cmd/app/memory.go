// SPDX-License-Identifier: Apache-2.0

package app

import (
	"runtime"
	"runtime/debug"
	gauges "runtime/metrics"
	"time"

	"github.com/longshore-io/connect/actors/budget"
)

// What Go's collector is told where the environment says nothing. Its own rule is that as much garbage may come together as there is
// alive. What tasks hold of records is bounded and soon over: where little is alive, as in a sink, that collects hundreds of times a
// second, and where much is, it takes more memory than it saves time.
const (
	// garbagePercent is how much garbage may come together, in per cent of what is alive.
	garbagePercent = 50
	// pause is how long it may come together while that takes no more than mostGarbage bytes, however little is alive.
	pause       = 250 * time.Millisecond
	mostGarbage = 48 << 20
	// firstGarbage is what may come together at first, and each time a quarter more: a worker that is idle once it has started does
	// not keep what its start took.
	firstGarbage = 4 << 20
	// limitTenths is GOMEMLIMIT, in tenths of the memory that the process may use: near its limit the collector works harder, which is
	// slow, but a container that goes beyond it is killed. The rest is for what is not Go's heap: stacks of the kernel, files.
	limitTenths = 9
)

// setCollector is for commands only: whoever embeds a worker has settings of its own. What the environment says holds.
func setCollector(getenv func(string) string) {
	if limit, known := memoryLimit(budget.Memory()); known && getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
	if getenv("GOGC") == "" {
		p := &pacer{garbage: firstGarbage, at: time.Now()}
		afterEachCollection(func() { debug.SetGCPercent(p.next(readHeap(), time.Now())) })
	}
}

// memoryLimit is GOMEMLIMIT for a process that may use so much memory, and false where that is not known.
func memoryLimit(memory int64) (limit int64, known bool) {
	return memory / 10 * limitTenths, memory > 0
}

// afterEachCollection calls f now and after each collection: an object that nobody holds is finalized by it, and another takes its place.
func afterEachCollection(f func()) {
	type mark struct{ _ [16]byte } // not so small that it shares a block with others, and lives as long as they do
	f()
	runtime.SetFinalizer(new(mark), func(*mark) { afterEachCollection(f) })
}

// heap is what a collection has found: how many bytes are alive, and how many there have ever been.
type heap struct{ alive, allocated uint64 }

func readHeap() heap {
	sample := []gauges.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/allocs:bytes"}}
	gauges.Read(sample)
	return heap{sample[0].Value.Uint64(), sample[1].Value.Uint64()}
}

// pacer decides after each collection how far the heap may grow until the next one. It is pure.
type pacer struct {
	garbage float64 // that may come together, in bytes
	seen    heap
	at      time.Time
}

// next is GOGC until the next collection.
func (p *pacer) next(found heap, now time.Time) int {
	took := max(now.Sub(p.at), time.Millisecond)
	comes := float64(found.allocated-p.seen.allocated) * pause.Seconds() / took.Seconds()
	p.garbage = min(comes, max(p.garbage, firstGarbage)*1.25, mostGarbage)
	p.seen, p.at = found, now
	return max(garbagePercent, int(100*p.garbage/float64(max(found.alive, firstGarbage))))
}
