// SPDX-License-Identifier: Apache-2.0

package jsonschema

func objectRule(v *validator, s subject) error {
	if s.value.kind != kindObject {
		return nil
	}
	if err := s.count("Properties", len(s.value.names)); err != nil {
		return err
	}
	if required := s.schema.get("required"); required != nil {
		for _, name := range required.items {
			if s.value.get(name.text) == nil {
				return s.wrong("required property %q is missing", name.text)
			}
		}
	}
	if names := s.schema.get("propertyNames"); names != nil {
		for _, name := range s.value.names {
			if err := v.check(s.in, names, &node{kind: kindString, text: name}, s.path); err != nil {
				return err
			}
		}
	}
	return nil
}

// propertiesRule checks each property by all that is said about its name, and by additionalProperties where nothing is.
func propertiesRule(v *validator, s subject) error {
	if s.value.kind != kindObject {
		return nil
	}
	properties, patterns, more := s.schema.get("properties"), s.schema.get("patternProperties"), s.schema.get("additionalProperties")
	for i, name := range s.value.names {
		var schemas []*node
		if schema := properties.get(name); schema != nil {
			schemas = append(schemas, schema)
		}
		schemas = append(schemas, v.matching(patterns, name)...)
		if len(schemas) == 0 && more != nil {
			if more.kind == kindFalse {
				return s.wrong("property %q is not allowed", name)
			}
			schemas = append(schemas, more)
		}
		for _, schema := range schemas {
			if err := v.check(s.in, schema, s.value.items[i], s.path+"/"+name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *validator) matching(patterns *node, name string) []*node {
	if patterns == nil {
		return nil
	}
	var out []*node
	for i, pattern := range patterns.names {
		if re := v.documents.pattern(pattern); re != nil && re.MatchString(name) {
			out = append(out, patterns.items[i])
		}
	}
	return out
}

func dependenciesRule(v *validator, s subject) error {
	dependencies := s.schema.get("dependencies")
	if s.value.kind != kindObject || dependencies == nil {
		return nil
	}
	for i, name := range dependencies.names {
		if s.value.get(name) == nil {
			continue
		}
		needs := dependencies.items[i]
		if needs.kind != kindArray {
			if err := v.check(s.in, needs, s.value, s.path); err != nil {
				return err
			}
			continue
		}
		for _, other := range needs.items {
			if s.value.get(other.text) == nil {
				return s.wrong("property %q needs property %q", name, other.text)
			}
		}
	}
	return nil
}

func allOfRule(v *validator, s subject) error {
	if all := s.schema.get("allOf"); all != nil {
		for _, schema := range all.items {
			if err := v.check(s.in, schema, s.value, s.path); err != nil {
				return err
			}
		}
	}
	if not := s.schema.get("not"); not != nil && v.check(s.in, not, s.value, s.path) == nil {
		return s.wrong("the value is what not excludes")
	}
	return nil
}

func anyOfRule(v *validator, s subject) error {
	if anyOf := s.schema.get("anyOf"); anyOf != nil && v.fitting(s, anyOf.items) == 0 {
		return s.wrong("the value fits no schema of anyOf")
	}
	if oneOf := s.schema.get("oneOf"); oneOf != nil {
		if n := v.fitting(s, oneOf.items); n != 1 {
			return s.wrong("the value fits %d schemas of oneOf instead of one", n)
		}
	}
	return nil
}

func (v *validator) fitting(s subject, schemas []*node) int {
	count := 0
	for _, schema := range schemas {
		if v.check(s.in, schema, s.value, s.path) == nil {
			count++
		}
	}
	return count
}

func conditionRule(v *validator, s subject) error {
	condition := s.schema.get("if")
	if condition == nil {
		return nil
	}
	word := "then"
	if v.check(s.in, condition, s.value, s.path) != nil {
		word = "else"
	}
	if schema := s.schema.get(word); schema != nil {
		return v.check(s.in, schema, s.value, s.path)
	}
	return nil
}
