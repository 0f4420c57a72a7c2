// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/connectors/conntest"
)

func whole10(n int) string { return strconv.Itoa(n) }

func TestTheRateIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		props map[string]string
		after time.Duration
		want  int
	}{
		"slow":        {map[string]string{"rate": "2"}, 10*time.Second + time.Millisecond, 21},
		"odd":         {map[string]string{"rate": "3"}, time.Hour + time.Millisecond, 3*3600 + 1},
		"in groups":   {map[string]string{"rate": "100000"}, 10*time.Second + time.Millisecond, 1_000_001},
		"many groups": {map[string]string{"rate": "3000000", "value.size": "1"}, time.Second + time.Millisecond, 3_000_001},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), c.after)
				defer cancel()
				task, n := start(t, &conntest.SourceContext{}, c.props), 0
				for ctx.Err() == nil {
					records, err := task.Poll(ctx)
					require.NoError(t, err)
					n += len(records)
				}
				// What is due in the time of the last wait comes after it.
				require.LessOrEqual(t, n, c.want)
				rate, err := strconv.Atoi(c.props["rate"])
				require.NoError(t, err)
				require.GreaterOrEqual(t, n, c.want-rate*6/1000-1)
			})
		})
	}
}

func TestTheTaskWakesAtMostSoOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		task, polls := start(t, &conntest.SourceContext{}, map[string]string{"rate": "50000"}), 0
		for ctx.Err() == nil {
			_, err := task.Poll(ctx)
			require.NoError(t, err)
			polls++
		}
		require.LessOrEqual(t, polls, int(time.Second/shortest)+2)
	})
}

func TestARandomTimePassesBeforeEachRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const records, longest = 2000, 100
		begun := time.Now()
		made(t, start(t, &conntest.SourceContext{}, map[string]string{"max.interval": whole10(longest)}), records)
		require.InEpsilon(t, (records * longest / 2 * time.Millisecond).Seconds(), time.Since(begun).Seconds(), 0.05)
	})
}

func TestThePaceIsNeverAheadAndCatchesUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		now := time.Unix(0, 0)
		perSecond := rapid.Int64Range(1, 1_000_000_000).Draw(r, "perSecond")
		p, n, begun := newPace(steady{perSecond}, func() time.Time { return now }), int64(0), now
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			now = now.Add(time.Duration(rapid.Int64Range(int64(time.Second)/perSecond+1, int64(time.Second)+1).Draw(r, "pass")))
			got := int64(p.due(context.Background(), 5000))
			n += got
			ahead := p.after(n-1) - now.Sub(begun)
			require.LessOrEqual(r, ahead, time.Duration(0))
			if got < 5000 {
				require.Positive(r, p.after(n)-now.Sub(begun), "all that is due was made")
			}
		}
	})
}

func TestWhatWasMissedForLongIsLeftOut(t *testing.T) {
	now := time.Unix(0, 0)
	p, n := newPace(steady{10}, func() time.Time { return now }), 0
	now = now.Add(time.Hour)
	for range 10 {
		n += p.due(t.Context(), 50)
		if p.early() > 0 {
			break
		}
	}
	require.Equal(t, 101, n)
}

func TestNothingIsMadeOnceThePollIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, props := range []map[string]string{{}, {"rate": "1"}, {"max.interval": "5"}} {
		records, err := start(t, &conntest.SourceContext{}, props).Poll(ctx)
		require.NoError(t, err)
		require.Empty(t, records)
	}
}
