// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"context"
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry"
)

// compatible says why messages of one schema cannot be read by another: some value has another type. Properties that only one
// of them knows do no harm, as JSON Schema allows them unless it says otherwise.
func (c *Converter) compatible(reader, writer *registry.Schema) error {
	if reader.Equal(writer) {
		return nil
	}
	// References were read before, or the schema could not have been named by the registry.
	r, err := c.connectSchema(reader)
	if err != nil {
		return err
	}
	w, err := c.connectSchema(writer)
	if err != nil {
		return err
	}
	return readable(r, w, "#")
}

func (c *Converter) connectSchema(s *registry.Schema) (*connect.Schema, error) {
	docs, err := c.documents(context.Background(), s)
	if err != nil {
		return nil, err
	}
	return schemaOf(docs, 0, &c.opts)
}

// readable says why a value of one schema is no value of another.
func readable(r, w *connect.Schema, path string) error {
	if r.Type() != w.Type() && !widened(r.Type(), w.Type()) {
		return fmt.Errorf("%s: %s cannot be read as %s", path, w.Type(), r.Type())
	}
	if w.IsOptional() && !r.IsOptional() {
		return fmt.Errorf("%s: null is written and cannot be read", path)
	}
	switch r.Type() {
	case connect.TypeArray:
		return readable(r.ValueSchema(), w.ValueSchema(), path+"/items")
	case connect.TypeMap:
		if stringKeys(r) != stringKeys(w) {
			return fmt.Errorf("%s: the keys of a map have another form", path)
		}
		return readable(r.ValueSchema(), w.ValueSchema(), path+"/additionalProperties")
	case connect.TypeStruct:
		return readableFields(r, w, path)
	}
	return nil
}

func readableFields(r, w *connect.Schema, path string) error {
	for _, f := range r.Fields() {
		if written := w.Field(f.Name); written != nil {
			if err := readable(f.Schema, written.Schema, path+"/properties/"+f.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// widened says whether numbers of one type are numbers of another, as JSON has them: whole ones are of all types.
func widened(r, w connect.Type) bool {
	whole := func(t connect.Type) bool { return t >= connect.TypeInt8 && t <= connect.TypeInt64 }
	return whole(r) && whole(w) || r >= connect.TypeFloat32 && r <= connect.TypeFloat64 && w >= connect.TypeInt8 && w <= connect.TypeFloat64
}
