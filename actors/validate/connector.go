// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/longshore-io/connect"
)

// validation is one run of Connector: the keys that are known so far and what was found out about their values.
type validation struct {
	in        *Input
	props     map[string]string
	connector connect.Connector
	info      connect.PluginInfo
	wanted    VersionRange

	def        connect.ConfigDef
	components []component
	byName     map[string]*connect.ConfigValue
	values     []*connect.ConfigValue
}

// Connector validates a connector's configuration as Kafka Connect does and returns everything that is wrong with it. The
// error is of class BadConfig where the connector cannot be told, and otherwise says that a plugin failed: nothing is
// known of the configuration then. ctx is passed on to the connector.
func Connector(ctx context.Context, in Input) (connect.ConfigInfos, error) {
	connector, info, err := in.find()
	if err != nil {
		return connect.ConfigInfos{}, err
	}
	v := &validation{in: &in, props: in.Config.Props(), connector: connector, info: info, byName: map[string]*connect.ConfigValue{}}
	there, err := v.versionIsThere()
	if err != nil {
		return connect.ConfigInfos{}, err
	}
	if err := v.checkBase(there); err != nil {
		return connect.ConfigInfos{}, err
	}
	if !there {
		return v.result(), nil
	}
	blocks, err := v.converters()
	if err != nil {
		return connect.ConfigInfos{}, err
	}
	own, err := v.ownValues(ctx)
	if err != nil {
		return connect.ConfigInfos{}, err
	}
	v.replace(own)
	overrides, err := v.overrides()
	if err != nil {
		return connect.ConfigInfos{}, err
	}
	return v.result(append(overrides, blocks...)...), nil
}

// checkBase validates what all connectors have, with the keys of transforms and predicates.
func (v *validation) checkBase(there bool) error {
	if err := v.defineBase(there); err != nil {
		return err
	}
	for _, cv := range check(v.def, v.in.Config) {
		v.add(cv)
	}
	for _, k := range v.converterClasses() {
		v.checkClass(k)
	}
	for _, c := range v.components {
		v.checkClass(c.classKey)
		cv := v.byName[c.key]
		cv.Errors = append(cv.Errors, c.errs...)
	}
	if there {
		v.checkRules()
	} else {
		text := wrongVersion(v.in.Plugins, v.info, v.wanted)
		v.addError(ClassKey, "%s", text)
		v.addError(VersionKey, "%s", text)
	}
	v.checkOwn()
	v.checkNulls()
	return nil
}

// defineBase leaves out what is of sources or sinks for a connector that is not there in the version that is wanted:
// what that one is cannot be known.
func (v *validation) defineBase(there bool) error {
	switch {
	case !there:
		v.def = common().With(ErrorHandling()...)
	case v.info.Type == connect.SinkPlugin:
		v.def = Sink()
	default:
		v.def = Source()
	}
	version := *v.def.Key(VersionKey)
	version.Default, version.Recommender = v.info.Version, recommended{v.info.Version}
	v.def = v.def.With(version)
	for _, k := range v.converterClasses() {
		if there {
			v.define(k)
			continue
		}
		version := *v.def.Key(k.version)
		if _, named := v.props[k.key]; !named || !v.known(k) {
			version.Recommender = invisible{}
		}
		v.def = v.def.With(version)
	}
	return v.enrich()
}

func (v *validation) converterClasses() []classKey {
	w := &v.in.Worker
	of := func(role string, typ connect.PluginType, fallback string) classKey {
		return classKey{key: role, version: role + "." + versionSuffix, typ: typ, fallback: fallback}
	}
	return []classKey{of(roleKey, connect.ConverterPlugin, w.KeyConverter), of(roleValue, connect.ConverterPlugin, w.ValueConverter),
		of(roleHeader, connect.HeaderConverterPlugin, w.HeaderConverter)}
}

func (v *validation) checkRules() {
	sink, distributed := v.info.Type == connect.SinkPlugin, v.in.Worker.Distributed
	if sink {
		v.checkTopics()
	}
	switch {
	case sink && distributed:
		v.checkGroup()
	case distributed:
		v.checkExactlyOnce()
	}
}

// checkNulls reports nulls of the keys that the connector has not defined itself: its own values come later, and replace these.
func (v *validation) checkNulls() {
	for _, key := range slices.Sorted(maps.Keys(v.in.Config)) {
		if v.in.Config[key] == nil {
			v.addError(key, "Null value can not be supplied as the configuration value.")
		}
	}
}

// versionIsThere says whether the connector is there in the version that is wanted; only then is it asked itself.
func (v *validation) versionIsThere() (bool, error) {
	text, set := v.props[VersionKey]
	if !set {
		return true, nil
	}
	var err error
	v.wanted, err = ParseVersionRange(text)
	return v.wanted.Contains(v.info.Version), err
}

// ownValues asks the connector: the keys that it defines, and the rules between them.
func (v *validation) ownValues(ctx context.Context) (values []*connect.ConfigValue, err error) {
	err = connect.Guard(func() error {
		own := v.connector.Config()
		values = check(own, v.in.Config)
		v.def = v.def.With(own...)
		validator, ok := v.connector.(connect.ConfigValidator)
		if !ok {
			return nil
		}
		byName := make(map[string]*connect.ConfigValue, len(values))
		for _, cv := range values {
			byName[cv.Name] = cv
		}
		if err := validator.ValidateConfig(ctx, v.props, byName); err != nil {
			return err
		}
		values = addNew(values, byName)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("validate the configuration of %s: %w", v.info.Class, err)
	}
	return values, nil
}

// addNew appends the values that a connector has put in the map.
func addNew(values []*connect.ConfigValue, byName map[string]*connect.ConfigValue) []*connect.ConfigValue {
	known := make(map[string]bool, len(values))
	for _, cv := range values {
		known[cv.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if cv := byName[name]; cv != nil && !known[name] {
			values = append(values, cv)
		}
	}
	return values
}

// check validates a definition. Null is a value here, not a missing one: only the validator looks at it.
func check(def connect.ConfigDef, config connect.RawConfig) []*connect.ConfigValue {
	values := def.Validate(config.Props())
	for _, cv := range values {
		text, set := config[cv.Name]
		key := def.Key(cv.Name)
		if !set || text != nil || key == nil {
			continue
		}
		cv.Value, cv.Errors = nil, nil
		if key.Validator == nil {
			continue
		}
		if err := key.Validator.Check(cv.Name, nil); err != nil {
			cv.Errors = []string{err.Error()}
		}
	}
	return values
}

func (v *validation) add(cv *connect.ConfigValue) {
	v.values = append(v.values, cv)
	v.byName[cv.Name] = cv
}

// replace has the connector's values in the place of those of the same name.
func (v *validation) replace(own []*connect.ConfigValue) {
	for _, cv := range own {
		if i := slices.IndexFunc(v.values, func(old *connect.ConfigValue) bool { return old.Name == cv.Name }); i >= 0 {
			v.values[i] = cv
			v.byName[cv.Name] = cv
			continue
		}
		v.add(cv)
	}
}

// value returns what is known of a key, which is nothing yet for one without definition.
func (v *validation) value(key string) *connect.ConfigValue {
	if v.byName[key] == nil {
		v.add(&connect.ConfigValue{Name: key, Visible: true})
	}
	return v.byName[key]
}
