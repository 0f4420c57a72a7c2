// SPDX-License-Identifier: Apache-2.0

package lifecycle

import connect "github.com/longshore-io/connect"

// Merge returns the one of two restart requests for a connector that does more; that one is carried out and the other is
// not. The order is Kafka Connect's: a failed connector, failed connector and tasks, the connector, connector and tasks.
func Merge(a, b connect.RestartRequest) connect.RestartRequest {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

func rank(r connect.RestartRequest) int {
	n := 0
	if !r.OnlyFailed {
		n = 2
	}
	if r.IncludeTasks {
		n++
	}
	return n
}

// Selects tells whether a request restarts the connector, or a task, that is reported in a state.
func Selects(r connect.RestartRequest, kind Kind, reported connect.State) bool {
	if kind == Task && !r.IncludeTasks {
		return false
	}
	return !r.OnlyFailed || reported == connect.Failed
}

// Announces tells whether a request has RESTARTING reported: all do but the plain restart of a connector.
func Announces(r connect.RestartRequest) bool { return r.IncludeTasks || r.OnlyFailed }
