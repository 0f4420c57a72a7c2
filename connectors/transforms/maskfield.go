// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"math/big"
	"slices"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

const (
	replacementKey = "replacement"

	maskPurpose = "mask fields"
)

var maskFieldConfig = connect.ConfigDef{
	{Name: fieldsKey, Type: connect.ListType, Required: true, Validator: nonEmptyList, Importance: connect.High, DisplayName: fieldsKey,
		Doc: "The fields to mask."},
	{Name: replacementKey, Type: connect.StringType, Validator: connect.NonEmpty(), Importance: connect.Low, DisplayName: replacementKey,
		Doc: "What numbers and strings are replaced by; without it every field gets the empty value of its type."},
	replaceNullConfig,
}

// maskField replaces values of fields by empty ones or by a fixed text. Null stays null.
type maskField struct {
	// fields are in the order of Java's HashSet, each in a box.
	fields []any
	masks  map[string]bool
	// plans say of each field of a schema whether it is masked.
	plans schemaCache[[]bool]
	// replacement is nil for the empty values.
	replacement *replacement
	nulls       nullReader
}

// Config defines fields and replacement.
func (m *maskField) Config() connect.ConfigDef { return maskFieldConfig }

// Configure reads the keys.
func (m *maskField) Configure(props map[string]string) error {
	config, err := parse(maskFieldConfig, props)
	if err != nil {
		return err
	}
	listed := config.List(fieldsKey)
	m.masks = setOf(listed)
	var fields []string
	for _, name := range listed {
		if !slices.Contains(fields, name) {
			fields = append(fields, name)
		}
	}
	javaprint.SortByHash(fields, setTable(len(listed)), javaprint.HashString)
	m.fields = boxed(fields)
	m.nulls = nullReader{config.Bool(replaceNullKey)}
	m.replacement = nil
	if text, set := config[replacementKey].(string); set {
		m.replacement = newReplacement(text)
	}
	return nil
}

func (m *maskField) apply(_ *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	if schema == nil {
		return m.schemaless(value)
	}
	s, err := requireStruct(value, maskPurpose)
	if err != nil {
		return nil, nil, err
	}
	masks, err := m.plans.get(s.Schema(), m.plan)
	if err != nil {
		return nil, nil, err
	}
	out := connect.NewStruct(s.Schema())
	fields := s.Schema().Fields()
	for i := range fields {
		v := m.nulls.at(s, &fields[i])
		if masks[i] {
			if v, err = m.masked(v); err != nil {
				return nil, nil, err
			}
		}
		if err := carry(out, &fields[i], i, v); err != nil {
			return nil, nil, err
		}
	}
	return schema, out, nil
}

func (m *maskField) plan(schema *connect.Schema) ([]bool, error) {
	fields := schema.Fields()
	masks := make([]bool, len(fields))
	for i := range fields {
		masks[i] = m.masks[fields[i].Name]
	}
	return masks, nil
}

func (m *maskField) schemaless(value any) (*connect.Schema, any, error) {
	object, err := requireMap(value, maskPurpose)
	if err != nil {
		return nil, nil, err
	}
	entries := copied(object, len(m.fields))
	for _, name := range m.fields {
		v, _ := object.Get(name)
		if v, err = m.masked(v); err != nil {
			return nil, nil, err
		}
		entries = putEntry(entries, name, v)
	}
	return nil, inHashOrder(entries, copiedTable(object.Len())), nil
}

func (m *maskField) masked(v any) (any, error) {
	switch {
	case v == nil:
		return nil, nil
	case m.replacement != nil:
		return m.replacement.of(v)
	}
	return emptied(v)
}

// emptied is the empty value of the same type.
func emptied(v any) (any, error) {
	switch v.(type) {
	case bool:
		return false, nil
	case int8:
		return int8(0), nil
	case int16:
		return int16(0), nil
	case int32:
		return int32(0), nil
	case int64:
		return int64(0), nil
	case float32:
		return float32(0), nil
	case float64:
		return float64(0), nil
	case string:
		return "", nil
	}
	return emptiedOther(v)
}

func emptiedOther(v any) (any, error) {
	switch v.(type) {
	case connect.Decimal:
		return connect.NewDecimal(new(big.Int), 0), nil
	case time.Time:
		return time.UnixMilli(0).UTC(), nil
	case []any:
		return []any{}, nil
	case *connect.Map:
		return connect.NewMap(0), nil
	}
	return nil, dataErrorf("Cannot mask value of type: class %s", className(v))
}

// replacement is the text that masks values, with the number in it, if it is one.
type replacement struct {
	text  string
	whole int64
	float float64
	exact connect.Decimal
	err   error
}

// newReplacement reads the text as a decimal number and narrows that, as Java's Values do. A text that is no number is an
// error only for a field that wants one.
func newReplacement(text string) *replacement {
	r := &replacement{text: text}
	if r.exact, r.err = parseBigDecimal(text); r.err != nil {
		r.err = dataErrorf("Unable to convert %s (class java.lang.String) to a number", text)
		return r
	}
	r.whole, r.float = decimalToLong(r.exact), decimalToDouble(r.exact)
	return r
}

func (r *replacement) of(v any) (any, error) {
	switch v.(type) {
	case string:
		return r.text, nil
	case int8:
		return int8(r.whole), r.err
	case int16:
		return int16(r.whole), r.err
	case int32:
		return int32(r.whole), r.err
	case int64:
		return r.whole, r.err
	case float32:
		return float32(r.float), r.err
	case float64:
		return r.float, r.err
	case connect.Decimal:
		if r.err != nil {
			return nil, dataErrorf("Unable to convert %s (class java.lang.String) to number", r.text)
		}
		return r.exact, nil
	}
	return nil, dataErrorf("Cannot mask value of type class %s with custom replacement.", className(v))
}
