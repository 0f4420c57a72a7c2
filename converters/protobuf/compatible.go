// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/longshore-io/connect/converters/registry"
)

// compatible says why messages of one schema cannot be read by another: a message is missing, or a field of a number has
// another type. Fields that only one of them knows do no harm.
func (c *Converter) compatible(reader, writer *registry.Schema) error {
	if reader.Equal(writer) {
		return nil
	}
	r, err := c.file(context.Background(), reader)
	if err != nil {
		return err
	}
	w, err := c.file(context.Background(), writer)
	if err != nil {
		return err
	}
	for i := range w.Messages().Len() {
		written := w.Messages().Get(i)
		read := find(r.Messages(), written.FullName())
		if read == nil {
			return fmt.Errorf("there is no message %s to read with", written.FullName())
		}
		if err := readable(read, written, map[protoreflect.FullName]bool{}); err != nil {
			return err
		}
	}
	return nil
}

func readable(r, w protoreflect.MessageDescriptor, seen map[protoreflect.FullName]bool) error {
	if seen[w.FullName()] {
		return nil
	}
	seen[w.FullName()] = true
	for i := range w.Fields().Len() {
		written := w.Fields().Get(i)
		read := r.Fields().ByNumber(written.Number())
		if read == nil {
			continue
		}
		if group(read.Kind()) != group(written.Kind()) {
			return fmt.Errorf("field %s is written as %s and cannot be read as %s", written.FullName(), written.Kind(), read.Kind())
		}
		if read.Message() != nil && written.Message() != nil {
			if err := readable(read.Message(), written.Message(), seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// group is the same for types whose bytes mean the same, where they fit.
func group(k protoreflect.Kind) protoreflect.Kind {
	switch k {
	case protoreflect.Int64Kind, protoreflect.Uint32Kind, protoreflect.Uint64Kind, protoreflect.BoolKind, protoreflect.EnumKind:
		return protoreflect.Int32Kind
	case protoreflect.Sint64Kind:
		return protoreflect.Sint32Kind
	case protoreflect.Sfixed32Kind:
		return protoreflect.Fixed32Kind
	case protoreflect.Sfixed64Kind:
		return protoreflect.Fixed64Kind
	case protoreflect.BytesKind:
		return protoreflect.StringKind
	}
	return k
}
