// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestSleepEndsWithTheTimeOrTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, stopped := time.Now(), errors.New("stopped")
		assert.NoError(t, Sleep(t.Context(), time.Minute))
		assert.Equal(t, time.Minute, time.Since(began))

		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(stopped) })
		assert.Equal(t, stopped, Sleep(ctx, time.Minute))
		assert.Equal(t, time.Minute+time.Second, time.Since(began))
		assert.Equal(t, stopped, Sleep(ctx, 0))
		assert.NoError(t, Sleep(t.Context(), -time.Second))
	})
}
