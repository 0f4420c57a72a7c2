// SPDX-License-Identifier: Apache-2.0

package lifecycle

import connect "github.com/longshore-io/connect"

// The steps that transitions are made of.

func (t *turn) do(kind EffectKind) {
	t.effects = append(t.effects, Effect{Kind: kind, Generation: t.Generation})
}

func (t *turn) publish(state connect.State) {
	t.reported = state
	t.effects = append(t.effects, Effect{Kind: Publish, State: state, Trace: t.Trace})
}

func (t *turn) tellReleased() { t.effects = append(t.effects, Effect{Kind: Released}) }

// become enters a phase that is reported.
func (t *turn) become(phase Phase, reported connect.State) {
	t.Phase = phase
	t.publish(reported)
}

func (t *turn) cancel(l life) {
	t.life = l
	t.do(Cancel)
	t.do(ArmGrace)
}

// retire ends the generation, if there is one, and then follows the plan.
func (t *turn) retire(p plan) {
	t.plan, t.Trace = p, ""
	switch t.life {
	case over:
		t.conclude()
	case alive:
		t.cancel(cancelled)
		t.Phase = Stopping
	case cancelled, failing:
		t.Phase = Stopping
	case given:
		t.becomeAbandoned()
	}
}

// conclude follows the plan once no generation is left.
func (t *turn) conclude() {
	t.Trace = ""
	p := t.plan
	switch p {
	case leave:
		t.stepDown()
	case again:
		// A task that is restarted in place stays what it was until it is it again, as Kafka Connect shows it.
		if t.Kind == Connector {
			t.stepDown()
		}
	case announce:
		t.publish(connect.Restarting)
	}
	if p == leave || p == fade {
		t.becomeUnassigned()
		t.tellReleased()
		return
	}
	t.settle()
}

// settle goes where the target state says, without a generation to begin with.
func (t *turn) settle() {
	t.plan, t.Trace = settle, ""
	switch t.Target {
	case connect.TargetPaused:
		t.become(Paused, connect.Paused)
	case connect.TargetStopped:
		t.become(Stopped, connect.Stopped)
	default:
		t.Generation++
		t.life, t.Phase = alive, Starting
		t.do(Spawn)
	}
}

// stepDown reports UNASSIGNED once. A failed task stays FAILED for its users to see, as its worker has stopped it long ago.
func (t *turn) stepDown() {
	if t.reported == connect.Unassigned || t.Kind == Task && t.reported == connect.Failed {
		return
	}
	t.publish(connect.Unassigned)
}

func (t *turn) becomeUnassigned() { t.Phase, t.plan, t.Trace = Unassigned, settle, "" }

// becomeAbandoned does not keep anybody waiting: the work may be given to another worker, which this generation cannot harm.
func (t *turn) becomeAbandoned() {
	t.Phase, t.Trace = Abandoned, ""
	if t.plan != fade {
		t.stepDown()
	}
	if t.leaving() {
		t.tellReleased()
	}
}
