// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

const (
	excludeKey = "exclude"
	includeKey = "include"
	renamesKey = "renames"

	replacePurpose = "field replacement"
)

var replaceFieldConfig = connect.ConfigDef{
	{Name: excludeKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, DisplayName: excludeKey,
		Doc: "Fields to leave out, whether included or not."},
	{Name: includeKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, DisplayName: includeKey,
		Doc: "Fields to keep; none keeps all."},
	{Name: renamesKey, Type: connect.ListType, Default: []string{}, Importance: connect.Medium, DisplayName: renamesKey,
		Doc: "Pairs of old and new names, each with a colon between them.", Validator: connect.ValidatorFunc(checkRenames)},
	replaceNullConfig,
}

func checkRenames(_ string, value any) error {
	list, _ := value.([]string)
	_, err := parseRenames(list)
	return err
}

// replaceField leaves fields out and renames them.
type replaceField struct {
	exclude, include map[string]bool
	renames          map[string]string
	// boxes are the new names in boxes, by the old ones.
	boxes map[string]any
	// originals has the old name of each new one.
	originals map[string]string
	nulls     nullReader
	plans     schemaCache[*replacePlan]
}

// replacePlan is how values of one schema are made over: the field at each index comes from a field of the original.
type replacePlan struct {
	schema *connect.Schema
	from   []*connect.SchemaField
	// missing is the first old name that the original does not have, while something else has its new name.
	missing error
}

// Config defines exclude, include and renames.
func (f *replaceField) Config() connect.ConfigDef { return replaceFieldConfig }

// Configure reads the keys.
func (f *replaceField) Configure(props map[string]string) error {
	config, err := parse(replaceFieldConfig, props)
	if err != nil {
		return err
	}
	f.exclude, f.include = setOf(config.List(excludeKey)), setOf(config.List(includeKey))
	f.nulls = nullReader{config.Bool(replaceNullKey)}
	renames, err := parseRenames(config.List(renamesKey))
	f.useRenames(renames)
	return err
}

func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// rename is an old name with its new one.
type rename struct{ old, new string }

// parseRenames returns the renames in their order, the last one of an old name in the place of the first.
func parseRenames(mappings []string) ([]rename, error) {
	var renames []rename
	for _, mapping := range mappings {
		parts := splitAtColons(mapping)
		if len(parts) != 2 {
			return nil, &connect.ConfigError{Key: renamesKey, Value: mappings, Reason: "Invalid rename mapping: " + mapping}
		}
		i := slices.IndexFunc(renames, func(r rename) bool { return r.old == parts[0] })
		if i < 0 {
			i, renames = len(renames), append(renames, rename{})
		}
		renames[i] = rename{parts[0], parts[1]}
	}
	return renames, nil
}

// splitAtColons is Java's String.split: empty parts at the end are left out.
func splitAtColons(text string) []string {
	if text == "" {
		return []string{""}
	}
	parts := strings.Split(text, ":")
	for len(parts) > 0 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// useRenames gives a new name that several old ones share to the last one of them, in the order of a HashMap.
func (f *replaceField) useRenames(renames []rename) {
	javaprint.SortByHash(renames, defaultTable, func(r rename) uint32 { return javaprint.HashString(r.old) })
	f.renames, f.boxes, f.originals = map[string]string{}, map[string]any{}, map[string]string{}
	for _, r := range renames {
		f.renames[r.old] = r.new
		f.boxes[r.old] = r.new
		f.originals[r.new] = r.old
	}
}

func (f *replaceField) keeps(name string) bool {
	return !f.exclude[name] && (len(f.include) == 0 || f.include[name])
}

func (f *replaceField) renamed(name string) string {
	if renamed, ok := f.renames[name]; ok {
		return renamed
	}
	return name
}

func (f *replaceField) original(name string) string {
	if original, ok := f.originals[name]; ok {
		return original
	}
	return name
}

func (f *replaceField) apply(_ *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	switch {
	case value == nil:
		return schema, nil, nil
	case schema == nil:
		return f.schemaless(value)
	}
	s, err := requireStruct(value, replacePurpose)
	if err != nil {
		return nil, nil, err
	}
	plan, err := f.plans.get(s.Schema(), f.plan)
	if err != nil {
		return nil, nil, err
	}
	out := connect.NewStruct(plan.schema)
	for i, from := range plan.from {
		if err := f.place(out, plan.schema.Fields()[i].Schema, i, from, f.nulls.at(s, from)); err != nil {
			return nil, nil, err
		}
	}
	return plan.schema, out, plan.missing
}

// place checks a value whose new field has the schema of another one: several renames to one name can mix them up.
func (f *replaceField) place(out *connect.Struct, schema *connect.Schema, i int, from *connect.SchemaField, value any) error {
	if schema != from.Schema {
		return out.Put(out.Schema().Fields()[i].Name, value)
	}
	return carry(out, from, i, value)
}

func (f *replaceField) plan(schema *connect.Schema) (*replacePlan, error) {
	var fields []connect.SchemaField
	for _, field := range schema.Fields() {
		if f.keeps(field.Name) {
			fields = append(fields, connect.Field(f.renamed(field.Name), field.Schema))
		}
	}
	updated, err := structWithBasics(schema, fields)
	if err != nil {
		return nil, err
	}
	plan := &replacePlan{schema: updated}
	for _, field := range updated.Fields() {
		from := schema.Field(f.original(field.Name))
		if from == nil {
			plan.missing = dataErrorf("%s is not a valid field name", f.original(field.Name))
			break
		}
		plan.from = append(plan.from, from)
	}
	return plan, nil
}

func (f *replaceField) schemaless(value any) (*connect.Schema, any, error) {
	m, err := requireMap(value, replacePurpose)
	if err != nil {
		return nil, nil, err
	}
	entries := make([]connect.MapEntry, 0, m.Len())
	for k, v := range m.All() {
		name, ok := k.(string)
		switch {
		case ok && f.keeps(name):
			entries = f.put(entries, k, v)
		case !ok && k != nil:
			return nil, nil, notAString(k)
		case k == nil && len(f.include) == 0:
			entries = append(entries, connect.MapEntry{Value: v})
		}
	}
	return nil, inHashOrder(entries, m.Len()), nil
}

// put adds an entry under its new name. Only what is the new name of something may be there already.
func (f *replaceField) put(entries []connect.MapEntry, k, v any) []connect.MapEntry {
	name, _ := k.(string)
	if renamed, ok := f.boxes[name]; ok {
		return putEntry(entries, renamed, v)
	}
	if _, taken := f.originals[name]; taken {
		return putEntry(entries, k, v)
	}
	return append(entries, connect.MapEntry{Key: k, Value: v})
}
