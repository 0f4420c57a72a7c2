// SPDX-License-Identifier: Apache-2.0

package transforms

import "github.com/longshore-io/connect"

const replaceNullKey = "replace.null.with.default"

// replaceNullConfig is the key that most transforms of fields have.
var replaceNullConfig = connect.ConfigKey{Name: replaceNullKey, Type: connect.BooleanType, Default: true, Importance: connect.Medium, DisplayName: replaceNullKey,
	Doc: "Whether a null in a field whose schema has a default value is read as that default (true) or stays null (false)."}

// nullReader reads fields with replace.null.with.default in mind.
type nullReader struct{ replaceNull bool }

// at returns the value of a field of the struct's own schema.
func (n nullReader) at(s *connect.Struct, f *connect.SchemaField) any {
	v := s.At(f.Index)
	if v == nil && n.replaceNull {
		return f.Schema.Default()
	}
	return v
}
