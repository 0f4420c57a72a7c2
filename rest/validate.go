// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"strings"

	connect "github.com/longshore-io/connect"
)

// validateConfig answers 200 however much is wrong with a configuration. The plugin in the path only has to fit the class in
// the configuration; without a class there, what to say is the Herder's business.
func validateConfig(ctx context.Context, herder Herder, r request) (reply, error) {
	config, err := decodeConfig(r.body)
	if err != nil {
		return reply{}, err
	}
	class, has := config.Get("connector.class")
	if plugin := r.plugin(); has && !strings.HasSuffix(withoutSuffix(class), withoutSuffix(plugin)) {
		return reply{}, connect.Errorf(connect.BadConfig, "Included connector type %s does not match request type %s", class, plugin)
	}
	infos, err := herder.ValidateConfig(ctx, config)
	infos.Groups, infos.Configs = list(infos.Groups), list(infos.Configs)
	return ok(infos), err
}

// withoutSuffix takes the word Connector from the end of a class name; it stays where it is all there is.
func withoutSuffix(class string) string {
	if short := strings.TrimSuffix(class, "Connector"); short != "" {
		return short
	}
	return class
}
