// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	connect "github.com/longshore-io/connect"
)

// Providers are the providers of a worker. They may be used by any number of goroutines; nil has none.
type Providers struct{ byName map[string]*provider }

// Resolution is what became of configurations.
type Resolution struct {
	// Configs are the configurations with values in the places of variables, in the order in which they were given. A variable
	// whose provider is not declared, or has no such key, stays as it is written.
	Configs []connect.RawConfig
	// TTLs say after which time the values of a place are to be read again, by "provider:path". Those that hold for ever are
	// left out.
	TTLs map[string]time.Duration
	// Missing are the variables, as they are written and sorted, whose provider is there but has no such key.
	Missing []string
	// Secrets hide the values.
	Secrets Secrets
}

// Resolve reads the values of all variables of some configurations. Each provider is called once for each path, with all
// keys, and waited for no longer than ctx lasts. A provider's failure is an *Error; no configuration is returned then.
func (p *Providers) Resolve(ctx context.Context, configs ...connect.RawConfig) (Resolution, error) {
	wanted := map[place]map[string]bool{}
	for _, config := range configs {
		for _, value := range config {
			p.want(wanted, value)
		}
	}
	if len(wanted) == 0 {
		return Resolution{Configs: configs}, nil
	}
	found := map[place]values{}
	for _, at := range slices.SortedFunc(maps.Keys(wanted), place.compare) {
		got, err := p.byName[at.provider].get(ctx, at.path, slices.Sorted(maps.Keys(wanted[at])))
		if err != nil {
			return Resolution{}, err
		}
		found[at] = got
	}
	return resolved(configs, found), nil
}

// want notes the variables of a value that there is a provider for.
func (p *Providers) want(wanted map[place]map[string]bool, value *string) {
	if p == nil || value == nil {
		return
	}
	for _, v := range variablesOf(*value) {
		if p.byName[v.provider] == nil {
			continue
		}
		if wanted[v.place] == nil {
			wanted[v.place] = map[string]bool{}
		}
		wanted[v.place][v.key] = true
	}
}

func resolved(configs []connect.RawConfig, found map[place]values) Resolution {
	out := Resolution{TTLs: map[string]time.Duration{}}
	variableOf, missing := map[string]string{}, map[string]bool{}
	// written is the variable itself.
	look := func(v variable, written string) (string, bool) {
		at, asked := found[v.place]
		value, there := at.of[v.key]
		switch {
		case there:
			variableOf[strings.TrimSpace(value)] = written
		case asked:
			missing[written] = true
		}
		return value, there
	}
	for _, config := range configs {
		changed := config.Clone()
		for key, value := range config {
			if value != nil {
				text := replace(*value, look)
				changed[key] = &text
			}
		}
		out.Configs = append(out.Configs, changed)
	}
	for at, got := range found {
		if got.ttl > 0 {
			out.TTLs[at.provider+":"+at.path] = got.ttl
		}
	}
	out.Missing, out.Secrets = slices.Sorted(maps.Keys(missing)), secretsOf(variableOf)
	return out
}

// Close closes the providers, and waits for them no longer than ctx lasts.
func (p *Providers) Close(ctx context.Context) error {
	if p == nil {
		return nil
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(p.byName)) {
		_, err := apart(ctx, func() (struct{}, error) { return struct{}{}, p.byName[name].Close() })
		if err != nil {
			errs = append(errs, fmt.Errorf("close the config provider %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}
