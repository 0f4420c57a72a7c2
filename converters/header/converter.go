// SPDX-License-Identifier: Apache-2.0

package header

import (
	"context"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// Class is the class name under which configurations know this converter.
const Class = "org.apache.kafka.connect.storage.SimpleHeaderConverter"

// Converter writes header values as text and infers their type from it. It has no state.
type Converter struct{}

// NewHeader makes a converter for headers.
func NewHeader() connect.HeaderConverter { return Converter{} }

// Config defines nothing.
func (Converter) Config() connect.ConfigDef { return connect.ConfigDef{} }

// Configure has nothing to take.
func (Converter) Configure(map[string]string) error { return nil }

// FromConnectHeader returns a value's text, nil for null; the schema does not matter.
func (Converter) FromConnectHeader(_ context.Context, _, _ string, _ *connect.Schema, value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	w := writer{out: make([]byte, 0, 32), zone: time.Local}
	if err := w.append(value, false); err != nil {
		return nil, err
	}
	return w.out, nil
}

// ToConnectHeader infers schema and value of a text. It never fails: what is nothing else is a STRING.
func (Converter) ToConnectHeader(_ context.Context, _, _ string, data []byte) (connect.SchemaAndValue, error) {
	if data == nil {
		return connect.SchemaAndValue{}, nil
	}
	found, ok := infer(javatext.DecodeUTF8(data), time.Local)
	if !ok {
		return connect.SchemaAndValue{Schema: connect.Bytes, Value: append([]byte{}, data...)}, nil
	}
	return found, nil
}
