// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry"
)

// Class is the class name under which configurations know this converter.
const Class = "io.confluent.connect.json.JsonSchemaConverter"

// Keys of the configuration that only this converter has.
const (
	additionalKey = "object.additional.properties"
	optionalKey   = "use.optional.for.nonrequired"
	dialectsKey   = "ignore.modern.dialects"
	decimalKey    = "decimal.format"
	flattenKey    = "flatten.singleton.unions"
	validateKey   = "json.fail.invalid.schema"

	decimalBase64  = "BASE64"
	decimalNumeric = "NUMERIC"
)

// configDef is a function: the keys of the registry are a copy each time.
func configDef() connect.ConfigDef {
	return registry.ConfigDef().With(ownKeys...)
}

var ownKeys = slices.Concat(registry.FormatKeys(""), []connect.ConfigKey{
	{Name: additionalKey, Type: connect.BooleanType, Default: true, Importance: connect.Medium,
		Doc: "Whether the schemas of objects allow properties that they do not name."},
	{Name: optionalKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether properties that a schema does not require are optional fields."},
	{Name: dialectsKey, Type: connect.BooleanType, Default: false, Importance: connect.Low,
		Doc: "Whether schemas of drafts after 7 are read as draft 7. They always are; the key is known so that it does no harm."},
	{Name: decimalKey, Type: connect.StringType, Default: decimalBase64, Validator: connect.OneOfFold(decimalBase64, decimalNumeric), Importance: connect.Low,
		Doc: "How decimals are written: BASE64 (the bytes of the unscaled value) or NUMERIC (a number). Both are read."},
	{Name: flattenKey, Type: connect.BooleanType, Default: true, Importance: connect.Low,
		Doc: "Whether a combination of one schema is that schema."},
	{Name: validateKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether messages that do not fit their JSON Schema are refused, written or read."},
})

// options are the parsed configuration.
type options struct {
	generalized, ignoreDefaults, additionalProperties, optionalForNonRequired bool
	numericDecimals, flattenSingletons, validate                              bool
	cacheSize                                                                 int
}

func readOptions(v connect.ConfigValues) options {
	return options{
		generalized:            v.Bool(registry.GeneralizedKey),
		ignoreDefaults:         v.Bool(registry.IgnoreDefaultKey),
		additionalProperties:   v.Bool(additionalKey),
		optionalForNonRequired: v.Bool(optionalKey),
		numericDecimals:        strings.EqualFold(v.String(decimalKey), decimalNumeric),
		flattenSingletons:      v.Bool(flattenKey),
		validate:               v.Bool(validateKey),
		cacheSize:              max(v.Int(registry.ConvertedKey), 1),
	}
}

// enumParam is the parameter that marks an enum, and the prefix of those that name its symbols.
func (o *options) enumParam() string {
	if o.generalized {
		return generalEnum
	}
	return enumParam
}

// branchName is the name of a field of a union.
func (o *options) branchName(i int) string {
	if o.generalized {
		return generalFieldPrefix + strconv.Itoa(i)
	}
	return unionName + ".field." + strconv.Itoa(i)
}
