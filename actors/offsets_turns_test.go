// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestLivesAndChangesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var turns turns
		var order []string
		leave, err := turns.enter(t.Context(), "c")
		require.NoError(t, err)
		other, err := turns.enter(t.Context(), "c")
		require.NoError(t, err, "tasks of one connector do not exclude each other")
		go func() {
			done, err := turns.change(t.Context(), "c")
			require.NoError(t, err)
			order = append(order, "change")
			done()
		}()
		synctest.Wait()
		go func() {
			leave, err := turns.enter(t.Context(), "c")
			require.NoError(t, err)
			order = append(order, "life")
			leave()
		}()
		synctest.Wait()
		require.Empty(t, order, "a change waits for lives, and lives that begin wait for the change")
		leave()
		leave() // again has no effect
		synctest.Wait()
		require.Empty(t, order)
		other()
		synctest.Wait()
		require.Equal(t, []string{"change", "life"}, order)
		require.Empty(t, turns.of, "what is over is forgotten")
	})
}

func TestChangesExcludeEachOtherAndWaitForTheConnectorsCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var turns turns
		done, err := turns.change(t.Context(), "c")
		require.NoError(t, err)
		answered := turns.ask("c")
		begun := make(chan func(), 1)
		go func() {
			done, err := turns.change(t.Context(), "c")
			require.NoError(t, err)
			begun <- done
		}()
		synctest.Wait()
		done()
		synctest.Wait()
		require.Empty(t, begun, "the connector's code is still called")
		leave, err := turns.enter(t.Context(), "c")
		require.NoError(t, err, "a life need not wait for it")
		leave()
		answered()
		(<-begun)()
		require.Empty(t, turns.of)
	})
}

func TestATurnIsGivenUpWithTheContext(t *testing.T) {
	var turns turns
	leave, err := turns.enter(t.Context(), "c")
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnded)
	_, err = turns.enter(ctx, "c")
	require.ErrorIs(t, err, errEnded)
	_, err = turns.change(ctx, "c")
	require.ErrorIs(t, err, errEnded)
	leave()
	require.Empty(t, turns.of)
}
