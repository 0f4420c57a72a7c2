// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"github.com/longshore-io/connect"
)

// Fields of source partitions and offsets.
const (
	taskIDField    = "task.id"
	iterationField = "current.iteration"
	seedField      = "random.seed"
)

// offset says that a task has made its records below next.
type offset struct{ next, seed int64 }

// Fields has current.iteration, from which a task goes on; random.seed tells what the records were made from.
func (o *offset) Fields() map[string]any {
	return map[string]any{iterationField: o.next, seedField: o.seed}
}

// nextOf is the number of the first record that is not made yet.
func nextOf(stored map[string]any) (int64, error) {
	next, is := whole(stored[iterationField])
	if !is || next < 0 {
		return 0, connect.Errorf(connect.Fatal, "the offset %v has no count of records as %s: reset the connector's offsets", stored, iterationField)
	}
	return next, nil
}

// whole takes the types that JSON's integers come as.
func whole(value any) (int64, bool) {
	switch n := value.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	}
	return 0, false
}
