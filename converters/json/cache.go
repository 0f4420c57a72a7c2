// SPDX-License-Identifier: Apache-2.0

package json

import (
	"bytes"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// Bounds of keyCache: names of fields repeat and are short, keys of maps may be anything.
const (
	maxKeys   = 1024
	maxKeyLen = 64
)

// key is the key of a JSON object, ready for a *connect.Map.
type key struct {
	// boxed holds a string.
	boxed any
	hash  uint32
}

// keyCache remembers the keys of objects without schema, so that a repeated one costs neither a string nor its hash.
type keyCache struct{ keys map[string]key }

func newKeyCache() keyCache { return keyCache{map[string]key{}} }

func (c *keyCache) of(text []byte) key {
	if k, ok := c.keys[string(text)]; ok {
		return k
	}
	s := string(text)
	k := key{s, javaprint.SpreadHash(javaprint.HashString(s))}
	if len(s) <= maxKeyLen {
		if len(c.keys) >= maxKeys {
			clear(c.keys)
		}
		c.keys[s] = k
	}
	return k
}

// maxBeginnings is how many schemas the messages of a topic may have in turn without one of them being scanned.
const maxBeginnings = 8

// beginning is what a message had in front of its payload. Whatever message begins with the same bytes has the same
// schema, without scanning it.
type beginning struct {
	prefix []byte
	schema *connect.Schema
	// layout is nil where the payload has none, or messages did not have it.
	layout *layout
	misses int
}

// beginnings are those of the last messages that differed; the one that was found last stands first.
type beginnings []beginning

// find returns nil where no beginning is that of the message. What it returns holds until the next call.
func (b beginnings) find(message []byte) *beginning {
	for i := range b {
		if bytes.HasPrefix(message, b[i].prefix) {
			b.toFront(i)
			return &b[0]
		}
	}
	return nil
}

func (b beginnings) toFront(i int) {
	if i == 0 {
		return
	}
	found := b[i]
	copy(b[1:i+1], b[:i])
	b[0] = found
}

// add takes the place of the beginning that was not found for longest, when there are too many.
func (b *beginnings) add(prefix []byte, schema *connect.Schema) {
	if len(*b) < maxBeginnings {
		*b = append(*b, beginning{})
	}
	last := len(*b) - 1
	(*b)[last] = beginning{prefix: append((*b)[last].prefix[:0], prefix...), schema: schema, layout: newLayout(schema)}
	b.toFront(last)
}
