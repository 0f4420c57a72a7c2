// SPDX-License-Identifier: Apache-2.0

package compat

import (
	"encoding/json"
	"slices"
)

// mendErrors goes through the errors of a validation, both sides' in pairs: "" is no error. Where excused says so, both are
// taken away and not counted.
func mendErrors(java, ours *view, excused func(theirs, own string) bool) bool {
	mended := false
	own := errorsOf(ours)
	for name, theirs := range errorsOf(java) {
		for i := 0; i < max(len(theirs), len(own[name])); i++ {
			if excused(at(theirs, i), at(own[name], i)) {
				theirs, own[name] = without(theirs, i), without(own[name], i)
				mended = true
				i--
			}
		}
		setErrors(java, name, theirs)
		setErrors(ours, name, own[name])
	}
	return mended
}

// message is the text of an error.
func message(v *view) string {
	body, _ := v.body.(map[string]any)
	said, _ := body["message"].(string)
	return said
}

func setMessage(v *view, said string) {
	if body, is := v.body.(map[string]any); is {
		body["message"] = said
	}
}

// errorsOf are the errors of a validation, by key.
func errorsOf(v *view) map[string][]any {
	out := map[string][]any{}
	for _, value := range valuesOf(v) {
		name, _ := value["name"].(string)
		out[name], _ = value["errors"].([]any)
	}
	return out
}

// setErrors puts other errors in a validation and counts them.
func setErrors(v *view, name string, errors []any) {
	for _, value := range valuesOf(v) {
		if value["name"] == name {
			before, _ := value["errors"].([]any)
			value["errors"] = slices.Clip(errors)
			body := v.body.(map[string]any)
			count, _ := body["error_count"].(json.Number)
			n, _ := count.Int64()
			body["error_count"] = json.Number(text(n + int64(len(errors)-len(before))))
		}
	}
}

func valuesOf(v *view) []map[string]any {
	body, _ := v.body.(map[string]any)
	configs, _ := body["configs"].([]any)
	out := []map[string]any{}
	for _, config := range configs {
		fields, _ := config.(map[string]any)
		if value, is := fields["value"].(map[string]any); is {
			out = append(out, value)
		}
	}
	return out
}

func at(errors []any, i int) string {
	if i >= len(errors) {
		return ""
	}
	said, _ := errors[i].(string)
	return said
}

func without(errors []any, i int) []any {
	if i >= len(errors) {
		return errors
	}
	return slices.Concat(errors[:i], errors[i+1:])
}
