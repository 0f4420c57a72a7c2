// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"fmt"

	connect "github.com/longshore-io/connect"
)

// EffectKind says what the actor has to do.
type EffectKind int

// The effects. All but Publish and Released carry the number of the generation that they are about.
const (
	// Spawn starts a generation with the newest configuration.
	Spawn EffectKind = iota
	// Suspend keeps the generation from polling and putting until Resume; before Started it holds for what comes after it.
	Suspend
	// Resume ends a Suspend.
	Resume
	// Cancel cancels the generation's context: it shall flush, commit, stop the user's code and send Exited.
	Cancel
	// ArmGrace asks for GraceExpired once the time of grace for shutdowns has passed.
	ArmGrace
	// Abandon takes the generation's Kafka clients and its right to write away and counts it; its Exited is still awaited.
	Abandon
	// Publish writes State and Trace to the status topic.
	Publish
	// Released tells whoever released the work that this worker does nothing more for it.
	Released
)

var effectNames = [...]string{"Spawn", "Suspend", "Resume", "Cancel", "ArmGrace", "Abandon", "Publish", "Released"}

// String names the kind for logs.
func (k EffectKind) String() string { return effectNames[k] }

// Effect is something that the actor has to do.
type Effect struct {
	// Kind says what.
	Kind EffectKind
	// Generation is the generation that it is about.
	Generation int
	// State and Trace are what to publish.
	State connect.State
	Trace string
}

// Safe tells that a Publish must not override the status of a newer owner: UNASSIGNED and FAILED, as in Kafka Connect.
func (e Effect) Safe() bool { return e.State == connect.Unassigned || e.State == connect.Failed }

// String is one line for logs and transcripts.
func (e Effect) String() string {
	switch {
	case e.Kind == Publish && e.Trace != "":
		return fmt.Sprintf("Publish %s %q", e.State, e.Trace)
	case e.Kind == Publish:
		return fmt.Sprintf("Publish %s", e.State)
	case e.Kind == Released:
		return "Released"
	}
	return fmt.Sprintf("%s g%d", e.Kind, e.Generation)
}
