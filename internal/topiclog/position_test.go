// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhoWaitsForAnEndDoesNotWaitForTheLookAtWhatStandsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPositions(map[int32]int64{0: 0, 1: 0})
		began := time.Now()
		looks := make(chan map[int32]int64)
		waited := make(chan error)
		go func() {
			waited <- p.await(t.Context(), map[int32]int64{0: 1, 1: 2}, time.Second, func(ctx context.Context, late map[int32]int64) {
				looks <- late
				<-ctx.Done() // the broker answers the fetch before this one first, and that waits for records
			})
		}()
		p.advance(0, 1)
		require.Equal(t, map[int32]int64{1: 0}, <-looks)
		p.advance(1, 2)
		require.NoError(t, <-waited)
		require.Equal(t, time.Second, time.Since(began))
	})
}

func TestWhatStandsThereIsAskedAgainAfterEachAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPositions(map[int32]int64{0: 0})
		began := time.Now()
		looks := 0
		require.NoError(t, p.await(t.Context(), map[int32]int64{0: 3}, time.Second, func(_ context.Context, late map[int32]int64) {
			looks++
			p.advance(0, late[0]+1)
		}))
		require.Equal(t, 3, looks)
		require.Equal(t, 3*time.Second, time.Since(began))
	})
}
