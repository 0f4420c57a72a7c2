// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
)

// schemaReader makes one Connect schema of an Avro schema.
type schemaReader struct {
	*options
	// unions counts the unions of the converter that were given a name of their own.
	unions *int
	// open are the records that are being made: what is met again inside of itself refers to it.
	open map[*node]*connect.Schema
	// size is how many parts were made.
	size int
}

// maxParts bounds how many parts a Connect schema may have: types that use others twice, which use others twice, and so on, are
// short as Avro and have no end written out.
const maxParts = 50_000

// place is what the place of a type says about it.
type place struct {
	// optional comes of a union with null.
	optional bool
	// field is the field of a record that has this very type, nil elsewhere.
	field *field
	// doc is the documentation of the field around.
	doc *string
	// version is that of the registry, 0 below the top.
	version int
}

// of makes the schema of a type at a place.
func (r *schemaReader) of(n *node, at place) (*connect.Schema, error) {
	r.size++
	switch {
	case r.size > maxParts:
		return nil, &connect.DataError{Reason: "the schema has more parts than can be read: " + strconv.Itoa(maxParts)}
	case n.kind == kindNull:
		return nil, &connect.DataError{Reason: "Standalone null schemas are not supported by this converter"}
	case n.kind == kindUnion:
		return r.union(n, at)
	case n.kind == kindRecord:
		if self := r.open[n]; self != nil {
			return self.WithOptional(at.optional), nil
		}
	}
	s, err := r.bare(n)
	if err != nil {
		return nil, err
	}
	if s, err = r.attributes(s, n, at); err != nil {
		return nil, err
	}
	if n.kind == kindRecord {
		if s, err = r.record(s, n); err != nil {
			return nil, err
		}
	}
	return r.withDefault(s, n, at), nil
}

// part is of for what is inside of an array, a map or a union.
func (r *schemaReader) part(n *node, optional bool, doc *string) (*connect.Schema, error) {
	return r.of(n, place{optional: optional, doc: doc})
}

// bare makes the type without attributes; of a record only that it is a struct.
func (r *schemaReader) bare(n *node) (*connect.Schema, error) {
	switch n.kind {
	case kindBoolean:
		return connect.Boolean, nil
	case kindFloat:
		return connect.Float32, nil
	case kindDouble:
		return connect.Float64, nil
	case kindString:
		return connect.String, nil
	case kindLong:
		if strings.EqualFold(n.prop(logicalProp), "timestamp-millis") {
			return connect.Timestamp, nil
		}
		return connect.Int64, nil
	case kindInt:
		return bareInt(n)
	case kindBytes, kindFixed:
		return bareBytes(n)
	case kindEnum:
		return r.bareEnum(n), nil
	case kindArray:
		return r.array(n)
	case kindMap:
		value, err := r.part(n.items, false, nil)
		return connect.MapOf(connect.String, value), err
	}
	return connect.StructOf(""), nil
}

func bareInt(n *node) (*connect.Schema, error) {
	if logical := n.prop(logicalProp); logical != "" {
		switch {
		case strings.EqualFold(logical, "date"):
			return connect.Date, nil
		case strings.EqualFold(logical, "time-millis"):
			return connect.Time, nil
		}
		return connect.Int32, nil
	}
	switch n.prop(typeProp) {
	case "":
		return connect.Int32, nil
	case "int8":
		return connect.Int8, nil
	case "int16":
		return connect.Int16, nil
	}
	return nil, &connect.DataError{Reason: "Connect type annotation for Avro int field is null"}
}

func bareBytes(n *node) (*connect.Schema, error) {
	s := connect.Bytes
	if strings.EqualFold(n.prop(logicalProp), "decimal") {
		scale, _ := toInt(n.props.values[scaleProp])
		s = connect.DecimalOf(scale)
		if v, there := n.props.values[precisionProp]; there && v != nil {
			precision, ok := toInt(v)
			if !ok {
				return nil, &connect.DataError{Reason: "precision property must be a JSON Integer. https://avro.apache.org/docs/1.9.1/spec.html#Decimal"}
			}
			if precision != defaultPrecision {
				s = s.WithParameter(precisionParam, strconv.Itoa(precision))
			}
		}
	}
	if n.kind == kindFixed {
		s = s.WithParameter(fixedSizeParam, strconv.Itoa(n.size))
	}
	return s, nil
}

// toInt is the int of a JSON number, as Java narrows it.
func toInt(v any) (int, bool) {
	text, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	if i, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return int(int32(i)), true
	}
	f, err := strconv.ParseFloat(string(text), 64)
	return int(int32(f)), err == nil
}

func (r *schemaReader) bareEnum(n *node) *connect.Schema {
	s := connect.String
	if r.meta {
		if n.doc != nil && r.discard {
			s = s.WithParameter(enumDocOld, *n.doc)
		} else if n.doc != nil {
			s = s.WithParameter(enumDocParam+short(n.name), *n.doc)
		}
		if n.symbol != nil && !r.discard {
			s = s.WithParameter(enumDefParam+short(n.name), *n.symbol)
		}
	}
	param := r.enumParameter()
	s = s.WithParameter(param, n.name)
	for i, symbol := range n.symbols {
		value := symbol
		if r.generalized {
			value = strconv.Itoa(i)
		}
		s = s.WithParameter(param+"."+symbol, value)
	}
	return s
}

// array makes an array, or a map where the elements are its entries.
func (r *schemaReader) array(n *node) (*connect.Schema, error) {
	if n.items.kind != kindRecord || n.items.name != namespace+"."+mapEntry && n.items.prop(internalTypeProp) != mapEntry {
		element, err := r.part(n.items, false, nil)
		return connect.ArrayOf(element), err
	}
	if !isEntry(n.items) {
		return nil, &connect.DataError{Reason: "Found map encoded as array of key-value pairs, but array elements do not match the expected format."}
	}
	key, err := r.part(n.items.field(keyField).node, false, nil)
	if err != nil {
		return nil, err
	}
	value, err := r.part(n.items.field(valueField).node, false, nil)
	return connect.MapOf(key, value), err
}

// record adds the fields to a struct that has all its other attributes but the default.
func (r *schemaReader) record(base *connect.Schema, n *node) (*connect.Schema, error) {
	return connect.NewRecursiveStruct(base, func(self *connect.Schema) ([]connect.SchemaField, error) {
		r.open[n] = self
		defer delete(r.open, n)
		fields := make([]connect.SchemaField, len(n.fields))
		for i := range n.fields {
			f := &n.fields[i]
			s, err := r.of(f.node, place{field: f, doc: f.doc})
			if err != nil {
				return nil, err
			}
			fields[i] = connect.Field(f.name, s)
		}
		return fields, nil
	})
}

// union makes the type of the other branch optional where there are two and one is null; of other unions a struct that has a
// field for each branch.
func (r *schemaReader) union(n *node, at place) (*connect.Schema, error) {
	if single, optional := n.other(r.flatten); single != nil {
		return r.part(single, optional, at.doc)
	}
	name := unionName
	if r.generalized {
		name = unionPrefix + strconv.Itoa(*r.unions)
		*r.unions++
	}
	var fields []connect.SchemaField
	optional := at.optional
	for i, b := range n.branches {
		if b.kind == kindNull {
			optional = true
			continue
		}
		s, err := r.part(b, true, nil)
		if err != nil {
			return nil, err
		}
		fields = append(fields, connect.Field(r.branchField(b, i), s))
	}
	s, err := connect.NewStructSchema(name, fields)
	if err != nil {
		return nil, &connect.DataError{Reason: "Multiple union schemas map to the Connect union field name"}
	}
	if r.generalized {
		s = s.WithParameter(generalUnion, name)
	}
	at.optional = optional
	if s, err = r.attributes(s, n, at); err != nil {
		return nil, err
	}
	return r.withDefault(s, n, at), nil
}

// other is the only branch of a union beside null, or the only one at all where such unions are flattened; nil for other
// unions. It tells whether null is a branch.
func (n *node) other(flatten bool) (*node, bool) {
	switch {
	case len(n.branches) == 1 && flatten:
		return n.branches[0], false
	case len(n.branches) != 2:
		return nil, false
	case n.branches[0].kind == kindNull:
		return n.branches[1], true
	case n.branches[1].kind == kindNull:
		return n.branches[0], true
	}
	return nil, false
}

// branchField is the name of the field for a branch.
func (r *schemaReader) branchField(n *node, index int) string {
	switch {
	case r.generalized:
		return unionFieldStart + strconv.Itoa(index)
	case !n.kind.named():
		return n.kind.String()
	case r.enhanced:
		return n.name
	}
	_, name := r.split(short(n.name))
	return name
}
