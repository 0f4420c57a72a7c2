// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"slices"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry"
)

// Class is the class name under which configurations know this converter.
const Class = "io.confluent.connect.avro.AvroConverter"

// Keys of the configuration beside those of the registry.
const (
	enhancedKey      = "enhanced.avro.schema.support"
	scrubKey         = "scrub.invalid.names"
	metaKey          = "connect.meta.data"
	discardKey       = "discard.type.doc.default"
	optionalKeysKey  = "allow.optional.map.keys"
	flattenKey       = "flatten.singleton.unions"
	flattenUnionsKey = "flatten.unions"
	group            = "Avro"
)

var ownKeys = slices.Concat(registry.FormatKeys(group), []connect.ConfigKey{
	flag(enhancedKey, false, connect.Medium, "Whether enums stay enums, and branches of unions are called by their full names."),
	flag(scrubKey, false, connect.Medium, "Whether names that Avro does not take are changed into some that it takes."),
	flag(metaKey, true, connect.Low, "Whether schemas keep what only Kafka Connect knows, as properties connect.*."),
	flag(discardKey, false, connect.Low, "Whether only documentation and defaults of fields are kept, as in older versions."),
	flag(optionalKeysKey, false, connect.Low, "Whether maps with optional text keys are maps in Avro."),
	flag(flattenKey, true, connect.Low, "Whether a union of one type is read as that type."),
	flag(flattenUnionsKey, true, connect.Low, "Old name of flatten.singleton.unions; false in either keeps unions of one type."),
})

func flag(name string, def bool, importance connect.Importance, doc string) connect.ConfigKey {
	return connect.ConfigKey{Name: name, Type: connect.BooleanType, Default: def, Importance: importance, Group: group, Doc: doc}
}

var configDef = registry.ConfigDef().With(ownKeys...)

// options are the parsed configuration of the conversion.
type options struct {
	generalized, ignoreDefault, enhanced, scrubNames bool
	meta, discard, optionalKeys, flatten             bool
	cacheSize                                        int
}

func readOptions(v connect.ConfigValues) options {
	return options{
		generalized: v.Bool(registry.GeneralizedKey), ignoreDefault: v.Bool(registry.IgnoreDefaultKey), enhanced: v.Bool(enhancedKey),
		scrubNames: v.Bool(scrubKey), meta: v.Bool(metaKey), discard: v.Bool(discardKey), optionalKeys: v.Bool(optionalKeysKey),
		flatten: v.Bool(flattenKey) && v.Bool(flattenUnionsKey), cacheSize: max(v.Int(registry.ConvertedKey), 1),
	}
}
