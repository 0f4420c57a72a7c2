// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/event"
)

// ruled is a table with a text, a short text and a number, in whose key the first is.
func ruled() *catalog.Table {
	short := typed("short", "varchar", true)
	short.Modifier = 20 + 4
	return &catalog.Table{ID: catalog.ID{Schema: "public", Name: "r"}, Key: []int{0}, Columns: []catalog.Column{typed("txt", "text", false), short, typed("num", "int4", true)}}
}

func after(t *testing.T, o event.Options, values ...string) string {
	t.Helper()
	return story(t, tableOf(t, o, ruled()).Read(nil, row(values...), here()))[0]
}

func TestColumnsCanBeMaskedTruncatedAndHashed(t *testing.T) {
	all := patterns(`public\.r\..*`)
	for name, c := range map[string]struct {
		rule event.ColumnRule
		want string
	}{
		"mask": {event.ColumnRule{Kind: event.RuleMask, Columns: all, Length: 5}, `r {"txt":"hash"} null {"txt":"*****","short":"*****","num":7}`},
		"hash v2": {event.ColumnRule{Kind: event.RuleHashV2, Columns: all, Digest: sha256.New, Salt: "salty"},
			`r {"txt":"hash"} null {"txt":"` + sha("saltyhash") + `","short":null,"num":7}`},
		"truncate": {event.ColumnRule{Kind: event.RuleTruncate, Columns: all, Length: 3}, `r {"txt":"hash"} null {"txt":"has","short":null,"num":7}`},
	} {
		assert.Equal(t, c.want, after(t, event.Options{Columns: []event.ColumnRule{c.rule}}, "hash", "NULL", "7"), name)
	}
}

func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestHashesAreCutToTheLengthOfTheColumn(t *testing.T) {
	rule := event.ColumnRule{Kind: event.RuleHash, Columns: patterns(`.*\.short`), Digest: sha256.New, Salt: "salty"}
	assert.Equal(t, `r {"txt":"x"} null {"txt":"x","short":"e6abdc06b0f59453bdbc","num":null}`, after(t, event.Options{Columns: []event.ColumnRule{rule}}, "x", "hash", "NULL"),
		"the first version hashes a serialized string of Java's")
	rule.Kind = event.RuleHashV2
	assert.Contains(t, after(t, event.Options{Columns: []event.ColumnRule{rule}}, "x", "hash", "NULL"), `"short":"b4090af54ec7`)
}

func TestBitsAreNotCut(t *testing.T) {
	bits := typed("bits", "bit", false)
	bits.Modifier = 24
	def := &catalog.Table{ID: catalog.ID{Schema: "public", Name: "r"}, Columns: []catalog.Column{bits, typed("by", "bytea", false)}}
	table := tableOf(t, event.Options{Columns: []event.ColumnRule{{Kind: event.RuleTruncate, Columns: patterns(".*"), Length: 1}}}, def)
	assert.Equal(t, []string{`r null null {"bits":"AQCA","by":"3g=="}`}, story(t, table.Read(nil, row("100000000000000000000001", `\xdead`), here())))
}

func TestTheFirstRuleOfAColumnHolds(t *testing.T) {
	all := patterns(".*")
	rules := []event.ColumnRule{{Kind: event.RulePropagate, Columns: all}, {Kind: event.RuleMask, Columns: patterns(".*num"), Length: 1}, {Kind: event.RuleTruncate, Columns: patterns(".*txt"), Length: 2}}
	table := tableOf(t, event.Options{Columns: rules}, ruled())
	fields := table.ValueSchema().Field("after").Schema.Fields()
	parameters := func(i int) map[string]string {
		m := map[string]string{}
		for _, p := range fields[i].Schema.Parameters() {
			m[p.Name] = p.Value
		}
		return m
	}
	assert.Equal(t, map[string]string{"truncateLength": "2"}, parameters(0))
	assert.Equal(t, map[string]string{"__debezium.source.column.type": "VARCHAR", "__debezium.source.column.length": "20", "__debezium.source.column.scale": "0",
		"__debezium.source.column.name": "short"}, parameters(1))
	assert.Equal(t, map[string]string{"masked": "true"}, parameters(2), "a mask is noted where it has nothing to do, too")
	assert.Empty(t, table.KeySchema().Fields()[0].Schema.Parameters())
}

func TestTextsAreCutInFrontOfCharactersOfTwoUnits(t *testing.T) {
	rule := event.ColumnRule{Kind: event.RuleTruncate, Columns: patterns(".*txt"), Length: 3}
	for text, want := range map[string]string{"ab😀c": "ab", "a😀c": `a\uD83D\uDE00`, "äöüß": "äöü", "abc": "abc"} {
		assert.Contains(t, after(t, event.Options{Columns: []event.ColumnRule{rule}}, text, "NULL", "NULL"), `"txt":"`+want+`"`)
	}
}
