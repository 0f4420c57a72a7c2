// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// pluginConfig asks the plugin beside the herder: it may block.
func (h *herder) pluginConfig(c actor.Context, m GetPluginConfig) {
	asker := c.Sender()
	background(c, h.ctx, func(context.Context) ([]connect.ConfigKeyInfo, error) {
		return validate.Plugin(h.env.plugins, m.Name, m.Version)
	}, func(c actor.Context, keys []connect.ConfigKeyInfo, err error) { c.Send(asker, Reply{keys, err}) })
}

// validateConfig runs the connector's own checks beside the herder: they may block.
func (h *herder) validateConfig(c actor.Context, m ValidateConfig) {
	asker := c.Sender()
	h.inTime(c, m.Deadline, func(ctx context.Context) (any, error) { return h.env.validate(ctx, m.Config) },
		func(c actor.Context, infos any, err error) { c.Send(asker, Reply{infos, err}) })
}
