// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
)

func TestTopicsHaveNamesThatKafkaTakes(t *testing.T) {
	for _, c := range []struct {
		schema, table, delimiter, want string
	}{
		{"public", "a1", "", "p.public.a1"},
		{"public", "MiXed Name.dot", "", "p.public.MiXed_Name.dot"},
		{"x.y", "ct", "_", "p_x.y_ct"},
		{"s", "ünï😀", "", "p.s._n___"},
		{" ", "t", "", "p.t"},
		{"s", strings.Repeat("a", 300), "", "p.s." + strings.Repeat("a", 245)},
	} {
		def := pets()
		def.ID = catalog.ID{Schema: c.schema, Name: c.table}
		table := tableOf(t, event.Options{Delimiter: c.delimiter}, def)
		assert.Equal(t, c.want, table.Topic())
		assert.Equal(t, c.want+".Key", table.KeySchema().Name())
	}
}

func TestNamesCanBeAdjustedForAvro(t *testing.T) {
	def := pets()
	def.ID = catalog.ID{Schema: "my-schema", Name: "t"}
	def.Columns[1].Name, def.Columns[2].Name = "1a.b-c", "under_score"
	for _, c := range []struct{ mode, schema, first, second string }{
		{event.AdjustNone, "p.my-schema.t.Envelope", "1a.b-c", "under_score"},
		{event.AdjustAvro, "p.my_schema.t.Envelope", "_1a_b_c", "under_score"},
		{event.AdjustAvroUnicode, "p.my_u002dschema.t.Envelope", "_u0031a_u002eb_u002dc", "under_u005fscore"},
	} {
		table := tableOf(t, event.Options{SchemaNames: c.mode, FieldNames: c.mode}, def)
		assert.Equal(t, c.schema, table.ValueSchema().Name())
		fields := table.ValueSchema().Field("after").Schema.Fields()
		assert.Equal(t, []string{c.first, c.second}, []string{fields[1].Name, fields[2].Name})
	}
}

func TestFiltersMatchWholeNamesInAnyCase(t *testing.T) {
	table := func(o event.FilterOptions, schema, name string) bool {
		return event.NewFilter(o).Table(catalog.ID{Schema: schema, Name: name})
	}
	assert.True(t, table(event.FilterOptions{}, "public", "ct"))
	assert.True(t, table(event.FilterOptions{TableInclude: patterns("PUBLIC.CT")}, "public", "ct"))
	assert.False(t, table(event.FilterOptions{TableInclude: patterns("public.c")}, "public", "ct"))
	assert.False(t, table(event.FilterOptions{TableExclude: patterns(`public\.c.*`)}, "public", "ct"))
	assert.False(t, table(event.FilterOptions{SchemaInclude: patterns("other"), TableInclude: patterns("public.ct")}, "public", "ct"), "both have to let it in")
	assert.True(t, table(event.FilterOptions{SchemaInclude: patterns("other"), SignalTable: "public.ct"}, "public", "ct"), "the table of signals always comes")
	for _, builtin := range []catalog.ID{{Schema: "pg_catalog", Name: "x"}, {Schema: "information_schema", Name: "x"}, {Schema: "pg_temp_3", Name: "x"}, {Schema: "public", Name: "spatial_ref_sys"}} {
		assert.False(t, table(event.FilterOptions{}, builtin.Schema, builtin.Name))
		assert.True(t, table(event.FilterOptions{CaptureBuiltin: true}, builtin.Schema, builtin.Name))
	}
	f := event.NewFilter(event.FilterOptions{TableInclude: patterns("s.b", "s.a.*"), ColumnInclude: patterns(`s\.b\.id`)})
	assert.Equal(t, []int{0, 1, 2}, []int{f.Order(catalog.ID{Schema: "s", Name: "b"}), f.Order(catalog.ID{Schema: "s", Name: "ax"}), f.Order(catalog.ID{Schema: "s", Name: "c"})})
	assert.True(t, f.Column(catalog.ID{Schema: "s", Name: "b"}, "ID"))
	assert.False(t, f.Column(catalog.ID{Schema: "s", Name: "b"}, "name"))
	_, err := event.NewPatterns([]string{"("})
	assert.ErrorContains(t, err, `compile the expression "("`)
}
