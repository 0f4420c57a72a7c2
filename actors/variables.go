// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/trace"
	"github.com/longshore-io/connect/actors/validate"
	"github.com/longshore-io/connect/internal/configprovider"
)

// Secrets hide the values of variables in what is shown: its Hide and HideIn put the variables back in their places.
type Secrets = configprovider.Secrets

// closeLimit is how long config providers may take to close.
const closeLimit = 5 * time.Second

// ResolveProperties returns a worker's properties with values in the places of the variables ${provider:path:key}, as the
// config.providers among them know them, and hides those values in what is said about the properties afterwards. It is to be
// called before ConfigFrom or StandaloneConfigFrom. The providers are user code and are waited for as long as ctx lasts. An
// error is of class BadConfig where the declaration of a provider is wrong.
func ResolveProperties(ctx context.Context, props map[string]string, plugins *connect.Plugins) (map[string]string, Secrets, error) {
	resolution, err := resolveOnce(ctx, props, connect.Raw(props), plugins)
	if err != nil {
		return nil, Secrets{}, err
	}
	return resolution.Configs[0].Props(), resolution.Secrets, nil
}

// ValidateConnector checks a connector's configuration as a worker with config would, variables resolved, and shows it with
// its variables. The error is of class BadConfig where the connector cannot be told, and that of a config provider or a
// plugin that failed.
func ValidateConnector(ctx context.Context, config Config, plugins *connect.Plugins, connector connect.RawConfig) (connect.ConfigInfos, error) {
	resolution, err := resolveOnce(ctx, config.Raw, connector, plugins)
	if err != nil {
		return connect.ConfigInfos{}, err
	}
	return validateResolved(ctx, config, plugins, connector, resolution)
}

// resolveOnce opens a worker's providers for a single configuration.
func resolveOnce(ctx context.Context, worker map[string]string, config connect.RawConfig, plugins *connect.Plugins) (configprovider.Resolution, error) {
	providers, err := configprovider.Open(ctx, worker, plugins)
	if err != nil {
		return configprovider.Resolution{}, err
	}
	resolution, err := providers.Resolve(ctx, config)
	// What does not close has answered: its values count.
	if closing := providers.Close(ctx); closing != nil && err != nil {
		err = errors.Join(err, closing)
	}
	return resolution, err
}

// resolve reads the variables of configurations that are about to be used. It may block for as long as ctx lasts: an actor
// resolves through background. What is stored and shown is never what it returns.
func (e *environment) resolve(ctx context.Context, configs ...connect.RawConfig) (configprovider.Resolution, error) {
	return e.providers.Resolve(ctx, configs...)
}

// validate checks a connector's configuration. It may block as resolve does.
func (e *environment) validate(ctx context.Context, config connect.RawConfig) (connect.ConfigInfos, error) {
	resolution, err := e.resolve(ctx, config)
	if err != nil {
		return connect.ConfigInfos{}, err
	}
	return validateResolved(ctx, e.config, e.plugins, config, resolution)
}

func validateResolved(ctx context.Context, config Config, plugins *connect.Plugins, raw connect.RawConfig, resolution configprovider.Resolution) (connect.ConfigInfos, error) {
	infos, err := validate.Connector(ctx, validate.Input{Plugins: plugins, Config: resolution.Configs[0], Worker: config.Validation()})
	if err != nil {
		return infos, resolution.Secrets.HideIn(err)
	}
	for i := range infos.Configs {
		if value := infos.Configs[i].Value; value != nil {
			unresolve(value, raw, resolution.Secrets)
		}
	}
	return infos, nil
}

// hiddenValue is what a password is shown as.
const hiddenValue = "[hidden]"

// unresolve shows a value as it was given, and what is wrong with it without what it was resolved to.
func unresolve(value *connect.ConfigValueInfo, raw connect.RawConfig, secrets Secrets) {
	given, there := raw.Get(value.Name)
	switch {
	case value.Value == nil || *value.Value == hiddenValue:
	case there && configprovider.HasVariables(given):
		value.Value = &given
	default:
		hidden := secrets.Hide(*value.Value)
		value.Value = &hidden
	}
	for i, text := range value.Errors {
		value.Errors[i] = secrets.Hide(text)
	}
}

// traceOf makes the trace of an error without the secrets that its causes may name.
func traceOf(err error) string {
	var hidden *configprovider.Hidden
	if errors.As(err, &hidden) {
		return hidden.Secrets.Hide(trace.Of(err))
	}
	return trace.Of(err)
}

// withProviders opens the config providers before the stores, and closes them after those.
func withProviders(ctx context.Context, env *environment, open func(context.Context, *environment) (*stores, error)) (*stores, error) {
	providers, err := configprovider.Open(ctx, env.config.Raw, env.plugins)
	if err != nil {
		return nil, err
	}
	shut := func() {
		ctx, cancel := within(context.WithoutCancel(ctx), env.runtime.Clock, closeLimit)
		defer cancel()
		if err := providers.Close(ctx); err != nil {
			env.log.Warn("config providers did not close", "error", err)
		}
	}
	opened, err := open(ctx, env)
	if err != nil {
		shut()
		return nil, err
	}
	closeStores := opened.close
	opened.providers = providers
	opened.close = func() {
		closeStores()
		shut()
	}
	return opened, nil
}
