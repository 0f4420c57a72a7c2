// SPDX-License-Identifier: Apache-2.0

package json

import (
	"bytes"
	"strconv"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// plan is what the writer has to know of a schema, worked out once: nothing of it is looked up per record.
type plan struct {
	schema *connect.Schema
	form   form
	// envelope is the message up to its payload; only the plan of a whole value has it.
	envelope []byte
	// def is the default value in JSON, nil where there is none; defErr says why it could not be written.
	def    []byte
	defErr error
	// scale is that of a decimal.
	scale int
	// fields are those of a struct; key and value are the parts of a map, value also the elements of an array. A nil plan
	// stands for parts without schema.
	fields     []fieldPlan
	key, value *plan
	// equal is a schema at another address that was found equal to this one.
	equal *connect.Schema
}

type fieldPlan struct {
	// name is `"name":`.
	name []byte
	*plan
}

// form is how values are written: by their type, or by the logical type that the schema's name makes of it.
type form int8

// The forms of the logical types come after those of the types.
const (
	formDecimal form = iota + 1 + form(connect.TypeStruct)
	formDate
	formTime
	formTimestamp
)

func formOf(s *connect.Schema) form {
	switch s.Name() {
	case connect.DecimalName:
		return formDecimal
	case connect.DateName:
		return formDate
	case connect.TimeName:
		return formTime
	case connect.TimestampName:
		return formTimestamp
	}
	return form(s.Type())
}

// planOf returns the plan of a whole value's schema.
func (c *Converter) planOf(schema *connect.Schema) (*plan, error) {
	if last := c.lastPlan; last != nil && (last.schema == schema || last.equal == schema) {
		return last, nil
	}
	p, ok := c.plans.Get(schema)
	if !ok {
		var err error
		if p, err = c.newPlan(schema); err != nil {
			return nil, err
		}
	}
	if c.opts.cacheSize > 0 {
		c.lastPlan = p
	}
	return p, nil
}

// newPlan takes the plan of the record before where the schema is equal: some sources make a schema for every record.
func (c *Converter) newPlan(schema *connect.Schema) (*plan, error) {
	if last := c.lastPlan; last != nil && last.schema.Equal(schema) {
		last.equal = schema
		return last, nil
	}
	if schema.Recursive() {
		return nil, &connect.DataError{Reason: "A schema that contains itself cannot be written as JSON; Avro can"}
	}
	p, err := c.compile(schema)
	if err != nil {
		return nil, err
	}
	if c.opts.schemas {
		text, err := appendSchema([]byte(`{"schema":`), p)
		if err != nil {
			return nil, err
		}
		p.envelope = append(text, `},"payload":`...)
	}
	c.plans.Put(schema, p)
	return p, nil
}

func (c *Converter) compile(s *connect.Schema) (*plan, error) {
	if s == nil {
		return nil, nil
	}
	p := &plan{schema: s, form: formOf(s)}
	if err := c.compileParts(p); err != nil {
		return nil, err
	}
	if p.form == formDecimal {
		scale, err := connect.DecimalScale(s)
		if err != nil && !c.opts.numericDecimals {
			return nil, err
		}
		p.scale = scale
	}
	if s.Default() != nil {
		start := len(c.out)
		p.defErr = c.writeValue(p, s.Default())
		p.def = bytes.Clone(c.out[start:])
		c.out = c.out[:start]
	}
	return p, nil
}

func (c *Converter) compileParts(p *plan) (err error) {
	if p.key, err = c.compile(p.schema.KeySchema()); err != nil {
		return err
	}
	if p.value, err = c.compile(p.schema.ValueSchema()); err != nil {
		return err
	}
	for _, f := range p.schema.Fields() {
		fp, err := c.compile(f.Schema)
		if err != nil {
			return err
		}
		p.fields = append(p.fields, fieldPlan{append(javaprint.AppendJSONString(nil, f.Name), ':'), fp})
	}
	return nil
}

// typeWords are the names of types in the JSON of a schema.
var typeWords = map[connect.Type]string{
	connect.TypeInt8: "int8", connect.TypeInt16: "int16", connect.TypeInt32: "int32", connect.TypeInt64: "int64",
	connect.TypeFloat32: "float", connect.TypeFloat64: "double", connect.TypeBoolean: "boolean", connect.TypeString: "string",
	connect.TypeBytes: "bytes", connect.TypeArray: "array", connect.TypeMap: "map", connect.TypeStruct: "struct",
}

// appendSchema appends the JSON of a schema without the brace that closes it: a struct adds the name of the field there.
func appendSchema(dst []byte, p *plan) ([]byte, error) {
	if p.defErr != nil {
		return nil, p.defErr
	}
	s := p.schema
	dst = append(append(append(dst, `{"type":"`...), typeWords[s.Type()]...), '"')
	dst, err := appendParts(dst, p)
	if err != nil {
		return nil, err
	}
	dst = strconv.AppendBool(append(dst, `,"optional":`...), s.IsOptional())
	if s.Name() != "" {
		dst = javaprint.AppendJSONString(append(dst, `,"name":`...), s.Name())
	}
	if version, ok := s.Version(); ok {
		dst = strconv.AppendInt(append(dst, `,"version":`...), int64(version), 10)
	}
	if s.Doc() != "" {
		dst = javaprint.AppendJSONString(append(dst, `,"doc":`...), s.Doc())
	}
	dst = appendParameters(dst, s.Parameters())
	if p.def != nil {
		dst = append(append(dst, `,"default":`...), p.def...)
	}
	return dst, nil
}

func appendParts(dst []byte, p *plan) ([]byte, error) {
	switch p.schema.Type() {
	case connect.TypeArray:
		return appendPart(dst, `,"items":`, p.value)
	case connect.TypeMap:
		dst, err := appendPart(dst, `,"keys":`, p.key)
		if err != nil {
			return nil, err
		}
		return appendPart(dst, `,"values":`, p.value)
	case connect.TypeStruct:
		return appendFields(dst, p)
	}
	return dst, nil
}

func appendPart(dst []byte, name string, p *plan) ([]byte, error) {
	dst = append(dst, name...)
	if p == nil {
		return append(dst, "null"...), nil
	}
	dst, err := appendSchema(dst, p)
	return append(dst, '}'), err
}

func appendFields(dst []byte, p *plan) ([]byte, error) {
	dst = append(dst, `,"fields":[`...)
	for i, f := range p.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendSchema(dst, f.plan); err != nil {
			return nil, err
		}
		dst = append(dst, `,"field":`...)
		dst = append(append(dst, f.name[:len(f.name)-1]...), '}')
	}
	return append(dst, ']'), nil
}

func appendParameters(dst []byte, params []connect.Parameter) []byte {
	if len(params) == 0 {
		return dst
	}
	dst = append(dst, `,"parameters":{`...)
	for i, p := range params {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(javaprint.AppendJSONString(dst, p.Name), ':')
		dst = javaprint.AppendJSONString(dst, p.Value)
	}
	return append(dst, '}')
}
