// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/settings"
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

func named(schema, name string) *catalog.Table {
	def := pets()
	def.ID = catalog.ID{Schema: schema, Name: name}
	return def
}

func pattern(text string) *settings.Pattern { return patterns(text)[0] }

func TestTopicsCanBeNamedByOtherStrategies(t *testing.T) {
	shards := settings.Naming{Topic: pattern(`(.*)\.shard_(\d+)`), Replacement: "$1.all"}
	for _, c := range []struct {
		naming        settings.Naming
		schema, table string
		want          string
	}{
		{settings.Naming{WithoutSchema: true}, "public", "a b", "p.a_b"},
		{settings.Naming{Unicode: true}, "public", "a_b c", "p.public.a_u005fb_u0020c"},
		{settings.Naming{Unicode: true, WithoutSchema: true}, "public", "ü", "p._u00fc"},
		{shards, "public", "shard_1", "p.public.all"},
		{shards, "public", "shards", "p.public.shards"},
		{settings.Naming{Topic: pattern(".*"), Replacement: ""}, "public", "t", "p.public.t"},
	} {
		table := tableOf(t, event.Options{Naming: c.naming}, named(c.schema, c.table))
		assert.Equal(t, c.want, table.Topic())
		assert.Equal(t, c.want+".Envelope", table.ValueSchema().Name())
		assert.Len(t, table.KeySchema().Fields(), 1)
	}
	wrong, err := event.NewBuilder(event.Options{Prefix: "p", Naming: settings.Naming{Topic: pattern(".*"), Replacement: "$3"}})
	require.NoError(t, err)
	_, err = wrong.Table(named("public", "t"))
	assert.ErrorContains(t, err, "name the topic of public.t: No group 3")
}

func TestAFieldOfTheKeyTellsTheTablesOfATopicApart(t *testing.T) {
	naming := settings.Naming{Topic: pattern(`(.*)\.shard.*`), Replacement: "$1.all", KeyField: "which"}
	key := func(def *catalog.Table) string {
		return story(t, tableOf(t, event.Options{Naming: naming}, def).Read(nil, row("1", "a", "n"), here()))[0]
	}
	assert.Contains(t, key(named("public", "shard 1")), `r {"id":1,"which":"p.public.shard 1"} `)
	naming.KeyPattern, naming.KeyReplacement = pattern(`.*(shard)(.*)`), "$2-$1"
	assert.Contains(t, key(named("public", "shard1")), `r {"id":1,"which":"1-shard"} `)
	assert.Contains(t, key(named("public", "other")), `r {"id":1,"which":"p.public.other"} `)
	bare := named("public", "shard1")
	bare.Key = nil
	assert.Contains(t, key(bare), `r {"which":"1-shard"} `)
	table := tableOf(t, event.Options{Naming: naming}, named("public", "shard1"))
	assert.Equal(t, []int{0}, table.KeyPlaces())
	assert.Len(t, table.Update(nil, row("1", "a", "n"), row("1", "b", "n"), here()), 1)
	assert.Len(t, table.Update(nil, row("1", "a", "n"), row("2", "b", "n"), here()), 3)
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
}
