// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"slices"

	"github.com/longshore-io/connect"
)

// Wrong is a configuration that a connector must refuse.
type Wrong struct {
	// Key is the key that the error has to be at.
	Key string
	// Value is its wrong value.
	Value string
	// With are other settings that are changed with it, for a value that is wrong only beside these.
	With map[string]string
	// Says is a part of the error's text; "" takes any text that names the key and says more than that its value is wrong.
	Says string
	// Also are further keys that may have errors, as in rules that name both keys that do not go together.
	Also []string
}

// wrongs are the cases of both forms, and one for each key that takes no text: what is no number must be refused.
func (s subject) wrongs() []Wrong {
	var all []Wrong
	def := s.create().Config()
	for i := range def {
		if value, has := s.bad[def[i].Name]; has {
			all = append(all, Wrong{Key: def[i].Name, Value: value})
		}
		switch def[i].Type {
		case connect.BooleanType, connect.IntType, connect.ShortType, connect.LongType, connect.DoubleType:
			if slices.Contains(s.unchecked, def[i].Name) {
				continue
			}
			all = append(all, Wrong{Key: def[i].Name, Value: "conntest"})
		}
	}
	return append(all, s.wrong...)
}
