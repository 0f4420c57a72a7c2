// SPDX-License-Identifier: Apache-2.0

package app

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheLimitIsAPartOfWhatIsThere(t *testing.T) {
	limit, known := memoryLimit(1000)
	require.True(t, known)
	require.EqualValues(t, 900, limit)
	_, known = memoryLimit(0)
	require.False(t, known)
}

func TestTheEnvironmentDecidesAboutTheCollectorWhereItSaysSomething(t *testing.T) {
	const asItWas = 123
	defer debug.SetGCPercent(debug.SetGCPercent(asItWas))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(math.MaxInt64))
	says := map[string]string{"GOGC": "123", "GOMEMLIMIT": "off"}
	setCollector(func(key string) string { return says[key] })
	require.EqualValues(t, math.MaxInt64, debug.SetMemoryLimit(-1))
	require.Equal(t, asItWas, debug.SetGCPercent(asItWas))
}

func TestSomethingIsDoneAtOnceAndAfterEachCollection(t *testing.T) {
	did := make(chan struct{}, 16)
	afterEachCollection(func() {
		select {
		case did <- struct{}{}:
		default: // it goes on after the test
		}
	})
	for range 3 {
		<-did
		runtime.GC()
	}
}

func TestGarbageComesTogetherForAWhileWhereThatTakesLittleMemory(t *testing.T) {
	const mb = 1 << 20
	now := time.Unix(0, 0)
	p := &pacer{garbage: firstGarbage, at: now}
	var allocated uint64
	after := func(took time.Duration, alive, more uint64) int {
		now = now.Add(took)
		allocated += more
		return p.next(heap{alive, allocated}, now)
	}
	require.Equal(t, 50, after(10*time.Second, 8*mb, 4*mb), "an idle worker")
	require.Equal(t, 62, after(10*time.Millisecond, 8*mb, 4*mb), "400 MB/s begin")
	for range 20 {
		after(10*time.Millisecond, 8*mb, 4*mb)
	}
	require.Equal(t, 600, after(10*time.Millisecond, 8*mb, 4*mb), "they go on: 48 MB come together")
	require.Equal(t, 50, after(100*time.Millisecond, 200*mb, 40*mb), "half of what is alive is more than that")
	for range 20 {
		after(100*time.Millisecond, 8*mb, 8*mb)
	}
	require.Equal(t, 250, after(100*time.Millisecond, 8*mb, 8*mb), "80 MB/s: 20 MB in a quarter of a second")
	require.Equal(t, 50, after(2*time.Minute, 8*mb, 20*mb), "idle again")
	require.Equal(t, 50, after(0, 8*mb, 0), "two collections at the same time")
}
