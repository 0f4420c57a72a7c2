// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"slices"

	"github.com/longshore-io/connect"
)

// fieldEntries are the transforms of the fields of a key or value.
var fieldEntries = slices.Concat(
	changes("Cast", func() change { return &cast{} }),
	changes("ExtractField", func() change { return &extractField{} }),
	changes("Flatten", func() change { return &flatten{} }),
	changes("HeaderFrom", func() change { return &headerFrom{} }),
	changes("HoistField", func() change { return &hoistField{} }),
	changes("InsertField", func() change { return &insertField{} }),
	changes("MaskField", func() change { return &maskField{} }),
	changes("ReplaceField", func() change { return &replaceField{} }),
	changes("SetSchemaMetadata", func() change { return &setSchemaMetadata{} }),
	[]Entry{{prefix + "ValueToKey", func() connect.Transformation { return &valueToKey{} }}},
)

// changes are the two classes of a change.
func changes(name string, make func() change) []Entry {
	return keyAndValue(name, func(p part) connect.Transformation { return &onPart{change: make(), part: p} })
}

// keyAndValue are the two classes of a transform that works on either part of a record.
func keyAndValue(name string, make func(part) connect.Transformation) []Entry {
	return []Entry{
		{prefix + name + "$Key", func() connect.Transformation { return make(keyPart) }},
		{prefix + name + "$Value", func() connect.Transformation { return make(valuePart) }},
	}
}
