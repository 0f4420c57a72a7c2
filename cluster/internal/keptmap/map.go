// SPDX-License-Identifier: Apache-2.0

package keptmap

import (
	"iter"
	"maps"
)

// Map has values by name. The zero Map is empty. It has a single owner; Keep gives out what may be read by any number of
// goroutines.
type Map[V any] struct {
	all    *table[V]
	length int
	// mine marks what may be changed in place: what was made since the last Keep. Nil marks nothing.
	mine *mark
}

// buckets is how many parts a map has: after a Keep the first change of a part copies that one alone.
const buckets = 64

// mark is what one owner has put on what it made. Its address is what counts.
type mark struct{ _ byte }

type table[V any] struct {
	buckets [buckets]bucket[V]
	of      *mark
}

type bucket[V any] struct {
	values map[string]V
	of     *mark
}

// Keep returns the map as it is now. Both can be changed afterwards, and the other does not see it.
func (m *Map[V]) Keep() Map[V] {
	m.mine = nil
	return *m
}

// Len is how many names there are.
func (m *Map[V]) Len() int { return m.length }

// Get returns the value of a name, the zero V where there is none.
func (m *Map[V]) Get(name string) V {
	if m.all == nil {
		var none V
		return none
	}
	return m.all.buckets[bucketOf(name)].values[name]
}

// All gives the names with their values, in any order.
func (m *Map[V]) All() iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		if m.all == nil {
			return
		}
		for i := range m.all.buckets {
			for name, value := range m.all.buckets[i].values {
				if !yield(name, value) {
					return
				}
			}
		}
	}
}

// Set gives a name a value.
func (m *Map[V]) Set(name string, value V) {
	values := m.change(name)
	before := len(values)
	values[name] = value
	m.length += len(values) - before
}

// Delete takes a name out.
func (m *Map[V]) Delete(name string) {
	values := m.change(name)
	before := len(values)
	delete(values, name)
	m.length += len(values) - before
}

// change returns the part of a name, copied where somebody has kept it.
func (m *Map[V]) change(name string) map[string]V {
	if m.mine == nil {
		m.mine = &mark{}
	}
	switch {
	case m.all == nil:
		m.all = &table[V]{of: m.mine}
	case m.all.of != m.mine:
		m.all = &table[V]{buckets: m.all.buckets, of: m.mine}
	}
	b := &m.all.buckets[bucketOf(name)]
	switch {
	case b.values == nil:
		*b = bucket[V]{map[string]V{}, m.mine}
	case b.of != m.mine:
		*b = bucket[V]{maps.Clone(b.values), m.mine}
	}
	return b.values
}

// bucketOf is FNV-1a, folded.
func bucketOf(name string) uint32 {
	hash := uint32(2166136261)
	for i := range len(name) {
		hash = (hash ^ uint32(name[i])) * 16777619
	}
	return (hash ^ hash>>16) % buckets
}
