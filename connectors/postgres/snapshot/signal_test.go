// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

func TestARowOfThreeColumnsIsASignal(t *testing.T) {
	t.Parallel()
	s, ok := SignalOf([][]byte{[]byte("1"), []byte("log"), nil})
	assert.True(t, ok)
	assert.Equal(t, Signal{ID: "1", Type: "log"}, s)
	for _, row := range [][][]byte{nil, {[]byte("1"), []byte("log")}, {nil, []byte("log"), nil}} {
		_, ok := SignalOf(row)
		assert.False(t, ok)
	}
}

func TestSignalsAreTakenOutOfTheirFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "signals")
	signals, wrong, err := ReadSignals(path)
	require.NoError(t, err)
	assert.Empty(t, wrong)
	assert.Empty(t, signals)
	require.NoError(t, os.WriteFile(path, []byte("{\"id\":\"1\",\"type\":\"log\",\"data\":{\"message\":\"m\"}}\n\nnothing\n{\"id\":\"2\",\"type\":\"pause-snapshot\"}"), 0o600))
	signals, wrong, err = ReadSignals(path)
	require.NoError(t, err)
	assert.Equal(t, []Signal{{"1", "log", `{"message":"m"}`}, {"2", "pause-snapshot", ""}}, signals)
	assert.Equal(t, []string{"nothing"}, wrong)
	signals, _, err = ReadSignals(path)
	require.NoError(t, err)
	assert.Empty(t, signals)
}

func TestSignalsNameTablesByExpressionOrName(t *testing.T) {
	t.Parallel()
	id := func(name string) catalog.ID { return catalog.ID{Schema: "public", Name: name} }
	known := []catalog.ID{id("a"), id("b1"), id("b2"), id("c(")}
	for name, want := range map[string][]catalog.ID{
		`public\\.b.*`: {id("b1"), id("b2")}, "public.a": {id("a")}, "PUBLIC.A": nil, "ublic.a": nil, "public.c(": {id("c(")},
	} {
		c, err := Signal{Data: `{"data-collections": ["` + name + `"]}`}.command()
		require.NoError(t, err)
		assert.Equal(t, incrementalType, c.Type)
		assert.Equal(t, want, c.tables(known), name)
	}
	c, err := Signal{Data: `{"type": "blocking", "additional-conditions": [{"data-collection": "public.b.*", "filter": "x"}, {"data-collection": "public.b1", "filter": "y"}]}`}.command()
	require.NoError(t, err)
	assert.Equal(t, blockingType, c.Type)
	assert.Equal(t, "x", c.filter(id("b1")))
	assert.Empty(t, c.filter(id("a")))
	_, err = Signal{ID: "9", Data: "{"}.command()
	assert.ErrorContains(t, err, "read the data of the signal 9")
}

func TestTablesAreReadInTheOrderOfThePatterns(t *testing.T) {
	t.Parallel()
	s, err := settings.Parse(map[string]string{"topic.prefix": "p", "database.user": "u", "database.hostname": "h", "plugin.name": "pgoutput", "database.dbname": "d",
		"table.include.list": `public\.z, public\..*`, "snapshot.include.collection.list": `public\.[^x]`})
	require.NoError(t, err)
	filter := event.NewFilter(event.FilterOptions{TableInclude: s.Filters.TableInclude, SignalTable: "public.s"})
	var tables []*catalog.Table
	for _, name := range []string{"b", "a", "s", "x", "z"} {
		tables = append(tables, &catalog.Table{ID: catalog.ID{Schema: "public", Name: name}})
	}
	tables = append(tables, &catalog.Table{ID: catalog.ID{Schema: "other", Name: "o"}})
	var got []string
	for _, table := range Select(tables, filter, s.Snapshot.Include) {
		got = append(got, table.Name)
	}
	assert.Equal(t, []string{"z", "a", "b"}, got)
}
