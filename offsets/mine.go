// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"context"
	"errors"
)

// ErrNotMine says that offsets were not stored because what the right to store them rests on is gone, or cannot be confirmed now.
var ErrNotMine = errors.New("the work that the offsets are of is not confirmed to be this worker's")

type mineKey struct{}

// While gives writes a condition. It is asked right before the offsets go into a transaction, and whenever the writer had to claim its
// transactional id again: where it says no, nothing is written and the error is [ErrNotMine]. mine is called on other goroutines and must
// not block. Whoever has lost the work for good must go on saying no.
func While(ctx context.Context, mine func() bool) context.Context {
	return context.WithValue(ctx, mineKey{}, mine)
}

// mineOf is the condition of a write; without one it is always met.
func mineOf(ctx context.Context) func() bool {
	if mine, ok := ctx.Value(mineKey{}).(func() bool); ok {
		return mine
	}
	return func() bool { return true }
}
