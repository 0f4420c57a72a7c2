// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"slices"

	"github.com/longshore-io/connect"
)

// definition is a key with what is checked of its value. Debezium's texts are not Kafka's, so that the rules are not in the ConfigDef.
type definition struct {
	connect.ConfigKey
	checks []check
}

// group is a part of the keys.
type group struct {
	name string
	keys []definition
}

// groups makes the keys in the order in which they are shown. Names, types, defaults, groups and labels are those that Debezium 3.3 publishes;
// the last group has the keys that it reads without publishing them. They are made when a connector is configured: a worker without one
// does not hold them.
func groups() []group {
	return []group{{"Postgres", postgresKeys()}, {"Connector", connectorKeys()}, {"Events", eventKeys()}, {"Further", append(furtherKeys(), namingKeys()...)}}
}

// Config defines every key. The rules for values are in Validate.
func Config() connect.ConfigDef {
	var out connect.ConfigDef
	for _, group := range groups() {
		for i, def := range group.keys {
			key := def.ConfigKey
			key.Group, key.OrderInGroup = group.name, i+1
			if key.Name == schemaInclude {
				key.Dependents = []string{tableInclude}
			}
			out = append(out, key)
		}
	}
	return out
}

// Validate checks a configuration and replaces the errors of each key by those that Debezium has for it. Values are those of Config, by key,
// and may have others; a value that did not parse is shown as it was written.
func Validate(props map[string]string, values map[string]*connect.ConfigValue) {
	in := newInput(props)
	for _, def := range in.keys {
		value := values[def.Name]
		if value == nil {
			continue
		}
		value.Errors = in.errors(def)
		if text, set := props[def.Name]; set && value.Value == nil {
			value.Value = text
		}
	}
	for _, wrong := range in.ruleErrors() {
		if value := values[wrong.defined]; value != nil {
			value.Errors = append(value.Errors, wrong.text)
		}
	}
}

// Connectable says whether a validation should connect to the database: where the keys that it needs have no errors.
func Connectable(values map[string]*connect.ConfigValue) bool {
	needed := []string{"database.dbname", "slot.name", pluginName, "database.hostname", "database.port", "database.user"}
	return !slices.ContainsFunc(needed, func(key string) bool {
		return values[key] == nil || len(values[key].Errors) > 0
	})
}
