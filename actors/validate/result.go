// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
)

// Result is the outcome of a validation, in the JSON form of the validate endpoint.
type Result struct {
	// Name is connector.class as it was given.
	Name string `json:"name"`
	// ErrorCount is 0 for a valid configuration.
	ErrorCount int `json:"error_count"`
	// Groups are the groups of the keys, in the order in which they are shown.
	Groups []string `json:"groups"`
	// Configs are the keys with their values.
	Configs []ConfigInfo `json:"configs"`
}

// ConfigInfo is one key; one of the two may be missing.
type ConfigInfo struct {
	Definition *KeyInfo   `json:"definition"`
	Value      *ValueInfo `json:"value"`
}

// KeyInfo is the definition of a key.
type KeyInfo struct {
	Name     string             `json:"name"`
	Type     connect.ConfigType `json:"type"`
	Required bool               `json:"required"`
	// DefaultValue is null for none, and for a default of null.
	DefaultValue  *string            `json:"default_value"`
	Importance    connect.Importance `json:"importance"`
	Documentation string             `json:"documentation"`
	// Group is null for a key without one; Order is then -1.
	Group       *string       `json:"group"`
	Width       connect.Width `json:"width"`
	DisplayName string        `json:"display_name"`
	Dependents  []string      `json:"dependents"`
	Order       int           `json:"order"`
}

// ValueInfo is the value of a key and what is wrong with it.
type ValueInfo struct {
	Name string `json:"name"`
	// Value is null for null, and for a text that did not parse; a password is hidden.
	Value             *string  `json:"value"`
	RecommendedValues []string `json:"recommended_values"`
	Errors            []string `json:"errors"`
	Visible           bool     `json:"visible"`
}

// Err is nil for a valid configuration, else of class BadConfig with Kafka Connect's text: all that is wrong.
func (r *Result) Err() error {
	if r.ErrorCount == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Connector configuration is invalid and contains the following %d error(s):", r.ErrorCount)
	for _, c := range r.Configs {
		if c.Value == nil {
			continue
		}
		for _, text := range c.Value.Errors {
			b.WriteString("\n" + text)
		}
	}
	b.WriteString("\nYou can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`")
	return connect.Errorf(connect.BadConfig, "%s", b.String())
}

// Describe returns a definition as the endpoint for a plugin's keys shows it.
func Describe(def connect.ConfigDef) []KeyInfo {
	out := make([]KeyInfo, 0, len(def))
	for i := range def {
		if !def[i].Internal {
			out = append(out, *keyInfo("", &def[i]))
		}
	}
	return out
}

// result puts together values without definition, then the defined keys, then the blocks.
func (v *validation) result(blocks ...block) Result {
	r := Result{Name: v.props[ClassKey], Groups: []string{}, Configs: []ConfigInfo{}}
	for _, cv := range v.values {
		if v.def.Key(cv.Name) == nil {
			r.add(ConfigInfo{Value: valueInfo("", cv)}, len(cv.Errors))
		}
	}
	for i := range v.def {
		key, info, wrong := &v.def[i], ConfigInfo{Definition: keyInfo("", &v.def[i])}, 0
		if cv := v.byName[key.Name]; cv != nil {
			info.Value, wrong = valueInfo("", cv), len(cv.Errors)
		}
		if !key.Internal || wrong > 0 {
			r.add(info, wrong)
		}
	}
	for _, b := range blocks {
		infos, wrong := b.infos()
		r.ErrorCount += wrong
		for _, info := range infos {
			r.add(info, 0)
		}
	}
	return r
}

func (r *Result) add(info ConfigInfo, wrong int) {
	r.ErrorCount += wrong
	r.Configs = append(r.Configs, info)
	if d := info.Definition; d != nil && d.Group != nil && !slices.Contains(r.Groups, *d.Group) {
		r.Groups = append(r.Groups, *d.Group)
	}
}

func keyInfo(prefix string, k *connect.ConfigKey) *KeyInfo {
	info := &KeyInfo{
		Name: prefix + k.Name, Type: k.Type, Required: k.Required, Importance: k.Importance, Documentation: k.Doc,
		Width: cmp.Or(k.Width, "NONE"), DisplayName: cmp.Or(k.DisplayName, k.Name), Dependents: []string{}, Order: orderOf(k),
	}
	if !k.Required {
		info.DefaultValue = textOf(k.Default)
	}
	if k.Group != "" {
		info.Group = &k.Group
	}
	for _, d := range k.Dependents {
		info.Dependents = append(info.Dependents, prefix+d)
	}
	return info
}

// orderOf is -1 for a key without group, as Kafka has it.
func orderOf(k *connect.ConfigKey) int {
	if k.Group == "" {
		return -1
	}
	return k.OrderInGroup
}

func valueInfo(prefix string, cv *connect.ConfigValue) *ValueInfo {
	info := &ValueInfo{Name: prefix + cv.Name, Value: textOf(cv.Value), RecommendedValues: []string{}, Errors: append([]string{}, cv.Errors...), Visible: cv.Visible}
	for _, v := range cv.Recommended {
		if text := textOf(v); text != nil {
			info.RecommendedValues = append(info.RecommendedValues, *text)
		}
	}
	return info
}

func textOf(value any) *string {
	text, ok := connect.FormatConfigValue(value)
	if !ok {
		return nil
	}
	return &text
}
