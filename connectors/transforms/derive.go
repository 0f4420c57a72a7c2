// SPDX-License-Identifier: Apache-2.0

package transforms

import "github.com/longshore-io/connect"

// withBasics gives a new schema the name, version, documentation and parameters of another one; whether it is optional and
// its default are not among them.
func withBasics(s, source *connect.Schema) *connect.Schema {
	if name := source.Name(); name != "" {
		s = s.WithName(name)
	}
	if version, ok := source.Version(); ok {
		s = s.WithVersion(version)
	}
	if doc := source.Doc(); doc != "" {
		s = s.WithDoc(doc)
	}
	for _, p := range source.Parameters() {
		s = s.WithParameter(p.Name, p.Value)
	}
	return s
}

// structWithBasics makes a struct schema of fields, with the basics of another one. Fields of the same name are an error.
func structWithBasics(source *connect.Schema, fields []connect.SchemaField) (*connect.Schema, error) {
	s, err := connect.NewStructSchema("", fields)
	if err != nil {
		return nil, err
	}
	return withBasics(s, source), nil
}

// carry puts a value that came from a field, to an index with the schema of that field: it fits, unless it is null.
func carry(to *connect.Struct, from *connect.SchemaField, index int, value any) error {
	if value == nil && !from.Schema.IsOptional() {
		return to.Put(to.Schema().Fields()[index].Name, nil)
	}
	to.SetAt(index, value)
	return nil
}
