// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"slices"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry"
)

// Class is the class name under which configurations know this converter.
const Class = "io.confluent.connect.protobuf.ProtobufConverter"

// Keys of the configuration that only this converter has.
const (
	enhancedKey    = "enhanced.protobuf.schema.support"
	scrubKey       = "scrub.invalid.names"
	intEnumsKey    = "int.for.enums"
	optionalKey    = "optional.for.nullables"
	proto2Key      = "optional.for.proto2"
	wrapperKey     = "wrapper.for.nullables"
	rawKey         = "wrapper.for.raw.primitives"
	structNullsKey = "generate.struct.for.nulls"
	unionIndexKey  = "generate.index.for.unions"
	flattenKey     = "flatten.unions"
)

func configDef() connect.ConfigDef {
	return registry.ConfigDef().With(ownKeys...)
}

var ownKeys = slices.Concat(registry.FormatKeys(""), []connect.ConfigKey{
	{Name: enhancedKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether names of schemas have the package in front."},
	{Name: scrubKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether characters that Protobuf does not allow in names are replaced."},
	{Name: intEnumsKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether enums are numbers instead of strings."},
	{Name: optionalKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether fields that may be null are marked optional."},
	{Name: proto2Key, Type: connect.BooleanType, Default: true, Importance: connect.Medium,
		Doc: "Whether optional fields of proto2 are null where they are not set."},
	{Name: wrapperKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether fields that may be null are wrapper messages."},
	{Name: rawKey, Type: connect.BooleanType, Default: true, Importance: connect.Medium,
		Doc: "Whether a wrapper message that is the whole value is read as the value in it."},
	{Name: structNullsKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether messages that are not set are read as structs with the defaults of their fields."},
	{Name: unionIndexKey, Type: connect.BooleanType, Default: true, Importance: connect.Low,
		Doc: "Whether the field for a oneof has the place of the oneof at the end of its name."},
	{Name: flattenKey, Type: connect.BooleanType, Default: false, Importance: connect.Low,
		Doc: "Whether the members of a oneof are fields of the struct itself."},
})

// options are the parsed configuration.
type options struct {
	generalized, ignoreDefaults, enhanced, scrub, intEnums, optional, proto2 bool
	wrappers, raw, structNulls, unionIndex, flatten                          bool
	cacheSize                                                                int
}

func readOptions(v connect.ConfigValues) options {
	return options{
		generalized: v.Bool(registry.GeneralizedKey), ignoreDefaults: v.Bool(registry.IgnoreDefaultKey), enhanced: v.Bool(enhancedKey), scrub: v.Bool(scrubKey),
		intEnums: v.Bool(intEnumsKey), optional: v.Bool(optionalKey), proto2: v.Bool(proto2Key), wrappers: v.Bool(wrapperKey), raw: v.Bool(rawKey),
		structNulls: v.Bool(structNullsKey), unionIndex: v.Bool(unionIndexKey), flatten: v.Bool(flattenKey), cacheSize: max(v.Int(registry.ConvertedKey), 1),
	}
}

// enumParam is the parameter that marks an enum, and the prefix of those that name its symbols.
func (o *options) enumParam() string {
	if o.generalized {
		return generalEnum
	}
	return enumParam
}
