// SPDX-License-Identifier: Apache-2.0

package lifecycle

import connect "github.com/longshore-io/connect"

// EventKind says what has happened.
type EventKind int

// The events. Those of the second group come from a generation and carry its number; of a generation that is not the
// newest, or is over, they are ignored.
const (
	// Assign gives the work to this worker with a target state. It may come again at any time and changes nothing where
	// nothing is new; a failed task stays failed.
	Assign EventKind = iota
	// PauseRequested makes the target PAUSED.
	PauseRequested
	// ResumeRequested makes the target STARTED.
	ResumeRequested
	// StopRequested makes a connector's target STOPPED. Of a task it is a ReleaseRequested, as stopped connectors have none.
	StopRequested
	// ReleaseRequested takes the work away: a hand-over, a deletion, the shutdown of the worker. It ends with Released.
	ReleaseRequested
	// RestartRequested stops what runs and starts it again, FAILED included, with the newest configuration.
	RestartRequested

	// Started: the user's Start has returned.
	Started
	// StartFailed: the user's Start has failed. Exited follows.
	StartFailed
	// RunFailed: the generation has failed later. Exited follows.
	RunFailed
	// Fenced: a newer owner has taken over what the generation writes. Exited follows.
	Fenced
	// Exited: the generation is over; no goroutine of it is left. With a Trace it failed and had not said so; that it was
	// fenced must have been said by Fenced.
	Exited
	// GraceExpired: the time that ArmGrace asked for has passed.
	GraceExpired
	// RestartDue: the delay after a failure with Retry has passed.
	RestartDue

	eventKinds int = iota
)

var eventNames = [eventKinds]string{
	"Assign", "PauseRequested", "ResumeRequested", "StopRequested", "ReleaseRequested", "RestartRequested",
	"Started", "StartFailed", "RunFailed", "Fenced", "Exited", "GraceExpired", "RestartDue",
}

// String names the kind for logs.
func (k EventKind) String() string { return eventNames[k] }

func (k EventKind) fromGeneration() bool { return k >= Started }

// Event is something that has happened to a task or connector.
type Event struct {
	// Kind says what.
	Kind EventKind
	// Generation is the number of the generation that it comes from or is about; for Started and what follows it.
	Generation int
	// Target is the target state; for Assign.
	Target connect.TargetState
	// Trace is the failure as users shall read it; for StartFailed, RunFailed and Exited. An error that is only the answer
	// to the cancelled context is no failure and must be left out.
	Trace string
	// Retry says that the actor will send RestartDue, so that RESTARTING is reported instead of FAILED; with a Trace.
	Retry bool
	// Announce reports RESTARTING between stop and start, as Kafka Connect does for restarts with includeTasks or
	// onlyFailed; for RestartRequested.
	Announce bool
}
