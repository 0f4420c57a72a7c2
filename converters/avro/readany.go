// SPDX-License-Identifier: Apache-2.0

package avro

import "github.com/longshore-io/connect"

// readAnything reads a value without schema: that of the first field of anything that is set, null where none is.
func readAnything(in *input) (any, error) {
	if in.depth >= maxDepth {
		return nil, errDepth
	}
	in.depth++
	defer func() { in.depth-- }()
	var found any
	for i := range anyFields {
		branch, err := in.long()
		if err != nil {
			return nil, err
		}
		if branch == 0 {
			continue
		}
		if branch != 1 {
			return nil, errVarint
		}
		v, err := readKind(in, i)
		if err != nil {
			return nil, err
		}
		if found == nil {
			found = v
		}
	}
	return found, nil
}

var anyReaders = [...]reader{anyBoolean: {kind: kindBoolean}, anyBytes: {kind: kindBytes}, anyDouble: {kind: kindDouble}, anyFloat: {kind: kindFloat},
	anyInt: {kind: kindInt}, anyLong: {kind: kindLong}, anyString: {kind: kindString}}

func readKind(in *input, field int) (any, error) {
	switch field {
	case anyArray:
		return readAnyList(in)
	case anyMap:
		return readAnyMap(in)
	}
	return anyReaders[field].read(in)
}

func readAnyList(in *input) (any, error) {
	list := []any{}
	for {
		n, err := in.block(anyFields)
		if err != nil || n == 0 {
			return list, err
		}
		for range n {
			v, err := readAnything(in)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
	}
}

func readAnyMap(in *input) (any, error) {
	m := connect.NewMap(0)
	for {
		n, err := in.block(2 * anyFields)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		for range n {
			k, err := readAnything(in)
			if err != nil {
				return nil, err
			}
			v, err := readAnything(in)
			if err != nil {
				return nil, err
			}
			m.Put(k, v)
		}
	}
	if m.StringKeys() {
		return inJavaOrder(m), nil
	}
	return m, nil
}
