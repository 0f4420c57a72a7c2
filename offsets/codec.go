// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// A record of the offsets topic and an entry of the offsets file are the same two texts, those that Kafka Connect's
// JsonConverter prints without schemas: the key ["<connector>",<partition>] and the value <offset>, both compact JSON. Java
// compares keys as bytes, so every byte counts: see json.go. A partition is an object or null; an offset is an object, and
// no value at all (a tombstone) says that there is none.

// encodePartition returns the partition with sorted keys. It is also what partitions are compared by, since two texts of
// Java that differ in the order of their keys are the same partition.
func encodePartition(partition *connect.Partition) (string, error) {
	if partition == nil {
		return "null", nil
	}
	text, err := appendFields(nil, partition.Fields())
	return string(text), err
}

// encodeKey returns the key of a connector's partition, which encodePartition made.
func encodeKey(connector, partition string) []byte {
	key := append([]byte(nil), '[')
	key = javaprint.AppendJSONString(key, connector)
	key = append(key, ',')
	key = append(key, partition...)
	return append(key, ']')
}

// decodeKey returns the connector's name and the partition as encodePartition prints it.
func decodeKey(key []byte) (connector, partition string, err error) {
	connector, fields, err := decodeKeyFields(key)
	if err != nil {
		return "", "", err
	}
	text, err := appendFields(nil, fields)
	return connector, string(text), err
}

func decodeKeyFields(key []byte) (connector string, fields map[string]any, err error) {
	decoded, err := decodeJSON(key)
	if err != nil {
		return "", nil, err
	}
	pair, ok := decoded.([]any)
	if !ok || len(pair) != 2 {
		return "", nil, errors.New(`not a JSON array of a connector's name and a partition`)
	}
	connector, ok = pair[0].(string)
	if !ok {
		return "", nil, errors.New("the first element is not a connector's name")
	}
	fields, err = asFields(pair[1])
	return connector, fields, err
}

// encodeOffset returns the value of an offset; nil, a tombstone, for none.
func encodeOffset(offset connect.Offset) ([]byte, error) {
	if offset == nil {
		return nil, nil
	}
	fields := offset.Fields()
	if fields == nil {
		return nil, nil
	}
	return appendFields(nil, fields)
}

// decodeOffset returns the offset in a value; nil for no value and for the JSON text null.
func decodeOffset(value []byte) (map[string]any, error) {
	if value == nil {
		return nil, nil
	}
	decoded, err := decodeJSON(value)
	if err != nil {
		return nil, err
	}
	return asFields(decoded)
}

// decodeJSON decodes one JSON value and nothing behind it; numbers stay text until asFields has seen how they are written.
func decodeJSON(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return decoded, nil
}

// asFields checks that a decoded value is null or an object of primitive values, and makes numbers int64 or float64.
func asFields(decoded any) (map[string]any, error) {
	if decoded == nil {
		return nil, nil
	}
	fields, ok := decoded.(map[string]any)
	if !ok {
		return nil, &connect.DataError{Reason: "Offsets must be specified as a Map"}
	}
	for name, value := range fields {
		primitive, err := asPrimitive(name, value)
		if err != nil {
			return nil, err
		}
		fields[name] = primitive
	}
	return fields, nil
}

func asPrimitive(name string, value any) (any, error) {
	switch v := value.(type) {
	case nil, bool, string:
		return v, nil
	case json.Number:
		return asNumber(name, v.String())
	default:
		return nil, notPrimitive(name, value)
	}
}

// asNumber keeps integers exact: positions beyond 2^53 are common (log sequence numbers) and a float64 would round them.
func asNumber(name, text string) (any, error) {
	if strings.ContainsAny(text, ".eE") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("field %s: the number %s does not fit 64 bits", name, text)
		}
		return f, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("field %s: the integer %s does not fit 64 bits", name, text)
	}
	return n, nil
}

// notPrimitive has Kafka's text, with Kafka's names of the types that JSON can hold.
func notPrimitive(name string, value any) error {
	kind := fmt.Sprintf("%T", value)
	switch value.(type) {
	case map[string]any:
		kind = "MAP"
	case []any:
		kind = "ARRAY"
	}
	return &connect.DataError{Reason: "Offsets may only contain primitive types as values, but field " + name + " contains " + kind}
}

// appendFields prints an object with sorted keys, or null.
func appendFields(dst []byte, fields map[string]any) ([]byte, error) {
	if fields == nil {
		return append(dst, "null"...), nil
	}
	dst = append(dst, '{')
	for i, name := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(javaprint.AppendJSONString(dst, name), ':')
		var err error
		if dst, err = appendPrimitive(dst, name, fields[name]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}
