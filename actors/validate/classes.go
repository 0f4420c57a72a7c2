// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// Roles of the converters: the keys that name them.
const (
	roleKey    = "key.converter"
	roleValue  = "value.converter"
	roleHeader = "header.converter"
)

// classKey is a key that names a plugin, with the key beside it that says which version is wanted.
type classKey struct {
	key, version string
	typ          connect.PluginType
	// fallback is the class where the key is not set.
	fallback string
}

// interfaces are Kafka's names of what a class has to implement.
var interfaces = map[connect.PluginType]string{
	connect.ConverterPlugin: "Converter", connect.HeaderConverterPlugin: "HeaderConverter",
	connect.TransformationPlugin: "Transformation", connect.PredicatePlugin: "Predicate",
}

// class returns the plugin that a key names, or its fallback where it names none.
func (v *validation) class(k classKey) (connect.PluginInfo, bool) {
	name, set := v.props[k.key]
	if !set {
		name = k.fallback
	}
	parsed, err := ParseClass(k.key, name)
	if err != nil {
		return connect.PluginInfo{}, false
	}
	info, err := v.in.Plugins.Find(parsed, k.typ)
	return info, err == nil
}

// define completes the definitions of a class and its version by what is there.
func (v *validation) define(k classKey) {
	key, version := *v.def.Key(k.key), *v.def.Key(k.version)
	key.Recommender = recommended(classesOf(v.in.Plugins, k.typ))
	if k.fallback != "" {
		key.Default = k.fallback
	}
	if info, ok := v.class(k); ok {
		version.Default = info.Version
		version.Recommender = recommended{info.Version}
	}
	if k.fallback != "" && !v.known(k) {
		version.Recommender = invisible{}
	}
	v.def = v.def.With(key, version)
}

// known says whether a key names a class at all, of whatever kind: the version of nothing is not shown.
func (v *validation) known(k classKey) bool {
	raw, set := v.in.Config[k.key]
	if !set || raw == nil {
		return !set
	}
	name, err := ParseClass(k.key, *raw)
	if err != nil {
		return false
	}
	_, ok := v.anyKind(name)
	return ok
}

// checkClass reports a class that is not there, or not in the version that is wanted. Kafka Connect reports a wrong
// version on both keys.
func (v *validation) checkClass(k classKey) {
	cv := v.byName[k.key]
	name, ok := cv.Value.(string)
	if !ok {
		return
	}
	info, err := v.in.Plugins.Find(name, k.typ)
	if err != nil {
		v.unknownClass(cv, name, k.typ, err)
		return
	}
	cv.Value = info.Class
	v.checkVersion(k, info)
}

func (v *validation) unknownClass(cv *connect.ConfigValue, name string, typ connect.PluginType, err error) {
	if other, ok := v.anyKind(name); ok {
		cv.Value = other.Class
		cv.Errors = append(cv.Errors, fmt.Sprintf("Class class %s does not implement the %s interface", other.Class, interfaces[typ]))
		return
	}
	if nested := v.nested(name, typ); len(nested) > 0 {
		cv.Value = name
		cv.Errors = append(cv.Errors, fmt.Sprintf("This class is abstract and cannot be created. Did you mean %s?", strings.Join(nested, ", ")))
		return
	}
	reason := fmt.Sprintf("Class %s could not be found.", name)
	var unknown *connect.UnknownPluginError
	if errors.As(err, &unknown) && len(unknown.Ambiguous) > 0 {
		reason = unknown.Error()
	}
	cv.Value = nil
	cv.Errors = append(cv.Errors, (&connect.ConfigError{Key: cv.Name, Value: name, Reason: reason}).Error())
}

// nested are the classes inside a class that is no plugin itself: Cast$Key and Cast$Value of Cast.
func (v *validation) nested(name string, typ connect.PluginType) []string {
	return slices.DeleteFunc(classesOf(v.in.Plugins, typ), func(class string) bool { return !strings.HasPrefix(class, name+"$") })
}

// anyKind finds a plugin whatever it is.
func (v *validation) anyKind(name string) (connect.PluginInfo, bool) {
	for _, typ := range []connect.PluginType{
		connect.SinkPlugin, connect.SourcePlugin, connect.TransformationPlugin, connect.PredicatePlugin,
		connect.ConverterPlugin, connect.HeaderConverterPlugin, connect.ConfigProviderPlugin,
	} {
		if info, err := v.in.Plugins.Find(name, typ); err == nil {
			return info, true
		}
	}
	return connect.PluginInfo{}, false
}

// checkVersion reports a version that is not there on both keys, and one that is none on that of the version, for what has
// an alias on both, too.
func (v *validation) checkVersion(k classKey, info connect.PluginInfo) {
	class, version := v.byName[k.key], v.byName[k.version]
	wanted, ok := version.Value.(string)
	if !ok {
		return
	}
	r, err := ParseVersionRange(wanted)
	_, set := v.props[k.key]
	switch {
	case err == nil && (r.Contains(info.Version) || !set): // of a class that the worker has chosen any version will do
		return
	case err == nil:
		err = errors.New(wrongVersion(v.in.Plugins, info, r))
	case k.typ == connect.ConverterPlugin || k.typ == connect.HeaderConverterPlugin:
		class = nil
	}
	version.Errors = append(version.Errors, err.Error())
	if class != nil {
		class.Errors = append(class.Errors, err.Error())
	}
}

// wrongVersion lists a class that is of two kinds twice, as Kafka Connect does.
func wrongVersion(plugins *connect.Plugins, info connect.PluginInfo, wanted VersionRange) string {
	var available []string
	for _, p := range plugins.List() {
		if p.Class == info.Class {
			available = append(available, p.Version)
		}
	}
	return fmt.Sprintf("Plugin %s not found that matches the version range %s, available versions: [%s]", info.Class, wanted, strings.Join(available, ", "))
}

// recommended are values to offer for a key that is always visible.
type recommended []string

// ValidValues returns them.
func (r recommended) ValidValues(string, map[string]any) ([]any, error) {
	out := make([]any, len(r))
	for i, v := range r {
		out[i] = v
	}
	return out, nil
}

// Visible is true.
func (recommended) Visible(string, map[string]any) bool { return true }

// invisible has nothing to offer.
type invisible struct{}

// ValidValues returns none.
func (invisible) ValidValues(string, map[string]any) ([]any, error) { return nil, nil }

// Visible is false.
func (invisible) Visible(string, map[string]any) bool { return false }
