// SPDX-License-Identifier: Apache-2.0

package connect

import "iter"

// Map is Connect's MAP and the object without schema: entries in the order in which their keys were first put. Keys are
// usually strings; every value that Equal can compare will do. The zero value is an empty map. A Map is not safe for
// concurrent use.
type Map struct {
	entries []MapEntry
	index   map[any]int
}

// MapEntry is one key with its value.
type MapEntry struct{ Key, Value any }

// indexFrom is the number of entries from which keys are found through an index: below it a scan is faster than making the
// index, even where every key is looked for.
const indexFrom = 32

// NewMap makes an empty map with room for n entries.
func NewMap(n int) *Map { return &Map{entries: make([]MapEntry, 0, n)} }

// NewMapOf makes a map of entries whose keys are known to be distinct, and takes the slice over.
func NewMapOf(entries []MapEntry) *Map { return &Map{entries: entries} }

// Len returns the number of entries; a nil map has none.
func (m *Map) Len() int {
	if m == nil {
		return 0
	}
	return len(m.entries)
}

// Get returns the value of a key and whether the key is there.
func (m *Map) Get(key any) (any, bool) {
	if i := m.find(key); i >= 0 {
		return m.entries[i].Value, true
	}
	return nil, false
}

// Put sets the value of a key; a new key goes to the end. It returns the map, so that literals read in one line.
func (m *Map) Put(key, value any) *Map {
	if i := m.find(key); i >= 0 {
		m.entries[i].Value = value
		return m
	}
	m.entries = append(m.entries, MapEntry{key, value})
	if m.index != nil && indexed(key) {
		m.index[key] = len(m.entries) - 1
	}
	return m
}

// Delete removes a key, if it is there.
func (m *Map) Delete(key any) {
	i := m.find(key)
	if i < 0 {
		return
	}
	m.entries = append(m.entries[:i:i], m.entries[i+1:]...)
	m.index = nil
}

// All iterates over keys and values in order.
func (m *Map) All() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) {
		if m == nil {
			return
		}
		for _, e := range m.entries {
			if !yield(e.Key, e.Value) {
				return
			}
		}
	}
}

// Clone returns a copy that can be changed on its own; the values are shared.
func (m *Map) Clone() *Map {
	c := NewMap(m.Len())
	if m != nil {
		c.entries = append(c.entries, m.entries...)
	}
	return c
}

// StringKeys says whether every key is a string: such a map is an object in JSON.
func (m *Map) StringKeys() bool {
	for key := range m.All() {
		if _, ok := key.(string); !ok {
			return false
		}
	}
	return true
}

func (m *Map) find(key any) int {
	if m == nil {
		return -1
	}
	if len(m.entries) >= indexFrom && indexed(key) {
		if m.index == nil {
			m.reindex()
		}
		if i, ok := m.index[key]; ok {
			return i
		}
		return -1
	}
	s, isString := key.(string)
	for i := range m.entries {
		if isString {
			if k, ok := m.entries[i].Key.(string); ok && k == s {
				return i
			}
		} else if Equal(m.entries[i].Key, key) {
			return i
		}
	}
	return -1
}

func (m *Map) reindex() {
	m.index = make(map[any]int, 2*len(m.entries))
	for i, e := range m.entries {
		if indexed(e.Key) {
			m.index[e.Key] = i
		}
	}
}

// indexed says whether Go compares such keys as Equal does, so that they can be keys of a Go map.
func indexed(key any) bool {
	switch key.(type) {
	case string, bool, int8, int16, int32, int64:
		return true
	}
	return false
}
