// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"strings"

	connect "github.com/longshore-io/connect"
)

func (r request) plugin() string { return r.params.ByName("plugin") }

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

func getPluginConfig(ctx context.Context, herder Herder, r request) (reply, error) {
	version, given := r.first("version")
	if given && strings.TrimSpace(version) == "" {
		version = " " // asks for a version that is blank, which none is; without the parameter any will do
	}
	keys, err := herder.PluginConfig(ctx, r.plugin(), version)
	return ok(list(keys)), err
}
