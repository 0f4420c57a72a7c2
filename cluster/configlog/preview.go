// SPDX-License-Identifier: Apache-2.0

package configlog

import (
	"math"

	connect "github.com/longshore-io/connect"
)

// With returns what a state would be if records were read next: for whoever has to know what follows from them before they
// are written. Tasks count with their commit among the records only. A record that cannot be understood changes nothing.
func (s State) With(records []Record) State {
	// No entry was ever made in that epoch, so that each that changes is copied.
	r := &Reader{state: s, deferred: map[string]map[int]connect.RawConfig{}, shared: true, epoch: math.MaxUint64}
	for _, record := range records {
		r.Apply(r.state.position, []byte(record.Key), record.Value)
	}
	return r.State()
}
