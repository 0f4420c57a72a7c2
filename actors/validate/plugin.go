// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"fmt"

	"github.com/longshore-io/connect"
)

// described are the kinds of plugins whose keys are shown, in the order in which a name is looked for among them.
var described = []connect.PluginType{
	connect.SinkPlugin, connect.SourcePlugin, connect.ConverterPlugin, connect.HeaderConverterPlugin, connect.TransformationPlugin, connect.PredicatePlugin,
}

// Plugin defines the keys of a plugin: its own, and then, of a connector, those that every connector has and it does not
// define itself. The name is a class or an alias, and version a range that its version must be in, "" for any. Errors are
// Kafka Connect's: of class NotFound for a name that nothing has, of class BadConfig for a wrong version.
func Plugin(plugins *connect.Plugins, name, version string) ([]connect.ConfigKeyInfo, error) {
	var wanted VersionRange
	if version != "" {
		var err error
		if wanted, err = ParseVersionRange(version); err != nil {
			return nil, connect.Errorf(connect.BadConfig, "Invalid version specification: %s", version)
		}
	}
	info, err := findPlugin(plugins, name)
	if err != nil {
		return nil, err
	}
	if !wanted.Contains(info.Version) {
		return nil, connect.Errorf(connect.BadConfig, "%s", wrongVersion(plugins, info, wanted))
	}
	own, err := ownKeys(plugins, info)
	if err != nil {
		return nil, fmt.Errorf("definition of %s: %w", info.Class, err)
	}
	return Describe(own.With(missing(own, base(info))...)), nil
}

func findPlugin(plugins *connect.Plugins, name string) (connect.PluginInfo, error) {
	for _, typ := range described {
		if info, err := plugins.Find(name, typ); err == nil {
			return info, nil
		}
	}
	if _, err := plugins.Find(name, connect.ConfigProviderPlugin); err == nil {
		return connect.PluginInfo{}, connect.Errorf(connect.BadConfig, "Invalid plugin class %s. Valid types are sink, source, converter, header_converter, transformation, predicate.", name)
	}
	return connect.PluginInfo{}, connect.Errorf(connect.NotFound, "Unknown plugin %s.", name)
}

// ownKeys asks the plugin. It is user code: it may panic.
func ownKeys(plugins *connect.Plugins, info connect.PluginInfo) (def connect.ConfigDef, err error) {
	err = connect.Guard(func() error {
		made, err := makePlugin(plugins, info)
		if err == nil {
			def = made.Config()
		}
		return err
	})
	return def, err
}

// configured is a plugin with keys.
type configured interface{ Config() connect.ConfigDef }

func makePlugin(plugins *connect.Plugins, info connect.PluginInfo) (configured, error) {
	switch info.Type {
	case connect.ConverterPlugin:
		return plugins.Converter(info.Class)
	case connect.HeaderConverterPlugin:
		return plugins.HeaderConverter(info.Class)
	case connect.TransformationPlugin:
		return plugins.Transformation(info.Class)
	case connect.PredicatePlugin:
		return plugins.Predicate(info.Class)
	}
	connector, _, err := plugins.Connector(info.Class)
	return connector, err
}

// base are the keys that every connector of a kind has; other plugins have none but their own.
func base(info connect.PluginInfo) connect.ConfigDef {
	var def connect.ConfigDef
	switch info.Type {
	case connect.SinkPlugin:
		def = Sink()
	case connect.SourcePlugin:
		def = Source()
	default:
		return nil
	}
	version := *def.Key(VersionKey)
	version.Default = info.Version
	return def.With(version)
}

func missing(own, base connect.ConfigDef) connect.ConfigDef {
	var out connect.ConfigDef
	for _, key := range base {
		if own.Key(key.Name) == nil {
			out = append(out, key)
		}
	}
	return out
}
