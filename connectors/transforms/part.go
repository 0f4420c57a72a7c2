// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"context"

	"github.com/longshore-io/connect"
)

// part is the half of a record that a transform works on.
type part uint8

const (
	keyPart part = iota + 1
	valuePart
)

// get returns the schema and the value of the part.
func (p part) get(r *connect.Record) (*connect.Schema, any) {
	if p == keyPart {
		return r.KeySchema, r.Key
	}
	return r.ValueSchema, r.Value
}

// set replaces the schema and the value of the part, and leaves everything else of the record alone.
func (p part) set(r *connect.Record, schema *connect.Schema, value any) {
	if p == keyPart {
		r.KeySchema, r.Key = schema, value
		return
	}
	r.ValueSchema, r.Value = schema, value
}

// unclosed is embedded by transforms that hold nothing that has to be freed.
type unclosed struct{}

// Close does nothing.
func (unclosed) Close() error { return nil }

// change is a transform of one part of a record, whichever that is.
type change interface {
	Config() connect.ConfigDef
	Configure(props map[string]string) error
	// apply returns what replaces the schema and the value of the part. It changes nothing in them, and of the record
	// at most the headers.
	apply(r *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error)
}

// onPart makes a change to the key or to the value.
type onPart struct {
	unclosed
	change
	part part
}

// Apply replaces the part.
func (t *onPart) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	schema, value := t.part.get(r)
	schema, value, err := t.apply(r, schema, value)
	if err != nil {
		return nil, err
	}
	t.part.set(r, schema, value)
	return r, nil
}

// parse reads a configuration as Java's AbstractConfig does: the first wrong key, in the order of the definition, is the error.
func parse(def connect.ConfigDef, props map[string]string) (connect.ConfigValues, error) {
	values, errs := def.Parse(props)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return values, nil
}
