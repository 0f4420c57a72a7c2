// SPDX-License-Identifier: Apache-2.0

package generation

// Record is a record of the config or status topic.
type Record struct {
	// Key is the whole key.
	Key string
	// Value is JSON; nil is a tombstone.
	Value []byte
}
