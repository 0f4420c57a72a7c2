// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/longshore-io/connect"
)

// Names that Confluent's converter gives and knows.
const (
	namespace       = "io.confluent.connect.avro"
	defaultName     = namespace + ".ConnectDefault"
	mapEntry        = "MapEntry"
	keyField        = "key"
	valueField      = "value"
	unionName       = namespace + ".Union"
	enumParam       = namespace + ".Enum"
	anythingName    = namespace + ".Anything"
	recordDocParam  = namespace + ".record.doc"
	fieldDocParam   = namespace + ".field.doc."
	enumDocParam    = namespace + ".enum.doc."
	enumDefParam    = namespace + ".enum.default."
	fieldDefParam   = namespace + ".field.default"
	fixedSizeParam  = "connect.fixed.size"
	precisionParam  = "connect.decimal.precision"
	recordDocOld    = "connect.record.doc"
	enumDocOld      = "connect.enum.doc"
	generalUnion    = "org.apache.kafka.connect.data.Union"
	generalEnum     = "org.apache.kafka.connect.data.Enum"
	unionPrefix     = "connect_union_"
	unionFieldStart = unionPrefix + "field_"
	avroParamStart  = "avro"

	nameProp         = "connect.name"
	docProp          = "connect.doc"
	versionProp      = "connect.version"
	defaultProp      = "connect.default"
	parametersProp   = "connect.parameters"
	internalTypeProp = "connect.internal.type"
	typeProp         = "connect.type"
	logicalProp      = "logicalType"
	scaleProp        = "scale"
	precisionProp    = "precision"

	defaultPrecision = 64
)

// split takes a full name apart; each part is scrubbed where that is configured.
func (o *options) split(full string) (in, name string) {
	parts := strings.Split(full, ".")
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1] // as Java splits
	}
	for i := range parts {
		parts[i] = o.scrub(parts[i])
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], "."), parts[last]
}

// full is the full name with its parts scrubbed.
func (o *options) full(name string) string {
	if !o.scrubNames || name == "" {
		return name
	}
	in, last := o.split(name)
	return qualified(last, in)
}

// scrub replaces what names may not have, where that is configured: the name is escaped as in a URL, and what is then still
// wrong becomes an underscore.
func (o *options) scrub(name string) string {
	if !o.scrubNames || name == "" {
		return name
	}
	out := make([]byte, 0, len(name)+8)
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			out = append(out, c)
		case c == '_' || c == '-' || c == '.' || c == '*' || c == ' ':
			out = append(out, '_')
		default:
			out = fmt.Appendf(out, "_%02X", c)
		}
	}
	if out[0] >= '0' && out[0] <= '9' {
		return "x" + string(out)
	}
	return string(out)
}

// checkName says why Avro does not take a name.
func checkName(name string) error {
	for i, r := range name {
		switch {
		case r == '_' || unicode.IsLetter(r):
		case i == 0:
			return &connect.DataError{Reason: "Illegal initial character: " + name}
		case !unicode.IsDigit(r):
			return &connect.DataError{Reason: "Illegal character in: " + name}
		}
	}
	if name == "" {
		return &connect.DataError{Reason: "Empty name"}
	}
	return nil
}

func isUnion(s *connect.Schema) bool {
	_, general := s.Parameter(generalUnion)
	return s.Type() == connect.TypeStruct && (general || s.Name() == unionName)
}

func isEnum(s *connect.Schema) bool {
	if s.Type() != connect.TypeString {
		return false
	}
	_, own := s.Parameter(enumParam)
	_, general := s.Parameter(generalEnum)
	return own || general
}

func isFixed(s *connect.Schema) bool {
	_, ok := s.Parameter(fixedSizeParam)
	return ok && s.Type() == connect.TypeBytes && s.Name() != ""
}

// stringKeys says whether maps of the schema are maps in Avro.
func (o *options) stringKeys(s *connect.Schema) bool {
	key := s.KeySchema()
	return key != nil && key.Type() == connect.TypeString && (!key.IsOptional() || o.optionalKeys)
}

// enumParameter is the parameter that has the name of an enum.
func (o *options) enumParameter() string {
	if o.generalized {
		return generalEnum
	}
	return enumParam
}
