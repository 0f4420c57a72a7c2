// SPDX-License-Identifier: Apache-2.0

package registry

import "github.com/longshore-io/connect"

// Names of the keys that the converters of all formats have, for what they do with their schemas: Confluent's.
const (
	// GeneralizedKey says whether enums and unions have one form for all formats.
	GeneralizedKey = "generalized.sum.type.support"
	// IgnoreDefaultKey says whether null stays null where the schema has a default.
	IgnoreDefaultKey = "ignore.default.for.nullables"
	// ConvertedKey is how many converted schemas are remembered.
	ConvertedKey = "schemas.cache.config"
)

// FormatKeys are the keys that the converters of all formats have, as members of a group; "" for none.
func FormatKeys(group string) []connect.ConfigKey {
	return []connect.ConfigKey{
		{Name: GeneralizedKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: group,
			Doc: "Whether enums and unions have the form that is common to the converters of Avro, JSON Schema and Protobuf."},
		{Name: IgnoreDefaultKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium, Group: group,
			Doc: "Whether null stays null where the schema has a default value."},
		{Name: ConvertedKey, Type: connect.IntType, Default: 1000, Importance: connect.Low, Group: group,
			Doc: "How many converted schemas are remembered, in each direction."},
	}
}
