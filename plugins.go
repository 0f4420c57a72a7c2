// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"slices"
	"strings"
)

// PluginType is the kind of a plugin, by the names of the REST API.
type PluginType string

// The kinds, in the order in which they are listed.
const (
	SinkPlugin            PluginType = "sink"
	SourcePlugin          PluginType = "source"
	TransformationPlugin  PluginType = "transformation"
	PredicatePlugin       PluginType = "predicate"
	ConverterPlugin       PluginType = "converter"
	HeaderConverterPlugin PluginType = "header_converter"
	ConfigProviderPlugin  PluginType = "config_provider"
)

var pluginOrder = []PluginType{SinkPlugin, SourcePlugin, TransformationPlugin, PredicatePlugin, ConverterPlugin, HeaderConverterPlugin, ConfigProviderPlugin}

// suffixes may be left out of an alias, by kind.
var suffixes = map[PluginType]string{
	SinkPlugin: "Connector", SourcePlugin: "Connector", TransformationPlugin: "Transformation", PredicatePlugin: "Predicate",
	ConverterPlugin: "Converter", HeaderConverterPlugin: "HeaderConverter", ConfigProviderPlugin: "ConfigProvider",
}

// PluginInfo is one entry of the list of plugins.
type PluginInfo struct {
	Class   string     `json:"class"`
	Type    PluginType `json:"type"`
	Version string     `json:"version,omitempty"`
}

// Plugins is the registry of what a worker can run: class names, as configurations have them, and constructors. It is
// filled before the worker starts and only read afterwards.
type Plugins struct {
	all []plugin
	// also has class names by further short names.
	also map[string]string
}

type plugin struct {
	PluginInfo
	make any
}

// Versioned is an optional ability of converters, transforms, predicates and providers: their own version.
type Versioned interface{ Version() string }

// AddSource registers a source connector under its class name. Its simple name, with or without Connector at the end, is
// an alias as long as no other class has it.
func (p *Plugins) AddSource(class string, make func() SourceConnector) {
	p.add(class, SourcePlugin, make().Version(), make)
}

// AddSink registers a sink connector.
func (p *Plugins) AddSink(class string, make func() SinkConnector) {
	p.add(class, SinkPlugin, make().Version(), make)
}

// AddConverter registers a converter of keys and values.
func (p *Plugins) AddConverter(class string, make func() Converter) {
	p.add(class, ConverterPlugin, versionOf(make()), make)
}

// AddHeaderConverter registers a converter of headers; a class that can do both is registered twice.
func (p *Plugins) AddHeaderConverter(class string, make func() HeaderConverter) {
	p.add(class, HeaderConverterPlugin, versionOf(make()), make)
}

// AddTransformation registers a transform.
func (p *Plugins) AddTransformation(class string, make func() Transformation) {
	p.add(class, TransformationPlugin, versionOf(make()), make)
}

// AddPredicate registers a predicate.
func (p *Plugins) AddPredicate(class string, make func() Predicate) {
	p.add(class, PredicatePlugin, versionOf(make()), make)
}

// AddConfigProvider registers a provider of configuration values.
func (p *Plugins) AddConfigProvider(class string, make func() ConfigProvider) {
	p.add(class, ConfigProviderPlugin, versionOf(make()), make)
}

func versionOf(instance any) string {
	if v, ok := instance.(Versioned); ok {
		return v.Version()
	}
	return KafkaVersion
}

func (p *Plugins) add(class string, typ PluginType, version string, make any) {
	for _, other := range p.all {
		if other.Class == class && other.Type == typ {
			panic(fmt.Sprintf("connect: plugin %s %s is registered twice", typ, class))
		}
	}
	p.all = append(p.all, plugin{PluginInfo{class, typ, version}, make})
}

// AddAlias gives a registered class a further short name, beside its simple one.
func (p *Plugins) AddAlias(class, alias string) {
	if p.also == nil {
		p.also = map[string]string{}
	}
	p.also[alias] = class
}

// Aliases returns the short names that stand for a plugin and for no other of its kind.
func (p *Plugins) Aliases(x PluginInfo) []string {
	names := aliases(x)
	for alias, class := range p.also {
		if class == x.Class {
			names = append(names, alias)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		found, err := p.find(name, x.Type)
		return err != nil || found.Class != x.Class
	})
}

// List returns the plugins by kind, and by class name inside each kind.
func (p *Plugins) List() []PluginInfo {
	out := make([]PluginInfo, len(p.all))
	for i, x := range p.all {
		out[i] = x.PluginInfo
	}
	slices.SortFunc(out, func(a, b PluginInfo) int {
		if d := slices.Index(pluginOrder, a.Type) - slices.Index(pluginOrder, b.Type); d != 0 {
			return d
		}
		return strings.Compare(a.Class, b.Class)
	})
	return out
}

// Connector makes a source or sink connector by class name or alias and says which it is.
func (p *Plugins) Connector(name string) (Connector, PluginInfo, error) {
	found, err := p.find(name, SourcePlugin, SinkPlugin)
	if err != nil {
		return nil, PluginInfo{}, err
	}
	if found.Type == SourcePlugin {
		return found.make.(func() SourceConnector)(), found.PluginInfo, nil
	}
	return found.make.(func() SinkConnector)(), found.PluginInfo, nil
}

// Converter makes a converter by class name or alias.
func (p *Plugins) Converter(name string) (Converter, error) {
	return create[Converter](p, name, ConverterPlugin)
}

// HeaderConverter makes a header converter by class name or alias.
func (p *Plugins) HeaderConverter(name string) (HeaderConverter, error) {
	return create[HeaderConverter](p, name, HeaderConverterPlugin)
}

// Transformation makes a transform by class name or alias.
func (p *Plugins) Transformation(name string) (Transformation, error) {
	return create[Transformation](p, name, TransformationPlugin)
}

// Predicate makes a predicate by class name or alias.
func (p *Plugins) Predicate(name string) (Predicate, error) {
	return create[Predicate](p, name, PredicatePlugin)
}

// ConfigProvider makes a config provider by class name or alias.
func (p *Plugins) ConfigProvider(name string) (ConfigProvider, error) {
	return create[ConfigProvider](p, name, ConfigProviderPlugin)
}

func create[T any](p *Plugins, name string, typ PluginType) (T, error) {
	found, err := p.find(name, typ)
	if err != nil {
		var zero T
		return zero, err
	}
	return found.make.(func() T)(), nil
}

// Find returns the plugin of one of some kinds by class name or alias.
func (p *Plugins) Find(name string, types ...PluginType) (PluginInfo, error) {
	found, err := p.find(name, types...)
	if err != nil {
		return PluginInfo{}, err
	}
	return found.PluginInfo, nil
}

// find prefers the full class name; an alias counts only where it names a single class.
func (p *Plugins) find(name string, types ...PluginType) (*plugin, error) {
	var byAlias []*plugin
	for i := range p.all {
		x := &p.all[i]
		if !slices.Contains(types, x.Type) {
			continue
		}
		if x.Class == name {
			return x, nil
		}
		if p.hasAlias(x.Class, name) {
			byAlias = append(byAlias, x)
		}
	}
	if len(byAlias) == 1 {
		return byAlias[0], nil
	}
	return nil, &UnknownPluginError{Name: name, Types: types, Ambiguous: classes(byAlias), Nearest: p.nearest(name, types)}
}

// hasAlias looks at all kinds that a class is of: JsonConverter is Json also where it converts headers.
func (p *Plugins) hasAlias(class, name string) bool {
	return p.also[name] == class || slices.ContainsFunc(p.all, func(x plugin) bool { return x.Class == class && slices.Contains(aliases(x.PluginInfo), name) })
}

// aliases are the simple class name as it is, and up to the kind's suffix. The simple name of Cast$Value is Value, which several classes share.
func aliases(x PluginInfo) []string {
	simple := x.Class[strings.LastIndexAny(x.Class, ".$")+1:]
	if at := strings.LastIndex(simple, suffixes[x.Type]); at > 0 {
		return []string{simple, simple[:at]}
	}
	return []string{simple}
}

func classes(found []*plugin) []string {
	var out []string
	for _, x := range found {
		out = append(out, x.Class)
	}
	return out
}

// UnknownPluginError is a class name that no registered plugin has; it is of class BadConfig.
type UnknownPluginError struct {
	// Name is what was asked for.
	Name string
	// Types are the kinds that would have done.
	Types []PluginType
	// Ambiguous are the classes that share the alias, where that is the reason.
	Ambiguous []string
	// Nearest is the registered class whose name is most like it, "" where none is.
	Nearest string
}

// Error says what was looked for and what comes nearest.
func (e *UnknownPluginError) Error() string {
	if len(e.Ambiguous) > 0 {
		return fmt.Sprintf("Class %s could not be found: the alias stands for several classes, use one of %s", e.Name, strings.Join(e.Ambiguous, ", "))
	}
	text := fmt.Sprintf("Class %s could not be found.", e.Name)
	if e.Nearest != "" {
		text += " The nearest that is here is " + e.Nearest + "."
	}
	return text
}

// Class is BadConfig.
func (e *UnknownPluginError) Class() Class { return BadConfig }

func (p *Plugins) nearest(name string, types []PluginType) string {
	simple := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	best, bestDistance := "", len(simple)/2+1
	for i := range p.all {
		if !slices.Contains(types, p.all[i].Type) {
			continue
		}
		own := p.all[i].Class[strings.LastIndexByte(p.all[i].Class, '.')+1:]
		for _, alias := range append(aliases(p.all[i].PluginInfo), own) {
			if d := EditDistance(simple, strings.ToLower(alias)); d < bestDistance {
				best, bestDistance = p.all[i].Class, d
			}
		}
	}
	return best
}
