// SPDX-License-Identifier: Apache-2.0

package lifecycle

import connect "github.com/longshore-io/connect"

// turn is one call of Next: the state as it becomes and the effects so far.
type turn struct {
	State
	event   Event
	effects []Effect
}

// begin forgets what was reported: others may have had the work since, and their status is what the topic holds.
func (t *turn) begin() {
	t.noteTarget()
	t.reported = ""
	t.settle()
}

func (t *turn) noteTarget() { t.Target = t.event.Target }

// aimWhileStarting cancels a connector that shall not run, even one whose Start hangs. A task is held back after its start.
func (t *turn) aimWhileStarting() {
	was := t.Target
	t.noteTarget()
	switch {
	case was == t.Target:
	case t.Kind == Connector:
		t.retire(settle)
	case t.Target == connect.TargetPaused:
		t.do(Suspend)
	default:
		t.do(Resume)
	}
}

func (t *turn) aimWhileRunning() {
	t.noteTarget()
	switch {
	case t.Target == connect.TargetStarted:
	case t.Kind == Connector:
		t.retire(settle)
	default:
		t.do(Suspend)
		t.become(Paused, connect.Paused)
	}
}

// aimWhilePaused resumes a suspended task where it stands, and spawns what was paused without generation.
func (t *turn) aimWhilePaused() {
	t.noteTarget()
	switch {
	case t.Target == connect.TargetPaused:
	case t.life == alive:
		t.do(Resume)
		t.become(Running, connect.Running)
	default:
		t.settle()
	}
}

func (t *turn) aimWhileStopped() {
	t.noteTarget()
	if t.Target != connect.TargetStopped {
		t.settle()
	}
}

// aimWhileFailed changes nothing but the target: pause and resume do not mend a failure. A stop does.
func (t *turn) aimWhileFailed() {
	t.noteTarget()
	if t.Target == connect.TargetStopped {
		t.retire(settle)
	}
}

func (t *turn) becomeStarted() {
	if t.Target == connect.TargetPaused {
		t.become(Paused, connect.Paused)
		return
	}
	t.become(Running, connect.Running)
}

// fail keeps the first failure and cancels what is left of the generation, so that its other goroutines end too.
func (t *turn) fail() {
	t.cancel(failing)
	t.becomeFailed(t.event.Trace)
}

// collapse is the end of a generation that had said nothing before.
func (t *turn) collapse() {
	t.life = over
	trace := t.event.Trace
	if trace == "" {
		trace = "ended without having been told to, and without an error"
	}
	t.becomeFailed(trace)
}

func (t *turn) becomeFailed(trace string) {
	if trace == "" {
		// Kafka's clients and user interfaces take an empty trace for no failure.
		trace = "failed without a reason"
	}
	t.Trace = trace
	if t.event.Retry {
		t.become(Restarting, connect.Restarting)
		return
	}
	t.become(Failed, connect.Failed)
}

func (t *turn) noteReturn() { t.life = over }

func (t *turn) retry() { t.retire(settle) }

func (t *turn) restart() { t.retire(t.restartPlan()) }

// restartOnReturn merges restarts: the one that says more wins. What leaves is not restarted.
func (t *turn) restartOnReturn() {
	if !t.leaving() {
		t.plan = max(t.plan, t.restartPlan())
	}
}

func (t *turn) restartPlan() plan {
	if t.event.Announce {
		return announce
	}
	return again
}

func (t *turn) confirmRelease() { t.tellReleased() }

func (t *turn) release() { t.retire(leave) }

func (t *turn) releaseOnReturn() {
	if !t.leaving() {
		t.plan = leave
	}
}

func (t *turn) releaseAbandoned() {
	t.releaseOnReturn()
	t.tellReleased()
}

func (t *turn) fadeAway() { t.retire(fade) }

func (t *turn) fadeOnReturn() { t.plan = fade }

func (t *turn) fadeAbandoned() {
	if !t.leaving() {
		t.tellReleased()
	}
	t.plan = fade
}

// takeBack is an assignment of what was on its way out. A restart that was decided stays so.
func (t *turn) takeBack() {
	t.noteTarget()
	if t.leaving() {
		t.plan = settle
	}
}

// noteTrace keeps what went wrong while a generation that had worked was stopped.
func (t *turn) noteTrace() {
	if t.life == cancelled && t.Trace == "" {
		t.Trace = t.event.Trace
	}
}

// finishStop follows the plan. A stop that failed is reported where Kafka Connect reports it: when the work leaves and
// when a connector was to be paused; a stopped connector is STOPPED and a restart goes on in any case.
func (t *turn) finishStop() {
	t.noteTrace()
	t.life = over
	switch {
	case t.Trace != "" && t.plan == leave:
		t.publish(connect.Failed)
		t.plan = fade
	case t.Trace != "" && t.plan == settle && t.Target == connect.TargetPaused:
		t.become(Failed, connect.Failed)
		return
	}
	t.conclude()
}

// abandon ends the wait for a cancelled generation.
func (t *turn) abandon() {
	t.giveUp()
	t.becomeAbandoned()
}

// giveUp leaves the phase as it is: a failure stays reported while its generation hangs.
func (t *turn) giveUp() {
	if t.life == given {
		return
	}
	t.life = given
	t.do(Abandon)
}

// finishAbandoned has nothing to tell where the work has left: Released was said when the generation was given up.
func (t *turn) finishAbandoned() {
	t.life = over
	if t.leaving() {
		t.becomeUnassigned()
		return
	}
	t.conclude()
}
