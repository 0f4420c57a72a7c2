// SPDX-License-Identifier: Apache-2.0

package json

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
	"github.com/longshore-io/connect/internal/javaprint"
)

var errRequired = &connect.DataError{Reason: "Conversion error: null value for field that is required and has no default value"}

// maxScratch is how much memory the buffer of the writer keeps between records.
const maxScratch = 1 << 20

// write returns the bytes of a value in a slice of their own.
func (c *Converter) write(schema *connect.Schema, value any) ([]byte, error) {
	if schema == nil && value == nil {
		return nil, nil
	}
	c.out = c.out[:0]
	if err := c.writeMessage(schema, value); err != nil {
		return nil, err
	}
	out := bytes.Clone(c.out)
	if cap(c.out) > maxScratch {
		c.out = nil
	}
	return out, nil
}

func (c *Converter) writeMessage(schema *connect.Schema, value any) error {
	if schema == nil {
		if !c.opts.schemas {
			return c.writeSchemaless(value)
		}
		c.out = append(c.out, `{"schema":null,"payload":`...)
		err := c.writeSchemaless(value)
		c.out = append(c.out, '}')
		return err
	}
	p, err := c.planOf(schema)
	if err != nil {
		return err
	}
	c.out = append(c.out, p.envelope...)
	if err := c.writeOrNull(p, value); err != nil {
		return err
	}
	if c.opts.schemas {
		c.out = append(c.out, '}')
	}
	return nil
}

// writeOrNull writes a value or what stands for null.
func (c *Converter) writeOrNull(p *plan, v any) error {
	switch {
	case p == nil:
		return c.writeSchemaless(v)
	case v != nil:
		return c.writeValue(p, v)
	case p.schema.Default() != nil && c.opts.replaceNull:
		c.out = append(c.out, p.def...)
		return p.defErr
	case p.schema.IsOptional():
		c.out = append(c.out, "null"...)
		return nil
	}
	return errRequired
}

// writeValue writes a value that is not null. The Go type must be exactly that of the schema.
func (c *Converter) writeValue(p *plan, v any) error {
	switch p.form {
	case form(connect.TypeArray):
		return c.writeArray(p, v)
	case form(connect.TypeMap):
		return c.writeMap(p, v)
	case form(connect.TypeStruct):
		return c.writeStruct(p, v)
	case formDecimal, formDate, formTime, formTimestamp:
		return c.writeLogical(p, v)
	}
	out, found := appendPrimitive(c.out, v)
	if found != p.schema.Type() {
		return wrongType(p.schema.Type(), v)
	}
	c.out = out
	return nil
}

// appendPrimitive writes a value by its Go type and returns the type that this stands for, 0 for one that is not primitive.
func appendPrimitive(dst []byte, v any) ([]byte, connect.Type) {
	switch v := v.(type) {
	case string:
		return javaprint.AppendJSONString(dst, v), connect.TypeString
	case int64:
		return strconv.AppendInt(dst, v, 10), connect.TypeInt64
	case int32:
		return strconv.AppendInt(dst, int64(v), 10), connect.TypeInt32
	case int16:
		return strconv.AppendInt(dst, int64(v), 10), connect.TypeInt16
	case int8:
		return strconv.AppendInt(dst, int64(v), 10), connect.TypeInt8
	case float64:
		return javaprint.AppendJSONFloat(dst, v, 64), connect.TypeFloat64
	case float32:
		return javaprint.AppendJSONFloat(dst, float64(v), 32), connect.TypeFloat32
	case bool:
		return strconv.AppendBool(dst, v), connect.TypeBoolean
	case []byte:
		return appendBase64(dst, v), connect.TypeBytes
	}
	return dst, 0
}

func appendBase64(dst, b []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(dst, '"'), b), '"')
}

func (c *Converter) writeArray(p *plan, v any) error {
	list, ok := v.([]any)
	if !ok {
		return wrongType(connect.TypeArray, v)
	}
	c.out = append(c.out, '[')
	for i, e := range list {
		if i > 0 {
			c.out = append(c.out, ',')
		}
		if err := c.writeOrNull(p.value, e); err != nil {
			return err
		}
	}
	c.out = append(c.out, ']')
	return nil
}

func (c *Converter) writeMap(p *plan, v any) error {
	m, ok := v.(*connect.Map)
	if !ok {
		return wrongType(connect.TypeMap, v)
	}
	if p.key != nil && p.key.schema.Type() == connect.TypeString || p.key == nil && m.StringKeys() {
		return c.writeObject(p.key, p.value, m)
	}
	return c.writePairs(p.key, p.value, m)
}

func (c *Converter) writeObject(key, value *plan, m *connect.Map) error {
	c.out = append(c.out, '{')
	first := true
	for k, v := range m.All() {
		if !first {
			c.out = append(c.out, ',')
		}
		first = false
		if err := c.writeKey(key, k); err != nil {
			return err
		}
		c.out = append(c.out, ':')
		if err := c.writeOrNull(value, v); err != nil {
			return err
		}
	}
	c.out = append(c.out, '}')
	return nil
}

// writeKey writes the key of an object; a null key is the text "null", as in Kafka Connect.
func (c *Converter) writeKey(p *plan, k any) error {
	start := len(c.out)
	if err := c.writeOrNull(p, k); err != nil {
		return err
	}
	if c.out[start] != '"' {
		text := string(c.out[start:])
		c.out = javaprint.AppendJSONString(c.out[:start], text)
	}
	return nil
}

// writePairs writes a map that JSON has no object for: [[key,value],…].
func (c *Converter) writePairs(key, value *plan, m *connect.Map) error {
	c.out = append(c.out, '[')
	first := true
	for k, v := range m.All() {
		if !first {
			c.out = append(c.out, ',')
		}
		first = false
		c.out = append(c.out, '[')
		if err := c.writeOrNull(key, k); err != nil {
			return err
		}
		c.out = append(c.out, ',')
		if err := c.writeOrNull(value, v); err != nil {
			return err
		}
		c.out = append(c.out, ']')
	}
	c.out = append(c.out, ']')
	return nil
}

func (c *Converter) writeStruct(p *plan, v any) error {
	s, ok := v.(*connect.Struct)
	if !ok {
		return wrongType(connect.TypeStruct, v)
	}
	if own := s.Schema(); own != p.schema && own != p.equal {
		if !own.Equal(p.schema) {
			return errMismatching
		}
		p.equal = own
	}
	c.out = append(c.out, '{')
	for i := range p.fields {
		if i > 0 {
			c.out = append(c.out, ',')
		}
		c.out = append(c.out, p.fields[i].name...)
		if err := c.writeOrNull(p.fields[i].plan, s.At(i)); err != nil {
			return err
		}
	}
	c.out = append(c.out, '}')
	return nil
}

var errMismatching = &connect.DataError{Reason: "Mismatching schema."}

func (c *Converter) writeLogical(p *plan, v any) error {
	if p.form == formDecimal {
		d, ok := v.(connect.Decimal)
		if !ok {
			return wrongLogical("Decimal", "BigDecimal", v)
		}
		return c.writeDecimal(p, d)
	}
	t, ok := v.(time.Time)
	if !ok {
		return wrongLogical(p.schema.Name()[len("org.apache.kafka.connect.data."):], "Date", v)
	}
	n, err := stored(p.form, t)
	c.out = strconv.AppendInt(c.out, n, 10)
	return err
}

func stored(f form, t time.Time) (int64, error) {
	switch f {
	case formDate:
		days, err := connect.DateToDays(t)
		return int64(days), err
	case formTime:
		ms, err := connect.TimeToMillis(t)
		return int64(ms), err
	}
	return t.UnixMilli(), nil
}

func (c *Converter) writeDecimal(p *plan, d connect.Decimal) error {
	if c.opts.numericDecimals {
		c.out = append(c.out, d.String()...)
		return nil
	}
	if d.Scale() != p.scale {
		return &connect.DataError{Reason: fmt.Sprintf("Decimal value has mismatching scale for given Decimal schema. "+
			"Schema has scale %d, value has scale %d.", p.scale, d.Scale())}
	}
	var few [maxDecimal]byte
	c.out = appendBase64(c.out, d.AppendBytes(few[:0]))
	return nil
}

// writeSchemaless writes a value by its own type.
func (c *Converter) writeSchemaless(v any) error {
	switch v := v.(type) {
	case nil:
		c.out = append(c.out, "null"...)
	case []any:
		return c.writeArray(&anyPlan, v)
	case *connect.Map:
		if v.StringKeys() {
			return c.writeObject(nil, nil, v)
		}
		return c.writePairs(nil, nil, v)
	case *connect.Struct:
		return errMismatching
	default:
		out, found := appendPrimitive(c.out, v)
		if found == 0 {
			return &connect.DataError{Reason: "Java class class " + javatext.ClassName(v) + " does not have corresponding schema type."}
		}
		c.out = out
	}
	return nil
}

// anyPlan is the plan of lists whose elements have no schema.
var anyPlan plan

func wrongType(t connect.Type, v any) error {
	if t == connect.TypeBytes {
		return &connect.DataError{Reason: "Invalid type for bytes type: class " + javatext.ClassName(v)}
	}
	return &connect.DataError{Reason: fmt.Sprintf("Invalid type for %s: class %s", t, javatext.ClassName(v))}
}

func wrongLogical(name, expected string, v any) error {
	return &connect.DataError{Reason: fmt.Sprintf("Invalid type for %s, expected %s but was class %s", name, expected, javatext.ClassName(v))}
}
