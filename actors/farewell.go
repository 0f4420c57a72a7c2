// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"

	connect "github.com/longshore-io/connect"
)

// missingPlugin is the pump of a unit whose class is not here: it fails with a trace that says what is.
type missingPlugin struct{ err error }

func (p missingPlugin) run(context.Context, func()) error { return p.err }
func (missingPlugin) interrupt()                          {}
func (missingPlugin) abandon()                            {}

func farewellOf(env *environment, spec taskSpec, id connect.TaskID) func(context.Context) error {
	return func(ctx context.Context) error { return leaveGroup(ctx, env, spec, id) }
}
