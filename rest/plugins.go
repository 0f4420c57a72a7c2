// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"

	connect "github.com/longshore-io/connect"
)

func listPlugins(ctx context.Context, herder Herder, r request) (reply, error) {
	plugins, err := herder.ConnectorPlugins(ctx, r.flag("connectorsOnly", true))
	views := make([]connect.PluginInfo, len(plugins))
	for i, plugin := range plugins {
		if plugin.Version == undefined {
			plugin.Version = ""
		}
		views[i] = plugin
	}
	return ok(views), err
}
