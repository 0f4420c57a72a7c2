// SPDX-License-Identifier: Apache-2.0

package number

import (
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

func writeBoolean(schema *connect.Schema, value any) ([]byte, error) {
	if schema != nil && schema.Type() != connect.TypeBoolean {
		return nil, &connect.DataError{Reason: "Invalid schema type for BooleanConverter: " + schema.Type().String()}
	}
	switch v := value.(type) {
	case nil:
		return nil, nil
	case bool:
		if v {
			return []byte{1}, nil
		}
		return []byte{0}, nil
	}
	return nil, &connect.DataError{Reason: "BooleanConverter is not compatible with objects of type class " + javatext.ClassName(value)}
}

func readBoolean(data []byte) (connect.SchemaAndValue, error) {
	switch {
	case data == nil:
		return connect.SchemaAndValue{Schema: connect.OptionalBoolean}, nil
	case len(data) != 1:
		return notBoolean(fmt.Errorf("want 1 byte, got %d", len(data)))
	case data[0] > 1:
		return notBoolean(fmt.Errorf("want 0x00 or 0x01, got %#02x", data[0]))
	}
	return connect.SchemaAndValue{Schema: connect.OptionalBoolean, Value: data[0] == 1}, nil
}

func notBoolean(cause error) (connect.SchemaAndValue, error) {
	return connect.SchemaAndValue{}, &connect.DataError{Reason: "Failed to deserialize boolean: ", Err: cause}
}
