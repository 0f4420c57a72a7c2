// SPDX-License-Identifier: Apache-2.0

package drawn

import (
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
)

// Texts are strings of any length and of any characters, all valid UTF-8.
var Texts = rapid.String()

// Primitives returns the schemas that have no parts: one of each plain type, decimals of the given scales, and dates and
// times.
func Primitives(scales ...int) []*connect.Schema {
	all := []*connect.Schema{connect.Int8, connect.Int16, connect.Int32, connect.Int64, connect.Float32, connect.Float64,
		connect.Boolean, connect.String, connect.Bytes}
	for _, scale := range scales {
		all = append(all, connect.DecimalOf(scale))
	}
	return append(all, connect.Date, connect.Time, connect.Timestamp)
}

// Named returns the schema with a name, version, documentation and parameter, or as it is: by chance, and always where it has
// a name already.
func Named(t *rapid.T, s *connect.Schema) *connect.Schema {
	if s.Name() != "" || !rapid.Bool().Draw(t, "named") {
		return s
	}
	return s.WithName("n"+Texts.Draw(t, "name")).WithVersion(rapid.IntRange(0, 9).Draw(t, "version")).WithDoc(Texts.Draw(t, "doc")).
		WithParameter("p"+Texts.Draw(t, "parameter"), Texts.Draw(t, "parameter value"))
}
