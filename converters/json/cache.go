// SPDX-License-Identifier: Apache-2.0

package json

import "github.com/longshore-io/connect/internal/javaprint"

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
