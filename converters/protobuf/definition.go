// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
)

// file is a .proto file with one message at its top.
type file struct {
	pkg     string
	imports []string
	message *message
}

type message struct {
	name   string
	fields []field
	oneofs []oneof
	nested []*message
	enums  []enum
	// known are the names of nested messages for structs; a later struct of the same name is taken for the same.
	known map[string]bool
}

type field struct {
	label, typ, name string
	number           int
	// meta are the parameters of the option confluent.field_meta.
	meta []connect.Parameter
}

type oneof struct {
	name   string
	fields []field
}

type enum struct {
	name    string
	symbols []symbol
}

type symbol struct {
	name   string
	number int
}

// definer makes the file for a schema.
type definer struct {
	names
	file *file
	// depth bounds schemas that are nested without end.
	depth int
}

const maxDepth = 200

var errDepth = &connect.DataError{Reason: fmt.Sprintf("the schema is nested deeper than %d", maxDepth)}

// define makes the file for a struct.
func define(s *connect.Schema, opts *options) (*file, error) {
	d := &definer{names: names{opts: opts}, file: &file{}}
	pkg, name := opts.split(d.full(s))
	for _, part := range strings.Split(pkg, ".") {
		if pkg != "" {
			if err := checkIdentifier(part, pkg); err != nil {
				return nil, err
			}
		}
	}
	d.file.pkg = pkg
	var err error
	d.file.message, err = d.message(name, s)
	return d.file, err
}

func (d *definer) message(name string, s *connect.Schema) (*message, error) {
	if d.depth++; d.depth > maxDepth {
		return nil, errDepth
	}
	defer func() { d.depth-- }()
	m := &message{name: name, known: map[string]bool{name: true}}
	if err := checkIdentifier(name, name); err != nil {
		return nil, err
	}
	next := 1
	for _, f := range s.Fields() {
		number, ok, err := tag(f.Schema)
		if err != nil {
			return nil, err
		}
		if !ok {
			number = next
			next++
		}
		if isUnion(f.Schema) {
			err = d.oneof(m, f.Schema)
		} else {
			err = d.addField(m, f.Schema, d.opts.scrubbed(f.Name), number)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, m.check()
}

// check refuses numbers and names that are there twice.
func (m *message) check() error {
	numbers, names := map[int]string{}, map[string]bool{}
	all := m.fields
	for _, o := range m.oneofs {
		all = append(slices.Clip(all), o.fields...)
	}
	for _, f := range all {
		if other, twice := numbers[f.number]; twice {
			return &connect.DataError{Reason: fmt.Sprintf("Invalid protobuf schema definition: %s.%s: Field number %d has already been used in %q by field %q.",
				m.name, f.name, f.number, m.name, other)}
		}
		if names[f.name] {
			return &connect.DataError{Reason: fmt.Sprintf("Invalid protobuf schema definition: %q is already defined in %q.", f.name, m.name)}
		}
		numbers[f.number], names[f.name] = f.name, true
	}
	return nil
}

// tag is the number that a field's schema names.
func tag(s *connect.Schema) (int, bool, error) {
	text, ok := s.Parameter(tagParam)
	if !ok {
		return 0, false, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, false, &connect.DataError{Reason: fmt.Sprintf("parameter %s is %q, which is no number of a field", tagParam, text), Err: err}
	}
	return n, true, nil
}

func (d *definer) addField(m *message, s *connect.Schema, name string, number int) error {
	f, err := d.field(m, s, name, number, false)
	if err == nil {
		m.fields = append(m.fields, f)
	}
	return err
}

func (d *definer) oneof(m *message, s *connect.Schema) error {
	name := d.opts.unionName(s)
	if err := checkIdentifier(name, m.name); err != nil {
		return err
	}
	o := oneof{name: name}
	for _, f := range s.Fields() {
		number, _, err := tag(f.Schema)
		if err != nil {
			return err
		}
		member, err := d.field(m, f.Schema, d.opts.scrubbed(f.Name), number, true)
		if err != nil {
			return err
		}
		member.label = ""
		o.fields = append(o.fields, member)
	}
	m.oneofs = append(m.oneofs, o)
	return nil
}

// unionName is the name of the oneof that a struct stands for.
func (o *options) unionName(s *connect.Schema) string {
	if name, ok := s.Parameter(generalUnion); ok && o.generalized {
		return name
	}
	name := strings.TrimPrefix(s.Name(), unionPrefix+".")
	return o.scrubbed(name[strings.LastIndexByte(name, '.')+1:])
}

// field defines a field, and in the message what it is made of.
func (d *definer) field(m *message, s *connect.Schema, name string, number int, member bool) (field, error) {
	if err := checkIdentifier(name, m.name); err != nil {
		return field{}, err
	}
	f := field{label: d.opts.label(s), name: name, number: number}
	if s.Type() == connect.TypeArray {
		if s = s.ValueSchema(); s == nil {
			return field{}, &connect.DataError{Reason: "Protobuf has no type for lists whose elements have no schema"}
		}
	}
	var err error
	if f.typ, f.meta, err = d.typ(s, name, member); err != nil {
		return field{}, err
	}
	return f, d.parts(m, s, f.typ)
}

func (o *options) label(s *connect.Schema) string {
	switch {
	case s.Type() == connect.TypeArray || s.Type() == connect.TypeMap:
		return "repeated"
	case o.optional && s.IsOptional():
		return "optional"
	}
	return ""
}

// parts defines the nested message or enum that a type is, or imports the file that it is in.
func (d *definer) parts(m *message, s *connect.Schema, typ string) error {
	if path := fileOf(typ); path != "" {
		if !slices.Contains(d.file.imports, path) {
			d.file.imports = append(d.file.imports, path)
		}
		return nil
	}
	if s.Type() == connect.TypeMap {
		return d.entry(m, s, typ)
	}
	if s.Type() == connect.TypeStruct {
		if m.known[typ] {
			return nil
		}
		m.known[typ] = true
		nested, err := d.message(typ, s)
		m.nested = append(m.nested, nested)
		return err
	}
	if _, ok := enumName(s); ok {
		return d.enum(m, s, typ)
	}
	return nil
}

// entry defines the message for the entries of a map.
func (d *definer) entry(m *message, s *connect.Schema, name string) error {
	if slices.ContainsFunc(m.nested, func(n *message) bool { return n.name == name }) {
		return &connect.DataError{Reason: fmt.Sprintf("Invalid protobuf schema definition: two maps of message %q have the same name, %q is already defined in it.", m.name, name)}
	}
	if s.KeySchema() == nil || s.ValueSchema() == nil {
		return &connect.DataError{Reason: "Protobuf has no type for maps whose keys or values have no schema"}
	}
	if d.depth++; d.depth > maxDepth {
		return errDepth
	}
	defer func() { d.depth-- }()
	e := &message{name: name, known: map[string]bool{name: true}}
	if isUnion(s.ValueSchema()) || isUnion(s.KeySchema()) {
		return errUnionInside
	}
	if err := d.addField(e, s.KeySchema(), keyName, 1); err != nil {
		return err
	}
	if err := d.addField(e, s.ValueSchema(), valueName, 2); err != nil {
		return err
	}
	for i := range e.fields {
		if e.fields[i].label == "optional" { // there is no such thing as null in an entry
			e.fields[i].label = ""
		}
	}
	m.nested = append(m.nested, e)
	return nil
}

var errUnionInside = &connect.DataError{Reason: "Protobuf has oneofs as fields of a message only, not as elements of lists or maps"}

// enum defines an enum, once for all fields that have it.
func (d *definer) enum(m *message, s *connect.Schema, typ string) error {
	e := enum{name: d.unqualified(s)}
	if slices.ContainsFunc(m.enums, func(other enum) bool { return other.name == e.name }) {
		return nil
	}
	if err := checkIdentifier(e.name, m.name); err != nil {
		return err
	}
	if e.name != typ {
		return &connect.DataError{Reason: fmt.Sprintf("the schema of enum %q has another name, %q", typ, e.name)}
	}
	for _, p := range s.Parameters() {
		name, ok := strings.CutPrefix(p.Name, d.opts.enumParam()+".")
		if !ok {
			continue
		}
		number, err := strconv.ParseInt(p.Value, 10, 32)
		if err != nil {
			return &connect.DataError{Reason: fmt.Sprintf("symbol %q of enum %q has no number, but %q", name, typ, p.Value), Err: err}
		}
		if err := checkIdentifier(name, m.name+"."+typ); err != nil {
			return err
		}
		e.symbols = append(e.symbols, symbol{name, int(number)})
	}
	m.enums = append(m.enums, e)
	return nil
}
