// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADrainLetsTheWriteThatIsUnderWayEnd(t *testing.T) {
	w := prepared().start(t, nil)
	release := w.config.block()
	defer release()
	created, drained := make(chan error, 1), make(chan error, 1)
	go func() { created <- w.SetClusterLoggerLevel(context.Background(), "last", "INFO") }()
	require.Eventually(t, func() bool { return w.config.waiting.Load() == 1 }, timeToSee, tick)
	go func() { drained <- w.Drain(context.Background()) }()
	require.Eventually(t, func() bool {
		_, _, err := w.Health(t.Context())
		return err == nil // the worker goes on answering meanwhile
	}, timeToSee, tick)
	require.False(t, w.config.closed.Load())
	release()
	require.NoError(t, <-drained)
	require.NoError(t, <-created)
	require.Equal(t, []string{`logger-cluster-last => {"level":"INFO"}`}, w.config.log())
	require.True(t, w.config.closed.Load())
}
