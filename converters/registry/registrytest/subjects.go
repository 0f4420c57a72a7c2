// SPDX-License-Identifier: Apache-2.0

package registrytest

import (
	"math"
	"slices"
	"strconv"
)

func (c *call) types() { c.answer([]string{"JSON", "PROTOBUF", "AVRO"}) }

func (c *call) list() { c.answer(c.names(c.flag("deleted"))) }

// numbered finds the schema of the path's number, or answers that there is none.
func (c *call) numbered() (int, Schema, bool) {
	id, _ := strconv.Atoi(c.r.PathValue("id"))
	schema, found := c.byID(id)
	if !found {
		c.refuse(noSchema, "Schema %s not found", c.r.PathValue("id"))
	}
	return id, schema, found
}

func (c *call) schema() {
	if _, schema, ok := c.numbered(); ok {
		if schema.Type == "AVRO" {
			schema.Type = "" // left out, as by registries that had only this type
		}
		c.answer(schema)
	}
}

func (c *call) schemaText() {
	if _, schema, ok := c.numbered(); ok {
		c.w.Header().Set("Content-Type", contentType)
		_, _ = c.w.Write([]byte(schema.Text))
	}
}

func (c *call) places() {
	id, _, ok := c.numbered()
	if !ok {
		return
	}
	type place struct {
		Subject string `json:"subject"`
		Version int    `json:"version"`
	}
	out := []place{}
	for _, name := range c.names(true) {
		for _, v := range c.versions(name, c.flag("deleted")) {
			if v.id == id {
				out = append(out, place{name, v.number})
			}
		}
	}
	c.answer(out)
}

func (c *call) subjectsOf() {
	id, _, ok := c.numbered()
	if !ok {
		return
	}
	out := []string{}
	for _, name := range c.names(true) {
		if slices.ContainsFunc(c.versions(name, c.flag("deleted")), func(v *version) bool { return v.id == id }) {
			out = append(out, name)
		}
	}
	c.answer(out)
}

// those are the versions of the path's subject, or it answers that there is no such subject.
func (c *call) those() []*version {
	versions := c.versions(c.subject(), c.flag("deleted"))
	if len(versions) == 0 {
		c.refuse(noSubject, "Subject '%s' not found.", c.subject())
	}
	return versions
}

func (c *call) listVersions() {
	if versions := c.those(); len(versions) > 0 {
		c.answer(numbers(versions))
	}
}

func numbers(versions []*version) []int {
	out := []int{}
	for _, v := range versions {
		out = append(out, v.number)
	}
	return out
}

// asked is the version of the path; it has answered where there is none.
func (c *call) asked() *version {
	versions := c.those()
	if len(versions) == 0 {
		return nil
	}
	text := c.r.PathValue("version")
	if text == "latest" || text == "-1" {
		return versions[len(versions)-1]
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 || number > math.MaxInt32 {
		c.refuse(invalidVersion, "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"", text)
		return nil
	}
	for _, v := range versions {
		if v.number == number {
			return v
		}
	}
	c.refuse(noVersion, "Version %d not found.", number)
	return nil
}

func (c *call) version() {
	if v := c.asked(); v != nil {
		c.answer(c.at(c.subject(), v))
	}
}

func (c *call) versionText() {
	if v := c.asked(); v != nil {
		c.w.Header().Set("Content-Type", contentType)
		_, _ = c.w.Write([]byte(c.at(c.subject(), v).Text))
	}
}

func (c *call) referencedBy() {
	if v := c.asked(); v != nil {
		c.answer(c.usedBy(c.subject(), v.number))
	}
}

// withMetadata finds the latest version that has the properties key=value of the query.
func (c *call) withMetadata() {
	versions := c.those()
	query := c.r.URL.Query()
	for _, v := range slices.Backward(versions) {
		schema := c.at(c.subject(), v)
		if schema.Metadata.has(query["key"], query["value"]) {
			c.answer(schema)
			return
		}
	}
	if len(versions) > 0 {
		c.refuse(noVersion, "Version not found.")
	}
}

func (m *Metadata) has(keys, values []string) bool {
	for i, key := range keys {
		if m == nil || i >= len(values) || m.Properties[key] != values[i] {
			return false
		}
	}
	return true
}

func (c *call) deleteVersion() {
	v := c.asked()
	if v == nil {
		return
	}
	if used := c.usedBy(c.subject(), v.number); len(used) > 0 {
		c.refuse(referenceExists, "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=%s,version=%d}.", c.subject(), v.number)
		return
	}
	if c.flag("permanent") {
		if !v.deleted {
			c.refuse(40407, "Subject '%s' Version %d was not deleted first before being permanently deleted", c.subject(), v.number)
			return
		}
		c.subjects[c.subject()] = slices.DeleteFunc(c.subjects[c.subject()], func(o *version) bool { return o == v })
	}
	v.deleted = true
	c.answer(v.number)
}

func (c *call) deleteSubject() {
	permanent := c.flag("permanent")
	versions := c.versions(c.subject(), permanent)
	switch {
	case len(c.versions(c.subject(), true)) == 0:
		c.refuse(noSubject, "Subject '%s' not found.", c.subject())
		return
	case len(versions) == 0:
		c.refuse(softDeleted, "Subject '%s' was soft deleted.Set permanent=true to delete permanently", c.subject())
		return
	case permanent && len(c.versions(c.subject(), false)) > 0:
		c.refuse(notSoftDeleted, "Subject '%s' was not deleted first before being permanently deleted", c.subject())
		return
	}
	out := numbers(versions)
	for _, v := range versions {
		v.deleted = true
	}
	if permanent {
		delete(c.subjects, c.subject())
	}
	c.answer(out)
}
