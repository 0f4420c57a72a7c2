// SPDX-License-Identifier: Apache-2.0

package lifecycle

import connect "github.com/longshore-io/connect"

// Next returns the state after an event and what the actor has to do, in order. It knows every event in every phase.
func Next(s State, e Event) (State, []Effect) {
	e = e.aimed(s.Kind)
	if e.stale(s) {
		return s, nil
	}
	t := turn{State: s, event: e}
	table[s.Phase][e.Kind](&t)
	return t.State, t.effects
}

// aimed gives the requests the target that they stand for. A stopped connector has no tasks: to stop one is to release it.
func (e Event) aimed(kind Kind) Event {
	switch e.Kind {
	case PauseRequested:
		e.Target = connect.TargetPaused
	case ResumeRequested:
		e.Target = connect.TargetStarted
	case StopRequested:
		e.Target = connect.TargetStopped
	case Assign:
	default:
		return e
	}
	if kind == Task && e.Target == connect.TargetStopped {
		return Event{Kind: ReleaseRequested}
	}
	return e
}

// stale tells what comes from, or is about, a generation that is over.
func (e Event) stale(s State) bool {
	if !e.Kind.fromGeneration() {
		return false
	}
	return e.Generation != s.Generation || s.life == over && e.Kind != RestartDue
}

type transition = func(*turn)

// table has a named transition for every event in every phase. Where a generation cannot speak because it is over, the
// transition is ignore, which is what stale events get.
var table = [phases][eventKinds]transition{
	Unassigned: {
		Assign: (*turn).begin, PauseRequested: (*turn).noteTarget, ResumeRequested: (*turn).noteTarget,
		StopRequested: (*turn).noteTarget, ReleaseRequested: (*turn).confirmRelease, RestartRequested: ignore,
		Started: ignore, StartFailed: ignore, RunFailed: ignore, Fenced: ignore, Exited: ignore, GraceExpired: ignore, RestartDue: ignore,
	},
	Starting: {
		Assign: (*turn).aimWhileStarting, PauseRequested: (*turn).aimWhileStarting, ResumeRequested: (*turn).aimWhileStarting,
		StopRequested: (*turn).aimWhileStarting, ReleaseRequested: (*turn).release, RestartRequested: (*turn).restart,
		Started: (*turn).becomeStarted, StartFailed: (*turn).fail, RunFailed: (*turn).fail, Fenced: (*turn).fadeAway,
		Exited: (*turn).collapse, GraceExpired: ignore, RestartDue: ignore,
	},
	Running: {
		Assign: (*turn).aimWhileRunning, PauseRequested: (*turn).aimWhileRunning, ResumeRequested: (*turn).aimWhileRunning,
		StopRequested: (*turn).aimWhileRunning, ReleaseRequested: (*turn).release, RestartRequested: (*turn).restart,
		Started: ignore, StartFailed: (*turn).fail, RunFailed: (*turn).fail, Fenced: (*turn).fadeAway,
		Exited: (*turn).collapse, GraceExpired: ignore, RestartDue: ignore,
	},
	Paused: {
		Assign: (*turn).aimWhilePaused, PauseRequested: (*turn).aimWhilePaused, ResumeRequested: (*turn).aimWhilePaused,
		StopRequested: (*turn).aimWhilePaused, ReleaseRequested: (*turn).release, RestartRequested: (*turn).restart,
		Started: ignore, StartFailed: (*turn).fail, RunFailed: (*turn).fail, Fenced: (*turn).fadeAway,
		Exited: (*turn).collapse, GraceExpired: ignore, RestartDue: ignore,
	},
	Stopping: {
		Assign: (*turn).takeBack, PauseRequested: (*turn).noteTarget, ResumeRequested: (*turn).noteTarget,
		StopRequested: (*turn).noteTarget, ReleaseRequested: (*turn).releaseOnReturn, RestartRequested: (*turn).restartOnReturn,
		Started: ignore, StartFailed: (*turn).noteTrace, RunFailed: (*turn).noteTrace, Fenced: (*turn).fadeOnReturn,
		Exited: (*turn).finishStop, GraceExpired: (*turn).abandon, RestartDue: ignore,
	},
	Stopped: {
		Assign: (*turn).aimWhileStopped, PauseRequested: (*turn).aimWhileStopped, ResumeRequested: (*turn).aimWhileStopped,
		StopRequested: (*turn).aimWhileStopped, ReleaseRequested: (*turn).release, RestartRequested: (*turn).restart,
		Started: ignore, StartFailed: ignore, RunFailed: ignore, Fenced: ignore, Exited: ignore, GraceExpired: ignore, RestartDue: ignore,
	},
	Failed: {
		Assign: (*turn).aimWhileFailed, PauseRequested: (*turn).aimWhileFailed, ResumeRequested: (*turn).aimWhileFailed,
		StopRequested: (*turn).aimWhileFailed, ReleaseRequested: (*turn).release, RestartRequested: (*turn).restart,
		Started: ignore, StartFailed: ignore, RunFailed: ignore, Fenced: (*turn).fadeAway,
		Exited: (*turn).noteReturn, GraceExpired: (*turn).giveUp, RestartDue: ignore,
	},
	Restarting: {
		Assign: (*turn).aimWhileFailed, PauseRequested: (*turn).aimWhileFailed, ResumeRequested: (*turn).aimWhileFailed,
		StopRequested: (*turn).aimWhileFailed, ReleaseRequested: (*turn).release, RestartRequested: (*turn).restart,
		Started: ignore, StartFailed: ignore, RunFailed: ignore, Fenced: (*turn).fadeAway,
		Exited: (*turn).noteReturn, GraceExpired: (*turn).giveUp, RestartDue: (*turn).retry,
	},
	Abandoned: {
		Assign: (*turn).takeBack, PauseRequested: (*turn).noteTarget, ResumeRequested: (*turn).noteTarget,
		StopRequested: (*turn).noteTarget, ReleaseRequested: (*turn).releaseAbandoned, RestartRequested: (*turn).restartOnReturn,
		Started: ignore, StartFailed: ignore, RunFailed: ignore, Fenced: (*turn).fadeAbandoned,
		Exited: (*turn).finishAbandoned, GraceExpired: ignore, RestartDue: ignore,
	},
}

func ignore(*turn) {}
