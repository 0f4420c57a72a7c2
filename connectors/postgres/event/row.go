// SPDX-License-Identifier: Apache-2.0

package event

// Unchanged stands in a row for a large value that an update did not change and the server did not send. It is told from
// others by where it is, so it may be put into a row and not copied.
var Unchanged = []byte("\x00unchanged")

// IsUnchanged says whether a value is Unchanged.
func IsUnchanged(value []byte) bool {
	return len(value) == len(Unchanged) && &value[0] == &Unchanged[0]
}
