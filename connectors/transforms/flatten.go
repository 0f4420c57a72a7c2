// SPDX-License-Identifier: Apache-2.0

package transforms

import "github.com/longshore-io/connect"

const (
	delimiterKey = "delimiter"

	flattenPurpose = "flattening"
)

var flattenConfig = connect.ConfigDef{
	{Name: delimiterKey, Type: connect.StringType, Default: ".", Importance: connect.Medium, DisplayName: delimiterKey,
		Doc: "What stands between the names of a field and of what it is in."},
}

// flatten makes one level of nested structs or maps; arrays stay as they are.
type flatten struct {
	delimiter string
	names     joinedNames
	// more is how many entries the map before got more than it had.
	more  int
	plans schemaCache[*flatPlan]
}

// flatPlan is how structs of one schema are flattened.
type flatPlan struct {
	schema *connect.Schema
	level  flatLevel
}

// flatLevel are the fields of one struct: each is a value with its index in the flat struct, or a level of its own.
type flatLevel []flatField

type flatField struct {
	field *connect.SchemaField
	// target is the index of a value, and -1 for a struct.
	target int
	inner  flatLevel
}

// Config defines delimiter.
func (f *flatten) Config() connect.ConfigDef { return flattenConfig }

// Configure reads the keys.
func (f *flatten) Configure(props map[string]string) error {
	config, err := parse(flattenConfig, props)
	if err != nil {
		return err
	}
	f.delimiter = config.String(delimiterKey)
	return nil
}

func (f *flatten) apply(_ *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	switch {
	case value == nil:
		return schema, nil, nil
	case schema == nil:
		return f.schemaless(value)
	}
	s, err := requireStruct(value, flattenPurpose)
	if err != nil {
		return nil, nil, err
	}
	plan, err := f.plans.get(s.Schema(), f.plan)
	if err != nil {
		return nil, nil, err
	}
	out := connect.NewStruct(plan.schema)
	if err := plan.level.fill(out, s); err != nil {
		return nil, nil, err
	}
	return plan.schema, out, nil
}

// fill leaves null what is in a struct that is null, and reads null as the default of its own schema.
func (l flatLevel) fill(out, s *connect.Struct) error {
	for i := range l {
		f := &l[i]
		if f.target < 0 {
			if inner, ok := s.At(f.field.Index).(*connect.Struct); ok {
				if err := f.inner.fill(out, inner); err != nil {
					return err
				}
			}
			continue
		}
		if err := carryFlat(out, f, nullReader{true}.at(s, f.field)); err != nil {
			return err
		}
	}
	return nil
}

// carryFlat asks the flat field whether null is allowed: it may be optional because of what it was in.
func carryFlat(out *connect.Struct, f *flatField, v any) error {
	return carry(out, &out.Schema().Fields()[f.target], f.target, v)
}

func (f *flatten) plan(schema *connect.Schema) (*flatPlan, error) {
	if schema.Recursive() {
		return nil, dataErrorf("A struct that contains itself has no end of fields to flatten")
	}
	b := flatBuilder{delimiter: f.delimiter}
	level, err := b.level(schema, "", schema.IsOptional())
	if err != nil {
		return nil, err
	}
	flat, err := structWithBasics(schema, b.fields)
	return &flatPlan{flat, level}, err
}

// flatBuilder gathers the fields of a flat schema.
type flatBuilder struct {
	delimiter string
	fields    []connect.SchemaField
}

// level adds the fields of a struct. Below an optional struct all is optional.
func (b *flatBuilder) level(schema *connect.Schema, prefix string, optional bool) (flatLevel, error) {
	var level flatLevel
	for i := range schema.Fields() {
		f := &schema.Fields()[i]
		field, err := b.field(f, joined(prefix, b.delimiter, f.Name), optional || f.Schema.IsOptional())
		if err != nil {
			return nil, err
		}
		level = append(level, field)
	}
	return level, nil
}

func (b *flatBuilder) field(f *connect.SchemaField, name string, optional bool) (flatField, error) {
	switch f.Schema.Type() {
	case connect.TypeMap:
		return flatField{}, dataErrorf("Flatten transformation does not support %s for record with schemas (for field %s).", f.Schema.Type(), name)
	case connect.TypeStruct:
		inner, err := b.level(f.Schema, name, optional)
		return flatField{f, -1, inner}, err
	}
	b.fields = append(b.fields, connect.Field(name, f.Schema.WithOptional(optional)))
	return flatField{f, len(b.fields) - 1, nil}, nil
}

func joined(prefix, delimiter, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + delimiter + name
}

func (f *flatten) schemaless(value any) (*connect.Schema, any, error) {
	m, err := requireMap(value, flattenPurpose)
	if err != nil {
		return nil, nil, err
	}
	out := connect.NewMap(m.Len() + f.more)
	if err := f.flattenMap(out, m, ""); err != nil {
		return nil, nil, err
	}
	f.more = min(max(out.Len()-m.Len(), 0), maxMore)
	return nil, out, nil
}

// flattenMap keeps the order, as Java's LinkedHashMap does.
func (f *flatten) flattenMap(out, m *connect.Map, prefix string) error {
	for k, v := range m.All() {
		key, ok := k.(string)
		if !ok {
			return notAString(k)
		}
		name, box := f.join(prefix, key, k)
		switch inner := v.(type) {
		case nil:
		case *connect.Map:
			if err := f.flattenMap(out, inner, name); err != nil {
				return err
			}
			continue
		case *connect.Struct:
			return dataErrorf("Flatten transformation does not support class %s for record without schemas (for field %s).", className(v), name)
		default:
			if typeOf(v) == 0 {
				return dataErrorf("Flatten transformation was passed a value of type class %s which is not supported by Connect's data API", className(v))
			}
		}
		out.Put(box, v)
	}
	return nil
}

// maxMore bounds the room that a map gets because of the one before.
const maxMore = 64

// Bounds of joinedNames: names of fields repeat and are short, keys of maps may be anything.
const (
	maxJoined    = 1024
	maxJoinedLen = 64
)

// joinedNames remembers names that were put together, so that a repeated one costs no text.
type joinedNames map[nameParts]any

type nameParts struct{ prefix, key string }

// join returns a name as a text and in a box; box is the one of a key that stands alone.
func (f *flatten) join(prefix, key string, box any) (string, any) {
	if prefix == "" {
		return key, box
	}
	parts := nameParts{prefix, key}
	if known, ok := f.names[parts]; ok {
		return known.(string), known
	}
	name := joined(prefix, f.delimiter, key)
	box = name
	if len(name) <= maxJoinedLen {
		if f.names == nil || len(f.names) >= maxJoined {
			f.names = joinedNames{}
		}
		f.names[parts] = box
	}
	return name, box
}
