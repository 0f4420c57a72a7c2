// SPDX-License-Identifier: Apache-2.0

package recent

// Cache holds at most about as many entries as it was made for and forgets those not used for longest, roughly: entries live
// in two generations, each of half the size; what is used moves to the young one, and when that is full the old one is dropped.
// Unlike a list in order of use, a hit in the young generation writes nothing. It is not safe for concurrent use.
type Cache[K comparable, V any] struct {
	limit      int
	young, old map[K]V
}

// New makes a cache of a size. One of size 0 or less remembers nothing.
func New[K comparable, V any](size int) *Cache[K, V] {
	if size <= 0 {
		return &Cache[K, V]{}
	}
	return &Cache[K, V]{limit: (size + 1) / 2, young: map[K]V{}}
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
	if c.limit == 0 {
		return
	}
	if _, there := c.young[key]; !there && len(c.young) >= c.limit {
		c.old, c.young = c.young, make(map[K]V, c.limit)
	}
	c.young[key] = value
}
