// SPDX-License-Identifier: Apache-2.0

package connectorpages

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cmd/app"
)

var update = flag.Bool("update", false, "write the pages")

const (
	folder = "../../docs/connectors"
	// mark ends what is written by hand.
	mark = "<!-- What follows is made by `make docs` from the definitions of the connectors. -->\n"
)

// pages are the files with the classes that each tells of, which is every connector that is bundled.
var pages = map[string][]string{
	"datagen":     {"io.longshore.connect.datagen.DatagenSource"},
	"file":        {"org.apache.kafka.connect.file.FileStreamSourceConnector", "org.apache.kafka.connect.file.FileStreamSinkConnector"},
	"jdbc-sink":   {"io.confluent.connect.jdbc.JdbcSinkConnector", "io.debezium.connector.jdbc.JdbcSinkConnector"},
	"jdbc-source": {"io.confluent.connect.jdbc.JdbcSourceConnector"},
	"postgresql":  {"io.debezium.connector.postgresql.PostgresConnector"},
	"mock":        {"org.apache.kafka.connect.tools.MockSourceConnector", "org.apache.kafka.connect.tools.MockSinkConnector"},
	"verifiable": {"org.apache.kafka.connect.tools.VerifiableSourceConnector", "org.apache.kafka.connect.tools.VerifiableSinkConnector",
		"org.apache.kafka.connect.tools.SchemaSourceConnector"},
}

func bundled() *connect.Plugins {
	plugins := &connect.Plugins{}
	app.Bundled(plugins)
	return plugins
}

func TestEveryConnectorHasAPage(t *testing.T) {
	var described []string
	for _, classes := range pages {
		described = append(described, classes...)
	}
	var there []string
	for _, x := range bundled().List() {
		if x.Type == connect.SourcePlugin || x.Type == connect.SinkPlugin {
			there = append(there, x.Class)
		}
	}
	require.ElementsMatch(t, there, described, "the pages of docs/connectors: see the table in this file")
	files, err := filepath.Glob(filepath.Join(folder, "*.md"))
	require.NoError(t, err)
	for _, file := range files {
		require.Contains(t, pages, strings.TrimSuffix(filepath.Base(file), ".md"))
	}
}

func TestPagesAreWhatTheConnectorsSay(t *testing.T) {
	for name, classes := range pages {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(folder, name+".md")
			old, err := os.ReadFile(file)
			require.NoError(t, err, "write an introduction into this file, then `make docs`")
			introduction, _, _ := strings.Cut(string(old), mark)
			require.Regexp(t, `^# .+\n\n.+`, introduction, "the introduction begins with a title")
			page := strings.TrimRight(introduction, "\n") + "\n\n" + mark
			for _, class := range classes {
				page += describe(t, class)
			}
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(page), 0o644))
			}
			require.Equal(t, page, string(read(t, file)), "%s is not up to date: run `make docs`", file)
		})
	}
}

func read(t *testing.T, file string) []byte {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return text
}

func TestAPageShowsWhatAKeyTakes(t *testing.T) {
	def := connect.ConfigDef{
		{Name: "mode", Type: connect.StringType, Default: "slow", Validator: connect.OneOf("slow", "fast"), Importance: connect.High, Doc: "How | fast <it> goes.", Group: "Pace"},
		{Name: "size", Type: connect.IntType, Required: true, Validator: connect.Between(1, 9), Importance: connect.High, Doc: "How many."},
		{Name: "hidden", Type: connect.IntType, Default: 1, Internal: true, Importance: connect.Low, Doc: "Not for users."},
		{Name: "delay", Type: connect.LongType, Importance: connect.Low, Doc: "How long.", Group: "Pace"},
		{Name: "on", Type: connect.BooleanType, Default: false, Importance: connect.Low, Doc: "Whether.", Group: "Pace"},
	}
	require.Equal(t, `
| key | type | default | valid values | |
|---|---|---|---|---|
| `+"`size`"+` | int | required | Value must be at least 1; Value must be no more than 9 | How many. |

### Pace

| key | type | default | valid values | |
|---|---|---|---|---|
| `+"`mode`"+` | string | `+"`slow`"+` | String must be one of: slow, fast | How \| fast &lt;it&gt; goes. |
| `+"`delay`"+` | long | | | How long. |
| `+"`on`"+` | boolean | `+"`false`"+` | | Whether. |
`, tables(t, definition{ConfigDef: def}))
}

// definition is a connector as far as its configuration is described.
type definition struct {
	connect.ConfigDef
	validator connect.ConfigValidator
}

var kinds = map[connect.PluginType]string{connect.SourcePlugin: "source", connect.SinkPlugin: "sink"}

// describe is a class with its keys.
func describe(t *testing.T, class string) string {
	t.Helper()
	plugins := bundled()
	connector, info, err := plugins.Connector(class)
	require.NoError(t, err)
	var b strings.Builder
	b.WriteString("\n## " + simpleName(class))
	if slices.ContainsFunc(plugins.List(), func(x connect.PluginInfo) bool { return x.Class != class && simpleName(x.Class) == simpleName(class) }) {
		b.WriteString(" of " + strings.Join(strings.Split(class, ".")[:2], "."))
	}
	b.WriteString("\n\nA " + kinds[info.Type] + ", `connector.class=" + class + "`")
	if aliases := plugins.Aliases(info); len(aliases) > 0 {
		b.WriteString(" or, shorter, `" + strings.Join(aliases, "`, `") + "`")
	}
	b.WriteString(".\n")
	def := definition{ConfigDef: connector.Config()}
	def.validator, _ = connector.(connect.ConfigValidator)
	if len(def.ConfigDef) == 0 {
		return b.String() + "\nIt defines no keys: what is wrong shows when it starts.\n"
	}
	return b.String() + tables(t, def)
}

func simpleName(class string) string { return class[strings.LastIndexByte(class, '.')+1:] }

// tables are the keys: those without a group, then each group in the order of its first key.
func tables(t *testing.T, def definition) string {
	t.Helper()
	groups, keys := []string{""}, map[string][]connect.ConfigKey{}
	for _, key := range def.ConfigDef {
		if key.Internal {
			continue
		}
		if !slices.Contains(groups, key.Group) {
			groups = append(groups, key.Group)
		}
		keys[key.Group] = append(keys[key.Group], key)
	}
	var b strings.Builder
	for _, group := range groups {
		if len(keys[group]) == 0 {
			continue
		}
		slices.SortStableFunc(keys[group], func(a, b connect.ConfigKey) int { return a.OrderInGroup - b.OrderInGroup })
		if group != "" {
			b.WriteString("\n### " + group + "\n")
		}
		b.WriteString("\n| key | type | default | valid values | |\n|---|---|---|---|---|\n")
		for _, key := range keys[group] {
			b.WriteString(row(t, def, key))
		}
	}
	return b.String()
}

func row(t *testing.T, def definition, key connect.ConfigKey) string {
	cells := []string{code(key.Name), strings.ToLower(string(key.Type)), defaultOf(key), cell(def.validValues(t, key)), cell(key.Doc)}
	line := "|"
	for _, text := range cells {
		if text != "" {
			line += " " + text
		}
		line += " |"
	}
	return line + "\n"
}

func defaultOf(key connect.ConfigKey) string {
	text, has := connect.FormatConfigValue(key.Default)
	switch {
	case key.Required:
		return "required"
	case !has:
		return ""
	case text == "":
		return "empty"
	}
	return code(text)
}

func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }

// inCells is what means something else in a cell of a table.
var inCells = strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;", "*", `\*`, "\n", " ")

func cell(text string) string { return inCells.Replace(text) }
