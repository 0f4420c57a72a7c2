// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// parser reads schemas; the named ones stay known, so that what refers to them can be read after them.
type parser struct {
	named map[string]*node
}

// parse reads the text of a schema.
func (p *parser) parse(text string) (*node, error) {
	v, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	if p.named == nil {
		p.named = map[string]*node{}
	}
	return p.read(v, "", 0)
}

// read makes a schema of JSON; names without a namespace are in that of what is around.
func (p *parser) read(v any, in string, depth int) (*node, error) {
	if depth > maxNesting {
		return nil, errNesting
	}
	switch v := v.(type) {
	case string:
		return p.refer(v, in)
	case []any:
		return p.readUnion(v, in, depth)
	case *object:
		return p.readObject(v, in, depth)
	}
	return nil, fmt.Errorf("a schema is a name, a list or an object, and not %s", appendJSON(nil, v))
}

// refer finds a type by its name.
func (p *parser) refer(name, in string) (*node, error) {
	if k, ok := primitives[name]; ok {
		return &node{kind: k}, nil
	}
	if n := p.named[qualified(name, in)]; n != nil {
		return n, nil
	}
	if n := p.named[name]; n != nil {
		return n, nil
	}
	return nil, fmt.Errorf("Undefined name: %q", name) //nolint:staticcheck // Avro's text
}

func qualified(name, in string) string {
	if in == "" || space(name) != "" {
		return name
	}
	return in + "." + name
}

func (p *parser) readUnion(list []any, in string, depth int) (*node, error) {
	n := &node{kind: kindUnion}
	seen := map[string]bool{}
	for _, v := range list {
		b, err := p.read(v, in, depth+1)
		if err != nil {
			return nil, err
		}
		if b.kind == kindUnion {
			return nil, errors.New("a union in a union is not allowed")
		}
		if seen[b.typeName()] {
			return nil, fmt.Errorf("Duplicate in union:%s", b.typeName()) //nolint:staticcheck // Avro's text
		}
		seen[b.typeName()] = true
		n.branches = append(n.branches, b)
	}
	return n, nil
}

func (p *parser) readObject(o *object, in string, depth int) (*node, error) {
	typ, ok := o.values["type"].(string)
	if !ok {
		if o.values["type"] != nil {
			return p.read(o.values["type"], in, depth+1)
		}
		return nil, errors.New("a schema has no type")
	}
	n := &node{}
	var err error
	switch typ {
	case "record", "error":
		n.kind = kindRecord
		err = p.readRecord(n, o, in, depth)
	case "enum":
		n.kind = kindEnum
		err = p.readEnum(n, o, in)
	case "fixed":
		n.kind = kindFixed
		err = p.readFixed(n, o, in)
	case "array":
		n.kind = kindArray
		n.items, err = p.read(o.values["items"], in, depth+1)
	case "map":
		n.kind = kindMap
		n.items, err = p.read(o.values["values"], in, depth+1)
	default:
		if n, err = p.refer(typ, in); err != nil || n.kind.named() {
			return n, err
		}
	}
	if err != nil {
		return nil, err
	}
	n.readProps(o)
	return n, nil
}

// reserved are the words that are no properties of a schema.
var reserved = []string{"doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases"}

func (n *node) readProps(o *object) {
	for _, name := range o.names {
		if !slices.Contains(reserved, name) && (n.kind != kindEnum || name != "default") {
			n.setProp(name, o.values[name])
		}
	}
}

// name reads the name and the documentation of a named type and makes it known.
func (p *parser) name(n *node, o *object, in string) error {
	name, ok := o.values["name"].(string)
	if !ok || name == "" {
		return errors.New("No name in schema: " + n.kind.String())
	}
	if own, ok := o.values["namespace"].(string); ok {
		in = own
	}
	n.name = qualified(name, in)
	n.doc = optionalText(o.values["doc"])
	if p.named[n.name] != nil {
		return fmt.Errorf("Can't redefine: %s", n.name) //nolint:staticcheck // Avro's text
	}
	p.named[n.name] = n
	return nil
}

func optionalText(v any) *string {
	if s, ok := v.(string); ok {
		return &s
	}
	return nil
}

func (p *parser) readRecord(n *node, o *object, in string, depth int) error {
	if err := p.name(n, o, in); err != nil {
		return err
	}
	list, ok := o.values["fields"].([]any)
	if !ok {
		return errors.New("Record has no fields: " + n.name)
	}
	for _, v := range list {
		f, err := p.readField(v, space(n.name), depth)
		if err != nil {
			return fmt.Errorf("record %s: %w", n.name, err)
		}
		if n.field(f.name) != nil {
			return fmt.Errorf("Duplicate field %s in record %s", f.name, n.name) //nolint:staticcheck // Avro's text
		}
		n.fields = append(n.fields, f)
	}
	return nil
}

func (p *parser) readField(v any, in string, depth int) (field, error) {
	o, ok := v.(*object)
	if !ok {
		return field{}, errors.New("a field is no object")
	}
	name, ok := o.values["name"].(string)
	if !ok || name == "" {
		return field{}, errors.New("No field name") //nolint:staticcheck // Avro's text
	}
	n, err := p.read(o.values["type"], in, depth+1)
	if err != nil {
		return field{}, fmt.Errorf("field %s: %w", name, err)
	}
	f := field{name: name, doc: optionalText(o.values["doc"]), node: n, aliases: texts(o.values["aliases"])}
	f.def, f.hasDefault = o.values["default"]
	return f, nil
}

// texts are the texts of a list.
func texts(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (p *parser) readEnum(n *node, o *object, in string) error {
	list, ok := o.values["symbols"].([]any)
	if !ok {
		return errors.New("Enum has no symbols") //nolint:staticcheck // Avro's text
	}
	n.symbols = texts(list)
	n.symbol = optionalText(o.values["default"])
	if len(n.symbols) != len(list) {
		return errors.New("a symbol of an enum is no text")
	}
	return p.name(n, o, in)
}

// maxFixed bounds the size of a fixed: what is read is allocated.
const maxFixed = 1 << 28

func (p *parser) readFixed(n *node, o *object, in string) error {
	text, _ := o.values["size"].(json.Number)
	size, err := strconv.Atoi(string(text))
	if err != nil || size < 0 || size > maxFixed {
		return fmt.Errorf("Invalid or no size: %s", appendJSON(nil, o.values["size"])) //nolint:staticcheck // Avro's text
	}
	n.size = size
	return p.name(n, o, in)
}
