// SPDX-License-Identifier: Apache-2.0

package event

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

var (
	errHstore   = errors.New("the value is not an hstore")
	errPoint    = errors.New("the value is not a point of the form (x,y)")
	errGeometry = errors.New("the value is not a geometry in hexadecimal EWKB")
	errVector   = errors.New("the value is not a vector")
)

// hstoreType is JSON text or a map by hstore.handling.mode.
func (m *modes) hstoreType() *fieldType {
	p := string(m.placeholder)
	if m.hstore == HstoreMap {
		return &fieldType{schema: connect.MapOf(connect.String, connect.OptionalString), zero: "", toast: connect.NewMap(1).Put(p, p),
			convert: func(b []byte) (any, error) {
				pairs, err := parseHstore(b)
				if err != nil {
					return nil, err
				}
				return connect.NewMapOf(pairs), nil
			}}
	}
	return &fieldType{schema: named(connect.String, jsonName), zero: "", toast: hstoreJSON([]connect.MapEntry{{Key: p, Value: p}}),
		convert: func(b []byte) (any, error) {
			pairs, err := parseHstore(b)
			if err != nil {
				return nil, err
			}
			return hstoreJSON(pairs), nil
		}}
}

func hstoreJSON(pairs []connect.MapEntry) string {
	b := []byte{'{'}
	for i, pair := range pairs {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(javaprint.AppendJSONString(b, pair.Key.(string)), ':')
		if text, ok := pair.Value.(string); ok {
			b = javaprint.AppendJSONString(b, text)
		} else {
			b = append(b, "null"...)
		}
	}
	return string(append(b, '}'))
}

// parseHstore reads "key"=>"value", "key"=>NULL. The pairs come out in the order of Java's hash map, which is the one that JSON text of the
// same value has in Debezium.
func parseHstore(b []byte) ([]connect.MapEntry, error) {
	values := map[string]any{}
	var keys []string
	for len(b) > 0 {
		if b[0] != '"' {
			return nil, errHstore
		}
		key, rest, err := quoted(b)
		if err != nil || !bytes.HasPrefix(rest, []byte("=>")) {
			return nil, errHstore
		}
		value, rest, ok := hstoreValue(rest[2:])
		if !ok {
			return nil, errHstore
		}
		if _, twice := values[string(key)]; !twice {
			keys = append(keys, string(key))
		}
		values[string(key)] = value
		b = rest
	}
	javaprint.SortAsHashMap(keys)
	pairs := make([]connect.MapEntry, len(keys))
	for i, key := range keys {
		pairs[i] = connect.MapEntry{Key: key, Value: values[key]}
	}
	return pairs, nil
}

// hstoreValue reads the value that a text begins with, and what divides it from the next key.
func hstoreValue(b []byte) (value any, rest []byte, ok bool) {
	if bytes.HasPrefix(b, []byte("NULL")) {
		rest = b[4:]
	} else if len(b) > 0 && b[0] == '"' {
		text, after, err := quoted(b)
		if err != nil {
			return nil, nil, false
		}
		value, rest = string(text), after
	} else {
		return nil, nil, false
	}
	return value, bytes.TrimPrefix(rest, []byte(", ")), len(rest) == 0 || len(rest) > 2 && rest[0] == ',' && rest[1] == ' '
}

// pointType is a struct of the coordinates and the point in WKB.
func pointType() *fieldType {
	schema := named(connect.StructOf("", connect.Field("x", connect.Float64), connect.Field("y", connect.Float64),
		connect.Field("wkb", connect.OptionalBytes), connect.Field("srid", connect.OptionalInt32)), "io.debezium.data.geometry.Point").
		WithDoc("Geometry (POINT)")
	return &fieldType{schema: schema, bind: toPoint, zero: "(0,0)"}
}

func toPoint(schema *connect.Schema) conversion {
	return func(b []byte) (any, error) {
		x, y, found := bytes.Cut(bytes.Trim(b, "()"), []byte{','})
		if !found {
			return nil, errPoint
		}
		east, err := parseFloat(x, 64)
		if err != nil {
			return nil, errPoint
		}
		north, err := parseFloat(y, 64)
		if err != nil {
			return nil, errPoint
		}
		wkb := append(make([]byte, 0, 21), 1, 1, 0, 0, 0)
		wkb = binary.LittleEndian.AppendUint64(wkb, math.Float64bits(east))
		wkb = binary.LittleEndian.AppendUint64(wkb, math.Float64bits(north))
		s := connect.NewStruct(schema)
		s.SetAt(0, east)
		s.SetAt(1, north)
		s.SetAt(2, wkb)
		return s, nil
	}
}

// geometryType, Geometry or Geography, is a struct of what PostGIS prints, as it is, and the spatial reference that it has in it.
func geometryType(doc string) *fieldType {
	schema := named(connect.StructOf("", connect.Field("wkb", connect.Bytes), connect.Field("srid", connect.OptionalInt32)),
		"io.debezium.data.geometry."+doc).WithDoc(doc)
	return &fieldType{schema: schema, bind: toGeometry, zero: "010700000000000000"} // an empty collection
}

func toGeometry(schema *connect.Schema) conversion {
	return func(b []byte) (any, error) {
		wkb := make([]byte, len(b)/2)
		if _, err := hex.Decode(wkb, b); err != nil || len(wkb) < 9 {
			return nil, errGeometry
		}
		s := connect.NewStruct(schema)
		s.SetAt(0, wkb)
		var order binary.ByteOrder = binary.BigEndian
		if wkb[0] != 0 {
			order = binary.LittleEndian
		}
		const hasReference = 0x20000000
		if order.Uint32(wkb[1:])&hasReference != 0 {
			s.SetAt(1, int32(order.Uint32(wkb[5:])))
		}
		return s, nil
	}
}

// vectorType is a list of numbers: [1,2,3].
func vectorType(element *connect.Schema, name string, convert conversion) *fieldType {
	return &fieldType{schema: named(connect.ArrayOf(element), name), zero: "[]", elementRequired: true, convert: func(b []byte) (any, error) {
		if len(b) < 2 || b[0] != '[' || b[len(b)-1] != ']' {
			return nil, errVector
		}
		values := []any{}
		for rest, more := b[1:len(b)-1], len(b) > 2; more; {
			var number []byte
			number, rest, more = bytes.Cut(rest, []byte{','})
			v, err := convert(bytes.TrimSpace(number))
			if err != nil {
				return nil, errVector
			}
			values = append(values, v)
		}
		return values, nil
	}}
}

// sparseVectorType is a struct of the number of dimensions and the numbers that are not zero: {1:1.5,3:2}/5.
func sparseVectorType() *fieldType {
	schema := named(connect.StructOf("", connect.Field("dimensions", connect.Int16), connect.Field("vector", connect.MapOf(connect.Int16, connect.Float64))),
		"io.debezium.data.SparseDoubleVector").WithDoc("Sparse double vector")
	return &fieldType{schema: schema, bind: toSparseVector, elementRequired: true}
}

func toSparseVector(schema *connect.Schema) conversion {
	return func(b []byte) (any, error) {
		numbers, count, found := bytes.Cut(b, []byte{'/'})
		dimensions, err := toInt16(count)
		if !found || err != nil || len(numbers) < 2 || numbers[0] != '{' || numbers[len(numbers)-1] != '}' {
			return nil, errVector
		}
		vector := connect.NewMap(4)
		for rest, more := numbers[1:len(numbers)-1], len(numbers) > 2; more; {
			var pair []byte
			pair, rest, more = bytes.Cut(rest, []byte{','})
			at, number, _ := bytes.Cut(pair, []byte{':'})
			index, err := toInt16(at)
			if err != nil {
				return nil, errVector
			}
			v, err := toFloat64(number)
			if err != nil {
				return nil, errVector
			}
			vector.Put(index, v)
		}
		s := connect.NewStruct(schema)
		s.SetAt(0, dimensions)
		s.SetAt(1, vector)
		return s, nil
	}
}
