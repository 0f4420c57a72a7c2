// SPDX-License-Identifier: Apache-2.0

package json

import (
	"errors"
	"maps"
	"strings"

	"github.com/longshore-io/connect"
)

// Class is the class name under which configurations know this converter.
const Class = "org.apache.kafka.connect.json.JsonConverter"

// Keys of the configuration.
const (
	typeKey        = "converter.type"
	schemasKey     = "schemas.enable"
	cacheKey       = "schemas.cache.size"
	decimalKey     = "decimal.format"
	replaceNullKey = "replace.null.with.default"

	decimalBase64  = "BASE64"
	decimalNumeric = "NUMERIC"
)

var configDef = connect.ConfigDef{
	{Name: typeKey, Type: connect.StringType, Required: true, Validator: connect.OneOf("key", "value", "header"), Importance: connect.Low,
		Doc: "What the converter is used for: key, value or header.", DisplayName: typeKey},
	{Name: schemasKey, Type: connect.BooleanType, Default: true, Importance: connect.High, Group: "Schemas", OrderInGroup: 0,
		Width: connect.MediumWidth, DisplayName: "Enable Schemas", Doc: "Whether every key and value carries its schema."},
	{Name: cacheKey, Type: connect.IntType, Default: 1000, Importance: connect.High, Group: "Schemas", OrderInGroup: 1,
		Width: connect.MediumWidth, DisplayName: "Schema Cache Size", Doc: "How many schemas this converter remembers, in each direction."},
	{Name: decimalKey, Type: connect.StringType, Default: decimalBase64, Validator: connect.OneOfFold(decimalNumeric, decimalBase64),
		Importance: connect.Low, Group: "Serialization", OrderInGroup: 0, Width: connect.MediumWidth, DisplayName: "Decimal Format",
		Doc: "How decimals are written: BASE64 (the bytes of the unscaled value) or NUMERIC (a number). Both are read."},
	{Name: replaceNullKey, Type: connect.BooleanType, Default: true, Importance: connect.Low, Group: "Serialization", OrderInGroup: 1,
		Width: connect.MediumWidth, DisplayName: "Replace null with default",
		Doc: "Whether null becomes the default value of its schema, where that has one."},
}

// options are the parsed configuration.
type options struct {
	schemas, numericDecimals, replaceNull bool
	cacheSize                             int
}

func parseOptions(props map[string]string, usedFor string) (options, error) {
	withType := maps.Clone(props)
	if withType == nil {
		withType = map[string]string{}
	}
	withType[typeKey] = usedFor
	values, errs := configDef.Parse(withType)
	if len(errs) > 0 {
		return options{}, errors.Join(errs...)
	}
	return options{
		schemas:         values.Bool(schemasKey),
		numericDecimals: strings.EqualFold(values.String(decimalKey), decimalNumeric),
		replaceNull:     values.Bool(replaceNullKey),
		cacheSize:       values.Int(cacheKey),
	}, nil
}
