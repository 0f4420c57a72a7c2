// SPDX-License-Identifier: Apache-2.0

package transforms

import "github.com/longshore-io/connect"

// cachedSchemas is how many schemas a transform remembers, as in Kafka Connect.
const cachedSchemas = 16

// schemaCache remembers what was derived from the schemas that were used last. A hit by identity costs no more than a few
// comparisons of pointers; a schema that is equal to a remembered one takes its place, so that what is derived stays the same
// where a converter makes a new schema for every record. The zero value is an empty cache.
type schemaCache[V any] struct{ entries []cachedSchema[V] }

type cachedSchema[V any] struct {
	schema *connect.Schema
	value  V
}

// get returns what belongs to a schema, derived if need be. An error is not remembered.
func (c *schemaCache[V]) get(schema *connect.Schema, derive func(*connect.Schema) (V, error)) (V, error) {
	for i := range c.entries {
		if c.entries[i].schema == schema {
			return c.use(i), nil
		}
	}
	for i := range c.entries {
		if c.entries[i].schema.Equal(schema) {
			c.entries[i].schema = schema
			return c.use(i), nil
		}
	}
	value, err := derive(schema)
	if err != nil {
		return value, err
	}
	if len(c.entries) < cachedSchemas {
		c.entries = append(c.entries, cachedSchema[V]{})
	}
	last := len(c.entries) - 1
	c.entries[last] = cachedSchema[V]{schema, value}
	return c.use(last), nil
}

// use moves an entry to the front: the last one is the one to forget.
func (c *schemaCache[V]) use(i int) V {
	e := c.entries[i]
	if i > 0 {
		copy(c.entries[1:i+1], c.entries[:i])
		c.entries[0] = e
	}
	return e.value
}
