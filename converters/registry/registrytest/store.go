// SPDX-License-Identifier: Apache-2.0

package registrytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
)

// Schema is a schema as requests and answers carry it.
type Schema struct {
	Subject    string      `json:"subject,omitempty"`
	Version    int         `json:"version,omitempty"`
	ID         int         `json:"id,omitempty"`
	Type       string      `json:"schemaType,omitempty"`
	References []Reference `json:"references,omitempty"`
	Metadata   *Metadata   `json:"metadata,omitempty"`
	Text       string      `json:"schema"`
}

// Reference names a schema that another one uses.
type Reference struct {
	Name    string `json:"name"`
	Subject string `json:"subject"`
	Version int    `json:"version"`
}

// Metadata are properties of a schema.
type Metadata struct {
	Properties map[string]string `json:"properties,omitempty"`
}

// version is one version of a subject.
type version struct {
	number, id int
	deleted    bool
}

// store is what the registry holds. Schemas that are equal have one number in all subjects.
type store struct {
	schemas  []Schema // by number-1
	subjects map[string][]*version
	modes    map[string]string
	levels   map[string]string
}

func newStore() *store {
	return &store{subjects: map[string][]*version{}, modes: map[string]string{}, levels: map[string]string{}}
}

func (s *store) byID(id int) (Schema, bool) {
	if id < 1 || id > len(s.schemas) {
		return Schema{}, false
	}
	return s.schemas[id-1], true
}

// idOf is the number of a schema, 0 for one that is new.
func (s *store) idOf(schema Schema) int {
	for i, known := range s.schemas {
		if sameSchema(known, schema) {
			return i + 1
		}
	}
	return 0
}

func sameSchema(a, b Schema) bool {
	return a.Type == b.Type && slices.Equal(a.References, b.References) && bytes.Equal(compact(a.Text), compact(b.Text))
}

// compact takes the white space out of JSON and leaves any other text.
func compact(text string) []byte {
	var out bytes.Buffer
	if json.Compact(&out, []byte(text)) != nil {
		return []byte(text)
	}
	return out.Bytes()
}

// add puts a schema into a subject, unless it is there.
func (s *store) add(subject string, schema Schema) (id, number int) {
	id = s.idOf(schema)
	if id == 0 {
		s.schemas = append(s.schemas, schema)
		id = len(s.schemas)
	}
	number = 1
	for _, v := range s.subjects[subject] {
		if v.id == id && !v.deleted {
			return id, v.number
		}
		number = v.number + 1
	}
	s.subjects[subject] = append(s.subjects[subject], &version{number: number, id: id})
	return id, number
}

// versions are those of a subject, the deleted ones where asked for.
func (s *store) versions(subject string, deleted bool) []*version {
	var out []*version
	for _, v := range s.subjects[subject] {
		if deleted || !v.deleted {
			out = append(out, v)
		}
	}
	return out
}

func (s *store) names(deleted bool) []string {
	out := []string{}
	for name := range s.subjects {
		if len(s.versions(name, deleted)) > 0 {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

// at is one version in full.
func (s *store) at(subject string, v *version) Schema {
	out := s.schemas[v.id-1]
	out.Subject, out.Version, out.ID = subject, v.number, v.id
	return out
}

// usedBy are the numbers of schemas that refer to a version.
func (s *store) usedBy(subject string, number int) []int {
	out := []int{}
	for i, schema := range s.schemas {
		if slices.ContainsFunc(schema.References, func(r Reference) bool { return r.Subject == subject && r.Version == number }) {
			out = append(out, i+1)
		}
	}
	return out
}

// check resolves the references and asks the check of the schema's type; earlier is nil for a schema alone.
func (s *store) check(c Check, earlier *Schema, schema Schema) ([]string, error) {
	used := map[string]string{}
	for _, r := range schema.References {
		versions := s.versions(r.Subject, true)
		i := slices.IndexFunc(versions, func(v *version) bool { return v.number == r.Version })
		if i < 0 {
			return nil, fmt.Errorf("no schema reference found for subject %q and version %d", r.Subject, r.Version)
		}
		used[r.Name] = s.schemas[versions[i].id-1].Text
	}
	return c(earlier, schema, used)
}
