// SPDX-License-Identifier: Apache-2.0

package json

import "github.com/longshore-io/connect/internal/javaprint"

// cache holds at most size entries and forgets those not used for longest, roughly: entries live in two generations, each
// of half the size; what is used moves to the young one, and when that is full the old one is dropped. Unlike a list in
// order of use, a hit in the young generation writes nothing.
type cache[K comparable, V any] struct {
	limit      int
	young, old map[K]V
}

func newCache[K comparable, V any](size int) cache[K, V] {
	if size <= 0 {
		return cache[K, V]{}
	}
	return cache[K, V]{limit: (size + 1) / 2, young: map[K]V{}}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	if v, ok := c.young[key]; ok {
		return v, true
	}
	v, ok := c.old[key]
	if ok {
		c.put(key, v)
	}
	return v, ok
}

func (c *cache[K, V]) put(key K, value V) {
	if c.limit == 0 {
		return
	}
	if len(c.young) >= c.limit {
		c.old, c.young = c.young, make(map[K]V, c.limit)
	}
	c.young[key] = value
}

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
