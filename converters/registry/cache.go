// SPDX-License-Identifier: Apache-2.0

package registry

// Cache holds at most about as many entries as it was made for and forgets those not used for longest, roughly: entries live
// in two generations; what is used moves to the young one, and when that is full the old one is dropped. It is not safe for
// concurrent use.
type Cache[K comparable, V any] struct {
	limit      int
	young, old map[K]V
}

// NewCache makes a cache of a size, which is at least 1.
func NewCache[K comparable, V any](size int) *Cache[K, V] {
	return &Cache[K, V]{limit: (max(size, 1) + 1) / 2, young: map[K]V{}}
}

// Get returns the value of a key and whether it is there.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	if v, ok := c.young[key]; ok {
		return v, true
	}
	v, ok := c.old[key]
	if ok {
		c.Put(key, v)
	}
	return v, ok
}

// Put sets the value of a key.
func (c *Cache[K, V]) Put(key K, value V) {
	if _, there := c.young[key]; !there && len(c.young) >= c.limit {
		c.old, c.young = c.young, make(map[K]V, c.limit)
	}
	c.young[key] = value
}
