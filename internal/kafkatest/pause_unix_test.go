// SPDX-License-Identifier: Apache-2.0

//go:build unix && kafka

package kafkatest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPausedBrokerAnswersNothingUntilItIsResumed(t *testing.T) {
	b := StartBroker(t)
	require.NoError(t, b.Pause())
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	require.Error(t, metadata(ctx, b.Addr()))

	require.NoError(t, b.Resume())
	require.NoError(t, metadata(t.Context(), b.Addr()))
	require.NoError(t, b.Kill())
	require.ErrorContains(t, b.Pause(), "it does not run")
}
