// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

const (
	specKey = "spec"

	castPurpose = "cast types"

	castTargets = "[INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING]"
	castSources = "[INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING, BYTES]"
)

var castConfig = connect.ConfigDef{
	{Name: specKey, Type: connect.ListType, Required: true, Validator: connect.ValidatorFunc(checkSpec), Importance: connect.High, DisplayName: specKey,
		Doc: "Pairs of a field and the type that it gets, with a colon between them; or one type for the whole value. " +
			"Types are int8, int16, int32, int64, float32, float64, boolean and string. Bytes can become strings only."},
	replaceNullConfig,
}

func checkSpec(_ string, value any) error {
	list, _ := value.([]string)
	if len(list) == 0 {
		return configErrorf("Must specify at least one field to cast.")
	}
	_, err := parseSpec(list)
	return err
}

// castSpec is what is cast to which type.
type castSpec struct {
	// whole is 0 where fields are cast.
	whole  connect.Type
	fields map[string]connect.Type
	// casts are the fields in the order of Java's HashMap.
	casts []fieldCast
}

// fieldCast is a field, its name in a box, with the type that it gets.
type fieldCast struct {
	name any
	to   connect.Type
}

// castTypes are all types by the names that a spec may have; not all can be cast to.
var castTypes = typesByName()

func typesByName() map[string]connect.Type {
	types := map[string]connect.Type{}
	for t := connect.TypeInt8; t <= connect.TypeStruct; t++ {
		types[t.String()] = t
	}
	return types
}

func parseSpec(mappings []string) (*castSpec, error) {
	spec := &castSpec{fields: map[string]connect.Type{}}
	var names []string
	for _, mapping := range mappings {
		parts := splitAtColons(mapping)
		if len(parts) == 0 || len(parts) > 2 {
			return nil, &connect.ConfigError{Key: renamesKey, Value: mappings, Reason: "Invalid rename mapping: " + mapping}
		}
		target, err := castTarget(javaTrim(parts[len(parts)-1]))
		if err != nil {
			return nil, err
		}
		if len(parts) == 1 {
			spec.whole = target
			continue
		}
		field := javaTrim(parts[0])
		if _, twice := spec.fields[field]; !twice {
			names = append(names, field)
		}
		spec.fields[field] = target
	}
	if spec.whole != 0 && len(mappings) > 1 {
		return nil, configErrorf("Cast transformations that specify a type to cast the entire value to may only specify a single cast in their spec")
	}
	javaprint.SortAsHashMap(names)
	for _, name := range names {
		spec.casts = append(spec.casts, fieldCast{name, spec.fields[name]})
	}
	return spec, nil
}

func castTarget(text string) (connect.Type, error) {
	name := strings.ToUpper(text)
	target, ok := castTypes[name]
	switch {
	case !ok:
		return 0, &connect.ConfigError{Key: "Invalid type found in casting spec: " + text,
			Value: "java.lang.IllegalArgumentException: No enum constant org.apache.kafka.connect.data.Schema.Type." + name}
	case target > connect.TypeString:
		return 0, configErrorf("Cast transformation does not support casting to %s; supported types are %s", target, castTargets)
	}
	return target, nil
}

// javaTrim takes control characters away with the spaces.
func javaTrim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
}

// cast gives fields, or a whole key or value, other types.
type cast struct {
	spec    *castSpec
	nulls   nullReader
	schemas schemaCache[*connect.Schema]
	plans   schemaCache[*castPlan]
}

// castPlan is how structs of one schema are cast.
type castPlan struct {
	schema *connect.Schema
	// targets are 0 for fields that stay as they are.
	targets []connect.Type
}

// Config defines spec.
func (c *cast) Config() connect.ConfigDef { return castConfig }

// Configure reads the keys.
func (c *cast) Configure(props map[string]string) error {
	config, err := parse(castConfig, props)
	if err != nil {
		return err
	}
	c.nulls = nullReader{config.Bool(replaceNullKey)}
	c.spec, err = parseSpec(config.List(specKey))
	return err
}

func (c *cast) apply(_ *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	switch {
	case value == nil:
		return schema, nil, nil
	case c.spec.whole != 0:
		return c.wholeValue(schema, value)
	case schema == nil:
		return c.schemaless(value)
	case schema.Type() != connect.TypeStruct:
		return nil, nil, dataErrorf("Cannot list fields on non-struct type")
	}
	s, err := requireStruct(value, castPurpose)
	if err != nil {
		return nil, nil, err
	}
	return c.fields(s)
}

func (c *cast) wholeValue(schema *connect.Schema, value any) (*connect.Schema, any, error) {
	var updated *connect.Schema
	if schema != nil {
		var err error
		if updated, err = c.schemas.get(schema, c.deriveWhole); err != nil {
			return nil, nil, err
		}
	}
	v, err := castValue(schema, value, c.spec.whole)
	return updated, v, err
}

// deriveWhole keeps everything of the schema but its type; a logical name stays too, as in Kafka Connect.
func (c *cast) deriveWhole(schema *connect.Schema) (*connect.Schema, error) {
	return withCastDefault(withBasics(primitives[c.spec.whole], schema).WithOptional(schema.IsOptional()), schema)
}

// withCastDefault gives a schema the default of the original, cast.
func withCastDefault(s, original *connect.Schema) (*connect.Schema, error) {
	if original.Default() == nil {
		return s, nil
	}
	def, err := castValue(original, original.Default(), s.Type())
	if err != nil {
		return nil, err
	}
	return s.TryDefault(def)
}

func (c *cast) schemaless(value any) (*connect.Schema, any, error) {
	m, err := requireMap(value, castPurpose)
	if err != nil {
		return nil, nil, err
	}
	entries := copied(m, len(c.spec.casts))
	for _, cast := range c.spec.casts {
		v, _ := m.Get(cast.name)
		if v, err = castValue(nil, v, cast.to); err != nil {
			return nil, nil, err
		}
		entries = putEntry(entries, cast.name, v)
	}
	return nil, inHashOrder(entries, copiedTable(m.Len())), nil
}

func (c *cast) fields(s *connect.Struct) (*connect.Schema, any, error) {
	plan, err := c.plans.get(s.Schema(), c.plan)
	if err != nil {
		return nil, nil, err
	}
	out := connect.NewStruct(plan.schema)
	fields := s.Schema().Fields()
	for i := range fields {
		v := c.nulls.at(s, &fields[i])
		if target := plan.targets[i]; target != 0 {
			if v, err = castValue(fields[i].Schema, v, target); err != nil {
				return nil, nil, err
			}
		}
		if err := carry(out, &fields[i], i, v); err != nil {
			return nil, nil, err
		}
	}
	return plan.schema, out, nil
}

func (c *cast) plan(schema *connect.Schema) (*castPlan, error) {
	fields := schema.Fields()
	plan := &castPlan{targets: make([]connect.Type, len(fields))}
	updated := make([]connect.SchemaField, len(fields))
	for i := range fields {
		updated[i] = fields[i]
		plan.targets[i] = c.spec.fields[fields[i].Name]
		if plan.targets[i] == 0 {
			continue
		}
		original := fields[i].Schema
		s, err := withCastDefault(primitives[plan.targets[i]].WithOptional(original.IsOptional()), original)
		if err != nil {
			return nil, err
		}
		updated[i].Schema = s
	}
	s, err := structWithBasics(schema, updated)
	if err != nil {
		return nil, err
	}
	plan.schema = s.WithOptional(schema.IsOptional())
	return plan, nil
}

// primitives are the plain schemas of the types that can be cast to.
var primitives = map[connect.Type]*connect.Schema{
	connect.TypeInt8: connect.Int8, connect.TypeInt16: connect.Int16, connect.TypeInt32: connect.Int32, connect.TypeInt64: connect.Int64,
	connect.TypeFloat32: connect.Float32, connect.TypeFloat64: connect.Float64, connect.TypeBoolean: connect.Boolean, connect.TypeString: connect.String,
}
