// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/tls"
	"slices"
	"strings"

	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/rest"
)

// restConfig is what the REST API is told of a worker's configuration, with the properties that have no effect and the errors of
// wrong ones. It reads the key stores of https listeners.
func restConfig(config actors.Config) (rest.Config, []string, []error) {
	cfg := rest.Config{
		Listeners: config.Listeners, AdminListeners: config.AdminListeners,
		AllowOrigin: config.AllowOrigin, AllowMethods: config.AllowMethods, ResponseHeaders: config.ResponseHeaders,
	}
	var warnings []string
	errs := parts(cfg.Check())
	secured := func(listeners []string, prefix string) *tls.Config {
		if !slices.ContainsFunc(listeners, isHTTPS) {
			return nil
		}
		read, ineffective, wrong := kafkaconfig.ServerTLS(config.Raw, prefix)
		warnings, errs = append(warnings, ineffective...), append(errs, wrong...)
		return read
	}
	cfg.TLS = secured(cfg.Listeners, "listeners.https.")
	cfg.AdminTLS = secured(cfg.AdminListeners, "admin.listeners.https.")
	return cfg, warnings, errs
}

func isHTTPS(listener string) bool { return strings.HasPrefix(strings.ToLower(listener), "https:") }
