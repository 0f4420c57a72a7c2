// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/longshore-io/connect"
)

// clientKeys are the properties of Kafka 4.1's clients in the order of their definitions (ProducerConfig, ConsumerConfig,
// AdminClientConfig), one a line: name, type, importance, default; ~ is a default of null and !required none.
//
//go:embed clientkeys
var clientKeys embed.FS

// clientDefs are read when a connector first overrides a property.
var clientDefs = sync.OnceValue(func() map[Client]connect.ConfigDef {
	defs := map[Client]connect.ConfigDef{}
	for _, client := range []Client{Producer, Consumer, Admin} {
		defs[client] = readClientKeys(client)
	}
	return defs
})

func readClientKeys(client Client) connect.ConfigDef {
	text, err := clientKeys.ReadFile("clientkeys/" + string(client) + ".tsv")
	if err != nil {
		panic(err) // the file is in the binary
	}
	var def connect.ConfigDef
	for line := range strings.Lines(string(text)) {
		def = append(def, clientKey(client, strings.Split(strings.TrimSuffix(line, "\n"), "\t")))
	}
	return def
}

func clientKey(client Client, columns []string) connect.ConfigKey {
	key := connect.ConfigKey{
		Name: columns[0], Type: connect.ConfigType(columns[1]), Importance: connect.Importance(columns[2]),
		Doc: fmt.Sprintf("Property %s of the connector's Kafka %s; see the documentation of Apache Kafka.", columns[0], client),
	}
	switch columns[3] {
	case "!required":
		key.Required = true
	case "~":
	default:
		key.Default = columns[3]
	}
	return key
}

// clientValue reads a property as its definition has it; Kafka Connect runs no validator on those. One without a definition
// keeps its text.
func clientValue(def connect.ConfigDef, name string, text *string) (any, error) {
	key := def.Key(name)
	switch {
	case text == nil:
		return nil, nil
	case key == nil:
		return *text, nil
	}
	value, err := connect.ParseConfigValue(name, *text, key.Type)
	if err != nil {
		return nil, connect.Classed(connect.BadConfig, err)
	}
	return value, nil
}
