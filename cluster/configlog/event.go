// SPDX-License-Identifier: Apache-2.0

package configlog

import connect "github.com/longshore-io/connect"

// Event is something that a record has changed, or asks for. It is one of the types below.
type Event interface{ event() }

// ConnectorConfigured says that a connector was made or its configuration written, maybe the same again.
type ConnectorConfigured struct{ Name string }

// ConnectorRemoved says that a connector that existed was deleted.
type ConnectorRemoved struct{ Name string }

// TasksCommitted says that a commit for an existing connector was read; the State tells whether it was complete.
type TasksCommitted struct{ Name string }

// TargetChanged says that an existing connector has another target state than before.
type TargetChanged struct {
	Name   string
	Target connect.TargetState
}

// RestartRequested says that somebody asks for a restart. It is not told of records read before EndReplay.
type RestartRequested struct{ Request connect.RestartRequest }

// LoggerLevelSet says that somebody asks for a logger's level, in words that are not checked yet. It is not told of records read
// before EndReplay.
type LoggerLevelSet struct{ Namespace, Level string }

// SessionKeySet says that there is a new session key; the State has it.
type SessionKeySet struct{}

// Problem says that a record was skipped because it cannot be understood.
type Problem struct {
	// Offset is that of the record.
	Offset int64
	// Text names the record and what is wrong, in one line for the log. It holds nothing of the value.
	Text string
}

func (ConnectorConfigured) event() {}
func (ConnectorRemoved) event()    {}
func (TasksCommitted) event()      {}
func (TargetChanged) event()       {}
func (RestartRequested) event()    {}
func (LoggerLevelSet) event()      {}
func (SessionKeySet) event()       {}
func (Problem) event()             {}
