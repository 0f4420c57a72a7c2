// SPDX-License-Identifier: Apache-2.0

package registrytest

import (
	"encoding/json"
	"slices"
	"strings"
)

// Levels of compatibility and modes, by the names of the API.
var (
	levels = []string{"NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"}
	modes  = []string{"READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT"}
)

func (c *call) register() {
	schema, ok := c.body()
	if !ok {
		return
	}
	if mode := first(c.modes[c.subject()], c.modes[""]); strings.HasPrefix(mode, "READONLY") {
		c.refuse(notPermitted, "Subject %s is in read-only mode", c.subject())
		return
	}
	versions := c.versions(c.subject(), false)
	if !c.holds(versions, schema) {
		if why := c.against(versions, schema); len(why) > 0 {
			c.refuse(incompatible, "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: [%s]",
				c.subject(), strings.Join(why, ", "))
			return
		}
	}
	id, number := c.add(c.subject(), schema)
	c.answer(map[string]any{"id": id, "version": number})
}

func (c *call) holds(versions []*version, schema Schema) bool {
	return slices.ContainsFunc(versions, func(v *version) bool { return sameSchema(c.schemas[v.id-1], schema) })
}

// against checks a schema against the versions that the level of compatibility asks for.
func (c *call) against(versions []*version, schema Schema) []string {
	level := first(c.levels[c.subject()], c.levels[""], "BACKWARD")
	if level == "NONE" || len(versions) == 0 {
		return nil
	}
	if !strings.HasSuffix(level, "_TRANSITIVE") {
		versions = versions[len(versions)-1:]
	}
	var why []string
	for _, v := range versions {
		why = append(why, c.compare(level, c.schemas[v.id-1], schema)...)
	}
	return why
}

func (c *call) compare(level string, earlier, schema Schema) []string {
	if earlier.Type != schema.Type {
		return []string{"the types of the schemas differ"}
	}
	var why []string
	if !strings.HasPrefix(level, "FORWARD") {
		why = append(why, c.reads(schema, earlier)...)
	}
	if !strings.HasPrefix(level, "BACKWARD") {
		why = append(why, c.reads(earlier, schema)...)
	}
	return why
}

// reads says in what one schema cannot read what another wrote.
func (c *call) reads(reader, writer Schema) []string {
	why, err := c.check(c.checks[reader.Type], &writer, reader)
	if err != nil {
		why = append(why, err.Error())
	}
	return why
}

func (c *call) lookup() {
	if len(c.those()) == 0 {
		return
	}
	schema, ok := c.body()
	if !ok {
		return
	}
	for _, v := range slices.Backward(c.versions(c.subject(), c.flag("deleted"))) {
		if sameSchema(c.schemas[v.id-1], schema) {
			c.answer(c.at(c.subject(), v))
			return
		}
	}
	c.refuse(noSchema, "Schema not found")
}

func (c *call) compatibility() {
	versions := c.those()
	if len(versions) == 0 {
		return
	}
	if c.r.PathValue("version") != "" {
		v := c.asked()
		if v == nil {
			return
		}
		versions = []*version{v}
	}
	schema, ok := c.body()
	if !ok {
		return
	}
	why := c.against(versions, schema)
	body := map[string]any{"is_compatible": len(why) == 0}
	if c.flag("verbose") {
		body["messages"] = why
	}
	c.answer(body)
}

func (c *call) config() {
	level := c.levels[c.subject()]
	if c.subject() == "" || c.flag("defaultToGlobal") {
		level = first(level, c.levels[""], "BACKWARD")
	}
	if level == "" {
		c.refuse(noSubjectLevel, "Subject '%s' does not have subject-level compatibility configured", c.subject())
		return
	}
	c.answer(map[string]string{"compatibilityLevel": level})
}

func (c *call) setConfig() {
	var body struct {
		Level string `json:"compatibility"`
	}
	if json.NewDecoder(c.r.Body).Decode(&body) != nil || !slices.Contains(levels, body.Level) {
		c.refuse(invalidLevel, "Invalid compatibility level. Valid values are %s", strings.ToLower(strings.Join(levels, ", ")))
		return
	}
	c.levels[c.subject()] = body.Level
	c.answer(body)
}

func (c *call) mode() {
	mode := c.modes[c.subject()]
	if c.subject() == "" || c.flag("defaultToGlobal") {
		mode = first(mode, c.modes[""], "READWRITE")
	}
	if mode == "" {
		c.refuse(noSubjectMode, "Subject '%s' does not have subject-level mode configured", c.subject())
		return
	}
	c.answer(map[string]string{"mode": mode})
}

func (c *call) setMode() {
	var body struct {
		Mode string `json:"mode"`
	}
	if json.NewDecoder(c.r.Body).Decode(&body) != nil || !slices.Contains(modes, body.Mode) {
		c.refuse(invalidMode, "Invalid mode. Valid values are %s", strings.Join(modes, ", "))
		return
	}
	c.modes[c.subject()] = body.Mode
	c.answer(body)
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
