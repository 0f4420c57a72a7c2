// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"cmp"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/longshore-io/connect"
)

// shape says how structs of a schema become a message: what goes where, in the order of the fields' numbers.
type shape struct {
	schema *connect.Schema
	slots  []slot
}

// slot is a field of the message.
type slot struct {
	// at is the field of the struct; branch is that of the union in it, noBranch where it is none.
	at, branch int
	name       string
	number     protowire.Number
	// union is the schema of the union.
	union *connect.Schema
	// codec is nil for a field that the message does not have: another struct of the same name came first.
	codec *codec
}

const noBranch = -1

// codec writes values of a schema as a field.
type codec struct {
	schema *connect.Schema
	number protowire.Number
	kind   protoreflect.Kind
	// presence says that a zero is written, too.
	presence, packed bool
	// one of these tells what a message is.
	message          *shape
	key, value       *codec
	logical, wrapped bool
	symbols          protoreflect.EnumDescriptor
	// element writes the elements of a list.
	element *codec
}

// planner makes shapes for schemas and the messages that they were defined as.
type planner struct {
	opts *options
}

func (p *planner) shape(s *connect.Schema, md protoreflect.MessageDescriptor) (*shape, error) {
	out := &shape{schema: s}
	for i, f := range s.Fields() {
		if isUnion(f.Schema) {
			for b, member := range f.Schema.Fields() {
				sl, err := p.slot(md, member)
				if err != nil {
					return nil, err
				}
				sl.at, sl.branch, sl.union = i, b, f.Schema
				out.slots = append(out.slots, sl)
			}
			continue
		}
		sl, err := p.slot(md, f)
		if err != nil {
			return nil, err
		}
		sl.at, sl.branch = i, noBranch
		out.slots = append(out.slots, sl)
	}
	slices.SortStableFunc(out.slots, func(a, b slot) int { return cmp.Compare(a.number, b.number) })
	return out, nil
}

func (p *planner) slot(md protoreflect.MessageDescriptor, f connect.SchemaField) (slot, error) {
	name := p.opts.scrubbed(f.Name)
	sl := slot{name: name}
	fd := md.Fields().ByName(protoreflect.Name(name))
	if fd == nil {
		return sl, nil
	}
	sl.number = fd.Number()
	var err error
	sl.codec, err = p.codec(f.Schema, fd)
	return sl, err
}

func (p *planner) codec(s *connect.Schema, fd protoreflect.FieldDescriptor) (*codec, error) {
	c := &codec{schema: s, number: fd.Number(), kind: fd.Kind(), presence: fd.HasPresence(), packed: fd.IsPacked()}
	if s.Type() == connect.TypeArray {
		if fd.Cardinality() != protoreflect.Repeated {
			return nil, c.unfit(fd)
		}
		element, err := p.single(s.ValueSchema(), fd)
		c.element = element
		return c, err
	}
	if s.Type() == connect.TypeMap {
		return p.entry(c, fd)
	}
	return p.single(s, fd)
}

func (c *codec) unfit(fd protoreflect.FieldDescriptor) error {
	return &connect.DataError{Reason: fmt.Sprintf("a value of schema %s does not fit the field %s of type %s", c.schema, fd.FullName(), fd.Kind())}
}

// entry is a map: a list of messages with key and value.
func (p *planner) entry(c *codec, fd protoreflect.FieldDescriptor) (*codec, error) {
	md := fd.Message()
	if md == nil || md.Fields().ByName(keyName) == nil || md.Fields().ByName(valueName) == nil {
		return nil, c.unfit(fd)
	}
	var err error
	if c.key, err = p.codec(c.schema.KeySchema(), md.Fields().ByName(keyName)); err != nil {
		return nil, err
	}
	c.value, err = p.codec(c.schema.ValueSchema(), md.Fields().ByName(valueName))
	return c, err
}

// single is one value of a field, or one element of a repeated one.
func (p *planner) single(s *connect.Schema, fd protoreflect.FieldDescriptor) (*codec, error) {
	c := &codec{schema: s, number: fd.Number(), kind: fd.Kind(), presence: fd.HasPresence() || fd.IsList(), packed: fd.IsPacked()}
	if e := fd.Enum(); e != nil {
		c.symbols = e
		return c, nil
	}
	md := fd.Message()
	switch {
	case md == nil:
		return c, nil
	case logicalMessages[s.Name()] == string(md.FullName()):
		c.logical = true
		return c, nil
	case wrapperOf(string(md.FullName())) != nil:
		c.wrapped = true
		return c, nil
	case s.Type() != connect.TypeStruct:
		return nil, c.unfit(fd)
	}
	var err error
	c.message, err = p.shape(s, md)
	return c, err
}
