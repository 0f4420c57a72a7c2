// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var javaKinds = map[string]kind{"STRING": kindString, "CLASS": kindString, "INT": kindInt, "LONG": kindLong, "SHORT": kindShort, "DOUBLE": kindDouble,
	"BOOLEAN": kindBool, "LIST": kindList, "PASSWORD": kindSecret}

var javaClients = map[string]Role{"producer": Producer, "consumer": Consumer, "admin": Plain}

// otherDefaults are those that Kafka Connect sets for its clients, in the place of those of the clients.
var otherDefaults = map[string]string{
	"enable.auto.commit": "false",
	"key.serializer":     "org.apache.kafka.common.serialization.ByteArraySerializer", "value.serializer": "org.apache.kafka.common.serialization.ByteArraySerializer",
	"key.deserializer": "org.apache.kafka.common.serialization.ByteArrayDeserializer", "value.deserializer": "org.apache.kafka.common.serialization.ByteArrayDeserializer",
}

func TestEveryPropertyOfJavasClientsIsKnown(t *testing.T) {
	for _, line := range goldenLines(t) {
		row := strings.Split(line, "\t")
		require.Len(t, row, 4, line)
		for _, client := range strings.Split(row[3], ",") {
			p := propertyOf(javaClients[client], row[0])
			if !assert.NotNil(t, p, "%s of a %s", row[0], client) {
				continue
			}
			wanted := strings.ReplaceAll(strings.Replace(row[2], "null", "", 1), "class ", "")
			if other, ok := otherDefaults[row[0]]; ok {
				wanted = other
			}
			assert.Equal(t, wanted, p.def, "default of %s of a %s", row[0], client)
			assert.Equal(t, javaKinds[row[1]], p.kind, "type of %s", row[0])
		}
	}
}

func TestEveryPropertyIsOneOfJavasClients(t *testing.T) {
	var names []string
	for _, line := range goldenLines(t) {
		names = append(names, line[:strings.IndexByte(line, '\t')])
	}
	for _, p := range properties {
		if p.roles&everyRole != 0 {
			assert.Contains(t, names, p.name)
		}
	}
}

// A property that the table has no reason for has to be read somewhere.
func TestAPropertyWithAnEffectIsRead(t *testing.T) {
	var source strings.Builder
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "table") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		source.Write(text)
	}
	for _, p := range properties {
		if p.ignored != "" {
			continue
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p.name, keyStore), trustStore) // whose ends are put together
		assert.Contains(t, source.String(), `"`+name+`"`, "%s is read nowhere, and no reason is given", p.name)
	}
}

func TestWhatHasNoEffectIsOneWarningUnlessItIsTheDefault(t *testing.T) {
	for _, p := range properties {
		for _, role := range []Role{Producer, Consumer, Plain} {
			if p.roles&role == 0 || p.ignored == "" {
				continue
			}
			told := func(value string) []string {
				s, _ := Parse(role, map[string]string{"bootstrap.servers": "a:1", p.name: value})
				return slices.DeleteFunc(s.Warnings, func(w string) bool { return !strings.HasPrefix(w, p.name+" ") })
			}
			assert.Empty(t, told(p.def), p.name)
			assert.Equal(t, []string{p.name + " has no effect: " + p.ignored}, told(another(p)))
		}
	}
}

// another is a value of a property that is not its default.
func another(p property) string {
	switch {
	case p.kind == kindBool:
		return map[string]string{"true": "false", "false": "true"}[p.def]
	case p.oneOf != nil:
		return p.oneOf[slices.IndexFunc(p.oneOf, func(v string) bool { return v != p.def })]
	case p.kind == kindString, p.kind == kindList, p.kind == kindSecret:
		return "another"
	}
	return "7"
}

func propertyOf(role Role, name string) *property {
	for i := range properties {
		if properties[i].name == name && properties[i].roles&role != 0 {
			return &properties[i]
		}
	}
	return nil
}

func goldenLines(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "client-properties.golden"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Greater(t, len(lines), 100)
	return lines
}
