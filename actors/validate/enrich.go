// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// component is a transform or predicate that a configuration names by an alias.
type component struct {
	classKey
	prefix string
	// errs are found while its keys are defined, and belong to its class.
	errs []string
}

// enrich adds the keys of transforms and predicates to the definition. A list of aliases that is wrong still has its
// aliases' keys, once each.
func (v *validation) enrich() error {
	for _, kind := range []struct {
		key, title string
		typ        connect.PluginType
	}{{Transforms, "Transformation", connect.TransformationPlugin}, {Predicates, "Predicate", connect.PredicatePlugin}} {
		for _, alias := range v.aliases(kind.key) {
			if err := v.addComponent(kind.key, kind.title, alias, kind.typ); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *validation) aliases(key string) []string {
	all, _ := Aliases(key, v.props) // a duplicate is an error of the list itself
	var out []string
	for _, alias := range all {
		if !slices.Contains(out, alias) {
			out = append(out, alias)
		}
	}
	return out
}

func (v *validation) addComponent(list, title, alias string, typ connect.PluginType) error {
	prefix := list + "." + alias + "."
	group := v.def.Key(list).Group + ": " + alias
	c := component{prefix: prefix, classKey: classKey{key: prefix + typeSuffix, version: prefix + versionSuffix, typ: typ}}
	v.def = v.def.With(
		connect.ConfigKey{Name: c.key, Type: connect.ClassType, Required: true, Importance: connect.High, Doc: "Class of the " + strings.ToLower(title) + ".",
			Group: group, OrderInGroup: 0, Width: connect.LongWidth, DisplayName: title + " type for " + alias},
		connect.ConfigKey{Name: c.version, Type: connect.StringType, Importance: connect.High, Doc: "Version of the " + strings.ToLower(title) + " that is wanted.",
			Group: group, OrderInGroup: 1, Width: connect.LongWidth, DisplayName: title + " version for " + alias},
	)
	v.define(c.classKey)
	if info, ok := v.class(c.classKey); ok && v.wants(c.version, info) {
		def, err := v.componentDef(info)
		if err != nil {
			return fmt.Errorf("definition of %s: %w", info.Class, err)
		}
		v.def = v.def.With(embedKeys(prefix, group, 2, def)...)
	}
	if typ == connect.TransformationPlugin && v.negatesNothing(prefix) {
		c.errs = append(c.errs, fmt.Sprintf("Config '%snegate' was provided but there is no config '%spredicate' defining a predicate to be negated.", prefix, prefix))
	}
	v.components = append(v.components, c)
	return nil
}

// wants says whether a plugin is of the version that a key asks for.
func (v *validation) wants(versionKey string, info connect.PluginInfo) bool {
	text, set := v.props[versionKey]
	if !set {
		return true
	}
	r, err := ParseVersionRange(text)
	return err == nil && r.Contains(info.Version)
}

func (v *validation) negatesNothing(prefix string) bool {
	_, negated := v.in.Config[prefix+negateKey]
	_, chosen := v.in.Config[prefix+predicateKey]
	return negated && !chosen
}

// transformKeys are the keys that every transform has.
var transformKeys = connect.ConfigDef{
	{Name: predicateKey, Type: connect.StringType, Importance: connect.Medium, Doc: "Alias of the predicate that chooses the records to transform."},
	{Name: negateKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Doc: "Whether the records that the predicate does not choose are transformed."},
}

func (v *validation) componentDef(info connect.PluginInfo) (def connect.ConfigDef, err error) {
	err = connect.Guard(func() error {
		if info.Type == connect.PredicatePlugin {
			p, err := v.in.Plugins.Predicate(info.Class)
			if err == nil {
				def = p.Config()
			}
			return err
		}
		t, err := v.in.Plugins.Transformation(info.Class)
		if err == nil {
			def = t.Config().With(transformKeys...)
		}
		return err
	})
	return def, err
}

// embed returns a plugin's keys behind a prefix, in the order in which Kafka shows them: required keys first, then by
// importance, then by name, inside the plugin's own groups.
func embedKeys(prefix, group string, order int, def connect.ConfigDef) connect.ConfigDef {
	out := shown(def)
	for i := range out {
		k := &out[i]
		k.DisplayName = cmp.Or(k.DisplayName, k.Name)
		k.Name = prefix + k.Name
		if k.Group != "" {
			k.Group = group + ": " + k.Group
		} else {
			k.Group = group
		}
		k.OrderInGroup = order + i
		if k.Validator != nil {
			k.Validator = unprefixed{prefix, k.Validator}
		}
		if k.Recommender != nil {
			k.Recommender = unprefixedRecommender{prefix, k.Recommender}
		}
		k.Dependents = slices.Clone(k.Dependents)
		for j := range k.Dependents {
			k.Dependents[j] = prefix + k.Dependents[j]
		}
	}
	return out
}

// shown sorts a definition as Kafka does for display.
func shown(def connect.ConfigDef) connect.ConfigDef {
	groups := map[string]int{"": -1}
	for _, k := range def {
		if _, ok := groups[k.Group]; !ok {
			groups[k.Group] = len(groups)
		}
	}
	out := slices.Clone(def)
	slices.SortStableFunc(out, func(a, b connect.ConfigKey) int {
		return cmp.Or(
			cmp.Compare(groups[a.Group], groups[b.Group]),
			cmp.Compare(orderOf(&a), orderOf(&b)),
			cmp.Compare(btoi(b.Required), btoi(a.Required)),
			cmp.Compare(slices.Index(importances, a.Importance), slices.Index(importances, b.Importance)),
			strings.Compare(a.Name, b.Name))
	})
	return out
}

var importances = []connect.Importance{connect.High, connect.Medium, connect.Low}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// unprefixed calls a plugin's validator by the name that the plugin gave the key, as Kafka does: its errors have that name.
type unprefixed struct {
	prefix string
	connect.Validator
}

// Check drops the prefix.
func (u unprefixed) Check(name string, value any) error {
	return u.Validator.Check(strings.TrimPrefix(name, u.prefix), value)
}

// unprefixedRecommender gives a plugin's recommender its own keys only.
type unprefixedRecommender struct {
	prefix string
	own    connect.Recommender
}

// ValidValues drops the prefix.
func (u unprefixedRecommender) ValidValues(name string, parsed map[string]any) ([]any, error) {
	return u.own.ValidValues(strings.TrimPrefix(name, u.prefix), u.strip(parsed))
}

// Visible drops the prefix.
func (u unprefixedRecommender) Visible(name string, parsed map[string]any) bool {
	return u.own.Visible(strings.TrimPrefix(name, u.prefix), u.strip(parsed))
}

func (u unprefixedRecommender) strip(parsed map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range parsed {
		if own, ok := strings.CutPrefix(k, u.prefix); ok {
			out[own] = v
		}
	}
	return out
}
