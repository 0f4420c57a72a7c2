// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	connect "github.com/longshore-io/connect"
)

// wireOffset is an offset that somebody wants stored. It is not checked before it is there: what is wrong with it is answered by
// whoever carries the request out, after what else is wrong.
type wireOffset struct {
	Partition wireFields `json:"partition"`
	Offset    wireFields `json:"offset"`
}

// wireFields are the fields of a partition or offset, as JSON in which nothing is lost: a float has a point or an exponent and an
// integer has none, and what JSON has no form for is an object with one field that says what it is.
type wireFields map[string]any

// What JSON has no form for, or another one.
const (
	wireFloat  = "float"  // NaN and the infinities
	wireNumber = "number" // the text of a json.Number
	wireObject = "object"
	wireArray  = "array"
)

func toWireOffsets(offsets []connect.PartitionOffset) []wireOffset {
	if offsets == nil {
		return nil
	}
	out := make([]wireOffset, len(offsets))
	for i, o := range offsets {
		out[i] = wireOffset{o.Partition, o.Offset}
	}
	return out
}

func fromWireOffsets(offsets []wireOffset) []connect.PartitionOffset {
	if offsets == nil {
		return nil
	}
	out := make([]connect.PartitionOffset, len(offsets))
	for i, o := range offsets {
		out[i] = connect.PartitionOffset{Partition: o.Partition, Offset: o.Offset}
	}
	return out
}

// MarshalJSON implements json.Marshaler.
func (f wireFields) MarshalJSON() ([]byte, error) {
	if f == nil {
		return []byte("null"), nil
	}
	fields, err := wireMap(f)
	if err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

func wireMap(fields map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(fields))
	for name, value := range fields {
		written, err := toWire(name, value)
		if err != nil {
			return nil, err
		}
		out[name] = written
	}
	return out, nil
}

func toWire(name string, value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, string, int, int8, int16, int32, int64:
		return v, nil
	case float32:
		return wireFloatOf(float64(v)), nil
	case float64:
		return wireFloatOf(v), nil
	case json.Number:
		return map[string]any{wireNumber: v.String()}, nil
	case map[string]any:
		fields, err := wireMap(v)
		return map[string]any{wireObject: fields}, err
	case []any:
		elements := make([]any, len(v))
		for i, element := range v {
			var err error
			if elements[i], err = toWire(name, element); err != nil {
				return nil, err
			}
		}
		return map[string]any{wireArray: elements}, nil
	}
	// The text is that of package offsets for the same mistake.
	return nil, &connect.DataError{Reason: fmt.Sprintf("Offsets may only contain primitive types as values, but field %s contains %s", name, reflect.TypeOf(value))}
}

func wireFloatOf(f float64) any {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return map[string]any{wireFloat: text}
	case !strings.ContainsAny(text, ".e"):
		text += ".0"
	}
	return json.RawMessage(text)
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *wireFields) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil || fields == nil {
		return err
	}
	var err error
	*f, err = unwireMap(fields)
	return err
}

func unwireMap(fields map[string]any) (map[string]any, error) {
	for name, value := range fields {
		read, err := fromWire(value)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", name, err)
		}
		fields[name] = read
	}
	return fields, nil
}

func fromWire(value any) (any, error) {
	switch v := value.(type) {
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return strconv.ParseFloat(v.String(), 64)
		}
		return strconv.ParseInt(v.String(), 10, 64)
	case map[string]any:
		return fromWireTagged(v)
	case []any:
		return nil, fmt.Errorf("an array that is not marked as one")
	}
	return value, nil
}

func fromWireTagged(tagged map[string]any) (any, error) {
	for tag, value := range tagged {
		switch v := value.(type) {
		case string:
			if tag == wireFloat {
				return strconv.ParseFloat(v, 64)
			}
			if tag == wireNumber {
				return json.Number(v), nil
			}
		case map[string]any:
			if tag == wireObject {
				return unwireMap(v)
			}
		case []any:
			if tag == wireArray {
				return unwireArray(v)
			}
		}
	}
	return nil, fmt.Errorf("a value of a kind that is not known here")
}

func unwireArray(elements []any) ([]any, error) {
	for i, element := range elements {
		read, err := fromWire(element)
		if err != nil {
			return nil, err
		}
		elements[i] = read
	}
	return elements, nil
}
