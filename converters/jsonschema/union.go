// SPDX-License-Identifier: Apache-2.0

package jsonschema

import "github.com/longshore-io/connect"

// union reads a value into the branch that it fits: the first one of its type, else the struct with most of its names.
func (r *reader) union(s *connect.Schema, n *node) (any, error) {
	best, bestNames := -1, 0
	for i, f := range s.Fields() {
		if fitsSimple(f.Schema, n) {
			best = i
			break
		}
		if names := commonNames(f.Schema, n); names > bestNames {
			best, bestNames = i, names
		}
	}
	if best < 0 {
		return nil, &connect.DataError{Reason: "Did not find matching oneof field for data"}
	}
	f := &s.Fields()[best]
	v, err := r.field(f, n)
	if err != nil {
		return nil, err
	}
	out := connect.NewStruct(s)
	out.SetAt(best, v)
	return out, nil
}

// fitsSimple says whether a node has the type of a schema that is not a struct.
func fitsSimple(s *connect.Schema, n *node) bool {
	switch s.Type() {
	case connect.TypeInt8, connect.TypeInt16, connect.TypeInt32, connect.TypeInt64:
		return n.kind == kindInt
	case connect.TypeFloat32, connect.TypeFloat64:
		return n.kind == kindInt || n.kind == kindFloat
	case connect.TypeBoolean:
		return n.kind == kindTrue || n.kind == kindFalse
	case connect.TypeString:
		return n.kind == kindString
	case connect.TypeBytes:
		return n.kind == kindFloat
	case connect.TypeArray:
		return n.kind == kindArray
	case connect.TypeMap:
		return n.kind == kindObject || n.kind == kindArray
	}
	return false
}

// commonNames counts the names that an object shares with a struct, those inside included.
func commonNames(s *connect.Schema, n *node) int {
	if s.Type() != connect.TypeStruct || n.kind != kindObject {
		return 0
	}
	count := 0
	for i, name := range n.names {
		if f := s.Field(name); f != nil {
			count += 1 + commonNames(f.Schema, n.items[i])
		}
	}
	return count
}
