// SPDX-License-Identifier: Apache-2.0

package configlog

import connect "github.com/longshore-io/connect"

// Preview is what a state would be if records were read next: for whoever has to know what follows from them before they are
// written.
type Preview struct{ reader *Reader }

// previewEpoch is one in which no entry of a State that was read was ever made, so that each that changes is copied.
const previewEpoch = 1 << 63

// Preview begins with a state, which does not change.
func (s State) Preview() Preview {
	s.entries = s.entries.Keep() // what is changed first is copied
	return Preview{&Reader{state: s, deferred: map[string]map[int]connect.RawConfig{}, epoch: previewEpoch}}
}

// Add takes records as if they were read next. Tasks count with their commit among the records only. A record that cannot be
// understood changes nothing.
func (p Preview) Add(records []Record) {
	for _, record := range records {
		p.reader.Apply(p.reader.state.position, []byte(record.Key), record.Value)
	}
}

// State is the state with the records so far.
func (p Preview) State() State { return p.reader.State() }
