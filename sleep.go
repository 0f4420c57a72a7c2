// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"time"
)

// Sleep waits for d, or until ctx ends: it then returns why (context.Cause). A plugin that has to wait does so by its context, so that a pause or a
// stop of it takes no time.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
