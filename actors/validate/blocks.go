// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// block are keys behind a prefix that are validated apart from the others: a converter's, a client's. Kafka Connect keeps them
// in a HashMap, whose order is what is shown.
type block struct {
	prefix string
	def    connect.ConfigDef
	values []*connect.ConfigValue
}

// infos returns the keys as they are shown, and how many of them are wrong: Kafka Connect counts keys here, not errors.
func (b block) infos() ([]connect.ConfigInfo, int) {
	wrong := 0
	out := make([]connect.ConfigInfo, 0, len(b.values))
	for _, cv := range b.ordered() {
		info := connect.ConfigInfo{Value: valueInfo(b.prefix, cv)}
		if key := b.def.Key(cv.Name); key != nil {
			if key.Internal && len(cv.Errors) == 0 {
				continue
			}
			info.Definition = keyInfo(b.prefix, key)
		}
		if len(cv.Errors) > 0 {
			wrong++
		}
		out = append(out, info)
	}
	return out, wrong
}

func (b block) ordered() []*connect.ConfigValue {
	byName := make(map[string]*connect.ConfigValue, len(b.values))
	for _, cv := range b.values {
		byName[cv.Name] = cv
	}
	names := slices.Sorted(maps.Keys(byName))
	javaprint.SortAsHashMap(names)
	out := make([]*connect.ConfigValue, len(names))
	for i, name := range names {
		out[i] = byName[name]
	}
	return out
}

// converters validates the converters that the connector names itself.
func (v *validation) converters() ([]block, error) {
	var out []block
	for _, c := range []struct{ role, kind string }{{roleHeader, "header"}, {roleKey, "key"}, {roleValue, "value"}} {
		cv := v.byName[c.role]
		class, ok := cv.Value.(string)
		version := v.byName[c.role+"."+versionSuffix]
		if _, set := v.props[c.role]; !set || !ok || len(cv.Errors)+len(version.Errors) > 0 {
			continue
		}
		def, err := v.converterDef(class, c.role)
		if err != nil {
			return nil, fmt.Errorf("definition of %s: %w", class, err)
		}
		out = append(out, block{c.role + ".", def, check(def, v.converterConfig(c.role, c.kind))})
	}
	return out, nil
}

func (v *validation) converterDef(class, role string) (def connect.ConfigDef, err error) {
	err = connect.Guard(func() error {
		if role == roleHeader {
			c, err := v.in.Plugins.HeaderConverter(class)
			if err == nil {
				def = c.Config()
			}
			return err
		}
		c, err := v.in.Plugins.Converter(class)
		if err == nil {
			def = c.Config()
		}
		return err
	})
	return def, err
}

// converterConfig are the converter's keys, nulls included, and the one that tells it what it converts, unless it is set.
func (v *validation) converterConfig(role, kind string) connect.RawConfig {
	out := connect.RawConfig{}
	for k, value := range v.in.Config {
		if own, ok := strings.CutPrefix(k, role+"."); ok {
			out[own] = value
		}
	}
	if out[converterType] == nil {
		out[converterType] = &kind
	}
	return out
}

// overrides asks the worker's policy about the client properties of the connector, for those clients that it will have. The
// error is of class BadConfig: a property is not of its type.
func (v *validation) overrides() ([]block, error) {
	source := v.info.Type == connect.SourcePlugin
	dead := strings.TrimSpace(v.props[DeadLetterTopic]) != "" // which sources may have, too
	ownOffsets := source && v.in.Worker.Distributed && (v.in.Worker.ExactlyOnce || v.props[OffsetsTopic] != "")
	var out []block
	for _, c := range []struct {
		client Client
		used   bool
	}{{Producer, source || dead}, {Consumer, !source || ownOffsets}, {Admin, dead || ownOffsets || source && UsesTopicCreation(v.props)}} {
		if !c.used {
			continue
		}
		b, err := v.override(c.client)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func (v *validation) override(client Client) (block, error) {
	b := block{prefix: client.prefix(), def: clientDefs()[client]}
	for full := range v.in.Config {
		key, ok := strings.CutPrefix(full, client.prefix())
		if !ok || key == "" {
			continue
		}
		value, err := clientValue(b.def, key, v.in.Config[full])
		if err != nil {
			return b, err
		}
		cv := &connect.ConfigValue{Name: key, Value: value, Visible: true}
		if err := v.in.Worker.allows(client, key, v.props[full]); err != nil {
			cv.Errors = []string{err.Error()}
		}
		b.values = append(b.values, cv)
	}
	return b, nil
}

func (w *Worker) allows(client Client, key, value string) error {
	if w.Override == nil {
		return nil
	}
	return w.Override(client, key, value)
}
