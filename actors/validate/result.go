// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"cmp"
	"slices"

	"github.com/longshore-io/connect"
)

// Describe returns a definition as the endpoint for a plugin's keys shows it.
func Describe(def connect.ConfigDef) []connect.ConfigKeyInfo {
	out := make([]connect.ConfigKeyInfo, 0, len(def))
	for i := range def {
		if !def[i].Internal {
			out = append(out, *keyInfo("", &def[i]))
		}
	}
	return out
}

// result puts together values without definition, then the defined keys, then the blocks.
func (v *validation) result(blocks ...block) connect.ConfigInfos {
	r := connect.ConfigInfos{Name: v.props[ClassKey], Groups: []string{}, Configs: []connect.ConfigInfo{}}
	for _, cv := range v.values {
		if v.def.Key(cv.Name) == nil {
			add(&r, connect.ConfigInfo{Value: valueInfo("", cv)}, len(cv.Errors))
		}
	}
	for i := range v.def {
		key, info, wrong := &v.def[i], connect.ConfigInfo{Definition: keyInfo("", &v.def[i])}, 0
		if cv := v.byName[key.Name]; cv != nil {
			info.Value, wrong = valueInfo("", cv), len(cv.Errors)
		}
		if !key.Internal || wrong > 0 {
			add(&r, info, wrong)
		}
	}
	for _, b := range blocks {
		infos, wrong := b.infos()
		r.ErrorCount += wrong
		for _, info := range infos {
			add(&r, info, 0)
		}
	}
	return r
}

func add(r *connect.ConfigInfos, info connect.ConfigInfo, wrong int) {
	r.ErrorCount += wrong
	r.Configs = append(r.Configs, info)
	if d := info.Definition; d != nil && d.Group != nil && !slices.Contains(r.Groups, *d.Group) {
		r.Groups = append(r.Groups, *d.Group)
	}
}

func keyInfo(prefix string, k *connect.ConfigKey) *connect.ConfigKeyInfo {
	info := &connect.ConfigKeyInfo{
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

func valueInfo(prefix string, cv *connect.ConfigValue) *connect.ConfigValueInfo {
	info := &connect.ConfigValueInfo{Name: prefix + cv.Name, Value: textOf(cv.Value), RecommendedValues: []string{}, Errors: append([]string{}, cv.Errors...), Visible: cv.Visible}
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
