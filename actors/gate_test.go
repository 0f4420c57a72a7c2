// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestAnOpenGateLetsPassAndAShutOneNever(t *testing.T) {
	g := newGate(gateOpen)
	require.NoError(t, g.pass(t.Context()))
	g.turn(gateShut)
	require.ErrorIs(t, g.pass(t.Context()), connect.ErrFenced)
	g.turn(gateOpen)
	require.ErrorIs(t, g.pass(t.Context()), connect.ErrFenced, "a gate that was shut stays shut")
}

func TestAPausedGateHoldsUntilItIsTurned(t *testing.T) {
	for name, c := range map[string]struct {
		turn gatePosition
		want error
	}{"and lets pass when it opens": {gateOpen, nil}, "and refuses when it is shut": {gateShut, connect.ErrFenced}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, passed := newGate(gatePaused), make(chan error, 1)
				go func() { passed <- g.pass(t.Context()) }()
				synctest.Wait()
				require.Empty(t, passed)
				g.turn(gatePaused) // again: whoever waits goes on waiting
				synctest.Wait()
				require.Empty(t, passed)
				g.turn(c.turn)
				require.Equal(t, c.want, <-passed)
			})
		})
	}
}

func TestAPausedGateGivesUpWithTheCauseOfTheContext(t *testing.T) {
	cause := errors.New("told to end")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	require.ErrorIs(t, newGate(gatePaused).pass(ctx), cause)
}
