// SPDX-License-Identifier: Apache-2.0

package json

import "github.com/longshore-io/connect"

// Bounds of shapes: larger objects are rarely records of one kind.
const (
	maxShapes     = 16
	maxShapeNames = 64
)

// shape is what objects with the same names in the same order have in common: their keys, and where HashMap puts them.
// Records of one kind come one after the other, so that most objects need neither hashes nor sorting.
type shape struct {
	// names are in the order of the document, without one twice. The slices are never changed.
	names []string
	// keys are the names as keys of a map, and places says where each is in the map.
	keys   []any
	places []int32
}

// shapes are found by the number of names and the first one; a new shape takes the place of the old.
type shapes [maxShapes]shape

func (s *shapes) slot(count int32, first []byte) *shape {
	i := int(count)*31 + len(first)
	if len(first) > 0 {
		i += 7 * int(first[0])
	}
	return &s[i%maxShapes]
}

// fits says whether an object's names are exactly those of the shape.
func (s *shape) fits(d *document, at int32) bool {
	if int(d.nodes[at].count) != len(s.names) {
		return false
	}
	i := at + 1
	for _, name := range s.names {
		if string(d.raw(&d.nodes[i])) != name {
			return false
		}
		i = d.nodes[i+1].next
	}
	return true
}

// learn takes over the names of entries, which were ordered as a HashMap orders them.
func (s *shape) learn(d *document, at int32, ordered []hashed) {
	*s = shape{keys: make([]any, 0, len(ordered)), places: make([]int32, 0, len(ordered))}
	for i := at + 1; i < d.nodes[at].next; i = d.nodes[i+1].next {
		for place := range ordered {
			if ordered[place].at == i+1 {
				s.names = append(s.names, ordered[place].Key.(string))
				s.keys = append(s.keys, ordered[place].Key)
				s.places = append(s.places, int32(place))
			}
		}
	}
}

// shaped makes a map of an object that has the shape, which is a copy: an object inside may learn in its slot.
func (c *Converter) shaped(s shape, value *connect.Schema, at int32) (any, error) {
	list := make([]connect.MapEntry, len(s.names))
	i := at + 1
	for n, place := range s.places {
		v, err := c.value(value, i+1)
		if err != nil {
			return nil, err
		}
		list[place] = connect.MapEntry{Key: s.keys[n], Value: v}
		i = c.doc.nodes[i+1].next
	}
	return connect.NewMapOf(list), nil
}
