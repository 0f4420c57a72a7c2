// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// complete is a configuration that has what is required.
func complete(more ...string) map[string]string {
	props := map[string]string{"topic.prefix": "p", "database.user": "u", "database.hostname": "h", "plugin.name": "pgoutput", "database.dbname": "d"}
	for i := 0; i < len(more); i += 2 {
		props[more[i]] = more[i+1]
	}
	return props
}

// validated returns the errors of all keys as the framework would show them, sorted.
func validated(props map[string]string) []string {
	values := map[string]*connect.ConfigValue{}
	for _, value := range Config().Validate(props) {
		values[value.Name] = value
	}
	Validate(props, values)
	var out []string
	for _, value := range values {
		for _, text := range value.Errors {
			out = append(out, value.Name+" -> "+strings.ReplaceAll(text, "\n", `\n`))
		}
	}
	slices.Sort(out)
	return out
}

// refusals are configurations that Debezium takes and this connector does not, with the key that is refused.
var refusals = map[string]string{
	"snapshot.mode=custom": "snapshot.mode", "snapshot.mode=custom||snapshot.mode.custom.name=x": "snapshot.mode",
	"snapshot.query.mode=custom": "snapshot.query.mode", "snapshot.locking.mode=custom": "snapshot.locking.mode",
	"unavailable.value.placeholder=hex:zz": "unavailable.value.placeholder",
	"topic.delimiter=/":                    "topic.delimiter", "topic.transaction=a b": "topic.transaction", "topic.heartbeat.prefix=a b": "topic.heartbeat.prefix",
	"money.fraction.digits=x": "money.fraction.digits",
	"topic.naming.strategy=x": "topic.naming.strategy",
	"converters=x":            "converters", "converters=x||x.type=y": "converters", "post.processors=x": "post.processors",
	"transaction.metadata.factory=x": "transaction.metadata.factory", "sourceinfo.struct.maker=x": "sourceinfo.struct.maker",
	"replica.identity.autoset.values=public.(:FULL": "replica.identity.autoset.values",
	"column.mask.with.10.chars=(":                   maskDefined, "column.mask.hash.SHA-256.with.salt.x=(": hashDefined, "column.truncate.to.10.chars=(": truncateDefined,
}

// The golden file is what the validation of Debezium's connector 3.3.1 answered: a line for each change of a good configuration,
// and the errors below it.
func TestErrorsAreThoseOfDebezium(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/errors.txt")
	require.NoError(t, err)
	var change string
	var want []string
	cases := 0
	check := func() {
		if change == "" {
			return
		}
		cases++
		got := validated(changed(change))
		if key, refused := refusals[change]; refused {
			before := len(got)
			got = slices.DeleteFunc(got, func(line string) bool { return strings.HasPrefix(line, key+" -> ") && !slices.Contains(want, line) })
			assert.Less(t, len(got), before, "%s is refused at %s", change, key)
		}
		slices.Sort(want)
		assert.Equal(t, append([]string{}, want...), append([]string{}, got...), change)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if wrong, found := strings.CutPrefix(line, "\t"); found {
			want = append(want, wrong)
			continue
		}
		check()
		change, want = line, nil
	}
	check()
	assert.Greater(t, cases, 180)
}

func changed(change string) map[string]string {
	props := complete()
	for part := range strings.SplitSeq(change, "||") {
		key, value, _ := strings.Cut(part, "=")
		if value == "<unset>" {
			delete(props, key)
		} else {
			props[key] = value
		}
	}
	return props
}

// The golden file has a line for each key that Debezium's connector 3.3.1 publishes.
func TestKeysAreThoseOfDebezium(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/keys.txt")
	require.NoError(t, err)
	def := Config()
	for line := range strings.Lines(string(text)) {
		p := strings.Split(strings.TrimRight(line, "\n"), "|")
		key := def.Key(p[0])
		require.NotNil(t, key, p[0])
		fallback, set := connect.FormatConfigValue(key.Default)
		if !set {
			fallback = "null"
		}
		assert.Equal(t, p[1], string(key.Type), p[0])
		assert.Equal(t, strings.Trim(p[2], "[]"), fallback, p[0])
		assert.Equal(t, p[3], string(key.Importance), p[0])
		assert.Equal(t, p[4], key.Group, p[0])
		assert.NotEmpty(t, key.Doc, p[0])
		assert.False(t, key.Required, p[0])
	}
}

func TestADefaultOfEachKeyIsOfItsType(t *testing.T) {
	t.Parallel()
	for _, key := range Config() {
		text, set := connect.FormatConfigValue(key.Default)
		if !set {
			continue
		}
		parsed, err := connect.ParseConfigValue(key.Name, text, key.Type)
		require.NoError(t, err, key.Name)
		assert.Equal(t, key.Default, parsed, key.Name)
	}
}
