// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	connect "github.com/longshore-io/connect"
)

// Key is the worker property that names the providers. Those of provider a begin with Key + ".a.".
const Key = "config.providers"

// declaration is one provider as a worker's properties declare it.
type declaration struct {
	name, class string
	params      map[string]string
}

func (d declaration) classKey() string { return Key + "." + d.name + ".class" }

// declared reads the declarations in their order. A provider without a class is an error here; Kafka takes no notice of it,
// and its variables reach connectors unresolved.
func declared(props map[string]string) ([]declaration, error) {
	parsed, err := connect.ParseConfigValue(Key, props[Key], connect.ListType)
	if err != nil {
		return nil, err
	}
	names, _ := parsed.([]string)
	var out []declaration
	var errs []error
	for i, name := range names {
		if name == "" || slices.Contains(names[:i], name) {
			continue
		}
		d := declaration{name: name, params: map[string]string{}}
		d.class = strings.TrimSpace(props[d.classKey()])
		if d.class == "" {
			errs = append(errs, &connect.MissingConfigError{Key: d.classKey()})
		}
		for key, value := range props {
			if param, ok := strings.CutPrefix(key, Key+"."+name+".param."); ok {
				d.params[param] = value
			}
		}
		out = append(out, d)
	}
	return out, errors.Join(errs...)
}

// Check returns everything that is wrong with the providers of a worker and that can be told without making them: each is a
// *connect.ConfigError or *connect.MissingConfigError with its key, joined.
func Check(props map[string]string, plugins *connect.Plugins) error {
	_, err := check(props, plugins)
	return err
}

func check(props map[string]string, plugins *connect.Plugins) ([]declaration, error) {
	declarations, err := declared(props)
	errs := []error{err}
	for _, d := range declarations {
		if d.class == "" {
			continue
		}
		if _, err := plugins.Find(d.class, connect.ConfigProviderPlugin); err != nil {
			errs = append(errs, &connect.ConfigError{Key: d.classKey(), Value: d.class, Reason: err.Error()})
		}
	}
	return declarations, errors.Join(errs...)
}

// Open makes the providers that a worker's properties declare, and configures them: they may block for as long as ctx lasts.
// Its errors are those of Check, and of class BadConfig where a provider refuses its parameters. Without any providers,
// configurations stay as they are.
func Open(ctx context.Context, props map[string]string, plugins *connect.Plugins) (*Providers, error) {
	declarations, err := check(props, plugins)
	if err != nil {
		return nil, err
	}
	all := &Providers{byName: map[string]*provider{}}
	for _, d := range declarations {
		p, err := open(ctx, d, plugins)
		if err != nil {
			return nil, errors.Join(err, all.Close(ctx))
		}
		all.byName[d.name] = p
	}
	return all, nil
}

func open(ctx context.Context, d declaration, plugins *connect.Plugins) (*provider, error) {
	made, err := plugins.ConfigProvider(d.class)
	if err != nil {
		return nil, &connect.ConfigError{Key: d.classKey(), Value: d.class, Reason: err.Error()}
	}
	_, err = apart(ctx, func() (struct{}, error) { return struct{}{}, made.Configure(d.params) })
	if err != nil {
		// It may hold something already.
		_, closing := apart(ctx, func() (struct{}, error) { return struct{}{}, made.Close() })
		return nil, errors.Join(connect.Classed(connect.BadConfig, fmt.Errorf("%s.%s: %w", Key, d.name, err)), closing)
	}
	return &provider{ConfigProvider: made, name: d.name, slots: make(chan struct{}, callsAtOnce)}, nil
}
