// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/recent"
)

// Converter writes and reads JSON. It is not safe for concurrent use.
type Converter struct {
	opts  options
	plans *recent.Cache[*connect.Schema, *plan]
	// lastPlan is that of the record before.
	lastPlan *plan
	schemas  *recent.Cache[string, *connect.Schema]
	keys     keyCache
	shapes   shapes
	doc      document
	out      []byte
	slots    []int32
	// beginnings are empty where schemas are not in the messages.
	beginnings beginnings
	// lenient is set when a wrong JSON type was read as null where the schema requires a value.
	lenient bool
}

// New makes a converter for keys and values; Configure must be called before it is used.
func New() connect.Converter { return &Converter{} }

// Config defines the options of Kafka's JsonConverter.
func (c *Converter) Config() connect.ConfigDef { return configDef }

// Configure takes the options and empties the caches.
func (c *Converter) Configure(props map[string]string, isKey bool) error {
	if isKey {
		return c.configure(props, "key")
	}
	return c.configure(props, "value")
}

func (c *Converter) configure(props map[string]string, usedFor string) error {
	opts, err := parseOptions(props, usedFor)
	if err != nil {
		return err
	}
	*c = Converter{
		opts:    opts,
		plans:   recent.New[*connect.Schema, *plan](opts.cacheSize),
		schemas: recent.New[string, *connect.Schema](opts.cacheSize),
		keys:    newKeyCache(),
	}
	return nil
}

// FromConnectData writes a value. Null without schema is a tombstone: nil bytes.
func (c *Converter) FromConnectData(_ context.Context, _ string, _ connect.Headers, schema *connect.Schema, value any) ([]byte, error) {
	return c.write(schema, value)
}

// ToConnectData reads a value. Nil bytes are null without schema.
func (c *Converter) ToConnectData(_ context.Context, _ string, _ connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	return c.read(data)
}

// HeaderConverter writes and reads header values as JSON. It is not safe for concurrent use.
type HeaderConverter struct{ json Converter }

// NewHeader makes a converter for headers; Configure must be called before it is used.
func NewHeader() connect.HeaderConverter { return &HeaderConverter{} }

// Config defines the options of Kafka's JsonConverter.
func (h *HeaderConverter) Config() connect.ConfigDef { return configDef }

// Configure takes the options.
func (h *HeaderConverter) Configure(props map[string]string) error {
	return h.json.configure(props, "header")
}

// FromConnectHeader writes a header's value.
func (h *HeaderConverter) FromConnectHeader(_ context.Context, _, _ string, schema *connect.Schema, value any) ([]byte, error) {
	return h.json.write(schema, value)
}

// ToConnectHeader reads a header's value.
func (h *HeaderConverter) ToConnectHeader(_ context.Context, _, _ string, data []byte) (connect.SchemaAndValue, error) {
	return h.json.read(data)
}
