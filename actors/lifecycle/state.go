// SPDX-License-Identifier: Apache-2.0

package lifecycle

import connect "github.com/longshore-io/connect"

// Kind tells tasks from connectors. They differ in four things: a paused task keeps its generation and a paused connector
// does not, a task knows no STOPPED, a task that is restarted in place is not reported UNASSIGNED, and neither is a failed one
// that is released.
type Kind int

// The kinds.
const (
	Task Kind = iota
	Connector
)

// Phase is where a task or connector stands. It is never shown to users; State.Reported is.
type Phase int

// The phases.
const (
	// Unassigned: nothing of it runs here.
	Unassigned Phase = iota
	// Starting: a generation is spawned and has not said Started.
	Starting
	// Running: the generation works.
	Running
	// Paused: a task whose generation is suspended or, where it was paused before it started, not spawned; or a connector
	// without generation.
	Paused
	// Stopping: the generation is cancelled and its Exited awaited; what follows is decided already.
	Stopping
	// Stopped: a connector whose target is STOPPED, without generation.
	Stopped
	// Failed: the generation has failed. It may still be on its way out, or even have been given up.
	Failed
	// Restarting: failed, and RestartDue is awaited.
	Restarting
	// Abandoned: the generation ignored its cancelled context for the time of grace. Nothing is spawned until it returns.
	Abandoned

	phases int = iota
)

var phaseNames = [phases]string{
	"Unassigned", "Starting", "Running", "Paused", "Stopping", "Stopped", "Failed", "Restarting", "Abandoned",
}

// String names the phase for logs.
func (p Phase) String() string { return phaseNames[p] }

// life is how far the newest generation has come.
type life int

const (
	over      life = iota // Exited was heard, or nothing was ever spawned
	alive                 // spawned and not cancelled
	cancelled             // cancelled while it worked, within its time of grace
	failing               // cancelled because it has failed, within its time of grace
	given                 // given up: cancelled, and its time of grace has passed
)

// plan is what follows once a cancelled generation has returned.
type plan int

const (
	settle   plan = iota // go where the target state says
	again                // report UNASSIGNED of a connector, then settle: a restart
	announce             // report RESTARTING, then settle: a restart with flags
	leave                // report UNASSIGNED; the work is another worker's
	fade                 // report nothing; the work is another worker's and that one reports
)

// State is everything that is known of a task or connector. States are values: made by New, changed by Next only, and
// comparable.
type State struct {
	// Kind never changes.
	Kind Kind
	// Phase is where it stands.
	Phase Phase
	// Generation is the number of the newest generation, 0 before the first.
	Generation int
	// Target is what the user wants of the connector.
	Target connect.TargetState
	// Trace is the failure: the one that Failed and Restarting are about, or what went wrong while Stopping. Else "".
	Trace string

	life     life
	plan     plan
	reported connect.State
}

// New returns the state of something that is not assigned here. The first generation will be last+1; last is 0 unless an
// actor takes over from one that has spawned generations before.
func New(kind Kind, last int) State {
	return State{Kind: kind, Generation: last, Target: connect.TargetStarted}
}

// Reported is the status as last published since the work was assigned here, UNASSIGNED where there was none.
func (s State) Reported() connect.State {
	if s.reported == "" {
		return connect.Unassigned
	}
	return s.reported
}

// Settled tells that nothing is under way: a caller that waits for a start, restart, pause or stop can be answered.
func (s State) Settled() bool {
	switch s.Phase {
	case Unassigned, Running, Paused, Stopped, Failed:
		return true
	}
	return false
}

// Working tells that a generation is the newest and was neither cancelled nor has it failed or returned. Only a failure of
// such a one is news: what a generation says on its way out must not be counted as another failure.
func (s State) Working(generation int) bool { return s.life == alive && s.Generation == generation }

// Occupied tells that a generation has not returned. Until it has, nothing can be spawned and the actor must stay.
func (s State) Occupied() bool { return s.life != over }

// GivenUp tells that the generation was abandoned and has not returned: what it still writes must be refused.
func (s State) GivenUp() bool { return s.life == given }

func (s State) leaving() bool { return s.plan == leave || s.plan == fade }
