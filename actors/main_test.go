// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// protoactor counts dead letters on a goroutine that sleeps for a second; it holds nothing.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/asynkron/protoactor-go/actor.NewDeadLetter.NewThrottle.func4"))
}
