// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"errors"
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// link is one transform of the chain, with the predicate that chooses its records.
type link struct {
	alias     string
	class     string
	transform connect.Transformation
	// predicate is nil for a transform of every record.
	predicate connect.Predicate
	negate    bool
}

// apply returns the record unchanged where the predicate does not choose it.
func (l *link) apply(ctx context.Context, r *connect.Record) (*connect.Record, error) {
	if l.predicate != nil {
		match, err := l.predicate.Test(ctx, r)
		if err != nil {
			return nil, fmt.Errorf("predicate of transforms.%s: %w", l.alias, err)
		}
		if match == l.negate {
			return r, nil
		}
	}
	return l.transform.Apply(ctx, r)
}

func (l *link) close() error {
	err := connect.Guard(l.transform.Close)
	if err != nil {
		err = fmt.Errorf("close transforms.%s: %w", l.alias, err)
	}
	if l.predicate == nil {
		return err
	}
	if perr := connect.Guard(l.predicate.Close); perr != nil {
		err = errors.Join(err, fmt.Errorf("close predicate of transforms.%s: %w", l.alias, perr))
	}
	return err
}

// chain are the transforms in the order of the key transforms.
type chain []*link

func (c *Config) newChain() (chain, error) {
	aliases, err := validate.Aliases(validate.Transforms, c.Props)
	if err != nil {
		return nil, err
	}
	var out chain
	for _, alias := range aliases {
		l, err := c.newLink(alias)
		if err != nil {
			return nil, errors.Join(err, out.close())
		}
		out = append(out, l)
	}
	return out, nil
}

func (c chain) close() error {
	var errs []error
	for _, l := range c {
		errs = append(errs, l.close())
	}
	return errors.Join(errs...)
}

// Keys of a transform that are not its plugin's own.
const (
	typeKey      = "type"
	predicateKey = "predicate"
	negateKey    = "negate"
)

func (c *Config) newLink(alias string) (*link, error) {
	prefix := validate.Transforms + "." + alias + "."
	info, props, err := c.component(prefix, connect.TransformationPlugin)
	if err != nil {
		return nil, err
	}
	l := &link{alias: alias, class: info.Class}
	if l.negate, err = negated(prefix, props); err != nil {
		return nil, err
	}
	predicate, chosen := props[predicateKey]
	delete(props, predicateKey)
	delete(props, negateKey)
	if l.transform, err = c.Plugins.Transformation(info.Class); err != nil {
		return nil, err
	}
	if err := configureLink(prefix+typeKey, info.Class, func() error { return l.transform.Configure(props) }); err != nil {
		return nil, err
	}
	if chosen {
		if l.predicate, err = c.newPredicate(prefix+predicateKey, predicate); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	return l, nil
}

func negated(prefix string, props map[string]string) (bool, error) {
	text, ok := props[negateKey]
	if !ok {
		return false, nil
	}
	v, err := connect.ParseConfigValue(prefix+negateKey, text, connect.BooleanType)
	if err != nil {
		return false, err
	}
	return v.(bool), nil
}

func (c *Config) newPredicate(key, text string) (connect.Predicate, error) {
	alias, err := connect.ParseConfigValue(key, text, connect.StringType)
	if err != nil {
		return nil, err
	}
	prefix := fmt.Sprintf("%s.%s.", validate.Predicates, alias)
	info, props, err := c.component(prefix, connect.PredicatePlugin)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	p, err := c.Plugins.Predicate(info.Class)
	if err != nil {
		return nil, err
	}
	return p, configureLink(prefix+typeKey, info.Class, func() error { return p.Configure(props) })
}

// component returns the plugin that <prefix>type names, and its keys.
func (c *Config) component(prefix string, typ connect.PluginType) (connect.PluginInfo, map[string]string, error) {
	class, err := validate.ParseClass(prefix+typeKey, c.Props[prefix+typeKey])
	if err != nil {
		return connect.PluginInfo{}, nil, err
	}
	info, err := c.find(prefix+typeKey, class, typ)
	return info, validate.WithoutPrefix(c.Props, prefix), err
}
