// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"

	connect "github.com/longshore-io/connect"
)

// farewellOf takes a sink task out of its group for good. Other tasks have nobody to take leave of.
func farewellOf(env *environment, connector connect.RawConfig, id connect.TaskID) func(context.Context) error {
	return func(ctx context.Context) error {
		resolution, err := env.resolve(ctx, connector)
		if err != nil {
			return err
		}
		spec := taskSpec{connector: resolution.Configs[0].Props()}
		if _, err := env.plugins.Find(spec.class(), connect.SinkPlugin); err != nil {
			return nil //nolint:nilerr // it never ran as a sink
		}
		return resolution.Secrets.HideIn(leaveGroup(ctx, env, spec, id))
	}
}
